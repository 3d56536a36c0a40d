"""A buyer and a seller write to each other from mail systems of their own, and from the portal."""

from tests.wire.browser import Browser
from tests.wire.desk import ADA, BEN
from tests.wire.house import until

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)


def own_words(caught):
    return caught.text.partition("-=- please write above this line -=-")[0].strip()


def test_a_mail_goes_out_masked_and_its_answer_comes_back_into_the_thread_of_whoever_began(house, catcher, order):
    question = ADA.letter(order.to_seller, "The lamp flickers. What can I do?\n")
    ADA.send(house.door(), order.to_seller, question)
    asked = catcher.sent_for(order.to_buyer)[0]
    assert (asked.recipient, str(asked.mail["To"])) == (BEN.address, f"Ben's Lamps <{order.to_seller}>")
    assert str(asked.mail["From"]) == f"Ada <{order.to_buyer}>"
    assert (str(asked.mail["Subject"]), own_words(asked)) == ("The lamp", "The lamp flickers. What can I do?")
    assert asked.reverse_path.startswith("b-")
    assert asked.reverse_path.endswith("@m.market.example")
    assert asked.cites == []

    answer = BEN.letter(order.to_buyer, "Turn the bulb.\n", subject="Re: The lamp", answers=[asked.msgid])
    BEN.send(house.door(), order.to_buyer, answer)
    answered = catcher.sent_for(order.to_seller)[0]
    assert (answered.recipient, own_words(answered)) == (ADA.address, "Turn the bulb.")
    # Each side's program is told the ids it knows: ada's her own, ben's those his mail system was given.
    ada_knows = _id_of(question)
    assert (answered.mail["In-Reply-To"], answered.cites) == (f"<{ada_knows}>", [ada_knows])

    thanks = ADA.letter(order.to_seller, "That was it.\n", answers=[ada_knows, answered.msgid])
    ADA.send(house.door(), order.to_seller, thanks)
    thanked = catcher.sent_for(order.to_buyer, 2)[1]
    assert thanked.cites == [asked.msgid, _id_of(answer)]
    assert thanked.mail["In-Reply-To"] == f"<{_id_of(answer)}>"

    said = [(one["direction"], one["text"], one["state"], one["origin"]) for one in house.told(order)["messages"]]
    assert said == [
        ("buyer-to-seller", "The lamp flickers. What can I do?", "relayed", "mail"),
        ("seller-to-buyer", "Turn the bulb.", "relayed", "mail"),
        ("buyer-to-seller", "That was it.", "relayed", "mail"),
    ]


def test_what_came_by_mail_stands_in_the_portal_and_what_is_typed_there_goes_out_by_mail(house, catcher, order):
    ADA.send(house.door(), order.to_seller, ADA.letter(order.to_seller, "Which bulb fits?\n"))
    asked = catcher.sent_for(order.to_buyer)[0]
    browser, place = Browser(house), f"/conversations/{order.conversation}/"
    inbox = browser.sign_in(BEN.address, catcher)
    assert (browser.status, browser.path) == (200, "/")
    assert order.number in inbox

    page = browser.get(place)
    assert "Which bulb fits?" in page
    after = browser.submit(
        page, f"{place}reply/", {"text": "An E14. See the picture."}, [("files", "C:\\ben\\bulb.png", PNG)]
    )
    assert "An E14. See the picture." in after

    answered = catcher.sent_for(order.to_seller)[0]
    assert (answered.recipient, own_words(answered)) == (ADA.address, "An E14. See the picture.")
    files = [
        (one.get_content_type(), one.get_filename(), one.get_content()) for one in answered.mail.iter_attachments()
    ]
    assert [(kind, content) for kind, _, content in files] == [("image/png", PNG)]
    # Ada's program knows her question by her own id, ben never named one.
    assert [one.partition("@")[2] for one in answered.cites] == [ADA.machine]

    again = ADA.letter(order.to_seller, "Thank you!\n", answers=[answered.msgid])
    ADA.send(house.door(), order.to_seller, again)
    thanked = catcher.sent_for(order.to_buyer, 2)[1]
    assert thanked.mail["In-Reply-To"] != f"<{answered.msgid}>"
    assert thanked.mail["In-Reply-To"] != f"<{asked.msgid}>"
    until(lambda: "Thank you!" in browser.get(place), "the page with the thanks")


def test_the_same_mail_sent_again_is_no_second_message_though_its_trace_differs(house, catcher, order, another_order):
    raw = ADA.letter(order.to_seller, "Only once, please.\n")
    assert raw.startswith(b"Received:")
    ADA.send(house.door(), order.to_seller, raw)
    ADA.send(
        house.door(), order.to_seller, b"Received: from backup.home.example by mx2.home.example; a day later\r\n" + raw
    )
    # What comes after it has come is worked after it.
    ADA.send(house.door(), another_order.to_seller, ADA.letter(another_order.to_seller, "The next one.\n"))
    catcher.sent_for(another_order.to_buyer)
    assert [own_words(one) for one in catcher.sent_for(order.to_buyer)] == ["Only once, please."]
    assert len(house.told(order)["messages"]) == 1


def test_a_stranger_to_the_conversation_reads_nothing_of_it_in_the_portal(house, catcher, order):
    ADA.send(house.door(), order.to_seller, ADA.letter(order.to_seller, "Between us two.\n"))
    catcher.sent_for(order.to_buyer)
    browser = Browser(house)
    browser.sign_in("cyn@rival.example", catcher)
    assert browser.path == "/"
    page = browser.get(f"/conversations/{order.conversation}/")
    assert browser.status == 404
    assert "Between us two." not in page


def _id_of(raw):
    return raw.partition(b"Message-ID: <")[2].partition(b">")[0].decode()
