"""Stretches of revision ids: what a rulebook has flagged of the archive, and what it has not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """All ids from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __len__(self) -> int:
        """Return how many ids it has."""
        return self.last - self.first + 1


def unseen(seen: Iterable[Stretch], *, newest: int, above: int = 0) -> Iterator[Stretch]:
    """Yield what ``seen`` leaves out of the ids from ``above`` + 1 to ``newest``, in rising order."""
    first = above + 1
    for stretch in sorted(seen):
        if first > newest:
            return
        if first < stretch.first:
            yield Stretch(first, min(stretch.first - 1, newest))
        first = max(first, stretch.last + 1)
    if first <= newest:
        yield Stretch(first, newest)


def without(stretch: Stretch, ids: Iterable[int]) -> Iterator[Stretch]:
    """Yield what is left of a stretch when some ids are taken out, in rising order."""
    return unseen((Stretch(each, each) for each in ids), newest=stretch.last, above=stretch.first - 1)
