"""Folders of references beside the checkout, which some tests score themselves on and none depends on."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared_folder(name: str) -> Path:
    """Find a folder of the references, or skip with a reason: a checkout need not have them beside it."""
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"no folder {name} of references beside this checkout", allow_module_level=True)
    return folder
