"""Pieces of a file that go into the archive together: all of them, and how far the file was read, or none.

A batch ends where the position has risen, so that going on behind it repeats nothing, and when it is large
enough that its transaction costs little beside it. The last one says how the file ended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, groupby

from archiver.desktop.piece import Piece
from archiver.domain.channel import ChannelLook
from archiver.domain.errors import SourceUnreadable
from archiver.domain.post import Observation

_POSTS, _PIECES, _BYTES = 500, 2_000, 2 << 20
"""A batch is large enough when it has so many of any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Pieces in their order; ``fault`` is why the file can't be read on behind the last of them."""

    pieces: tuple[Piece, ...]
    position: int
    bytes_read: int
    is_last: bool = False
    fault: SourceUnreadable | None = None

    @property
    def observations(self) -> list[Observation]:
        """Return the posts of all pieces."""
        return [seen for piece in self.pieces for seen in piece.observations]


def batches(pieces: Iterable[Piece], *, after: int) -> Iterator[Batch]:
    """Yield the pieces of a file, of which all up to ``after`` was taken before, and at least one batch.

    Raises nothing of the file: the last batch has its fault.
    """
    waiting: list[Piece] = []
    ready: Batch | None = None
    begun, reached, fault = 0, after, None
    try:
        for piece in pieces:
            waiting.append(piece)
            if piece.position > reached and _is_enough(waiting, begun):
                if ready is not None:
                    yield ready
                ready, waiting = _batch(waiting, after=reached), []
                begun, reached = ready.bytes_read, ready.position
    except SourceUnreadable as error:
        fault = error
    if ready is not None and waiting:
        yield ready
        ready = None
    last = ready or _batch(waiting, after=reached)
    yield replace(last, is_last=True, fault=fault)


def _is_enough(waiting: list[Piece], begun: int) -> bool:
    return (
        waiting[-1].bytes_read - begun >= _BYTES
        or len(waiting) >= _PIECES
        or sum(len(piece.observations) for piece in waiting) >= _POSTS
    )


def _batch(pieces: list[Piece], *, after: int) -> Batch:
    return Batch(
        pieces=tuple(_merged(list(own)) for _, own in groupby(pieces, key=_owner)),
        position=max(after, pieces[-1].position) if pieces else after,
        bytes_read=pieces[-1].bytes_read if pieces else 0,
    )


def _owner(piece: Piece) -> tuple[ChannelLook | None, bool]:
    return piece.look, piece.is_ordered


def _merged(pieces: list[Piece]) -> Piece:
    """Return pieces of one channel as one."""
    if len(pieces) == 1:
        return pieces[0]
    refused: Counter[str] = Counter()
    for piece in pieces:
        refused.update(piece.refused)
    return replace(
        pieces[-1],
        observations=tuple(chain.from_iterable(piece.observations for piece in pieces)),
        refused=refused,
    )
