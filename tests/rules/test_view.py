"""The folded view of a batch says what the domain's folding says of each text, and where it came from."""

from __future__ import annotations

import numpy as np
from hypothesis import given, strategies as st

from archiver.domain.folding import fold
from archiver.rules import alphabet, evasion
from archiver.rules.alphabet import BOUNDARY, OTHER, SYMBOLS, Alphabet
from archiver.rules.view import View
from tests.domain.strange_text import anything

texts = st.lists(anything, min_size=1, max_size=5)


def _symbols(folded: str) -> bytes:
    return bytes(BOUNDARY if letter == " " else SYMBOLS.get(letter, OTHER) for letter in folded)


@given(texts)
def test_a_view_reads_as_the_folded_texts(batch: list[str]) -> None:
    view = View(batch, evasion.FOLDED)

    read = [view.buffer[slice(*view.stretch(number))].strip(b"_") for number in range(len(batch))]

    assert read == [_symbols(fold(text).text) for text in batch]


@given(texts)
def test_a_view_finds_the_way_back_as_the_folding_does(batch: list[str]) -> None:
    view = View(batch, evasion.FOLDED)

    for number, text in enumerate(batch):
        folded = fold(text)
        first = view.stretch(number)[0] + 1
        symbols = np.arange(first, first + len(folded.text))
        found = [column.tolist() for column in view.located(symbols, symbols + 1)]

        assert list(zip(*found, strict=True)) == [
            (number, *folded.span(place, place + 1)) for place in range(len(folded.text))
        ]


@given(texts)
def test_a_place_belongs_to_the_first_text_that_ends_behind_it(batch: list[str]) -> None:
    view = View(batch, evasion.FOLDED)

    owners = [
        set(np.searchsorted(view.text_ends, np.arange(*view.stretch(number))).tolist())
        for number in range(len(batch))
    ]

    assert owners == [{number} for number in range(len(batch))]


@given(texts)
def test_the_words_of_a_text_are_those_of_its_folded_form(batch: list[str]) -> None:
    view = View(batch, evasion.FOLDED)

    assert [view.places(number).words for number in range(len(batch))] == [
        len(fold(text).text.split()) for text in batch
    ]


@given(anything)
def test_an_alphabet_that_merges_letters_reads_a_text_as_it_spells_its_folded_form(text: str) -> None:
    view = View([text], evasion.DOTLESS)
    ours = "".join(letter if letter == " " or letter in SYMBOLS else " " for letter in fold(text).text)
    known = fold(ours).text

    if known == fold(text).text:
        assert view.buffer[slice(*view.stretch(0))].strip(b"_") == evasion.DOTLESS.spell(known)


def test_no_two_letters_share_a_symbol() -> None:
    reserved = {
        alphabet.DELETED,
        alphabet.OTHER,
        alphabet.END,
        alphabet.GLUE,
        BOUNDARY,
        *alphabet.SIGNS.values(),
    }

    assert len({*SYMBOLS.values()} | reserved) == len(SYMBOLS) + len(reserved)
    assert max(SYMBOLS.values()) < 254


def test_a_new_alphabet_learns_what_it_meets_and_keeps_it() -> None:
    fresh = Alphabet()

    first, again = View(["تسريب ﷺ"], fresh), View(["تسريب ﷺ"], fresh)

    assert first.buffer == again.buffer == View(["تسريب ﷺ"], evasion.FOLDED).buffer
