"""Reads the facts of an order from the file that `--order` names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evenhand.cli.check.facts import Unusable, order_of
from evenhand.cli.faults import WRONG_USAGE, Fault

__all__ = ["order_in"]


def order_in(path: str) -> Mapping[str, Any]:
    """Give the order as it stands there; what is no order is a wrong command, and told before anything is checked."""
    try:
        if not Path(path).is_file():
            raise Fault(f"--order: {path} is no file.", code=WRONG_USAGE)
        order = json.loads(Path(path).read_bytes().decode("utf-8-sig"))
        order_of(order)
    except OSError as error:
        raise Fault(f"--order: {path} can't be read: {error.strerror or error}.", code=WRONG_USAGE) from None
    except Unusable as error:
        raise Fault(f"--order: {path}: {error}.", code=WRONG_USAGE) from None
    except UnicodeDecodeError:
        raise Fault(f"--order: {path} is not UTF-8.", code=WRONG_USAGE) from None
    except RecursionError:
        raise Fault(f"--order: {path} is nested too deeply.", code=WRONG_USAGE) from None
    except ValueError as error:
        raise Fault(f"--order: {path} is no JSON: {error}.", code=WRONG_USAGE) from None
    if not isinstance(order, Mapping):
        raise Fault(f'--order: {path} holds no object such as {{"id": …, "placed_at": …}}.', code=WRONG_USAGE)
    return order
