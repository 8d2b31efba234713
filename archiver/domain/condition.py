"""What must be found together: the conditions of rules, as values that can be asked.

The text form, its grammar and its errors are in `rules.conditions`; docs/reference/rules.md explains it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import assert_never


@dataclass(frozen=True, slots=True)
class Found:
    """One place of one group: its words ``first`` to ``last``, its sentence, its term.

    Words and sentences are counted over all fields.
    """

    first: int
    last: int
    sentence: int
    term: str


Finds = Mapping[str, Sequence[Found]]
"""What was found in a content, by group; a group that was not found may be absent."""


@dataclass(frozen=True, slots=True)
class Present:
    """The group is there."""

    group: str


@dataclass(frozen=True, slots=True)
class Near:
    """A find of each group lies within ``words`` words: that many stand between two neighbours at most."""

    groups: tuple[str, ...]
    words: int


@dataclass(frozen=True, slots=True)
class SameSentence:
    """A find of each group lies in one sentence."""

    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The groups together have ``number`` different terms; for detectors, different values."""

    groups: tuple[str, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Some:
    """``number`` of the conditions hold at least."""

    parts: tuple[Condition, ...]
    number: int


@dataclass(frozen=True, slots=True)
class Every:
    """All conditions hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    part: Condition


Condition = Present | Near | SameSentence | AtLeast | Some | Every | Not


def holds(condition: Condition, finds: Finds) -> bool:
    """Say whether a condition holds for what was found."""
    match condition:
        case Present(group):
            return bool(finds.get(group))
        case Near(groups, words):
            return _are_near([finds.get(group, ()) for group in groups], words)
        case SameSentence(groups):
            return _share_a_sentence([finds.get(group, ()) for group in groups])
        case AtLeast(groups, number):
            places = [finds.get(group, ()) for group in groups]
            # counting is cheap, looking at the terms may not be
            return (
                sum(map(len, places)) >= number
                and len({found.term for own in places for found in own}) >= number
            )
        case Some() | Every() | Not():
            return _combined(condition, finds)
        case _:
            assert_never(condition)


def groups_of(condition: Condition) -> frozenset[str]:
    """Return the groups that a condition names."""
    match condition:
        case Present(group):
            return frozenset({group})
        case Near(groups) | SameSentence(groups) | AtLeast(groups):
            return frozenset(groups)
        case Some(parts) | Every(parts):
            return frozenset().union(*map(groups_of, parts))
        case Not(part):
            return groups_of(part)
        case _:
            assert_never(condition)


def needed_by(condition: Condition) -> frozenset[str]:
    """Return the groups that must be there for a condition to hold, as far as its form tells."""
    match condition:
        case Present(group):
            return frozenset({group})
        case Near(groups) | SameSentence(groups):
            return frozenset(groups)
        case AtLeast(groups):
            return frozenset(groups) if len(groups) == 1 else frozenset()
        case Every(parts):
            return frozenset().union(*map(needed_by, parts))
        case Some(parts, number):
            return frozenset().union(*map(needed_by, parts)) if number == len(parts) else frozenset()
        case Not():
            return frozenset()
        case _:
            assert_never(condition)


def _combined(condition: Some | Every | Not, finds: Finds) -> bool:
    match condition:
        case Every(parts):
            return all(holds(part, finds) for part in parts)
        case Some(parts, number):
            return sum(holds(part, finds) for part in parts) >= number
        case Not(part):
            return not holds(part, finds)


def _share_a_sentence(places: list[Sequence[Found]]) -> bool:
    sentences = [{found.sentence for found in own} for own in places]
    return bool(reduce(set.intersection, sentences)) if sentences else True


def _are_near(places: list[Sequence[Found]], words: int) -> bool:
    """Say whether a find of each can be chosen so that at most ``words`` stand between any two neighbours.

    From the first word on, each find may join what was chosen before it. Of all choices from the same
    groups only the one that reaches furthest matters: whatever can join another can join that one. A set of
    groups is a number with a bit for each.
    """
    if not all(places):
        return False
    furthest: dict[int, int] = {}
    for first, last, bit in sorted(_with_bits(places)):
        for chosen, reach in [*furthest.items()]:
            if not chosen & bit and first - reach - 1 <= words:
                both = chosen | bit
                furthest[both] = max(reach, last, furthest.get(both, last))
        furthest[bit] = max(last, furthest.get(bit, last))
    return not places or (1 << len(places)) - 1 in furthest


def _with_bits(places: list[Sequence[Found]]) -> Iterable[tuple[int, int, int]]:
    return ((found.first, found.last, 1 << group) for group, own in enumerate(places) for found in own)
