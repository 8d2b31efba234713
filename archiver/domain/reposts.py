"""Reposts: which texts are one, though a channel put its name under it, cut it, or spelled a word otherwise.

Three questions:

* **Which texts may be one?** A sketch is the eight smallest digests of a text's pairs of words, after
  folding. Texts that have most words in common have some of these in common, however long they are, and a
  table from values to texts finds them (bottom-k sketches, https://doi.org/10.1145/1281100.1281133).
* **Are these two one?** Their words are aligned. What stands only at an end of one was added, or cut from the
  other; words spelled alike are one word. What remains decides. A number, a handle, a wallet or a name in the
  place of another is another victim, whatever else is the same. Other words may stand for each other if they
  name nobody (`domain.repost_words`): at the beginning, where texts say of whom they are, all of them; later
  some. Few may come or go.
* **Which group?** That of the closest text which it is one with, the oldest of those. Groups never merge:
  they would over a post that holds two texts, and what people decided on one would spread to the other.

When in doubt two texts stay apart: a victim that is hidden behind another's case is worse than a second case.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from itertools import pairwise

from archiver.domain.likeness import unlike
from archiver.domain.repost_words import NAMING, NUMERALS, are_forms_of_verbs, is_light
from archiver.domain.wording import TARGET, Wording, is_number, wording

_SKETCH = 8
_LEAST_SHARED = 3
"""Values that two texts must share to be compared; all, of a text that has fewer."""
_MOST_COMPARED = 20
_MOST_HOLDERS = 1000
"""Texts under one value: what more share tells none of them apart."""
_SHORT = 5
"""A text of fewer words has a sketch of its single words too, for it has few pairs."""

_COMMON_OF_SHORTER, _COMMON_OF_LONGER = 0.4, 0.3
"""The shares of either text's words that both must have, for a closer look."""
_LEAST_KEPT = 0.45
"""The share of the longer text that must stand in both: one that was cut to half is still one."""
_FEW = 4
_NAMED_EARLY = 9
"""Words at the beginning, among which a text says of whom or of what it is."""
_KEPT_PER_REWORDED = 4
_KEPT_PER_ADDED = 4
_KEPT_PER_CROSSED = 3
_LEAST_WORDS = 4
"""Words that must stand in both, unless they are all of both."""
_LONG_NUMBER = 4
_STRAY = 3
"""Words in a run that may stand in both by chance, amid three times as many that do not."""
_MANY_WORDS = 200


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """A text that may be one with another: its group and itself, each numbered by age."""

    group: int
    text: int


def sketch(text: str) -> tuple[int, ...]:
    """Return up to eight numbers of 32 bits, rising: the same everywhere, none for a text without words."""
    words = [word for word in wording(text).words if word[0] != TARGET]
    parts = [f"{word} {after}" for word, after in pairwise(words)]
    if len(words) < _SHORT:
        parts += words
    digests = {zlib.crc32(part.encode("utf-8", "surrogatepass")) for part in parts}
    return tuple(sorted(digests)[:_SKETCH])


def are_reposts(text: str, other: str) -> bool:
    """Say whether two texts are one; no text without words is one with any."""
    one, two = wording(text), wording(other)
    if not one.words or not two.words or _lead_to_others(one, two):
        return False
    # in a fixed order, so that the answer does not depend on it
    return one.words == two.words or _is_one(*sorted((one, two), key=lambda each: each.words))


def candidates(values: Sequence[int], holders: Mapping[int, Iterable[Candidate]]) -> list[Candidate]:
    """Return what shares enough values of a sketch, the closest first: one of each group, and at most 20.

    ``holders`` says who has a value.
    """
    shared = Counter(holder for value in values for holder in holders.get(value, ()))
    least = min(_LEAST_SHARED, len(values))
    close = sorted((-count, holder) for holder, count in shared.items() if count >= least)
    closest: dict[int, Candidate] = {}
    for _, holder in close:
        closest.setdefault(holder.group, holder)
    return list(closest.values())[:_MOST_COMPARED]


def is_telling(holders: Sequence[Candidate]) -> bool:
    """Say whether a value that these have still tells texts apart, so that one more is worth an entry."""
    return len(holders) < _MOST_HOLDERS


def groups(texts: Sequence[str]) -> list[int]:
    """Return the number of each text's group, which is the place of its first text."""
    holders: dict[int, list[Candidate]] = {}
    found: list[int] = []
    for number, text in enumerate(texts):
        values = sketch(text)
        close = candidates(values, holders)
        found.append(next((each.group for each in close if are_reposts(text, texts[each.text])), number))
        for value in values:
            held = holders.setdefault(value, [])
            if is_telling(held):
                held.append(Candidate(found[-1], number))
    return found


