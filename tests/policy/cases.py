"""The circumstances that the shared catalogue tells in words, as lines of `evenhand check --jsonl`: by rule and number."""

OURS, OTHERS = "902-5550101-0000042", "902-5550199-0000077"
PDF, DOCX = "application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MIB = 1024 * 1024
REQUEST = "platform-review-request"
ASK = "Please leave a review of the lantern."
TEXT_OF_PICTURE = "Dear buyer, your parcel left our house this morning and comes on Tuesday"


def files(*rows):
    names = ("name", "type", "size", "text")
    return {"text": "Here it is.", "attachments": [dict(zip(names, row, strict=False)) for row in rows]}


def picture(kind="photo", **known):
    html = "" if known.get("text") else "<p>About your order.</p>"
    return {
        "html": f'{html}<img src="cid:p" alt="p">',
        "images": [{"source": "cid:p", "kind": kind, "text": "", **known}],
    }


def order(**known):
    return {"order": {"id": OURS, **known}}


def said(by, count):
    return [{"by": by, "text": f"Word {number}."} for number in range(count)]


REPLY = {"class": "reply"}
OUT = {"buyer": {"opted_out": True}}
LATE = {"now": "2026-06-10T10:00:00Z"}
BARRED = {"sender": {"restriction": "barred", "restricted_until": "2026-06-12T00:00:00Z"}}
LIMITED = {"sender": {"restriction": "template-only"}}
EARLY = "2026-05-10T10:00:00Z"


def window(earliest=EARLY, latest=EARLY, now="2026-05-14T10:00:00Z", **known):
    return {
        "purpose": REQUEST,
        "now": now,
        **order(
            **{"shipped_at": "2026-05-02T10:00:00Z", "earliest_delivery": earliest, "latest_delivery": latest, **known}
        ),
    }


