"""What is a job and no message: housekeeping, run by Procrastinate on any one of the workers."""

from __future__ import annotations

from procrastinate.contrib.django import app

__all__ = ["tidy"]


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="tidy", name="tidy")
def tidy(timestamp: int) -> None:  # noqa: ARG001  Procrastinate passes it
    """Let holds lapse whose time is up, and forget sessions that have ended and questions nobody answered."""
    # Imported here because this file is read while Django is still being set up.
    from datetime import UTC, datetime

    from django.core.management import call_command

    from evenhand.participants.proofs import forget_old
    from evenhand.relay.holds import let_lapse

    let_lapse()
    forget_old(now=datetime.now(UTC))
    call_command("clearsessions")
