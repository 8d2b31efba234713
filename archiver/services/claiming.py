"""Claiming: who works on which case, and for how long.

A claim gives a token, the key to everything that only the holder may do. A page does not show that token but
one of its own, from `open_view`, each time it is rendered: any token of a live lease will do, and the one
that a page brings back says which page closed.

Whatever is refused raises `CommandRefused`, whose ``refusal`` is the word.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from archiver.domain.calibration import may_answer
from archiver.domain.case import Case, Command, Given, woken
from archiver.domain.case_note import CaseNote
from archiver.domain.errors import CommandRefused
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.lease import Lease, kept, left
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer
from archiver.domain.rights import Act, may
from archiver.domain.taxonomy import MovedBecause
from archiver.services import second_looks
from archiver.services.queue import Queue
from archiver.services.sight import Sight, digest_of, new_token, see, settle
from archiver.storage import audit, calibrations, case_notes, cases, leases, turns
from archiver.storage.archive import Transaction
from archiver.storage.leases import NewLease
from archiver.storage.turns import Wish

NOT_TODAY_TIME = timedelta(hours=12)

_EVERY_WAITING, _EVERY_DRAWN = 8, 20
"""Every such claim takes the case that has waited longest, or one by lot."""
_CALIBRATED = 10
"""Counted on from a claim by lot; it may be a calibration, so no more than one in twenty is."""
_CALIBRATION = "calibration"
_WORST, _WORST_IN_A_ROW = 4, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A live lease, and a token of it (22 characters), which is nowhere else."""

    lease: Lease
    token: str


async def claim_next(queue: Queue, reviewer: Reviewer) -> Hold:
    """Return the case that the reviewer holds already, else claim the one whose turn it is."""
    now, fresh, draw = queue.clock(), queue.fresh(16), int.from_bytes(queue.fresh(8)) >> 1

    async def work(tx: Transaction) -> Hold:
        for case in await cases.due(tx, now):
            await _wake(tx, case, now)
        await second_looks.recall(tx, reviewer, at=now)
        if own := await leases.held(tx, reviewer.reviewer_id, now):
            return await _again(tx, own[0], fresh, at=now)
        if not may(reviewer.role, Act.DECIDE):
            raise CommandRefused(Refusal.NOT_ALLOWED)
        case_id, way = await _turn(tx, reviewer, draw, now)
        if case_id is None:
            raise CommandRefused(Refusal.NOTHING_LEFT)
        sight = await see(tx, reviewer, case_id, now=now)
        if way != _CALIBRATION:
            sight.change(Command.CLAIM)
        return await begin(tx, queue, reviewer, sight.case, fresh=fresh, way=way, now=now)

    return await queue.archive.write_at_once(work)


async def claim(queue: Queue, reviewer: Reviewer, case_id: CaseId) -> Hold:
    """Claim a case; it may be one's own already."""
    now, fresh = queue.clock(), queue.fresh(16)

    async def work(tx: Transaction) -> Hold:
        sight = await see(tx, reviewer, case_id, now=now)
        change, lease = sight.change(Command.CLAIM), sight.facts.lease
        if not change.begins_lease and lease is not None:
            return await _again(tx, lease, fresh, at=now)
        return await begin(tx, queue, reviewer, sight.case, fresh=fresh, way="asked", now=now)

    return await queue.archive.write_at_once(work)


async def take_over(
    queue: Queue, reviewer: Reviewer, case_id: CaseId, *, reason: MovedBecause, note: str = ""
) -> Hold:
    """Claim what another holds; for leads."""
    now, fresh = queue.clock(), queue.fresh(16)

    async def work(tx: Transaction) -> Hold:
        sight = await see(tx, reviewer, case_id, now=now)
        sight.change(Command.TAKE_OVER, Given(reason=reason))
        await leases.end(tx, case_id, at=now, ended_by=Command.TAKE_OVER)
        told = CaseNote(
            case_id=case_id, round=sight.case.round, reviewer_id=reviewer.reviewer_id, written_at=now,
            command=Command.TAKE_OVER, reason=reason, note=note,
        )  # fmt: skip
        await case_notes.add(tx, told)
        return await begin(tx, queue, reviewer, sight.case, fresh=fresh, way="taken_over", now=now)

    return await queue.archive.write_at_once(work)


