"""Slows the collector of cyclic rubbish down in processes that live long."""

from __future__ import annotations

import gc

__all__ = ["calm_collector"]


def calm_collector() -> None:
    """
    Let a process that has started look for cyclic rubbish less often, and never again in what it started with.

    Mails come and go by reference counting; the collector's default pace costs a mail server a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
