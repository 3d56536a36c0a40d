"""What the authors of other mail programs say of their mails, beside what is read here: each deviation has a reason."""

import hashlib
import json

from evenhand.mail.identity import find, identities
from evenhand.mail.parse import Mail, parse
from evenhand.mail.report import read_report
from tests.shared import shared_folder

CORPUS = shared_folder("mail/corpus")
PHP, NODE, RSPAMD = "php-mime-mail-parser+php-mime-mail-parser", "nodemailer+mailparser", "rspamd+rspamd"
DEVIATIONS = {
    # An appointment among the alternatives shows what no text of the mail shows, and nobody has judged it: it stays.
    ("m0020", "files"),
    # The fourth is `text/watch-html`, a rendering for watches, which is left out of alternatives like appointments.
    ("nodemailer.eml", "files"),
}


def expected(name):
    """What a source asserts, by the name of the file."""
    return json.loads((CORPUS / "expected" / f"{name}.json").read_text())


def mail(name):
    """One mail of the corpus, read."""
    found = parse((CORPUS / name).read_bytes())
    assert isinstance(found, Mail)
    return found


def flat(text):
    """A text without what white space tells."""
    return " ".join(text.split())


def agrees(text, wanted):
    """Whether a text is one, or holds it so often."""
    if "equals" in wanted:
        return flat(text) == flat(wanted["equals"])
    return not wanted or flat(text).count(flat(wanted["of"])) == wanted["count"]


def deviations(name, wanted):
    """In what our reading differs from another's."""
    found = mail(name)
    boxes = [[box.name or box.address, box.address] for box in found.sender.boxes]
    theirs = [(one["content_type"], one["filename"], one["size"]) for one in wanted.get("attachments", ())]
    same = {
        "subject": found.subject == wanted.get("subject", found.subject),
        "from": boxes == [[shown, address.lower()] for shown, address in wanted.get("from", boxes)],
        "text": agrees(found.text, wanted.get("text") or {}),
        "html": agrees(found.html, wanted.get("html") or {}),
        "files": [(part.media_type, part.name, len(part.content)) for part in found.parts] == theirs,
    }
    return {(name.rpartition("/")[2], what) for what, alike in same.items() if not alike}


def test_what_php_mime_mail_parser_reads():
    cases = expected("php-mime-mail-parser")
    assert len(cases) == 18
    assert set().union(*(deviations(*case) for case in cases.items())) == {
        one for one in DEVIATIONS if one[0][0] == "m"
    }


def test_what_mailparser_of_nodemailer_reads():
    differs = set()
    for name, wanted in expected("nodemailer-mailparser").items():
        found, short = mail(name), name.rpartition("/")[2]
        if len(found.parts) != wanted.get("attachments", len(found.parts)):
            differs.add((short, "files"))
        digests = [hashlib.sha256(part.content).hexdigest() for part in found.parts]
        assert set(wanted.get("attachment_sha256", {}).values()) <= set(digests)
        older = [hashlib.md5(part.content, usedforsecurity=False).hexdigest() for part in found.parts]
        assert set(wanted.get("attachment_md5", {}).values()) <= set(older)
        assert found.subject == wanted.get("subject", found.subject)
        assert [line for line in wanted.get("text_lines", ()) if line not in found.text] == []
        assert [line for line in wanted.get("html_paragraphs", ()) if line not in found.html] == []
        assert found.html or not wanted.get("has_html")
    assert differs == {("nodemailer.eml", "files")}
    # What a report says for machines is no text of the mail; the reader of reports reads it.
    report = read_report((CORPUS / f"messages/{NODE}/delivery-status.eml").read_bytes())
    assert [one.status for one in report.outcomes] == ["5.1.1"]


def test_what_rspamd_finds_of_what_concerns_us():
    folder = f"messages/{RSPAMD}"
    # Two authors, and one that is none: nobody has written them for certain.
    assert len(mail(f"{folder}/phish_sender5.eml").sender.boxes) == 2
    assert mail(f"{folder}/phish_sender6.eml").sender.ambiguous
    assert [part.name for part in mail(f"{folder}/fname.eml").parts] == [
        "[삼성생명]2020.08.14 데일리 경제뉴스.pdf",
        "01029_402110_10620_RGT06902_PRT180ML_20200803_101820.pdf",
    ]
    box = mail(f"{folder}/from__from_dn_base64.eml").sender.boxes
    assert [(one.name, one.address) for one in box] == [("Кириллица", "user@example.org")]
    text = mail(f"{folder}/emails1.eml")
    for address in ("jim@example.net", "bob@example.net", "rupert@example.net"):
        assert find(f"{text.text}\n{text.html}", identities((address,))) is not None


def test_what_enmime_writes_is_without_defect():
    golden = sorted((CORPUS / "messages" / "jhillyerd+enmime").glob("encode__*.golden"))
    assert len(golden) == 11
    assert [(path.name, one.defects, one.doubts) for path in golden if (one := mail(path)).defects or one.doubts] == []


def test_a_mail_reads_like_its_twin_in_which_only_names_were_changed():
    folder = CORPUS / "messages" / "jstedfast+MimeKit"
    twins = [
        (path, other)
        for path in sorted(folder.glob("*.anonymized.eml"))
        for ending in (".txt", ".eml")
        if (other := path.with_name(path.name.replace(".anonymized.eml", ending))).is_file()
    ]
    pairs = [(mail(one), mail(other)) for one, other in twins]
    assert len(pairs) == 4
    for one, other in pairs:
        assert (one.media_type, [part.media_type for part in one.parts], one.defects, one.doubts) == (
            *(other.media_type, [part.media_type for part in other.parts], other.defects, other.doubts),
        )
