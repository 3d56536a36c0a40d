"""Every check by the id of its rule: gathered here from the files of rules, which do not know each other."""

from __future__ import annotations

from collections.abc import Mapping

from evenhand.policy.rule import Check
from evenhand.policy.rules import (
    account,
    benefits,
    concealed,
    consent,
    contact,
    fetched,
    files,
    law,
    links,
    looks,
    marketing,
    masked,
    orders,
    pictures,
    requests,
    reviews,
    timing,
)

__all__ = ["CHECKS"]

_FILES = (
    account,
    benefits,
    concealed,
    consent,
    contact,
    fetched,
    files,
    law,
    links,
    looks,
    marketing,
    masked,
    orders,
    pictures,
    requests,
    reviews,
    timing,
)

CHECKS: Mapping[str, Check] = {id_: check for one in _FILES for id_, check in one.CHECKS.items()}
"""A rule that is not among these stands in no pack: a pack claims nothing that it does not check."""
