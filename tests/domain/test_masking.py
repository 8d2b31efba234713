"""Masks hide what they must, to the last character, and leave the rest as it was."""

from __future__ import annotations

from hypothesis import given, strategies as st

from archiver.domain.masking import Found, Hidden, Segment, mask, segments

NUMBER = "0770 000 0021"
TEXT = f"حول إلى {NUMBER} قبل الجمعة"
START = TEXT.index(NUMBER)
PHONE = Hidden("phone", START, START + len(NUMBER), "7f3a21bc")

numbers = st.integers(-3, 130)
hidden_places = st.lists(
    st.builds(lambda a, b: Hidden("m", min(a, b), max(a, b)), numbers, numbers), max_size=5
)
found_places = st.lists(
    st.builds(lambda n, a, b: Found(n, min(a, b), max(a, b)), st.integers(1, 4), numbers, numbers),
    max_size=5,
)


def test_a_placeholder_names_the_kind_and_the_pseudonym() -> None:
    assert mask(TEXT, [PHONE]) == TEXT.replace(NUMBER, "[phone:7f3a21bc]")
    assert Hidden("link", 0, 4).placeholder == "[link]"


def test_of_masks_that_overlap_all_is_hidden_under_the_first() -> None:
    assert mask("abcdefgh", [Hidden("y", 3, 6), Hidden("x", 1, 4)]) == "a[x]gh"
    assert mask("abcdefgh", [Hidden("x", 1, 7), Hidden("y", 2, 3)]) == "a[x]h"


def test_masks_that_only_meet_are_two() -> None:
    assert mask("abcdefgh", [Hidden("x", 1, 4), Hidden("y", 4, 6)]) == "a[x][y]gh"


def test_a_page_is_told_which_matches_touch_what() -> None:
    found = [Found(1, 0, 3), Found(2, START + 2, START + 5), Found(3, 2, 5)]

    pieces = segments(TEXT, hidden=[PHONE], found=found)

    assert pieces == (
        Segment(text="حو", numbers=(1,)),
        Segment(text="ل", numbers=(1, 3)),
        Segment(text=" إ", numbers=(3,)),
        Segment(text="لى "),
        Segment(text="[phone:7f3a21bc]", kind="phone", numbers=(2,)),
        Segment(text=" قبل الجمعة"),
    )


def test_a_match_over_the_edge_of_a_mask_touches_both_sides() -> None:
    pieces = segments("abcdefgh", hidden=[Hidden("x", 2, 4)], found=[Found(1, 3, 6)])

    assert pieces == (
        Segment(text="ab"), Segment(text="[x]", kind="x", numbers=(1,)),
        Segment(text="ef", numbers=(1,)), Segment(text="gh"),
    )  # fmt: skip


def test_an_empty_text_has_no_segments() -> None:
    assert segments("", hidden=[PHONE], found=[Found(1, 0, 3)]) == ()


@given(hidden_places, found_places)
def test_nothing_hidden_is_shown_and_all_else_is(hidden: list[Hidden], found: list[Found]) -> None:
    text = "".join(chr(0x4E00 + number) for number in range(120))  # every character is another

    pieces = segments(text, hidden=hidden, found=found)

    secret = {n for each in hidden for n in range(max(0, each.start), min(each.end, len(text)))}
    shown = "".join(piece.text for piece in pieces if piece.kind is None)
    assert shown == "".join(letter for n, letter in enumerate(text) if n not in secret)
    assert all(piece.text for piece in pieces)
    for piece in pieces:
        if piece.kind is None:
            at = text.index(piece.text)
            touching = {n for n, start, end in found if max(start, at) < min(end, at + len(piece.text))}
            assert set(piece.numbers) == touching
    assert mask(text, hidden) == "".join(piece.text for piece in pieces)
