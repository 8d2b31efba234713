"""An excerpt shows what was found, hides what it must, and does no harm to what it shows."""

from __future__ import annotations

import itertools
import unicodedata

from hypothesis import given, strategies as st

from archiver.domain.excerpt import Piece, Place, excerpt

NUMBER = "0770 000 0021"
TEXT = f"آخر إنذار: حول خمسمئة دولار إلى {NUMBER} قبل الجمعة وإلا نشرنا كل شيء عنك"
PHONE = Place(TEXT.index(NUMBER), TEXT.index(NUMBER) + len(NUMBER), "[phone]")

numbers = st.integers(-3, 130)
places = st.lists(st.builds(lambda a, b: Place(min(a, b), max(a, b)), numbers, numbers), max_size=4)
masks = st.lists(st.builds(lambda a, b: Place(min(a, b), max(a, b), "[m]"), numbers, numbers), max_size=4)


def place(word: str) -> Place:
    return Place(TEXT.index(word), TEXT.index(word) + len(word))


def joined(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def test_what_was_found_is_marked_and_nothing_stands_between_its_letters() -> None:
    pieces = excerpt(TEXT, found=[place("نشرنا")], hidden=[], width=30)

    assert [piece.text for piece in pieces if piece.is_found] == ["نشرنا"]
    assert joined(pieces).strip("…") in TEXT


def test_half_a_word_may_be_what_was_found() -> None:
    pieces = excerpt(TEXT, found=[place("نشر")], hidden=[], width=200)

    assert Piece("نشر", is_found=True) in pieces
    assert joined(pieces) == TEXT


def test_a_mask_stands_where_a_value_was_and_is_marked_when_it_was_found() -> None:
    found = excerpt(TEXT, found=[Place(PHONE.start, PHONE.end)], hidden=[PHONE], width=200)
    beside = excerpt(TEXT, found=[place("نشرنا")], hidden=[PHONE], width=200)

    assert Piece("[phone]", is_found=True) in found
    assert Piece("نشرنا", is_found=True) in beside
    assert joined(found) == joined(beside) == TEXT.replace(NUMBER, "[phone]")


def test_the_end_of_an_excerpt_cuts_neither_a_mask_nor_a_word() -> None:
    masked = TEXT.replace(NUMBER, "[phone]")
    for word, width in itertools.product(("خمسمئة", "دولار", "الجمعة", "نشرنا"), range(5, len(TEXT))):
        shown = joined(excerpt(TEXT, found=[place(word)], hidden=[PHONE], width=width)).strip("…")

        # what a word or a mask was cut out of is not there in one piece
        assert f" {shown.strip()} " in f" {masked} "


def test_what_was_found_deep_within_a_mask_shows_the_mask() -> None:
    text = "a " + "1 " * 200 + "b"

    pieces = excerpt(text, found=[Place(200, 201)], hidden=[Place(2, 402, "[bulk_personal]")], width=30)

    assert Piece("[bulk_personal]", is_found=True) in pieces


def test_of_two_masks_that_overlap_all_is_hidden_under_the_first() -> None:
    pieces = excerpt("abcdefgh", found=[], hidden=[Place(1, 4, "[x]"), Place(3, 6, "[y]")], width=20)

    assert joined(pieces) == "a[x]gh"


def test_a_mask_of_several_is_marked_for_what_was_found_in_any_of_them() -> None:
    pieces = excerpt(
        "abcdefgh", found=[Place(5, 6)], hidden=[Place(1, 4, "[x]"), Place(3, 6, "[y]")], width=20
    )

    assert Piece("[x]", is_found=True) in pieces


def test_what_could_steer_a_terminal_is_not_shown() -> None:
    pieces = excerpt("a\nb\u202ec\x1b[31md\ud83d", found=[], hidden=[], width=20)

    assert joined(pieces) == "a bc\ufffd[31md\ufffd"


def test_places_that_overlap_are_one_piece_so_that_no_word_is_torn() -> None:
    places = [Place(1, 4), Place(3, 6), Place(6, 7)]

    assert excerpt("abcdefgh", found=places, hidden=[], width=20) == (
        Piece("a", is_found=False), Piece("bcdefg", is_found=True), Piece("h", is_found=False),
    )  # fmt: skip


def test_an_empty_text_has_an_empty_excerpt() -> None:
    assert excerpt("", found=[Place(0, 4)], hidden=[PHONE], width=20) == ()


@given(places, masks, st.integers(1, 60))
def test_nothing_hidden_is_ever_shown(found: list[Place], hidden: list[Place], width: int) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(120))  # every character is another

    pieces = excerpt(text, found=found, hidden=hidden, width=width)

    secret = {text[n] for mask in hidden for n in range(max(0, mask.start), min(mask.end, len(text)))}
    marked = {text[n] for mark in found for n in range(max(0, mark.start), min(mark.end, len(text)))}
    shown = [(letter, piece.is_found) for piece in pieces for letter in piece.text if letter in text]
    assert not secret & {letter for letter, _ in shown}
    assert all((letter in marked) == is_found for letter, is_found in shown)
    assert [letter for letter, _ in shown] == sorted(letter for letter, _ in shown)


@given(st.text(), places, masks, st.integers(1, 60))
def test_any_text_becomes_one_line(text: str, found: list[Place], hidden: list[Place], width: int) -> None:
    line = joined(excerpt(text, found=found, hidden=hidden, width=width))

    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in line)
    assert len(line.splitlines()) <= 1
