"""Texts for pages: nothing that is masked shows, nothing else is lost, and a match is numbered once."""

from __future__ import annotations

from hypothesis import given, strategies as st

from archiver.domain.masking import Found
from archiver.review.pieces import Piece, Veil, around, plain, shortened
from archiver.services.masking import Masker
from tests.review.conftest import masker

PHONE = "0770 123 4567"
NOTHING = Masker(lambda texts: [()] * len(texts))


def told(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces)


def test_a_match_is_labelled_where_it_begins() -> None:
    pieces = Veil(NOTHING).pieces("one two three", [Found(1, 4, 7), Found(2, 6, 13)], anchor="found-")

    assert [(piece.text, piece.label, piece.anchor) for piece in pieces] == [
        ("one ", None, None), ("tw", "1", "found-1"), ("o", "2", "found-2"), (" three", None, None),
    ]  # fmt: skip


def test_a_match_within_a_mask_marks_the_mask_and_shows_nothing_of_it() -> None:
    text = f"call {PHONE} now"

    pieces = Veil(masker()).pieces(text, [Found(1, 7, 9)], anchor="found-")

    (hidden,) = [piece for piece in pieces if piece.kind]
    assert (hidden.kind, hidden.numbers, hidden.label) == ("phone", (1,), "1")
    assert "770" not in told(pieces)


def test_a_lifted_veil_shows_all() -> None:
    text = f"call {PHONE} now"

    assert told(Veil(masker(), is_lifted=True).pieces(text)) == text
    assert Veil(masker(), is_lifted=True).masked([text]) == [text]


def test_digits_in_groups_are_a_number_and_two_numbers_are_not() -> None:
    pieces = plain("اتصل +964 (770) 123-4567 أو ٠٧٧٠ ١٢٣ ٤٥٦٧، معك 24. 500 دولار")

    assert [piece.text for piece in pieces if piece.is_number] == ["+964 (770) 123-4567", "٠٧٧٠ ١٢٣ ٤٥٦٧"]


@given(st.text("0123456789 .-()+ab،", max_size=40))
def test_numbers_lose_nothing_of_a_text(text: str) -> None:
    assert told(plain(text)) == text


def test_placeholders_of_a_masked_text_are_masks_and_other_brackets_are_not() -> None:
    pieces = plain("[phone:7f3a21bc] [row] [sic]")

    assert [(piece.kind, piece.pseudonym) for piece in pieces if piece.kind] == [
        ("phone", "7f3a21bc"), ("row", None),
    ]  # fmt: skip
    assert pieces[-1].text == " [sic]"


def test_a_pseudonym_stands_beside_the_kind() -> None:
    named = Masker(masker()._detect, lambda link: "7f3a21bc")

    pieces = Veil(named).pieces("x@example.org")

    assert [piece.kind for piece in pieces] == ["email"]
    assert pieces[0].pseudonym in {"7f3a21bc", None}


def test_an_invisible_character_is_a_badge_and_never_itself() -> None:
    pieces = plain("a\u202egnp.exe\u200b\u200b")

    assert [(piece.text, piece.badge) for piece in pieces] == [
        ("a", None), ("RLO", "RLO"), ("gnp.exe", None), ("ZWSP×2", "ZWSP"),
    ]  # fmt: skip


def test_a_joiner_shows_on_demand_only() -> None:
    text = "می\u200cخواهم"

    assert told(Veil(NOTHING).pieces(text)) == text
    assert "ZWNJ" in told(Veil(NOTHING, with_joiners=True).pieces(text))


def test_a_short_text_is_not_shortened_and_a_long_one_between_words() -> None:
    text = "word " * 40

    assert shortened(plain("short"), 10) == plain("short")
    assert told(shortened(plain(text), 22)) == "word word word word…"


def test_a_stretch_begins_shortly_before_the_match() -> None:
    text = "begin " * 50 + "needle" + " end" * 50
    at = text.index("needle")

    pieces = around(Veil(NOTHING).pieces(text, [Found(1, at, at + 6)]), 60)

    assert told(pieces).startswith("…begin")
    assert "needle" in told(pieces)
    assert len(told(pieces)) < 100


@given(st.text(max_size=80), st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80)), max_size=6))
def test_what_is_not_masked_is_whole_and_each_number_has_one_label(
    text: str, places: list[tuple[int, int]]
) -> None:
    found = [Found(number, *sorted(place)) for number, place in enumerate(places, 1)]

    pieces = Veil(NOTHING, is_lifted=True).pieces(text, found, anchor="found-")

    assert "".join(piece.text for piece in pieces if not piece.badge) == "".join(
        run for run in (piece.text for piece in plain(text) if not piece.badge)
    )
    labels = [label for piece in pieces if piece.label for label in piece.label.split("·")]
    assert len(labels) == len(set(labels))
    anchors = [piece.anchor for piece in pieces if piece.anchor]
    assert len(anchors) == len(set(anchors))