async def held(queue: Queue, reviewer: Reviewer) -> list[CaseId]:
    """Return the cases that the reviewer holds, those first that they have held longest."""
    async with queue.archive.read() as db:
        live = await leases.held(db, reviewer.reviewer_id, queue.clock())
    return [lease.case_id for lease in live]


async def open_view(queue: Queue, reviewer: Reviewer, case_id: CaseId) -> Hold | None:
    """Open a view for a page that is about to be shown; ``None`` where the reviewer holds no lease."""
    now, fresh = queue.clock(), queue.fresh(16)

    async def work(tx: Transaction) -> Hold | None:
        lease = await leases.of_case(tx, case_id, now)
        if lease is None or lease.reviewer_id != reviewer.reviewer_id:
            return None
        lease = await _keep(tx, queue, lease, now)
        token = new_token(fresh)
        await leases.open_view(tx, lease, digest_of(token), at=now)
        return Hold(lease=lease, token=token)

    return await queue.archive.write_at_once(work)


async def beat(queue: Queue, reviewer: Reviewer, case_id: CaseId, *, token: str) -> Lease:
    """Prolong a lease, since a page of it is visible and in use."""
    now = queue.clock()

    async def work(tx: Transaction) -> Lease:
        sight = await see(tx, reviewer, case_id, now=now, token=token)
        sight.change(Command.KEEP)
        await leases.come_back(tx, digest_of(token))
        return await _keep(tx, queue, _held(sight), now)

    return await queue.archive.write_at_once(work)


async def leave(queue: Queue, reviewer: Reviewer, case_id: CaseId, *, token: str) -> None:
    """Close the view with this token; when it was the last, the lease shrinks. Harmless when all is over."""
    now = queue.clock()

    async def work(tx: Transaction) -> None:
        sight = await see(tx, reviewer, case_id, now=now, token=token)
        if not sight.facts.holds:
            return
        lease = _held(sight)
        if await leases.leave(tx, lease, digest_of(token), at=now) == 0:
            await leases.prolong(tx, left(lease, now=now))

    await queue.archive.write_at_once(work)


async def release(queue: Queue, reviewer: Reviewer, case_id: CaseId, *, token: str) -> None:
    """Give a case back."""
    now = queue.clock()

    async def work(tx: Transaction) -> None:
        sight = await see(tx, reviewer, case_id, now=now, token=token)
        if sight.known is not None and sight.known.ended_by == Command.RELEASE:
            return
        sight.change(Command.RELEASE)
        await leases.end(tx, case_id, at=now, ended_by=Command.RELEASE)
        lease = _held(sight)
        if sight.is_calibration:
            await _tell_apart(tx, reviewer, "calibration.released", lease, at=now)
        else:
            await _tell(tx, reviewer, "case.released", case_id, {"lease": lease.lease_id}, at=now)

    await queue.archive.write_at_once(work)


async def not_today(queue: Queue, reviewer: Reviewer) -> frozenset[Category]:
    """Return the categories that the reviewer is not given for now."""
    async with queue.archive.read() as db:
        return await turns.not_today(db, reviewer.reviewer_id, queue.clock())


async def set_not_today(queue: Queue, reviewer: Reviewer, categories: Collection[Category]) -> None:
    """Leave these categories, and no others, out of what `claim_next` gives the reviewer for twelve hours."""
    until = queue.clock() + NOT_TODAY_TIME
    async with queue.archive.write() as tx:
        await turns.set_not_today(tx, reviewer.reviewer_id, categories, until=until)


