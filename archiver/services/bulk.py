"""Bulk: one ruling for many cases at once, after a preview, and one undo for all of them.

At most 200 cases, none of severity 3 or above, none that somebody else holds, and only such as this reviewer
may decide on one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from archiver.domain.case import Command, refusal
from archiver.domain.decision import SEVERE, Ruling, fault_of
from archiver.domain.errors import CommandRefused
from archiver.domain.ids import CaseId, ChannelId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer
from archiver.services.deciding import make, retract
from archiver.services.queue import Queue
from archiver.services.sight import Sight, new_token, see
from archiver.storage import decisions
from archiver.storage.archive import Transaction

MOST_CASES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be decided: cases with their versions, in which channels, and what is left out, and why."""

    versions: Mapping[CaseId, int]
    channels: frozenset[ChannelId]
    left_out: Mapping[CaseId, Refusal]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDone:
    """What was decided, or taken back, at once; ``bulk`` names it."""

    bulk: str
    case_ids: tuple[CaseId, ...]
    left_out: Mapping[CaseId, Refusal]


async def preview(queue: Queue, reviewer: Reviewer, case_ids: Collection[CaseId]) -> Preview:
    """Return what `decide_all` would do with these cases; raises CommandRefused for too many."""
    if len(case_ids) > MOST_CASES:
        raise CommandRefused(Refusal.TOO_MANY_CASES)
    now, versions, left_out = queue.clock(), dict[CaseId, int](), dict[CaseId, Refusal]()
    channels: set[ChannelId] = set()
    async with queue.archive.read() as db:
        for case_id in case_ids:
            try:
                sight = _fit(await see(db, reviewer, case_id, now=now))
            except CommandRefused as refused:
                left_out[case_id] = refused.refusal
            else:
                versions[case_id] = sight.case.version
                channels.add(sight.case.channel_id)
    return Preview(versions=versions, channels=frozenset(channels), left_out=left_out)


async def decide_all(
    queue: Queue, reviewer: Reviewer, versions: Mapping[CaseId, int], *, ruling: Ruling
) -> BulkDone:
    """Decide on cases at the versions that were previewed, in one transaction.

    Those that changed since are left out. Raises CommandRefused for too many, for a severe ruling, and for
    one that is not whole.
    """
    _check(versions, ruling)
    now, bulk = queue.clock(), new_token(queue.fresh(16))

    async def work(tx: Transaction) -> BulkDone:
        done: list[CaseId] = []
        left_out: dict[CaseId, Refusal] = {}
        for case_id, version in versions.items():
            try:
                sight = _fit(await see(tx, reviewer, case_id, now=now, version=version))
                await make(tx, queue, reviewer, sight, command=Command.DECIDE, ruling=ruling, bulk=bulk)
            except CommandRefused as refused:
                left_out[case_id] = refused.refusal
            else:
                done.append(case_id)
        return BulkDone(bulk=bulk, case_ids=tuple(done), left_out=left_out)

    return await queue.archive.write_at_once(work)


async def undo_all(queue: Queue, reviewer: Reviewer, bulk: str) -> BulkDone:
    """Take back what was decided at once, within 15 minutes; cases that others went on with are left out."""
    now = queue.clock()

    async def work(tx: Transaction) -> BulkDone:
        done: list[CaseId] = []
        left_out: dict[CaseId, Refusal] = {}
        for decision in await decisions.of_bulk(tx, bulk):
            try:
                await retract(tx, reviewer, decision, now=now)
            except CommandRefused as refused:
                left_out[decision.case_id] = refused.refusal
            else:
                done.append(decision.case_id)
        return BulkDone(bulk=bulk, case_ids=tuple(done), left_out=left_out)

    return await queue.archive.write_at_once(work)


def _check(versions: Mapping[CaseId, int], ruling: Ruling) -> None:
    if len(versions) > MOST_CASES:
        raise CommandRefused(Refusal.TOO_MANY_CASES)
    if (ruling.severity or 0) >= SEVERE:
        raise CommandRefused(Refusal.TOO_SEVERE)
    if fault := fault_of(ruling):
        raise CommandRefused(fault)


def _fit(sight: Sight) -> Sight:
    """Return a case that a reviewer may decide on unclaimed as if it were claimed; raises CommandRefused."""
    if sight.case.severity >= SEVERE:
        raise CommandRefused(Refusal.TOO_SEVERE)
    if sight.is_calibration:
        raise CommandRefused(Refusal.NOT_ALLOWED)
    if sight.facts.lease is not None and not sight.facts.holds:
        raise CommandRefused(Refusal.HELD_BY_ANOTHER)
    fit = replace(sight, facts=replace(sight.facts, holds=True))
    if found := refusal(fit.case, Command.DECIDE, fit.facts):
        raise CommandRefused(found)
    return fit
