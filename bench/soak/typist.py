"""Stands for a process of the portal: types into conversations by way of the relay, as a reply on a page does."""

from __future__ import annotations

import sys
import uuid

__all__ = ["main"]


def main() -> None:
    """
    Follow the commands on standard input, one line each, and answer each by `done`.

    `type CONVERSATION TOKEN WORDS` submits a seller's message and works it at once; `code` has the portal send a mail
    of its own; `lapse` ends holds whose time is up.
    """
    import django

    django.setup()
    from django.core.mail import send_mail

    from evenhand.conversations.models import Conversation
    from evenhand.relay.holds import let_lapse
    from evenhand.relay.intake import submit
    from evenhand.relay.work import process_now

    print("ready", flush=True)
    for line in sys.stdin:
        match line.split(maxsplit=3):
            case ["type", conversation, token, words]:
                talk = Conversation.objects.select_related("order", "seller").get(id=conversation)
                spooled = submit(
                    conversation=talk, author=talk.seller, user_id=None, text=words, token=uuid.UUID(token)
                )
                process_now(spooled)
            case ["code"]:
                send_mail("A code", "It is 1234.", None, ["ada@home.example"])
            case ["lapse"]:
                let_lapse()
        print("done", flush=True)


if __name__ == "__main__":
    main()
