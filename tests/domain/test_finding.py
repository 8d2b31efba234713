"""What a query finds in a text, and by which characters of the original."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from archiver.domain.errors import QueryInvalid
from archiver.domain.finding import found_places, meets
from archiver.domain.folding import fold
from archiver.domain.query import parse
from tests.domain.strange_text import anything


def found(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in found_places(text, parse(query))]


@pytest.mark.parametrize(
    ("text", "query", "parts"),
    [
        ("قرأت الكتـاب وكِتابَهم", "كتاب", ["كتـاب", "كِتابَ"]),
        ("في وزارةِ الدفاع، أمس", '"وزارة الدفاع"', ["وزارةِ الدفاع"]),
        ("اتصل ٠٧٧٠ ١٢٣", "0770", ["٠٧٧٠"]),
        ("LEAKED pass\u200bports", "leak* passports", ["LEAK", "pass\u200bports"]),
        ("شركتهم", "شركة", ["شركت"]),
        ("وكتابهم", "كتا*", ["كتا"]),
        ("وكتابهم كتاب", '"كتاب"', ["كتاب"]),
        ("كتاب كتاب", "كتاب OR كتا*", ["كتاب", "كتاب"]),
        ("هيكل", "هیکل", ["هيكل"]),
        ("one &amp; two", '"one two"', ["one &amp; two"]),
        ("كتاب ودفتر", "كتاب NOT دفتر", ["كتاب"]),
        ("nothing here", "else", []),
    ],
)
def test_the_characters_of_the_original_are_found(text: str, query: str, parts: list[str]) -> None:
    assert found(text, query) == parts


@pytest.mark.parametrize(
    ("query", "is_met"),
    [
        ("leak", True), ("leak passport", True), ("leak visa", False), ("leak OR visa", True),
        ("leak NOT visa", True), ("leak NOT passport", False), ('"leak of"', True), ('"of leak"', False),
        ('"leak of a pass"*', True), ('"leak of a pass"', False), ("pass", False), ("pass*", True),
        ('"passport leak"', False), ("(visa OR leak) NOT (visa OR sport)", True),
    ],
)  # fmt: skip
def test_a_text_meets_a_query_or_not(query: str, is_met: bool) -> None:
    assert meets(fold("leak of a passport").text.split(" "), parse(query)) is is_met


@given(anything, anything)
def test_places_are_in_order_apart_and_there_when_a_text_without_not_meets(text: str, typed: str) -> None:
    try:
        query = parse(typed)
    except QueryInvalid:
        return
    places = found_places(text, query)

    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(first[1] <= second[0] for first, second in pairwise(places))
    if meets(fold(text).text.split(" "), query):
        assert places


@given(anything)
def test_a_word_of_a_text_finds_it(text: str) -> None:
    for word in fold(text).text.split():
        assert meets(fold(text).text.split(" "), parse(f'"{word}"'))
        assert found_places(text, parse(word))