def _lead_to_others(one: Wording, two: Wording) -> bool:
    """Say whether both end with whom to write to, and that is not the same."""
    if not (one.signed and two.signed and one.is_contact and two.is_contact):
        return False
    return one.signed.isdisjoint(two.signed)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Places of words between two runs that stand in both texts; either side may have none."""

    one: Sequence[int]
    two: Sequence[int]


@dataclass(slots=True)
class _Changes:
    """How many words stand in both, and how many do not.

    ``crossed`` are those that one has more at an end while the other has as many more at the other end.
    """

    kept: int
    reworded: int = 0
    added: int = 0
    crossed: int = 0

    def are_small(self, longer: int) -> bool:
        """Say whether a text stays one in spite of them; ``longer`` is the longer text's length."""
        return (
            self.kept >= max(_LEAST_KEPT * longer, min(_LEAST_WORDS, longer))
            and self.reworded <= self.kept // _KEPT_PER_REWORDED
            and self.added <= self.kept // _KEPT_PER_ADDED
            and self.crossed <= self.kept // _KEPT_PER_CROSSED
        )


def _is_one(one: Wording, two: Wording) -> bool:
    ours, theirs = set(one.words), set(two.words)
    few, many = sorted((len(ours), len(theirs)))
    if len(ours & theirs) < max(_COMMON_OF_SHORTER * few, _COMMON_OF_LONGER * many):
        return False
    runs = _runs(one.words, two.words)
    gaps = list(_gaps(runs, one, two))
    changes = _Changes(kept=sum(run.size for run in runs))
    if not all(_take(gap, one, two, changes) for gap in gaps if not _is_end(gap, one, two)):
        return False
    ends = [gap for gap in gaps if _is_end(gap, one, two)]
    changes.crossed = min(sum(len(gap.one) for gap in ends), sum(len(gap.two) for gap in ends))
    return changes.are_small(max(len(one.words), len(two.words)))


def _runs(words: Sequence[str], others: Sequence[str]) -> list[Match]:
    """Return the runs of words that both have, in order, without those at the ends that chance put there."""
    matcher = SequenceMatcher(None, words, others, autojunk=len(others) >= _MANY_WORDS)
    runs = [run for run in matcher.get_matching_blocks() if run.size]
    while len(runs) > 1 and _is_stray(runs[-1], _between(runs[-2], runs[-1])):
        runs.pop()
    while len(runs) > 1 and _is_stray(runs[0], _between(runs[0], runs[1])):
        runs.pop(0)
    return runs


def _is_stray(run: Match, gap: _Gap) -> bool:
    return run.size <= _STRAY and max(len(gap.one), len(gap.two)) >= 3 * run.size


def _between(run: Match, following: Match) -> _Gap:
    return _Gap(range(run.a + run.size, following.a), range(run.b + run.size, following.b))


def _gaps(runs: Sequence[Match], one: Wording, two: Wording) -> Iterator[_Gap]:
    edges = [Match(0, 0, 0), *runs, Match(len(one.words), len(two.words), 0)]
    return (gap for gap in map(_between, edges, edges[1:]) if gap.one or gap.two)


def _is_end(gap: _Gap, one: Wording, two: Wording) -> bool:
    """Say whether a gap is what one text has more at its beginning or its end."""
    if gap.one and gap.two:
        return False
    ours, theirs = gap.one or gap.two, (one if gap.one else two).words
    return ours[0] == 0 or ours[-1] == len(theirs) - 1


def _take(gap: _Gap, one: Wording, two: Wording, changes: _Changes) -> bool:
    """Count what a gap changes; return False where it says that the texts are of others."""
    left, right = unlike([one.words[at] for at in gap.one], [two.words[at] for at in gap.two])
    changes.kept += (len(gap.one) - len(left) + len(gap.two) - len(right)) // 2
    ours, theirs = [gap.one[at] for at in left], [gap.two[at] for at in right]
    words, others = [one.words[at] for at in ours], [two.words[at] for at in theirs]
    if _are_others_numbers(words, others):
        return False
    if not (words and others):
        changes.added += len(words) + len(others)
        return True
    is_named = not (one.names.isdisjoint(ours) or two.names.isdisjoint(theirs))
    if is_named or (ours[0] and one.words[ours[0] - 1] in NAMING):
        return False
    changes.reworded += max(len(words), len(others))
    return _are_reworded(words, others, is_early=min(ours[0], theirs[0]) < _NAMED_EARLY)


def _are_reworded(words: Sequence[str], others: Sequence[str], *, is_early: bool) -> bool:
    """Say whether words stand for others that name nobody either."""
    light, lights = [is_light(word) for word in words], [is_light(word) for word in others]
    if all(light) and all(lights):
        return True
    if len(words) == len(others) == 1 and are_forms_of_verbs(words[0], others[0]):
        return True
    is_few = max(len(words), len(others)) <= _FEW
    return is_few and not is_early and (any(light) or any(lights))


def _are_others_numbers(words: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether numbers or targets stand in the place of others, or long ones in nobody's place."""
    if any(map(_counts, words)) and any(map(_counts, others)):
        return True
    alone = [*words, *others]
    return any(word[0] == TARGET or (is_number(word) and _digits(word) >= _LONG_NUMBER) for word in alone)


def _counts(word: str) -> bool:
    return word[0] == TARGET or word in NUMERALS or is_number(word)


def _digits(word: str) -> int:
    return sum("0" <= letter <= "9" for letter in word)
