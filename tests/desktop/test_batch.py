"""Pieces go into the archive by batches that repeat nothing, however an import ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from archiver.desktop.batch import batches
from archiver.desktop.piece import Piece, look_of
from archiver.domain.claim import Stated
from archiver.domain.errors import SourceUnreadable
from archiver.domain.ids import ChannelId
from tests.builders import a_post

FAULT = SourceUnreadable("cut off")


def a_piece(position: int, *, posts: int = 1, channel: int = 7, first: int = 1) -> Piece:
    seen = tuple(a_post(number, as_of=0) for number in range(first, first + posts))
    look = look_of(ChannelId(channel), Stated(kind="public_channel"))
    return Piece(observations=seen, look=look, position=position, bytes_read=position, refused={"masked": 1})


STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 300), st.integers(1, 2)), max_size=12)
"""How far each piece ends behind the one before it, how many posts it has, and of which channel."""


def some_pieces(steps: Sequence[tuple[int, int, int]]) -> list[Piece]:
    found: list[Piece] = []
    position = number = 0
    for step, posts, channel in steps:
        position, number = position + step, number + posts
        found.append(a_piece(position, posts=posts, channel=channel, first=number + 1))
    return found


def broken(pieces: Sequence[Piece]) -> Iterator[Piece]:
    yield from pieces
    raise FAULT


@given(steps=STEPS, is_broken=st.booleans())
def test_all_comes_once_in_its_order_and_the_last_says_how_it_ended(
    steps: list[tuple[int, int, int]], is_broken: bool
) -> None:
    pieces = some_pieces(steps)

    found = list(batches(broken(pieces) if is_broken else pieces, after=0))

    assert [seen for batch in found for seen in batch.observations] == [
        seen for piece in pieces for seen in piece.observations
    ]
    refused = sum(piece.refused["masked"] for batch in found for piece in batch.pieces)
    assert refused == len(pieces)
    assert [batch.is_last for batch in found] == [False] * (len(found) - 1) + [True]
    assert [batch.fault for batch in found] == [None] * (len(found) - 1) + [FAULT if is_broken else None]


@given(steps=STEPS)
def test_a_batch_ends_where_the_position_has_risen(steps: list[tuple[int, int, int]]) -> None:
    pieces = some_pieces(steps)

    ends = [batch.position for batch in batches(pieces, after=0)]

    assert ends[:-1] == sorted({*ends[:-1]} - {0})
    assert ends[-1] == (pieces[-1].position if pieces else 0)


def test_pieces_of_one_channel_become_one() -> None:
    pieces = [a_piece(1), a_piece(2, first=2), a_piece(3, channel=8), a_piece(4, channel=8, first=2)]

    [batch] = batches(pieces, after=0)

    assert [len(piece.observations) for piece in batch.pieces] == [2, 2]
    assert batch.pieces[0] == replace(
        pieces[1],
        observations=pieces[0].observations + pieces[1].observations,
        refused={"masked": 2},
    )


def test_the_position_never_falls_behind_where_reading_began() -> None:
    [batch] = batches([a_piece(3, posts=0)], after=9)

    assert batch.position == 9


@pytest.mark.parametrize(
    ("pieces", "counts"),
    [
        pytest.param([a_piece(1, posts=500), a_piece(2, posts=499), a_piece(3)], [500, 500], id="posts"),
        pytest.param([a_piece(2 << 20), a_piece(3 << 20), a_piece(4 << 20)], [1, 2], id="bytes"),
        pytest.param([a_piece(n, posts=0) for n in range(1, 2_002)], [0, 0], id="pieces"),
        pytest.param([a_piece(1, posts=600), a_piece(1, posts=600)], [600, 600], id="the-next-stretch"),
    ],
)
def test_a_batch_ends_when_it_is_large_enough(pieces: list[Piece], counts: list[int]) -> None:
    assert [len(batch.observations) for batch in batches(pieces, after=0)] == counts