CASES = {
    "one-review-request-violates-1": {"text": "A quick nudge about the wok: any thoughts for its page yet?", "requests": 1},
    "one-review-request-violates-2": {"text": "Here is the lid. And do add a review if you have a minute.", "requests": 1},
    "one-review-request-violates-3": {"text": "Please review the pegs.", "requests": 1},
    "one-review-request-violates-4": {"text": "Please leave a product review.", "requests": 1},
    "one-review-request-complies-1": {"text": ASK, "requests": 0},
    "one-review-request-complies-2": {"text": "The charger is in the side pocket.", "requests": 1, **REPLY},
    "one-review-request-complies-3": {"text": ASK, "requests": [{"at": "2026-05-01", "outcome": "refused"}]},
    "one-review-request-complies-4": {"text": "May the pallet come on Thursday?", "requests": 1},
    "link-third-party-violates-4": {"text": "See https://sho.rt.example/x9", "purpose": "review-request"},
    "link-third-party-complies-4": {
        "text": "Choose a day at https://carrier.example/slot/7", "purpose": "schedule-delivery",
        "links": [{"address": "https://carrier.example/slot/7", "status": 200}],
    },
    "link-third-party-complies-5": {
        "text": "The proof is at https://proofs.example/77", "purpose": "verify-custom-design",
        "links": [{"address": "https://proofs.example/77", "status": 200}],
    },
    "link-storefront-complies-3": {
        "text": "https://market.example/review/create-review?asin=B000TEST02",
        **order(products=["B000TEST01", "B000TEST02"]),
    },
    "coupon-violates-3": picture(text="TEN OFF with TEN4U"),
    "link-logo-violates-4": picture("logo", text="acme-lamps.example"),
    "link-logo-complies-3": picture("logo", text="Acme Lamps Ltd"),
    "link-other-violates-4": {
        "text": "https://market.example/review/create-review?asin=B000TEST09", **order(products=["B000TEST01"]),
    },
    "link-other-complies-3": {
        "text": "https://market.example/-/en/review/create-review?asin=B000TEST01", **order(products=["B000TEST01"]),
    },
    "link-insecure-violates-2": {
        "text": "https://market.example/orders/9", "links": [{"address": "https://market.example/orders/9", "status": 404}],
    },
    "link-insecure-violates-3": {
        "text": "https://market.example/orders/9",
        "links": [{"address": "https://market.example/orders/9", "failure": "its certificate has expired"}],
    },
    "link-insecure-complies-3": {
        "text": "https://market.example/orders/9", "links": [{"address": "https://market.example/orders/9", "status": 200}],
    },
    "recipient-not-customer-violates-1": {"text": "Still thinking it over?", "customer": False},
    "recipient-not-customer-violates-2": {"text": "Your lamp is back.", "customer": False},
    "recipient-not-customer-violates-3": {"text": "Ours is brighter.", "customer": False},
    "recipient-not-customer-complies-1": {"text": "It is 24 cm high.", "customer": True, **REPLY},
    "recipient-not-customer-complies-2": {"text": "May it come on Thursday?", "customer": True, **order()},
    "recipient-not-customer-complies-3": {"text": "The new one left today.", "customer": True, **order()},
    "important-tag-complies-3": {
        "subject": "[Important] Delivery address incomplete", "text": "Which number is it?", "purpose": "address-problem",
    },
    "critical-channel-violates-1": {"text": "Which street?", "purpose": "address-problem", "way": "free", **OUT},
    "critical-channel-violates-2": {
        "subject": "[Important] delivery", "text": "On Thursday?", "purpose": "schedule-delivery", "way": "free", **OUT,
    },
    "critical-channel-violates-3": {"text": "With one n?", "purpose": "verify-custom-design", "way": "free", **OUT},
    "critical-channel-complies-1": {"text": "Which street?", "purpose": "address-problem", "way": "contact-reason", **OUT},
    "critical-channel-complies-2": {"text": "On Thursday?", "purpose": "schedule-delivery", "way": "interface", **OUT},
    "critical-channel-complies-3": {
        "text": f"Which street, for order {OURS}?", "purpose": "address-problem", "way": "free", "buyer": {"opted_out": False},
    },
    "product-image-violates-1": picture("product"),
    "product-image-violates-2": picture("product"),
    "product-image-violates-3": picture("product"),
    "product-image-complies-2": picture("diagram"),
    "product-image-complies-3": {**picture("product"), "purpose": "verify-custom-design"},
    "attachment-type-violates-1": files(("invoice.pdf.exe", "application/x-dosexec", 9)),
    "attachment-type-violates-2": files(("manual.zip", "application/zip", 9)),
    "attachment-type-violates-3": files(("guide.pdf", "text/html", 9)),
    "attachment-type-violates-4": files(("wiring.mp4", "video/mp4", 9)),
    "attachment-type-complies-1": files(("warranty.pdf", PDF, 9)),
    "attachment-type-complies-2": files(("scan.JPG", "image/jpeg", 9)),
    "attachment-type-complies-3": files(("care-notes.docx", DOCX, 9)),
    "attachment-size-violates-1": files(("manual.pdf", PDF, int(10.4 * MIB))),
    "attachment-size-violates-2": {**files(*[(f"{number}.pdf", PDF, 50_000) for number in range(6)]), "way": "interface"},
    "attachment-size-violates-3": files(*[(f"{number}.pdf", PDF, int(2.6 * MIB)) for number in range(4)]),
    "attachment-size-complies-1": files(*[(f"{number}.pdf", PDF, int(1.9 * MIB)) for number in range(5)]),
    "attachment-size-complies-2": files(("manual.pdf", PDF, int(9.99 * MIB))),
    "attachment-size-complies-3": {**files(("one.pdf", PDF, 6 * MIB)), **REPLY},
    "attachment-content-violates-1": files(("booklet.pdf", PDF, 9, "Post a photo and a review and get a free mug.")),
    "attachment-content-violates-2": files(("invoice.pdf", PDF, 9, "https://acme-lamps.example/shop")),
    "attachment-content-violates-3": files(("card.jpg", "image/jpeg", 9, "five stars please")),
    "attachment-content-complies-1": files(("booklet.pdf", PDF, 9, "Open the drawer with the sticker first.")),
    "attachment-content-complies-2": files(("invoice.pdf", PDF, 9, "https://pruefen.finanzamt.gov.example/b/88")),
    "attachment-content-complies-3": files(("manual.pdf", PDF, 9, "Rated 5 stars for energy use.")),
    "animated-image-violates-1": {"html": '<img src="cid:spinner.gif" alt="it turns">'},
    "animated-image-violates-2": picture(type="image/gif", frames=1),
    "animated-image-violates-3": picture(type="image/png", frames=2),
    "animated-image-complies-1": picture(type="image/png", frames=1),
    "animated-image-complies-2": {**picture(type="image/jpeg", frames=1), **REPLY},
    "animated-image-complies-3": picture(type="image/webp", frames=1),
    "image-over-80-violates-3": picture(width=1200),
    "too-many-line-breaks-violates-3": {"text": "Hello,\n\n\n\nyour order left today."},
    "too-many-line-breaks-complies-3": {"text": "\n".join(f"{number} mm" for number in range(9))},
    "accessibility-violates-2": picture(text=TEXT_OF_PICTURE),
    "accessibility-complies-3": {
        "html": f'<img src="cid:p" alt="letter"><p>{TEXT_OF_PICTURE}.</p>',
        "images": [{"source": "cid:p", "text": TEXT_OF_PICTURE}],
    },
    "order-id-missing-complies-1": {"subject": f"Order {OURS}", "text": "Which colour may we send?"},
    "order-id-missing-complies-3": {"text": "Which colour?", "template": {"name": "q", "platform": True, "adds_order_id": True}},
    "language-of-preference-violates-1": {
        "text": "Where should we leave the parcel if you are not at home when it comes?", "locale": "es-US",
    },
    "language-of-preference-violates-2": {
        "text": "Wo sollen wir das Paket ablegen, wenn Sie nicht zu Hause sind und es kommt?", "locale": "nl-NL",
    },
    "language-of-preference-violates-3": {
        "text": "Voici le document que nous devons joindre à votre commande.", "locale": "fr-FR",
        "attachments": [
            {"name": "notice.pdf", "type": PDF, "size": 9, "serves": "legal-document",
             "text": "This is the notice which the law asks us to give to you with your order."}
        ],
    },
    "language-of-preference-complies-1": {
        "text": "Where should we leave the parcel if you are not at home when it comes?", "locale": "en-GB",
    },
    "language-of-preference-complies-2": {"text": "ご注文のGlow Lantern Proはどの色にしますか。", "locale": "ja-JP"},
    "language-of-preference-complies-3": {
        "text": "It is 24 cm high, and the wick is in the box with the glass.", "locale": "de-DE", **REPLY,
    },
    "order-id-wrong-violates-1": {"text": f"Order {OTHERS} leaves today.", **order()},
    "order-id-wrong-violates-2": {"text": "Order 111-1111111-1111111 leaves today.", **order()},
    "order-id-wrong-violates-3": {**files(("invoice.pdf", PDF, 9, f"Invoice for {OTHERS}")), **order()},
    "order-id-wrong-complies-1": {"text": f"{OURS}, replaced by {OTHERS}", **order(related=[OTHERS])},
    "order-id-wrong-complies-2": {"text": OURS.replace("-", " "), **order()},
    "order-id-wrong-complies-3": {
        "text": "That one is not yours.", "earlier": [{"by": "buyer", "text": f"And {OTHERS}?"}], **order(), **REPLY,
    },
    "message-window-violates-1": {**order(placed_at="2026-03-01T10:00:00Z"), "now": "2026-03-31T10:01:00Z"},
    "message-window-violates-2": {**order(delivered_at="2026-06-04T10:00:00Z"), "now": "2026-07-05T10:00:00Z"},
    "message-window-violates-3": {
        **order(placed_at="2026-03-01T10:00:00Z", status="unshipped"), "now": "2026-04-03T10:00:00Z",
    },
    "message-window-complies-1": {**order(placed_at="2026-03-01T10:00:00Z"), "now": "2026-03-31T10:00:00Z"},
    "message-window-complies-2": {**order(placed_at="2026-03-01T10:00:00Z"), "now": "2026-05-01T10:00:00Z", **REPLY},
    "message-window-complies-3": {
        **order(placed_at="2026-03-01T10:00:00Z", status="unshipped"), "now": "2026-04-15T10:00:00Z",
    },
    "message-window-complies-4": {
        **order(placed_at="2026-03-01T10:00:00Z", delivered_at="2026-03-08T10:00:00Z"), "now": "2026-04-06T10:00:00Z",
    },
    "solicitation-window-violates-1": window(),
    "solicitation-window-violates-2": window(earliest="2026-05-08T10:00:00Z", now="2026-06-10T10:00:00Z"),
    "solicitation-window-violates-3": window(now="2026-05-16T10:00:00Z", shipped_at=None, status="unshipped"),
    "solicitation-window-complies-1": window(now="2026-05-15T10:00:00Z"),
    "solicitation-window-complies-2": window(now="2026-06-09T10:00:00Z"),
    "solicitation-window-complies-3": {**window(), "text": "May it come on Thursday?", "purpose": "schedule-delivery"},
    "contact-on-cancelled-order-violates-1": {"text": "Would you like it after all?", **order(status="cancelled")},
    "contact-on-cancelled-order-violates-2": {"purpose": REQUEST, **order(status="Canceled")},
    "contact-on-cancelled-order-violates-3": {
        "text": "How to care for it.", **order(items=[{"asin": "B1", "status": "cancelled"}, {"asin": "B2", "cancelled": True}]),
    },
    "contact-on-cancelled-order-complies-1": {"text": "It was paid back today.", **order(status="cancelled"), **REPLY},
    "contact-on-cancelled-order-complies-2": {
        "text": "Which colour?", **order(items=[{"asin": "B1", "status": "cancelled"}, {"asin": "B2"}]),
    },
    "contact-on-cancelled-order-complies-3": {"text": "Which colour?", **order(status="unshipped")},
    "buyer-opted-out-violates-1": {"text": ASK, "purpose": "review-request", "audience": "delivered = true", **OUT},
    "buyer-opted-out-violates-2": {"text": "How to care for it.", **OUT},
    "buyer-opted-out-violates-3": {"text": "One more thing.", "opened_by": "seller", **OUT},
    "buyer-opted-out-complies-1": {"text": "It is 24 cm high.", **OUT, **REPLY},
    "buyer-opted-out-complies-2": {"text": "Which street?", "purpose": "address-problem", "way": "contact-reason", **OUT},
    "buyer-opted-out-complies-3": {"text": "Is it spelled right?", "purpose": "verify-custom-design", **OUT},
    "stop-request-violates-1": {"text": ASK, "earlier": [{"by": "buyer", "text": "no more mails please"}]},
    "stop-request-violates-2": {"text": "How to care for it.", "buyer": {"stopped": True}},
    "stop-request-violates-3": {"text": ASK, "buyer": {"stopped": True}},
    "stop-request-complies-1": {
        "text": "On Thursday?", "purpose": "schedule-delivery", "earlier": [{"by": "buyer", "text": "no more mails please"}],
    },
    "stop-request-complies-2": {"text": "It is done.", "earlier": [{"by": "buyer", "text": "stop the order"}]},
    "stop-request-complies-3": {"text": "24 cm.", "earlier": [{"by": "buyer", "text": "no more mails please"}], **REPLY},
    "order-frequency-violates-1": {"text": "Which colour?", "earlier": said("seller", 4)},
    "order-frequency-violates-2": {"text": "Which colour?", "earlier": said("seller", 4)},
    "order-frequency-violates-3": {"text": "How to care for it.", "earlier": said("seller", 4)},
    "order-frequency-complies-1": {"text": "Which colour?", "earlier": said("seller", 2)},
    "order-frequency-complies-2": {"text": "Which colour?", "earlier": [*said("seller", 6), *said("buyer", 1)]},
    "order-frequency-complies-3": {"text": "24 cm.", "earlier": said("seller", 4), **REPLY},
    "daily-cap-violates-1": {"text": "Which colour?", "sender": {"sent_today": 800, "daily_orders": 40}},
    "daily-cap-violates-2": {"text": "Which colour?", "sender": {"sent_today": 600, "daily_orders": 0}},
    "daily-cap-violates-3": {"text": "Which colour?", "sender": {"sent_today": 600}},
    "daily-cap-complies-1": {"text": "Which colour?", "sender": {"sent_today": 799, "daily_orders": 40}},
    "daily-cap-complies-2": {"text": "24 cm.", "sender": {"sent_today": 9000, "daily_orders": 40}, **REPLY},
    "daily-cap-complies-3": {"text": "Which colour?", "sender": {"sent_today": 0, "daily_orders": 40}},
    "sender-not-authorised-violates-1": {"text": "24 cm.", "sender": {"address": "t@home.example", "approved": False}, **REPLY},
    "sender-not-authorised-violates-2": {"text": "24 cm.", "sender": {"address": "d@new.example", "approved": False}},
    "sender-not-authorised-violates-3": {"text": "24 cm.", "sender": {"address": "ben@glow.example", "approved": False}},
    "sender-not-authorised-complies-1": {"text": "24 cm.", "sender": {"address": "desk@glow.example", "approved": True}},
    "sender-not-authorised-complies-2": {"text": "24 cm.", "origin": "portal", "sender": {"approved": False}},
    "sender-not-authorised-complies-3": {"text": "24 cm.", "sender": {"address": "DESK@glow.example", "approved": True}},
    "account-restricted-violates-1": {"text": ASK, **BARRED, **LATE},
    "account-restricted-violates-2": {"text": "How to care for it.", "sender": {"restriction": "barred"}, **LATE},
    "account-restricted-violates-3": {"text": ASK, **BARRED, **LATE},
    "account-restricted-complies-1": {"text": ASK, **BARRED, "now": "2026-06-13T10:00:00Z"},
    "account-restricted-complies-2": {"text": "24 cm.", **BARRED, **LATE, **REPLY},
    "account-restricted-complies-3": {"purpose": REQUEST, **BARRED, **LATE},
    "template-only-violates-1": {"text": "How is it?", "template": "", **LIMITED},
    "template-only-violates-2": {"text": "How is it?", "template": {"name": "t", "platform": True, "changed": True}, **LIMITED},
    "template-only-violates-3": {"text": "How is it?", "template": {"name": "mine"}, **LIMITED},
    "template-only-complies-1": {"text": "How is it?", "template": {"name": "t", "platform": True}, **LIMITED},
    "template-only-complies-2": {"text": "24 cm.", "template": "", **LIMITED, **REPLY},
    "template-only-complies-3": {"text": "How is it?", "template": "", "sender": {"restriction": ""}},
    "wrong-thread-violates-1": {"text": "24 cm.", "apart": True, **REPLY},
    "wrong-thread-violates-2": {"text": "24 cm.", "apart": True, "way": "contact-reason", **REPLY},
    "wrong-thread-violates-3": {"text": "24 cm.", "apart": True, "way": "free", **REPLY},
    "wrong-thread-complies-1": {"text": "24 cm.", "apart": False, **REPLY},
    "wrong-thread-complies-2": {"text": "24 cm.", "apart": False, **REPLY},
    "wrong-thread-complies-3": {"text": "24 cm.", "apart": False, **REPLY},
    "de-review-ask-is-advertising-violates-1": {"text": f"Your invoice is attached. {ASK}", "buyer": {"country": "DE"}},
    "de-review-ask-is-advertising-violates-2": {
        "text": "How did it go?", "purpose": "satisfaction-survey", "buyer": {"country": "DE"},
    },
    "de-review-ask-is-advertising-violates-3": {"text": ASK, **order(marketplace="market.de")},
    "de-review-ask-is-advertising-complies-1": {"text": "Your invoice is attached.", "buyer": {"country": "DE"}},
    "de-review-ask-is-advertising-complies-2": {"text": ASK, "buyer": {"country": "PL"}},
    "de-review-ask-is-advertising-complies-3": {"text": ASK, "buyer": {"country": "DE", "consents": True}},
}  # fmt: skip
"""Rows of rules that go by facts; those of rules that read words stand beside."""
