"""The book an operator writes: what it changes and what it adds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from evenhand.policy import Action, AttachmentFact, Facts, OrderFact, judge, pack_book
from evenhand.policy.book import read as reading
from evenhand.policy.book.read import Change, Written, read_book
from evenhand.policy.facts import ImageFact
from evenhand.policy.packs import PACKS, load_pack
from evenhand.policy.packs.wording import words_for
from tests.policy.books import OWN

HEAD = 'name = "Glow Market"\nversion = 3\npacks = ["amazon-2018-10"]\n'


def written(*lines, head=HEAD):
    found = read_book((head + "\n".join(lines)).encode())
    assert isinstance(found, Written), found
    return found


def own(**changes):
    """The own rule with some of its lines otherwise, or with none."""
    lines = OWN.strip().splitlines()
    for name, said in changes.items():
        lines = [line for line in lines if not line.startswith(f"{name} =")]
        lines += [f"{name} = {said}"] if said else []
    return "\n".join(lines)


def says(book, text, lang="en", **facts):
    verdict = judge(Facts(text, None, "seller", **facts), book, lang)
    return {one.rule: one for one in verdict.findings}


class TestPacks:
    def test_a_book_without_changes_judges_as_its_pack_does(self):
        found = written()
        assert found.book.published == pack_book("amazon-2018-10").published
        assert found.book.parameters == pack_book("amazon-2018-10").parameters
        assert (found.changes, found.off, found.own) == ([], [], [])

    def test_a_verdict_names_each_pack_and_the_book_with_its_version(self):
        found = written(head='name = "Glow Market"\nversion = "2026-03"\npacks = ["legal-overlay", "amazon-2018-10"]\n')
        digests = [load_pack(name).digest for name in ("amazon-2018-10", "legal-overlay")]
        verdict = judge(Facts("Hello", None, "seller"), found.book)
        assert verdict.book == f"amazon-2018-10 {digests[0]}, legal-overlay {digests[1]}, {found.title}"
        name, _, digest = found.title.rpartition(" ")
        assert (name, len(digest)) == ("Glow Market 2026-03", 8)

    def test_whatever_a_book_says_otherwise_has_another_digest_and_a_comment_has_not(self):
        title = written().title
        assert written("# by olga", head=HEAD).title == title
        assert written("[rules.coupon]", 'action = "hold"').title != title

    def test_overlays_are_laid_over_the_pack_of_the_marketplace(self):
        found = written(head='name = "a"\nversion = 1\npacks = ["house-overlay", "amazon-2020-11", "legal-overlay"]\n')
        wanted = [
            one.id for name in ("amazon-2020-11", "house-overlay", "legal-overlay") for one in load_pack(name).rules
        ]
        assert [one.id for one in found.book.published] == wanted

    def test_an_overlay_adds_to_what_is_asked_of_the_marketplaces_own_request(self):
        asked = pack_book("amazon-2020-11").parameters.platform_request_rules
        both = written(head='name = "a"\nversion = 1\npacks = ["amazon-2020-11", "house-overlay"]\n')
        assert set(both.book.parameters.platform_request_rules) == {*asked, "stop-request"}
        # All are asked where none is named; what is laid over does not narrow that.
        all_ = written(head='name = "a"\nversion = 1\npacks = ["amazon-2018-10", "house-overlay"]\n')
        assert all_.book.parameters.platform_request_rules == ()

    def test_of_two_packs_with_a_rule_of_one_id_the_later_says_what_it_is(self, monkeypatch):
        rule = replace(load_pack("amazon-2018-10").rules[0], pack="legal-overlay", action=Action.WARN)
        packs = {name: load_pack(name) for name in PACKS}
        packs["legal-overlay"] = replace(packs["legal-overlay"], rules=(rule,))
        monkeypatch.setattr(reading, "load_pack", packs.__getitem__)
        head = 'name = "a"\nversion = 1\npacks = ["amazon-2018-10", "legal-overlay"]\n'
        assert written(head=head).book.published == (rule, *packs["amazon-2018-10"].rules[1:])
        only = written(f"[rules.{rule.id}]", 'action = "off"', 'packs = ["legal-overlay"]', head=head)
        assert only.book.published == packs["amazon-2018-10"].rules
        none = written(f"[rules.{rule.id}]", 'action = "off"', head=head)
        assert none.book.published == packs["amazon-2018-10"].rules[1:]

    def test_a_book_may_stand_on_no_pack(self):
        found = written(OWN, head='name = "a"\nversion = 1\npacks = []\n')
        assert [one.id for one in found.book.published] == ["no-price-talk"]


class TestChanges:
    def test_a_rule_holds_instead_of_blocking_and_another_is_off(self):
        text = "If you are happy with the lamp, please leave a review. https://films.example/lantern"
        before = says(pack_book("amazon-2018-10"), text)
        assert {name: one.action for name, one in before.items()} == {
            "happy-only": Action.BLOCK,
            "link-third-party": Action.BLOCK,
        }
        found = written("[rules.happy-only]", 'action = "hold"', "[rules.link-third-party]", 'action = "off"')
        assert {name: one.action for name, one in says(found.book, text).items()} == {"happy-only": Action.HOLD}
        assert found.changes == [Change("happy-only", "hold", "block"), Change("link-third-party", "off", "block")]
        assert found.off == ["link-third-party"]

    def test_what_a_book_says_becomes_of_a_message_stands_over_what_the_check_says(self):
        # Past the window the pack blocks what it else keeps waiting.
        long_ago = datetime(2026, 1, 1, tzinfo=UTC)
        order = OrderFact("1", "", "delivered", long_ago, None, None, promised_from=long_ago, promised_until=long_ago)
        late = Facts("", long_ago + timedelta(days=90), "seller", order=order, purpose="platform-review-request")
        head = 'name = "a"\nversion = 1\npacks = ["amazon-2020-11"]\n'
        kept, changed = written(head=head), written("[rules.solicitation-window]", 'action = "hold"', head=head)
        actions = [
            {one.rule: one.action for one in judge(late, each.book).findings}["solicitation-window"]
            for each in (kept, changed)
        ]
        assert actions == [Action.BLOCK, Action.HOLD]

    def test_a_rule_that_waits_may_go_on_waiting_and_no_other_may(self):
        head = 'name = "a"\nversion = 1\npacks = ["amazon-2020-11"]\n'
        found = written("[rules.solicitation-window]", 'action = "queue"', head=head)
        assert found.changes == []

    def test_sellers_are_told_in_the_books_words_where_it_has_some(self):
        found = written("[rules.happy-only]", 'reason = { de = "Alle oder keinen." }')
        text = "If you are happy with the lamp, please leave a review."
        assert says(found.book, text, "de-AT")["happy-only"].reason.startswith("Alle oder keinen.")
        told = says(found.book, text, "fr")["happy-only"]
        assert told.reason.startswith(words_for("fr")["happy-only"]["reason"])
        assert told.fix == words_for("fr")["happy-only"]["fix"]

    def test_the_window_and_the_links_are_the_books(self):
        found = written(
            "[parameters]", "window_days = 14", 'window_anchor = "completed"', 'allowed_links = ["review", "help"]'
        )
        parameters = found.book.parameters
        assert (parameters.window_days, parameters.window_anchor, parameters.allowed_links) == (
            14,
            "completed",
            ("review", "help"),
        )
        assert found.changes == [
            Change("window_days", "14", "30"),
            Change("window_anchor", "completed", "placed"),
            Change("allowed_links", "help, review", "review"),
        ]
        link = "https://market.example/help/returns"
        assert [set(says(book, link)) for book in (pack_book("amazon-2018-10"), found.book)] == [{"link-other"}, set()]


class TestOwnRules:
    def test_words_are_found_where_they_stand_in_each_part(self):
        book = written(own(parts='["subject", "text", "html", "attachments", "images"]')).book
        verdict = judge(
            Facts(
                "It is CHEAPER\nelsewhere.", None, "seller",
                subject="Cheaper elsewhere", html="<p>che<b>aper</b> else&#119;here</p>",
                attachments=(AttachmentFact(1, "a.txt", "text/plain", "text/plain", 9, text="so cheaper elsewhere"),),
                images=(ImageFact("cid:a", "cheaper elsewhere!"),),
            ),
            book,
        )  # fmt: skip
        assert [(one.part, one.start, one.end, one.attachment) for one in verdict.findings] == [
            ("subject", 0, 17, 0),
            ("text", 6, 23, 0),
            ("cid:a", 0, 17, 0),
            ("a.txt", 3, 20, 1),
        ]
        page = judge(Facts("", None, "seller", html="<p>che<b>aper</b> else&#119;here</p>"), book).findings[0]
        assert (page.part, page.start, page.end) == ("html", 3, 32)
        assert (page.rule, page.pack, page.group, page.reason) == (
            "no-price-talk",
            "Glow Market 3",
            "own",
            "This compares prices.",
        )

    def test_by_itself_a_rule_does_not_look_into_files(self):
        file = AttachmentFact(1, "a.txt", "text/plain", "text/plain", 9, text="cheaper elsewhere")
        assert says(written(OWN).book, "See the file.", attachments=(file,)) == {}

    def test_a_file_that_nobody_read_was_not_checked(self):
        file = AttachmentFact(1, "a.txt", "text/plain", "text/plain", 9)
        book = written(own(parts='["attachments"]', finds='[{ attachment = "cheaper elsewhere" }]')).book
        verdict = judge(Facts("See the file.", None, "seller", attachments=(file,)), book)
        assert ("no-price-talk", "message_attachments") in {(one.rule, one.lacks) for one in verdict.not_checked}

    def test_a_rule_is_about_the_classes_it_names(self):
        book = written(own(classes='["proactive"]')).book
        text = "It is cheaper elsewhere."
        assert [set(says(book, text, opened_by=by)) for by in ("seller", "buyer")] == [{"no-price-talk"}, set()]

    def test_a_language_without_words_gets_the_english(self):
        book = written(own(reason='{ en = "Prices!", de = "Preise!" }')).book
        told = [says(book, "cheaper elsewhere", lang)["no-price-talk"].reason for lang in ("de-CH", "en", "ja")]
        assert told == ["Preise!", "Prices!", "Prices!"]

    def test_a_pattern_is_linear_and_heeds_no_case(self):
        book = written(own(words="", pattern=r"'\bbatch [A-Z]{2}\d{4}\b'", finds='["Batch AB1234"]')).book
        found = says(book, "This is batch zk9876, not batch 12.")["no-price-talk"]
        assert (found.start, found.end, found.excerpt) == (8, 20, "batch zk9876")
        # An expression that may go back would not come to an end here.
        slow = written(own(words="", pattern="'(a+)+z'", finds='["aaz"]', leaves_alone='["aa"]')).book
        assert says(slow, "a" * 300_000) == {}