async def begin(
    tx: Transaction, queue: Queue, reviewer: Reviewer, case: Case, *, fresh: bytes, way: str, now: datetime
) -> Hold:
    """Give a reviewer the lease of a case that nobody holds, and write it down."""
    token = new_token(fresh)
    new = NewLease(
        case=case, reviewer_id=reviewer.reviewer_id, token_digest=digest_of(token), claimed_at=now,
        expires_at=now + queue.lease_time, way=way,
    )  # fmt: skip
    lease = await leases.begin(tx, new)
    if way == _CALIBRATION:
        await _tell_apart(tx, reviewer, "calibration.claimed", lease, at=now)
        return Hold(lease=lease, token=token)
    kind = "case.taken_over" if way == "taken_over" else "case.claimed"
    await _tell(tx, reviewer, kind, case.case_id, {"lease": lease.lease_id, "way": way}, at=now)
    return Hold(lease=lease, token=token)


async def _turn(tx: Transaction, reviewer: Reviewer, draw: int, now: datetime) -> tuple[CaseId | None, str]:
    """Return the case whose turn it is, and by which right."""
    last = await leases.last_severities(tx, reviewer.reviewer_id, limit=_WORST_IN_A_ROW)
    is_enough = len(last) == _WORST_IN_A_ROW and set(last) == {_WORST}
    wish = Wish(
        reviewer_id=reviewer.reviewer_id,
        now=now,
        not_today=await turns.not_today(tx, reviewer.reviewer_id, now),
        severest=_WORST - is_enough,
    )
    number = await leases.count(tx) + 1
    is_calibrated = number % _EVERY_DRAWN == _CALIBRATED and may_answer(reviewer.role)
    if is_calibrated and (given := await calibrations.turn(tx, wish)):
        return given, _CALIBRATION
    case_id, way = await _fitting(tx, wish, draw, number=number)
    if case_id is None and is_enough:
        case_id, way = await _fitting(tx, replace(wish, severest=_WORST), draw, number=number)
    return case_id, way


async def _fitting(tx: Transaction, wish: Wish, draw: int, *, number: int) -> tuple[CaseId | None, str]:
    if number % _EVERY_DRAWN == 0:
        return await turns.drawn(tx, wish, draw=draw), "drawn"
    if number % _EVERY_WAITING == 0:
        return await turns.longest_waiting(tx, wish), "waiting"
    return await turns.most_urgent(tx, wish), "priority"


async def _again(tx: Transaction, lease: Lease, fresh: bytes, *, at: datetime) -> Hold:
    """Give another token of a lease that its holder asked for again."""
    token = new_token(fresh)
    await leases.open_view(tx, lease, digest_of(token), at=at, is_shown=False)
    return Hold(lease=lease, token=token)


async def _keep(tx: Transaction, queue: Queue, lease: Lease, now: datetime) -> Lease:
    longer = kept(lease, now=now, time=queue.lease_time)
    await leases.prolong(tx, longer)
    return longer


async def _wake(tx: Transaction, case: Case, now: datetime) -> None:
    await settle(tx, case, woken(case, now=now))
    details = {"round": case.round, "version": case.version + 1}
    await audit.append(
        tx, at=now, actor="archiver", kind="case.woken", target=f"case {case.case_id}", details=details
    )


def _held(sight: Sight) -> Lease:
    assert sight.facts.lease is not None, "held"  # noqa: S101 - our own mistake
    return sight.facts.lease


async def _tell_apart(tx: Transaction, reviewer: Reviewer, kind: str, lease: Lease, *, at: datetime) -> None:
    """Write down what is done to a calibration, not in the history of its case, which others may be given."""
    await audit.append(
        tx, at=at, actor=reviewer.pseudonym, kind=kind, target=f"lease {lease.lease_id}", details={}
    )


async def _tell(
    tx: Transaction,
    reviewer: Reviewer,
    kind: str,
    case_id: CaseId,
    details: dict[str, object],
    *,
    at: datetime,
) -> None:
    await audit.append(
        tx, at=at, actor=reviewer.pseudonym, kind=kind, target=f"case {case_id}", details=details
    )
