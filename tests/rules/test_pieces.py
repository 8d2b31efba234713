"""A text weighs what the pieces and words in it weigh, for every text and every table."""

from __future__ import annotations

import math
from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, strategies as st

from archiver.domain.folding import fold
from archiver.rules import evasion
from archiver.rules.pieces import Pieces, is_row, pieces
from archiver.rules.view import View
from tests.domain.strange_text import anything

texts = st.lists(
    anything | st.sampled_from(["ادفع ٢٥٠ وإلا سننشر صورك", "pay or we publish", "", "🔥"]), max_size=5
)


def rows_of(text: str) -> Counter[str]:
    return Counter(pieces(fold(text).text))


def test_the_pieces_of_a_text_are_four_letters_the_words_and_their_pairs() -> None:
    assert rows_of("Pay 250$ or…") == Counter(["_pay", "pay_", "=pay", "=pay 000", "=000 or", "_or_"])


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("_نشر", True), ("نشرو", True), ("رو__", False), ("a_bc", False), ("_or_", True), ("abc", False),
        ("abcde", False), ("0000", False), ("_00_", False), ("a123", False), ("a000", True),
        ("=or", False), ("=pay", True), ("=pay now", True), ("=pay now you", False), ("=pay ", False),
        ("= pay", False), ("=", False), ("=000", False), ("=000 pay", True), ("أنشر", False),
        ("aabc", False), ("=aab", False), ("=pay yes", True), ("a00b", True), ("", False),
    ],
)  # fmt: skip
def test_a_row_is_a_folded_piece_a_word_or_a_pair(text: str, is_one: bool) -> None:
    assert is_row(text) is is_one


@given(texts, st.data())
def test_sums_are_those_of_the_rows_that_stand_in_each_text(told: list[str], data: st.DataObject) -> None:
    found = [rows_of(text) for text in told]
    every = sorted({row for rows in found for row in rows})
    kept = data.draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    table = {
        row: (data.draw(st.integers(-9, 9)), number) for number, row in enumerate([*kept, "zzzz", "=zzz"])
    }
    held = Pieces(table, columns=2)

    sums = held.sums(View(told, evasion.FOLDED))

    for number, rows in enumerate(found):
        known = {row: count for row, count in rows.items() if row in table}
        root = math.sqrt(max(1, sum(known.values())))
        _, numbers, weights = sums.of(number)
        assert sums.counts[number] == sum(known.values())
        assert Counter(held.names[each] for each in numbers.tolist()) == known
        whole = [sum(table[row][column] * count for row, count in known.items()) / root for column in (0, 1)]
        assert np.allclose(weights.sum(axis=0), whole, atol=1e-3)
        assert np.isclose(sums.first[number], whole[0], atol=1e-3)


def test_a_row_stands_where_its_first_letter_or_edge_is() -> None:
    held = Pieces({"=صورك": (1.0,), "_صور": (2.0,)}, columns=1)
    view = View(["سننشر صورك"], evasion.FOLDED)

    places, _, _ = held.sums(view).of(0)

    assert set(places.tolist()) == {view.buffer.index(b"_", 4)}


def test_rows_whose_hashes_meet_are_told_apart() -> None:
    words = [f"={a}{b}{c}" for a in "abcdefghij" for b in "klmnopqrst" for c in "uvwxyzابتث"]
    held = Pieces({word: (float(number),) for number, word in enumerate(words)}, columns=1)
    view = View([" ".join(word[1:] for word in words)], evasion.FOLDED)

    _, numbers, _ = held.sums(view).of(0)

    assert [held.names[each] for each in numbers.tolist()] == words


def test_words_that_are_no_rows_are_not_taken_for_some() -> None:
    words = [
        "".join(letters) for letters in product("abcdefghijklm", "nopqrstuvwxyz", "abcdefghijklm", "nopqrst")
    ]
    rows, others = words[::2], words[1::2]
    held = Pieces({f"={word}": (1.0,) for word in rows}, columns=1)

    sums = held.sums(View([" ".join(rows), " ".join(others)], evasion.FOLDED))

    assert sums.counts.tolist() == [len(rows), 0]


def test_a_table_without_rows_weighs_nothing() -> None:
    sums = Pieces({}, columns=3).sums(View(["anything", ""], evasion.FOLDED))

    assert (sums.first.tolist(), sums.counts.tolist()) == ([0.0, 0.0], [0, 0])
