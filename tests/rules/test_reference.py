"""The page on rules can't rot: its packs load, its examples hold, its tables are those of the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archiver.domain.flag import Category
from archiver.domain.post import MediaKind
from archiver.domain.rule import ENTITY_KINDS, LANGUAGES, TRAITS, Boundary, Standing
from archiver.rules import example, group, reading, rule
from archiver.rules.conditions import CALLS, parse
from archiver.rules.detectors.kinds import KINDS
from archiver.rules.flagger import Flagger
from archiver.rules.lexicons import read_lexicon
from archiver.rules.rulebook import Library, read_library
from archiver.rules.sheet import Sheet
from archiver.services.evaluating import count_examples, failing_examples
from tests.house.tree import REFERENCE, ROOT

PAGE = (REFERENCE / "rules.md").read_text("utf-8")
SHOWN = {"blackmail", "shapes"}
"""The packs that the page shows."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def table(first: str) -> dict[str, str]:
    """Return the rows of the table whose first heading this is."""
    rows = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert rows
    return dict(re.findall(r"^\| `([^`]+)` \| (.*) \|$", rows[1], re.MULTILINE))


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Give the packs of the page, loaded together."""
    for number, block in enumerate(blocks("yaml")):
        (tmp_path / f"{number}.yml").write_text(block, "utf-8")
    return read_library([tmp_path])


def test_every_pack_of_the_page_loads_and_its_standings_hold(library: Library) -> None:
    packs = [pack for pack in library.packs if pack.name in SHOWN]

    assert len(blocks("yaml")) == PAGE.count("```yaml") == 3
    assert {rule.id: rule.standing for pack in packs for rule in pack.rules} == {
        "blackmail.pictures-or-pay": Standing.ON,
        "shapes.rows-for-sale": Standing.SHADOW,
        "shapes.nameless-file": Standing.OFF,
    }


def test_the_examples_of_the_page_hold(library: Library) -> None:
    packs = [pack for pack in library.packs if pack.name in SHOWN]
    flagger = Flagger(library.all_on().rulebook())

    assert count_examples(packs) == 10
    assert failing_examples(packs, flagger.flag) == []


def test_the_lexicon_of_the_page_loads() -> None:
    sheet = Sheet("words.tsv")

    found = [read_lexicon(sheet, block) for block in blocks("tsv")]

    assert ([lexicon.columns for lexicon in found], sheet.faults) == (
        [("any", "sextortion", "extortion")],
        [],
    )


def test_the_page_explains_every_key() -> None:
    languages = ("| " + ", ".join(f"`{language}`" for language in LANGUAGES)) + " |"

    assert languages in PAGE
    assert table("key of a file").keys() == set(reading.KEYS)
    assert table("key of a group").keys() == set(group.KEYS) - set(LANGUAGES)
    assert table("key of a rule").keys() == set(rule.KEYS)
    assert [key for key in (*example.KEYS, *example.SIDES) if f"`{key}`" not in PAGE] == []


def test_every_key_is_shown_in_a_pack() -> None:
    shown = set(re.findall(r"(\w+):", "\n".join(blocks("yaml"))))

    assert {*reading.KEYS, *group.KEYS, *rule.KEYS} - shown == {"lexicon"}


def test_every_condition_of_the_page_is_one_and_every_function_is_there() -> None:
    cells = re.search(r"^\| condition \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert cells
    conditions = [each for each in re.findall(r"`([^`]+)`", cells[1]) if "(" in each and each != "( )"]

    for each in conditions:
        parse(each, pack="p")
    assert {each.partition("(")[0] for each in conditions} == set(CALLS)


def test_the_tables_of_the_page_are_those_of_the_program() -> None:
    """Refresh a table from `KINDS` or `TRAITS`: a row a kind, its name in backticks, then its sentence."""
    assert table("`detect`") == dict(KINDS)
    assert table("`traits`") == TRAITS
    assert table("`match`").keys() == set(Boundary)


def test_the_page_lists_every_word_that_a_key_may_hold() -> None:
    words = [*ENTITY_KINDS, *MediaKind, *Category, *Standing]

    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_the_glossary_has_every_category() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")

    assert [category for category in Category if f"| {category} |" not in glossary] == []
