"""Held messages, as the operator decides about them on the pages, and as their authors hear of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from evenhand.mail.authentication import AuthenticationResult
from evenhand.policy import Action, Book, Finding
from evenhand.policy.parameters import Parameters
from evenhand.record.models import Event
from evenhand.relay import review as deciding
from evenhand.relay import work as working
from evenhand.relay.models import Hold, Inbound
from evenhand.relay.review import Judge
from tests.mail.files.makers import OOXML, docx_members, packed
from tests.relay.post import ADA, BEN, PDF, AtOnce, File, copies, deliver, mail, message_of, notices, spool, work

pytestmark = pytest.mark.django_db(transaction=True)

DOCX = f"{OOXML}.wordprocessingml.document"
LIST = "/review/"


@pytest.fixture
def book(monkeypatch):
    """A book whose one rule asks for a person about every mail."""

    def objects(facts, _parameters):
        yield Finding(
            "one-rule", Action.HOLD, "text", "It asks for a telephone.", "Ask here.", "House rule 3", 0, 4, "Ring",
        )  # fmt: skip

    made = Book("a book of tests", Parameters(frozenset({"text/plain", "application/pdf"})), {"one-rule": objects})
    monkeypatch.setattr(working, "chosen_book", lambda _name: made)


@pytest.fixture
def row(cast, book):
    return deliver(cast.seller_alias, mail(text=f"Ring me. I am {ADA}.\n"))


@pytest.fixture
def leaking(cast):
    members = docx_members()
    members["word/document.xml"] = members["word/document.xml"].replace("</w:t>", f" {ADA}</w:t>", 1)
    return deliver(cast.seller_alias, mail(files=[File("letter.docx", packed(members), DOCX)]))


def page_of(row):
    return reverse("review", args=[row.id])


def talk_of(cast):
    return reverse("conversation", args=[cast.conversation.id])


def answer(browser, row, word, why="a good reason", **fields):
    hold = Hold.objects.get(inbound=row.id).pk
    return browser.post(page_of(row), {"answer": word, "why": why, "hold": hold} | fields, follow=True)


def words(response):
    """What a page says, its marks left out."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def state(row):
    row.refresh_from_db()
    return row.state, row.outcome


@pytest.mark.parametrize(("who", "status"), [("ada", 404), ("ben", 404), ("cyn", 404), ("olga", 200), ("nobody", 302)])
def test_only_operators_see_and_decide(browsers, row, who, status):
    assert [browsers[who].get(one).status_code for one in (LIST, page_of(row))] == [status, status]
    if who != "olga":
        assert browsers[who].post(page_of(row), {"answer": "release", "why": "me"}).status_code == status
        assert state(row) == ("held", "policy")


def test_where_nothing_is_held_the_list_says_so(browsers):
    assert "Nothing is held" in words(browsers["olga"].get(LIST))


def test_the_list_names_the_sides_the_order_and_the_reason(browsers, row):
    said = words(browsers["olga"].get(LIST))
    assert "Ada → Ben&#x27;s Lamps" in said
    assert "7731 from the buyer’s side text: It asks for a telephone. House rule" in said
    assert f'href="{page_of(row)}"' in browsers["olga"].get(LIST).content.decode()


def test_the_inbox_of_an_operator_counts_what_is_held(browsers, row):
    shown = {who: "Held for review&nbsp;" in words(browsers[who].get("/")) for who in ("olga", "ada", "ben")}
    assert shown == {"olga": True, "ada": False, "ben": False}
    assert "Held for review&nbsp; (1)" in words(browsers["olga"].get("/"))


