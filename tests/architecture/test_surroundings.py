"""A test without its program or its references says so, and fails for it only where all must be present."""

import pytest
from _pytest.outcomes import Failed, Skipped

from tests import shared
from tests.programs import need


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder of programs that is all there is on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    return tmp_path


def test_a_program_on_the_path_is_found(programs):
    program = programs / "evenhand-invented-program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert need("evenhand-invented-program") == program


def test_a_missing_program_skips_the_test_and_names_itself(programs):
    with pytest.raises(Skipped, match=r"^evenhand-invented-program is not installed; "):
        need("evenhand-invented-program")


@pytest.mark.parametrize("ci", ["true", "1"])
def test_a_missing_program_fails_the_test_where_all_must_be_present(programs, monkeypatch, ci):
    monkeypatch.setenv("CI", ci)
    with pytest.raises(Failed, match=r"^evenhand-invented-program is not installed; "):
        need("evenhand-invented-program")


def test_missing_references_skip_the_test_everywhere(tmp_path, monkeypatch):
    monkeypatch.setattr(shared, "SHARED", tmp_path)
    monkeypatch.setenv("CI", "true")
    (tmp_path / "corpus").mkdir()
    assert shared.shared_folder("corpus") == tmp_path / "corpus"
    with pytest.raises(Skipped, match="no folder elsewhere"):
        shared.shared_folder("elsewhere")
