"""What a post out of somebody else's archive adds to ours: the decision of an import.

A file of posts says nothing of when it was true, and has no event numbers. So what it shows is ordered by the
times of edits alone, and a look of our own outranks it (`domain.revision.judge` does the other half):

* A post that we never saw is taken as it is, under event number 0.
* A version that is held already, however far back, adds nothing: the same file twice adds nothing.
* A version that was edited later than what we hold is news, whoever saw it: it is above all that we hold.
* An earlier one, or any of a post that is gone, adds nothing.
* One of the same time is what a look of our own has shown. Two imports of it may differ in what their formats
  can tell, which is no news, but another text is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from archiver.domain.findings import NewRevision
from archiver.domain.ids import PostId
from archiver.domain.post import Observation, PostCounts, digest
from archiver.domain.revision import PostHead
from archiver.domain.text import sound_text

NO_EVENT = 0
"""The event number of what no event brought."""

NO_COUNTS = PostCounts()

Held = Mapping[str, str]
"""The texts of a post's revisions by their digests."""

_NOTHING: Held = {}


class Worth(StrEnum):
    """What a post of an import is to the archive."""

    FIRST = "first"
    CHANGED = "changed"
    HELD = "held"
    OLDER = "older"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A post as an import leaves it.

    ``seen_at`` is the last moment at which it is known to have stood; ``is_gone``: it has a tombstone.
    """

    published_at: datetime
    revision: int
    seen_at: datetime
    sampled_at: datetime | None
    is_gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What posts of one channel out of a file add; a post may have several revisions."""

    revisions: tuple[NewRevision, ...]
    taken: dict[PostId, Taken]
    samples: tuple[tuple[PostId, PostCounts], ...]
    worth: Counter[Worth]


def weigh(
    head: PostHead | None, held: Held, seen: Observation, *, digest: str, text: str, is_ordered: bool
) -> Worth:
    """Say what an imported version with this digest and sound text is to a post with this head.

    ``is_ordered`` says that the file has the versions of a post in the order in which they were seen.
    """
    if head is None:
        return Worth.FIRST
    if digest in held:
        return Worth.HELD
    if head.tombstoned_as_of is not None:
        return Worth.OLDER
    if is_ordered and head.as_of == NO_EVENT:
        return Worth.CHANGED
    if seen.edited_at == head.edited_at:
        is_news = head.as_of == NO_EVENT and text not in held.values()
        return Worth.CHANGED if is_news else Worth.HELD
    is_later = seen.edited_at is not None and (head.edited_at is None or seen.edited_at > head.edited_at)
    return Worth.CHANGED if is_later else Worth.OLDER


def sift(
    observations: Iterable[Observation],
    heads: Mapping[PostId, PostHead],
    held: Mapping[PostId, Held],
    *,
    made_at: datetime | None = None,
    is_ordered: bool = False,
) -> Sifted:
    """Weigh posts of one channel, in the order of their file, against what the archive holds of them.

    ``heads`` and ``held`` must have every known post among them. ``made_at`` is when the file was made:
    counts are samples of that moment, and are none where nobody knows it.
    """
    sieve = _Sieve(heads=heads, held=held, made_at=made_at, is_ordered=is_ordered)
    for observation in observations:
        sieve.take(observation)
    return Sifted(
        revisions=tuple(sieve.revisions),
        taken=sieve.taken,
        samples=tuple(sieve.samples.items()),
        worth=sieve.worth,
    )


@dataclass(slots=True, kw_only=True)
class _Sieve:
    heads: Mapping[PostId, PostHead]
    held: Mapping[PostId, Held]
    made_at: datetime | None
    is_ordered: bool
    new_heads: dict[PostId, PostHead] = field(default_factory=dict)
    new_texts: dict[PostId, dict[str, str]] = field(default_factory=dict)
    revisions: list[NewRevision] = field(default_factory=list)
    taken: dict[PostId, Taken] = field(default_factory=dict)
    samples: dict[PostId, PostCounts] = field(default_factory=dict)
    worth: Counter[Worth] = field(default_factory=Counter)

    def take(self, seen: Observation) -> None:
        post_id = seen.post_id
        head = self.new_heads.get(post_id) or self.heads.get(post_id)
        text, details = sound_text(seen.content.text), seen.content.details()
        found = digest(text, details)
        worth = weigh(head, self._held(post_id), seen, digest=found, text=text, is_ordered=self.is_ordered)
        self.worth[worth] += 1
        if worth in (Worth.FIRST, Worth.CHANGED):
            head = self._add(seen, head, digest=found, text=text, details=details)
        if head is not None and worth is not Worth.OLDER:
            self._keep(seen, head)

    def _held(self, post_id: PostId) -> Held:
        before, new = self.held.get(post_id, _NOTHING), self.new_texts.get(post_id)
        return {**before, **new} if new else before

    def _add(
        self, seen: Observation, head: PostHead | None, *, digest: str, text: str, details: str
    ) -> PostHead:
        number = head.revision + 1 if head else 1
        self.revisions.append(
            NewRevision(observation=seen, revision=number, digest=digest, text=text, details=details)
        )
        self.new_texts.setdefault(seen.post_id, {})[digest] = text
        new = PostHead(
            post_id=seen.post_id,
            revision=number,
            digest=digest,
            as_of=head.as_of if head else NO_EVENT,
            edited_at=seen.edited_at,
            sampled_at=head.sampled_at if head else None,
        )
        self.new_heads[seen.post_id] = new
        return new

    def _keep(self, seen: Observation, head: PostHead) -> None:
        sampled_at = None
        if self.made_at is not None and seen.counts != NO_COUNTS:
            self.samples[seen.post_id] = seen.counts
            sampled_at = self.made_at
        before = self.taken.get(seen.post_id)
        stood = (seen.published_at, seen.edited_at, self.made_at, before.seen_at if before else None)
        self.taken[seen.post_id] = Taken(
            published_at=seen.published_at,
            revision=head.revision,
            seen_at=max(moment for moment in stood if moment is not None),
            sampled_at=sampled_at,
            is_gone=head.tombstoned_as_of is not None,
        )