def test_long_lists_are_turned_by_pages_the_oldest_first(browsers, cast, book):
    rows = [deliver(cast.seller_alias, mail(text=f"Letter {number}\n")) for number in range(32)]
    at = timezone.now() - timedelta(days=1)
    # Some at the same moment, so that the id decides.
    for number, row in enumerate(rows):
        Hold.objects.filter(inbound=row).update(held_at=at + timedelta(minutes=number // 3))
    listed, place = [], LIST
    while place:
        html = browsers["olga"].get(place).content.decode()
        listed.append(re.findall(r'class="row__link" href="/review/([0-9a-f-]+)/"', html))
        later = re.search(r'rel="next" href="([^"]+)"', html)
        place = later[1] if later else None
    assert [len(one) for one in listed] == [30, 2]
    expected = sorted(rows, key=lambda row: (rows.index(row) // 3, row.id))
    assert [one for page in listed for one in page] == [str(row.id) for row in expected]


def test_the_list_costs_as_many_queries_with_thirty_rows_as_with_one(browsers, cast, book):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            browsers["olga"].get(LIST)
        return len(queries)

    deliver(cast.seller_alias, mail())
    one = cost()
    for number in range(29):
        deliver(cast.seller_alias, mail(text=f"Letter {number}\n"))
    assert cost() == one


def test_the_page_shows_what_its_author_wrote_and_what_was_found(browsers, row):
    said = words(browsers["olga"].get(page_of(row)))
    assert f"Ring me. I am {ADA}." in said
    assert "It asks for a telephone. In the text Ring What helps: Ask here. Rule: House rule 3" in said
    assert "If you release it: It goes on as you see it." in said


def test_a_mail_that_is_no_message_is_shown_too(browsers, cast):
    row = deliver(cast.seller_alias, mail("eve@elsewhere.example", text="Let me in.\n"))
    said = words(browsers["olga"].get(page_of(row)))
    assert "Lamp It says it is from the buyer’s side." in said
    assert "Let me in." in said
    assert "Unproven author → Ben&#x27;s Lamps" in words(browsers["olga"].get(LIST))


def test_looking_changes_nothing(browsers, row):
    browsers["olga"].get(page_of(row) + "?answer=release&why=x")
    browsers["olga"].head(page_of(row))
    assert state(row) == ("held", "policy")
    assert [browsers["olga"].post(LIST).status_code, copies()] == [405, []]


def test_without_the_token_of_the_page_nothing_is_decided(row, cast):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.olga, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(page_of(row), {"answer": "release", "why": "x"}).status_code == 403
    assert state(row) == ("held", "policy")


def test_what_is_released_goes_on_at_once_and_both_sides_see_it(browsers, cast, row):
    response = answer(browsers["olga"], row, "release", "she may say so")
    assert response.redirect_chain == [(LIST, 302)]
    assert "It has been passed on." in words(response)
    assert state(row) == ("done", "relayed")
    assert [copy.address for copy in copies()] == [BEN]
    hold = Hold.objects.get()
    assert (hold.decided_by, hold.decided_by_id, hold.why) == ("Olga", cast.olga.pk, "she may say so")
    assert Event.objects.get(kind="released").actor_id == cast.operator.id
    seen = {who: words(browsers[who].get(talk_of(cast))) for who in ("ada", "ben", "olga")}
    assert {who: "Ring me." in said for who, said in seen.items()} == {"ada": True, "ben": True, "olga": True}
    told = {who: "released after review" in said for who, said in seen.items()}
    assert told == {"ada": True, "ben": False, "olga": True}
    assert [ADA in seen["ben"], "she may say so" in seen["ada"]] == [False, False]
    after = words(browsers["olga"].get(page_of(row)))
    assert "Released message" in after
    assert "Released by Olga" in after
    assert "she may say so" in after


def test_what_is_dropped_is_told_to_its_author_in_the_words_of_who_dropped_it(browsers, cast, row):
    response = answer(browsers["olga"], row, "drop", f"do not ring {BEN}")
    assert response.redirect_chain == [(LIST, 302)]
    assert state(row) == ("done", f"dropped by the operator: do not ring {BEN}")
    seen = {who: words(browsers[who].get(talk_of(cast))) for who in ("ada", "ben", "olga")}
    # Who dropped it named the other side; its author is told all but that.
    assert "Not delivered after review: do not ring [address removed]" in seen["ada"]
    assert "Ring me." not in seen["ben"]
    assert "Not sent" in words(browsers["ada"].get("/"))
    assert (copies(), notices()) == ([], [])


def test_of_what_is_nobodys_nobody_is_told(browsers, cast):
    row = deliver(cast.seller_alias, mail("eve@elsewhere.example"))
    assert "Whose the mail is nobody knows" in words(browsers["olga"].get(page_of(row)))
    assert "It is dropped, and is kept as evidence." in words(answer(browsers["olga"], row, "drop"))
    assert notices() == []


def test_of_a_drop_its_author_gets_a_mail(browsers, row):
    answer(browsers["olga"], row, "drop", "no telephones")
    assert [one.address for one in notices()] == [ADA]


def test_nobody_may_let_a_private_address_pass(browsers, leaking):
    response = answer(browsers["olga"], leaking, "release")
    assert response.redirect_chain == [(page_of(leaking), 302)]
    said = words(response)
    assert "It was looked at anew and is held again: it would have told the other side an address" in said
    assert "Released by Olga" in said
    assert (state(leaking), copies()) == (("held", "leak"), [])


def test_in_a_closed_conversation_nothing_is_passed_on(browsers, cast, row):
    cast.conversation.closed_at = timezone.now()
    cast.conversation.save()
    assert "The conversation is closed: nothing is passed on" in words(browsers["olga"].get(page_of(row)))
    said = words(answer(browsers["olga"], row, "release"))
    assert "It was looked at anew and not passed on: the conversation is closed" in said
    assert copies() == []


def test_that_the_last_copy_failed_is_said_before(browsers, cast, row):
    deciding.release(row.id, Judge("Olga"), "well")
    work()
    copies()[0].__class__.objects.update(state="failed", status="5.1.1", ended_at=timezone.now())
    second = deliver(cast.seller_alias, mail(text="And?\n"))
    assert "The last copy to its recipient could not be delivered" in words(browsers["olga"].get(page_of(second)))


@pytest.mark.parametrize("why", ["", "  ", "\x00"])
def test_without_a_reason_nothing_is_decided(browsers, row, why):
    response = answer(browsers["olga"], row, "drop", why)
    assert (response.status_code, "Say why, in a few words." in words(response)) == (422, True)
    assert state(row) == ("held", "policy")


@pytest.mark.parametrize("word", ["", "RELEASE", "block"])
def test_no_other_answer_counts(browsers, row, word):
    assert answer(browsers["olga"], row, word).redirect_chain == [(page_of(row), 302)]
    assert state(row) == ("held", "policy")


@pytest.mark.parametrize(("first", "word"), [(deciding.release, "released"), (deciding.drop, "dropped")])
def test_who_comes_second_is_told_who_was_first(browsers, row, first, word):
    first(row.id, Judge("Otto"), "mine")
    response = answer(browsers["olga"], row, "drop")
    assert f"It was already {word} by Otto at " in words(response)
    assert "mine" in words(response)
    assert Event.objects.filter(kind__in=["released", "dropped"]).count() == 1


@pytest.mark.parametrize("hold", ["", "x", "0", "99999999999999999999"])
def test_who_looked_at_another_hold_looks_again(browsers, row, hold):
    said = words(answer(browsers["olga"], row, "release", hold=hold))
    assert "It is held for another reason now. Look at it again." in said
    assert (state(row), copies()) == (("held", "policy"), [])


def test_what_nobody_works_at_once_is_said_to_be_in_the_line(browsers, row, monkeypatch):
    monkeypatch.setattr(deciding, "process_now", lambda _: None)
    assert "It is in the line again" in words(answer(browsers["olga"], row, "release"))
    assert state(row)[0] == "queued"
    work()
    assert state(row) == ("done", "relayed")


def test_who_had_read_past_its_place_finds_it_unread(browsers, cast, row):
    later = deliver(cast.seller_alias, mail(text="And?\n"))
    deciding.release(later.id, Judge("Olga"), "well")
    work()
    for who in ("ada", "ben"):
        until = {"until": timezone.now().isoformat()}
        browsers[who].post(reverse("mark_read", args=[cast.conversation.id]), until)
    assert "Unread:" not in words(browsers["ben"].get("/"))
    answer(browsers["olga"], row, "release")
    unread = {who: "Unread:" in words(browsers[who].get("/")) for who in ("ada", "ben")}
    assert unread == {"ada": False, "ben": True}
    assert "Unread:" in words(browsers["ben"].get("/?show=unread"))
    shown = browsers["ben"].get(talk_of(cast)).content.decode()
    until = re.search(r'name="until" value="([^"]+)"', shown)[1]
    browsers["ben"].post(reverse("mark_read", args=[cast.conversation.id]), {"until": until})
    assert "Unread:" not in words(browsers["ben"].get("/"))


def test_until_it_is_worked_its_author_sees_it_on_its_way(browsers, cast, row):
    deciding.release(row.id, Judge("Olga"), "well")
    said = words(browsers["ada"].get(talk_of(cast)))
    assert "On its way to the recipient’s mail server · released after review" in said
    assert "Held for review" not in said


class Doubting:
    def authenticate(self, raw, **_):
        return AuthenticationResult("fail", detail="nobody vouches")


def test_what_its_author_is_asked_about_is_shown_and_not_decided(browsers, cast, settings):
    settings.AUTHENTICATOR = "tests.portal.test_review.Doubting"
    working._authenticator.cache_clear()
    row = Inbound.objects.get(id=spool(cast.seller_alias, mail(), trusted=False))
    work(AtOnce())
    working._authenticator.cache_clear()
    said = words(browsers["olga"].get(page_of(row)))
    assert "It waits for its author" in said
    assert "Reason" not in said
    assert answer(browsers["olga"], row, "drop").status_code == 403
    assert state(row) == ("held", "unconfirmed")


def test_the_conversation_leads_the_operator_there_and_nobody_else(browsers, cast, row):
    foreign = deliver(cast.seller_alias, mail("eve@elsewhere.example"))
    links = {
        who: [page_of(one) in browsers[who].get(talk_of(cast)).content.decode() for one in (row, foreign)]
        for who in ("olga", "ada", "ben")
    }
    assert links == {"olga": [True, True], "ada": [False, False], "ben": [False, False]}


@pytest.mark.parametrize("number", ["00000000-0000-0000-0000-000000000001", None])
def test_what_was_never_held_has_no_page(browsers, cast, number):
    passed = deliver(cast.seller_alias, mail())
    assert browsers["olga"].get(reverse("review", args=[number or passed.id])).status_code == 404


class TestWhatIsKeptOfCleaning:
    def test_what_was_taken_out_of_a_file_its_author_and_the_operator_read(self, browsers, cast):
        deliver(cast.seller_alias, mail(files=[File("a.pdf", PDF, "application/pdf")]))
        told = "Author, program and other details of the PDF were taken out"
        seen = {who: told in words(browsers[who].get(talk_of(cast))) for who in ("ada", "ben", "olga")}
        assert seen == {"ada": True, "ben": False, "olga": True}

    def test_that_it_was_signed_its_author_and_the_operator_read(self, browsers, cast):
        raw = mail(
            text="-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nHello\n-----BEGIN PGP SIGNATURE-----\n\nabc\n"
            "-----END PGP SIGNATURE-----\n"
        )
        assert message_of(deliver(cast.seller_alias, raw)).signed
        told = "It came with a signature (S/MIME or OpenPGP)."
        seen = {who: told in words(browsers[who].get(talk_of(cast))) for who in ("ada", "ben", "olga")}
        assert seen == {"ada": True, "ben": False, "olga": True}

    def test_of_a_plain_mail_there_is_nothing_to_tell(self, browsers, cast):
        assert not message_of(deliver(cast.seller_alias, mail())).signed
        assert "signature" not in words(browsers["ada"].get(talk_of(cast)))
