"""The outside programs some tests drive: found, skipped for, or, where all must be present, failed for."""

import os
import shutil
from pathlib import Path

import pytest

# Servers' commands lie where the path of an ordinary user does not lead.
_SYSTEM = "/usr/local/sbin:/usr/sbin:/sbin"


def need(program: str) -> Path:
    """
    Find a program by name, or skip the test with a reason; with CI=true fail it, since nobody reads the skips there.

    Works in a test, in a fixture and at the top of a module.
    """
    found = shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:{_SYSTEM}")
    if found:
        return Path(found)
    reason = f"{program} is not installed; .ci/run lists the packages the tests use"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)
