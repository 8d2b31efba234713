"""What a batch of looks adds to the archive: the decision of capture, without a database in sight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from archiver.domain.ids import PostId
from archiver.domain.post import Observation, PostCounts, digest
from archiver.domain.revision import Judgement, PostHead, RevisionKey, judge
from archiver.domain.sampling import is_post_due
from archiver.domain.text import sound_text

# tuples: they are compared by identity, where a set would hash the member each time
_NEWS = (Judgement.FIRST, Judgement.CHANGED, Judgement.RETURNED_CHANGED)
_RETURNS = (Judgement.RETURNED, Judgement.RETURNED_CHANGED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """A version of a post that the archive does not hold yet."""

    observation: Observation
    revision: int
    digest: str
    text: str
    details: str

    @property
    def key(self) -> RevisionKey:
        """What names it for ever."""
        return RevisionKey(self.observation.channel_id, self.observation.post_id, self.revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a batch adds.

    ``heads`` holds the new head of every post that was touched, ``published_at`` when each of them was
    published. ``revisions`` are in the order in which they were observed; a post may have several.
    """

    revisions: tuple[NewRevision, ...]
    heads: dict[PostId, PostHead]
    published_at: dict[PostId, datetime]
    samples: tuple[tuple[PostId, PostCounts], ...]
    returned: tuple[PostId, ...]

    @property
    def first_count(self) -> int:
        """How many posts the archive had never seen."""
        return sum(1 for revision in self.revisions if revision.revision == 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What a batch of deletions means: posts of ours that are gone, and posts that we never saw."""

    tombstoned: tuple[PostId, ...]
    unseen: tuple[PostId, ...]


def find(observations: Iterable[Observation], heads: dict[PostId, PostHead], *, now: datetime) -> Findings:
    """Judge observations, oldest look first, against the heads that the archive holds.

    ``heads`` must hold every known post among the observations; it is not changed.
    """
    batch = _Batch(heads=heads, now=now)
    for observation in observations:
        batch.take(observation)
    return batch.findings()


def lose(deleted: Iterable[PostId], heads: dict[PostId, PostHead], *, as_of: int) -> Losses:
    """Sort ids that are gone at event number ``as_of`` into posts of ours and posts we never saw.

    A post that already has its tombstone, or that a newer look showed present, is in neither.
    """
    ids = sorted(set(deleted))
    known = (heads[post_id] for post_id in ids if post_id in heads)
    return Losses(
        tombstoned=tuple(
            head.post_id for head in known if head.tombstoned_as_of is None and head.as_of <= as_of
        ),
        unseen=tuple(post_id for post_id in ids if post_id not in heads),
    )


@dataclass(slots=True, kw_only=True)
class _Batch:
    heads: dict[PostId, PostHead]
    now: datetime
    touched: dict[PostId, PostHead] = field(default_factory=dict)
    published_at: dict[PostId, datetime] = field(default_factory=dict)
    revisions: list[NewRevision] = field(default_factory=list)
    samples: dict[PostId, PostCounts] = field(default_factory=dict)
    returned: list[PostId] = field(default_factory=list)

    def take(self, observation: Observation) -> None:
        post_id = observation.post_id
        head = self.touched.get(post_id) or self.heads.get(post_id)
        text, details = sound_text(observation.content.text), observation.content.details()
        found = digest(text, details)
        judgement = judge(
            head, digest=found, as_of=observation.as_of, edited_at=observation.edited_at, now=self.now
        )
        if judgement is Judgement.STALE:
            return
        if judgement in _RETURNS:
            self.returned.append(post_id)
        if judgement in _NEWS:
            number = head.revision + 1 if head else 1
            self.revisions.append(
                NewRevision(
                    observation=observation, revision=number, digest=found, text=text, details=details
                )
            )
        self._touch(observation, head, digest=found, is_news=judgement in _NEWS)

    def _touch(self, observation: Observation, head: PostHead | None, *, digest: str, is_news: bool) -> None:
        post_id, published_at = observation.post_id, observation.published_at
        sampled_at = head.sampled_at if head else None
        if is_post_due(published_at, sampled_at=sampled_at, now=self.now):
            self.samples[post_id] = observation.counts
            sampled_at = self.now
        self.published_at[post_id] = published_at
        revision = (head.revision if head else 0) + is_news
        self.touched[post_id] = PostHead(
            post_id=post_id,
            revision=revision,
            digest=digest,
            as_of=max(observation.as_of, head.as_of if head else 0),
            edited_at=observation.edited_at,
            sampled_at=sampled_at,
        )

    def findings(self) -> Findings:
        return Findings(
            revisions=tuple(self.revisions),
            heads=self.touched,
            published_at=self.published_at,
            samples=tuple(self.samples.items()),
            returned=tuple(self.returned),
        )
