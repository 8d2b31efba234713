"""Opening: the cases of flagged posts, in the transaction that writes their flags.

A group that is founded opens a case. A post that joins one makes its case weigh more, and may open it again
(`domain.arrival`). It takes two questions to the archive however many posts there are, one more where groups
are joined; a group without a case, of an archive older than cases, stays without.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from archiver.domain.arrival import Arrival, absorb, together, worst
from archiver.domain.case import Case
from archiver.domain.flag import Flag
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.language import language
from archiver.domain.priority import audience, precision
from archiver.domain.revision import RevisionKey
from archiver.services.sight import settle
from archiver.storage import audit, cases, rule_tallies
from archiver.storage.archive import Reader, Transaction
from archiver.storage.cases import NewCase, Reached
from archiver.storage.driver import NewId

_ACTOR = "archiver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """A flagged revision, its flags that are no shadows, and its group.

    ``is_held`` says that it was in the group before, ``is_edit`` that its post was, with another text.
    """

    key: RevisionKey
    text: str
    flags: Sequence[Flag]
    group: NewId | int
    is_held: bool = False
    is_edit: bool = False


async def open_cases(tx: Transaction, grouped: Sequence[Grouped], *, at: datetime) -> None:
    """Open the cases of groups that were founded just now, and tell those of the others what has come."""
    joined = {each.group for each in grouped if isinstance(each.group, int)}
    old = await cases.some(tx, joined) if joined else {}
    news = [each for each in grouped if _is_news(each, old)]
    if not news:
        return
    groups: dict[NewId | int, list[Grouped]] = {}
    for each in news:
        groups.setdefault(each.group, []).append(each)
    weights = await _Weights.read(tx, news, at=at)
    founded = [own for group, own in groups.items() if not isinstance(group, int)]
    await cases.open_cases(tx, [_new_case(own, weights) for own in founded], at=at)
    for case_id, case in old.items():
        if case_id in groups:
            arrival = together(weights.arrival(each) for each in groups[case_id])
            await _tell(tx, case, absorb(case, arrival, now=at), at=at)


def _is_news(grouped: Grouped, old: Mapping[int, Case]) -> bool:
    """Say whether a case must hear of it: of a revision that it has, only where a worse flag was found."""
    if not isinstance(grouped.group, int):
        return True
    case = old.get(grouped.group)
    return case is not None and (not grouped.is_held or worst(grouped.flags).severity > case.severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weights:
    """What makes cases weigh: whom posts reached, and how often rules were right."""

    reached: Mapping[tuple[ChannelId, PostId], Reached]
    tallies: Mapping[str, tuple[int, int]]
    at: datetime

    @classmethod
    async def read(cls, db: Reader, grouped: Sequence[Grouped], *, at: datetime) -> _Weights:
        channels: dict[ChannelId, set[PostId]] = {}
        for each in grouped:
            channels.setdefault(each.key.channel_id, set()).add(each.key.post_id)
        reached: dict[tuple[ChannelId, PostId], Reached] = {}
        for channel_id, post_ids in channels.items():
            found = await cases.reached(db, channel_id, post_ids)
            reached |= {(channel_id, post_id): each for post_id, each in found.items()}
        return cls(reached=reached, tallies=await rule_tallies.by_rule(db), at=at)

    def arrival(self, grouped: Grouped) -> Arrival:
        """Return what a flagged revision brings."""
        reached = self.reached[grouped.key.channel_id, grouped.key.post_id]
        named = worst(grouped.flags)
        tallies = [self.tallies.get(flag.rule_id, (0, 0)) for flag in grouped.flags]
        return Arrival(
            category=named.category,
            severity=named.severity,
            audience=audience(reached.views, reached.subscribers),
            precision=max(precision(right, wrong) for right, wrong in tallies),
            published_at=min(reached.published_at, self.at),
            is_changed=grouped.is_edit,
        )


def _new_case(own: Sequence[Grouped], weights: _Weights) -> NewCase:
    first = own[0]
    return NewCase(
        case_id=first.group,
        arrival=together(weights.arrival(each) for each in own),
        channel_id=first.key.channel_id,
        post_id=first.key.post_id,
        language=language(first.text),
    )


async def _tell(tx: Transaction, before: Case, after: Case, *, at: datetime) -> None:
    """Write what has become of a case; what reviewers must see is in the audit log too."""
    if after == before:
        return
    await settle(tx, before, after)
    if after.version == before.version:
        return
    kind = "case.reopened" if after.round > before.round else "case.changed"
    details = {"severity": after.severity, "round": after.round, "version": after.version}
    await audit.append(tx, at=at, actor=_ACTOR, kind=kind, target=f"case {after.case_id}", details=details)
