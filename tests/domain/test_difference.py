"""A difference names the words that the other text has not, and loses none."""

from __future__ import annotations

from hypothesis import given, strategies as st

from archiver.domain.difference import Piece, difference

TEXTS = st.text(alphabet="ab ç\nهە\u200c", max_size=60)


def test_a_word_that_changed_is_other_on_both_sides() -> None:
    found = difference("pay 500 dollars now", "pay 900 dollars now")

    assert found.before == (Piece("pay ", False), Piece("500", True), Piece(" dollars now", False))
    assert found.after == (Piece("pay ", False), Piece("900", True), Piece(" dollars now", False))


def test_what_was_added_stands_on_one_side_alone() -> None:
    found = difference("ناو", "ناو و ژمارە")

    assert found.before == (Piece("ناو", False),)
    assert found.after == (Piece("ناو", False), Piece(" و ژمارە", True))


def test_an_empty_text_has_no_pieces() -> None:
    assert difference("", "").before == ()
    assert difference("", "a").after == (Piece("a", True),)


def test_beyond_thousands_of_words_the_rest_is_one_piece() -> None:
    text = "a " * 3_000

    found = difference(text + "x", text + "y")

    assert "".join(piece.text for piece in found.after) == text + "y"
    assert found.after[-1].is_other


@given(TEXTS, TEXTS)
def test_the_pieces_of_a_side_are_that_side_and_equal_ones_are_in_both(before: str, after: str) -> None:
    found = difference(before, after)

    assert "".join(piece.text for piece in found.before) == before
    assert "".join(piece.text for piece in found.after) == after
    same = ["".join(piece.text for piece in side if not piece.is_other) for side in found]
    assert same[0] == same[1]
