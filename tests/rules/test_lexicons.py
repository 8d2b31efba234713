"""Lexicons: tables of weights."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.domain.rule import Lexicon
from archiver.rules.lexicons import read_lexicon
from archiver.rules.sheet import Sheet

WORDS = (
    "row\tany\textortion\tleak-2\n(base)\t-2.5\t-1\t0\n# a remark\n\n_نشر\t1.5\t0\t1\r\npay_\t 2 \t-.5\t0\n"
    "=انشر صورك\t1\t2\t0\n{common.hotline}\t-1\t0\t0\n"
)
HEAD = "row\tany\ta\n(base)\t1\t0\n"
FIRST_LINE = "the first line must be row and two columns at least, tabs between them"
ROWS = "write four folded letters (_ for the edge of a word), =word, =word word, or {pack.group}"
NO_BASE = "no row (base); add one with what each column weighs before anything is found"


def read(text: str) -> tuple[Lexicon, list[str]]:
    sheet = Sheet("words.tsv")
    found = read_lexicon(sheet, text)
    return found, [str(fault) for fault in sheet.faults]


def test_a_lexicon_maps_words_pieces_and_groups_to_a_weight_for_each_column() -> None:
    assert read(WORDS) == (
        Lexicon(
            columns=("any", "extortion", "leak-2"),
            base=(-2.5, -1.0, 0.0),
            rows={"_نشر": (1.5, 0.0, 1.0), "pay_": (2.0, -0.5, 0.0), "=انشر صورك": (1.0, 2.0, 0.0)},
            groups={"common.hotline": (-1.0, 0.0, 0.0)},
        ),
        [],
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: the file is empty; begin with a line of row and the columns, tabs between them"),
        ("row any a\n(base)", f"1: {FIRST_LINE}"),
        ("word\tany\ta\n(base)\t1\t1", f"1: {FIRST_LINE}"),
        ("row\tany\n(base)\t1", f"1: {FIRST_LINE}"),
        ("row\tany\tA b\n(base)\t1\t1", "1: column 'A b' is no name; use small letters, digits, - and _"),
        ("row\ta\ta\n(base)\t1\t1", "1: column a stands twice; delete one"),
        ("row\tany\ta\npay_\t1\t1", f"1: {NO_BASE}"),
        (f"{HEAD}pay_\t1", "3: 1 weights where the first line has 2 columns; tabs part them"),
        ("row\tany\ta\n(base)\n", "2: 0 weights where the first line has 2 columns; tabs part them"),
        (f"{HEAD}pay_\t1,5\t0", "3: the weight '1,5' is no number between -1000 and 1000, as in 0.5"),
        (f"{HEAD}pay_\t1e4\t0", "3: the weight '1e4' is no number between -1000 and 1000, as in 0.5"),
        (f"{HEAD}pay\t1\t0", f"3: 'pay' is no row; {ROWS}"),
        (f"{HEAD}أنشر\t1\t0", f"3: 'أنشر' is no row; {ROWS}"),
        (f"{HEAD}pay_\t1\t1\npay_\t2\t1", "4: 'pay_' stands in line 3 too; delete one"),
        (f"{HEAD}(base)\t2\t1", "3: '(base)' stands in line 2 too; delete one"),
    ],
)
def test_a_fault_is_told_with_its_line_and_nothing_is_half_loaded(text: str, said: str) -> None:
    found, faults = read(text)

    assert faults == [f"words.tsv:{said}"]
    assert (found.base, found.rows) == ((), {})


def test_all_faults_are_told_at_once() -> None:
    assert read("row\tany\ta\nx\t?\t0")[1] == [
        "words.tsv:2: the weight '?' is no number between -1000 and 1000, as in 0.5",
        f"words.tsv:2: 'x' is no row; {ROWS}",
        f"words.tsv:1: {NO_BASE}",
    ]


@given(st.text("phrase(b)\t\n01.-#x_", max_size=80) | st.text(max_size=40))
def test_any_text_is_a_lexicon_or_has_faults(text: str) -> None:
    found, faults = read(f"row\tany\ta\n{text}")

    assert faults or all(len(row) == 2 for row in (found.base, *found.rows.values()))
