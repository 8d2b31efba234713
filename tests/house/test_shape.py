"""The shape of the house: small files, small functions, a sentence at every door, nothing of one machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from archiver import settings
from tests.house.tree import ARCHIVER, ROOT, files, functions, modules, name, parsed, rooms

_LONGEST_FILE = 400
_LONGEST_FUNCTION = 30


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_file_is_short_enough_to_be_read_tonight(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= _LONGEST_FILE


@pytest.mark.parametrize("path", rooms(), ids=name)
def test_a_function_is_short_enough_to_be_seen_at_once(path: Path) -> None:
    long = {each.name: _length(each) for each in functions(path) if _length(each) > _LONGEST_FUNCTION}

    assert long == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a body, its docstring left out."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_file_says_first_what_it_is_for(path: Path) -> None:
    text = ast.get_docstring(parsed(path)) or ""

    assert re.match(r"\S.*[.:!?]$", text.split("\n\n")[0].replace("\n", " "))


@pytest.mark.parametrize("path", sorted(ARCHIVER.glob("*/__init__.py")), ids=name)
def test_at_the_door_of_a_room_stands_its_sentence_and_nothing_else(path: Path) -> None:
    assert len(parsed(path).body) == 1


@pytest.mark.parametrize("path", files(), ids=name)
def test_no_file_knows_one_machine_or_is_unfinished(path: Path) -> None:
    # spelled apart, so that this file does not find itself
    machine = "|".join(rf"(?<![\w.:/*-])/{folder}\b" for folder in ("work", "root", "tmp", "home"))
    hosts = "|".join(("pypi" + r"\.", "--index" + "-url", "--find" + "-links", "--extra" + "-index"))
    unfinished = "|".join(rf"\b{word}\b" for word in ("TO" + "DO", "FIX" + "ME", "XX" + "X"))

    found = re.findall(f"{machine}|{hosts}|{unfinished}", path.read_text(encoding="utf-8"))

    assert found == []


def test_the_readme_is_short_and_the_changelog_is_not_empty() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    assert len(readme.splitlines()) <= 150
    assert "make demo" in readme
    assert re.search(r"^## ", changelog, re.MULTILINE)


def test_pictures_are_few_and_small_and_each_is_shown() -> None:
    pictures = sorted((ROOT / "docs" / "images").glob("*"))
    pages = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *ROOT.glob("docs/**/*.md"))
    )

    assert [path.name for path in pictures if f"images/{path.name})" not in pages] == []
    assert 0 < len(pictures) <= 12
    assert max(path.stat().st_size for path in pictures) <= 150_000


def test_the_example_of_settings_is_what_the_settings_say() -> None:
    """Refresh: python -c 'from archiver import settings as s; print(s.example(), end="")' > .env.example."""
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == settings.example()
