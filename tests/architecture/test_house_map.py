"""The map of the house says what stands, and the check says when it no longer does."""

import pytest

from tools.house_map import Undescribed, draw, main

PAGE = "# House\n\n<!-- map:begin -->\n<!-- map:end -->\n\nThe end.\n"


@pytest.fixture
def house(tmp_path):
    """A small house and a page without a map."""
    hall = tmp_path / "house" / "hall"
    hall.mkdir(parents=True)
    (tmp_path / "house" / "__init__.py").write_text('"""A house."""\n')
    (tmp_path / "house" / "door.py").write_text('"""Lets people in.\n\nAnd out.\n"""\n')
    (hall / "__init__.py").write_text('"""Where coats hang."""\n')
    (hall / "hook.py").write_text('"""Holds one coat."""\n')
    (tmp_path / "house" / "folder_of_data").mkdir()
    (tmp_path / "page.md").write_text(PAGE)
    return tmp_path


def test_the_map_lists_modules_and_packages_with_their_first_lines(house):
    assert draw(house / "house").splitlines() == [
        "- **house/** A house.",
        "  - `door.py` Lets people in.",
        "  - **hall/** Where coats hang.",
        "    - `hook.py` Holds one coat.",
    ]


def test_the_map_is_stale_until_written_and_again_when_a_docstring_changes(house):
    page, package = house / "page.md", house / "house"
    assert main(["--check"], page, package) == 1
    assert page.read_text() == PAGE
    assert main([], page, package) == 0
    assert main(["--check"], page, package) == 0
    assert page.read_text().endswith("<!-- map:end -->\n\nThe end.\n")

    (package / "hall" / "hook.py").write_text('"""Holds two coats."""\n')
    assert main(["--check"], page, package) == 1


def test_a_module_that_does_not_say_what_it_is_for_fails_the_check(house, capsys):
    main([], house / "page.md", house / "house")
    silent = house / "house" / "silent.py"
    silent.write_text("x = 1\n")
    assert main(["--check"], house / "page.md", house / "house") == 1
    assert capsys.readouterr().err == f"{silent} has no docstring that says what it is for.\n"
    with pytest.raises(Undescribed):
        draw(house / "house")


def test_a_page_without_markers_is_not_touched(house):
    (house / "page.md").write_text("Nothing here.\n")
    with pytest.raises(ValueError, match="needs the lines"):
        main([], house / "page.md", house / "house")
    assert (house / "page.md").read_text() == "Nothing here.\n"
