"""Capture: bring what Telegram showed into the archive, in one transaction with the cursor that covers it.

A page, a slice or a batch of pushed events becomes revisions with their flags, tombstones, counts and losses.
Looks may reach us in any order and more than once: each says as of which event number it was true
(`domain.revision`), so a late one adds nothing and a repeated one adds nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import structlog

from archiver.domain.channel import ChannelLook
from archiver.domain.cursor import Cursor
from archiver.domain.findings import Findings, find, lose
from archiver.domain.gap import GapCause, ranges
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.page import Page, RawPage, Slice
from archiver.domain.post import Observation, Provenance
from archiver.domain.revision import PostHead
from archiver.services.flagging import Ahead, flag_ahead, flag_new
from archiver.services.looking import record_look
from archiver.services.run import Run
from archiver.services.spreading import weigh_cases
from archiver.services.unreadable import close_read
from archiver.storage import cursors, gaps, posts
from archiver.storage.archive import Transaction
from archiver.telegram.wire import cut

log = structlog.get_logger()

Result = TypeVar("Result")

Advance = Callable[[Transaction], Awaitable[None]]
"""Moves the cursor, inside the transaction that holds what it covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """What a capture added; ``missing`` are ids that ought to be there and were not seen."""

    first: int = 0
    changed: int = 0
    tombstoned: int = 0
    lost: int = 0
    flags: int = 0
    missing: tuple[PostId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was found in observations, and how many flags its new revisions have."""

    findings: Findings
    flags: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Ids that are gone, as of an event number; ``evidence`` is ``told`` or ``absent``."""

    post_ids: Sequence[PostId]
    as_of: int
    evidence: str


async def capture_page(
    run: Run, page: Page, *, provenance: Provenance, advance: Advance | None = None
) -> Captured:
    """Archive a stretch of history; the posts that ought to be in it and are not come back as missing."""
    return (await capture_pages(run, [page], provenance=provenance, advance=advance))[0]


async def capture_pages(
    run: Run, pages: Sequence[Page], *, provenance: Provenance, advance: Advance | None = None
) -> list[Captured]:
    """Archive stretches of one channel, none over another, in one transaction; return what each added."""
    now, looks = run.clock(), [look for page in pages for look in _news(run, page)]
    seen = [observation for page in pages for observation in page.observations]
    ahead = _flag_ahead(run, seen, provenance=provenance)

    async def store(tx: Transaction) -> list[Captured]:
        await record_looks(tx, run, looks, now=now)
        known, cursor = await _heads(tx, pages), await cursors.get(tx, pages[0].channel_id)
        stored = [
            await _store(tx, run, page, known, cursor=cursor, provenance=provenance, now=now, ahead=ahead)
            for page in pages
        ]
        await close_read(
            tx, run, pages[0].channel_id, first_id=min(page.first_id for page in pages),
            last_id=max(page.last_id for page in pages),
            missing=[post_id for added in stored for post_id in added.missing],
        )  # fmt: skip
        if advance is not None:
            await advance(tx)
        return stored

    captured = await commit(run, store, is_flagged=is_flagged(run, seen, ahead))
    _remember(run, looks)
    for page, added in zip(pages, captured, strict=True):
        _tell(page.channel_id, provenance, added)
    return captured


async def _store(
    tx: Transaction,
    run: Run,
    page: Page,
    known: dict[PostId, PostHead],
    *,
    cursor: Cursor | None,
    provenance: Provenance,
    now: datetime,
    ahead: Ahead,
) -> Captured:
    heads = {head_id: head for head_id, head in known.items() if page.first_id <= head_id <= page.last_id}
    added = await _record(tx, run, page, heads=heads, provenance=provenance, now=now, ahead=ahead)
    late = await _bury_late(tx, run, page, added.findings, cursor=cursor, now=now)
    return _sum(added, losses=(late, 0), missing=await _missing(tx, page, heads, cursor=cursor))


def _flag_ahead(run: Run, observations: Sequence[Observation], *, provenance: Provenance) -> Ahead:
    """Flag what pages show before anybody waits for the archive; a re-scan shows hardly any news."""
    return {} if provenance is Provenance.RESCAN else flag_ahead(run.flagging, observations)


async def _heads(tx: Transaction, pages: Sequence[Page]) -> dict[PostId, PostHead]:
    first, last = min(page.first_id for page in pages), max(page.last_id for page in pages)
    return await posts.heads(tx, pages[0].channel_id, first_id=first, last_id=last)


async def capture_named(run: Run, page: Page, *, cause: GapCause, since: datetime | None) -> Captured:
    """Archive posts that were asked for by id; the absent ones get tombstones, or are lost if never seen."""
    now = run.clock()
    ids = [observation.post_id for observation in page.observations]
    async with run.archive.write() as tx:
        heads = await posts.heads_of(tx, page.channel_id, [*ids, *page.absent])
        added = await _record(tx, run, page, heads=heads, provenance=Provenance.RESCAN, now=now, ahead={})
        gone = Gone(post_ids=page.absent, as_of=page.as_of, evidence="absent")
        cursor = await cursors.get(tx, page.channel_id)
        late = await _bury_late(tx, run, page, added.findings, cursor=cursor, now=now)
        losses = await bury(tx, run, page.channel_id, gone, heads=heads, cause=cause, since=since, now=now)
        for first, last in ranges([*ids, *page.absent]):
            await close_read(tx, run, page.channel_id, first_id=first, last_id=last, missing=())
    captured = _sum(added, losses=(losses[0] + late, losses[1]))
    _tell(page.channel_id, Provenance.RESCAN, captured)
    return captured


async def capture_slice(run: Run, part: Slice, *, since: datetime | None, advance: Advance) -> Captured:
    """Archive a slice of a difference: posts as they stand now, and ids that are gone."""
    now, looks = run.clock(), _news(run, part)
    ids = [observation.post_id for observation in part.observations]
    gone = Gone(post_ids=part.deleted, as_of=part.as_of, evidence="told")
    ahead = flag_ahead(run.flagging, part.observations)

    async def store(tx: Transaction) -> Captured:
        await record_looks(tx, run, looks, now=now)
        heads = await posts.heads_of(tx, part.channel_id, [*ids, *part.deleted])
        added = await _record(
            tx, run, part, heads=heads, provenance=Provenance.CATCH_UP, now=now, ahead=ahead
        )
        losses = await bury(
            tx, run, part.channel_id, gone,
            heads=heads | added.findings.heads, cause=GapCause.DELETED_UNSEEN, since=since, now=now,
        )  # fmt: skip
        await advance(tx)
        return _sum(added, losses=losses)

    captured = await commit(run, store, is_flagged=is_flagged(run, part.observations, ahead))
    _remember(run, looks)
    _tell(part.channel_id, Provenance.CATCH_UP, captured)
    return captured


def is_flagged(run: Run, observations: Iterable[Observation], ahead: Ahead) -> bool:
    """Say whether nothing is left for the flagger, whatever is news among observations."""
    return run.flagging is None or all(id(seen) in ahead for seen in observations)


async def commit(
    run: Run, store: Callable[[Transaction], Coroutine[Any, Any, Result]], *, is_flagged: bool
) -> Result:
    """Run a transaction, in one hop to the archive where everything is flagged ahead; return what it returns.

    A flagger is not for two threads: what is left for it is flagged on this side.
    """
    if is_flagged:
        return await run.archive.write_at_once(store)
    async with run.archive.write() as tx:
        return await store(tx)


async def record_looks(tx: Transaction, run: Run, looks: Sequence[ChannelLook], *, now: datetime) -> None:
    """Record what an answer said of its own channel."""
    for look in looks:
        await record_look(tx, run, look, now=now)


async def record_observations(
    tx: Transaction,
    run: Run,
    channel_id: ChannelId,
    observations: Iterable[Observation],
    *,
    heads: dict[PostId, PostHead],
    raw_page: Callable[[Findings], RawPage | None],
    provenance: Provenance,
    now: datetime,
    ahead: Ahead,
) -> Recorded:
    """Judge observations and write what they add, with its flags; ``raw_page`` says which bytes to keep."""
    findings = find(observations, heads, now=now)
    kept = raw_page(findings) if findings.revisions and run.policy.keep_raw else None
    if findings.heads:
        await posts.record(
            tx, findings,
            channel_id=channel_id, observed_at=now, provenance=provenance,
            run_id=run.run_id, raw_page=kept,
        )  # fmt: skip
    flags = 0
    if run.flagging is not None:
        flags = await flag_new(tx, run.flagging, findings.revisions, at=now, run_id=run.run_id, ahead=ahead)
    await weigh_cases(tx, channel_id, findings.samples, known=heads)
    return Recorded(findings=findings, flags=flags)


async def bury(
    tx: Transaction,
    run: Run,
    channel_id: ChannelId,
    gone: Gone,
    *,
    heads: dict[PostId, PostHead],
    cause: GapCause,
    since: datetime | None,
    now: datetime,
) -> tuple[int, int]:
    """Write tombstones for posts of ours and losses for posts never seen; return how many of each."""
    losses = lose(gone.post_ids, heads, as_of=gone.as_of)
    if losses.tombstoned:
        await posts.bury(
            tx, channel_id, losses.tombstoned,
            as_of=gone.as_of, noticed_at=now, evidence=gone.evidence, run_id=run.run_id,
        )  # fmt: skip
    lost = await gaps.record_lost(
        tx, channel_id, losses.unseen,
        cause=cause, since=since, until=now, at=now, run_id=run.run_id,
    )  # fmt: skip
    return len(losses.tombstoned), lost


def _news(run: Run, answer: Page | Slice) -> list[ChannelLook]:
    """Return what an answer says of its channel, unless the archive heard the same from the last one."""
    looks = [replace(look, as_of=None) for look in answer.looks if look.channel_id == answer.channel_id]
    return [look for look in looks if run.looks.get(look.channel_id) != look]


def _remember(run: Run, looks: Iterable[ChannelLook]) -> None:
    """Note what was committed; before that it would be a lie."""
    run.looks.update((look.channel_id, look) for look in looks)


async def _record(
    tx: Transaction,
    run: Run,
    answer: Page | Slice,
    *,
    heads: dict[PostId, PostHead],
    provenance: Provenance,
    now: datetime,
    ahead: Ahead,
) -> Recorded:
    def raw_page(findings: Findings) -> RawPage | None:
        return _worth_keeping(answer, findings)

    return await record_observations(
        tx, run, answer.channel_id, answer.observations,
        heads=heads, raw_page=raw_page, provenance=provenance, now=now, ahead=ahead,
    )  # fmt: skip


def _worth_keeping(answer: Page | Slice, findings: Findings) -> RawPage | None:
    """Return the whole answer when most of it is news, else only the bytes of the news."""
    if answer.raw is None or 2 * len(findings.revisions) >= len(answer.observations):
        return answer.raw
    return cut(answer.raw, {new.observation.post_id for new in findings.revisions})


async def _bury_late(
    tx: Transaction, run: Run, page: Page, findings: Findings, *, cursor: Cursor | None, now: datetime
) -> int:
    """Bury posts that a look shows for the first time, though they were told gone after it.

    Their deletion came while the page was on its way, and made them lost; now they are held, and gone.
    """
    first = [new.observation.post_id for new in findings.revisions if new.revision == 1]
    if cursor is None or page.as_of >= cursor.as_of or not first:
        return 0
    lost = await gaps.lost_ids(tx, page.channel_id, first_id=min(first), last_id=max(first))
    gone = sorted(lost.intersection(first))
    if gone:
        await posts.bury(
            tx, page.channel_id, gone,
            as_of=cursor.as_of, noticed_at=now, evidence="told", run_id=run.run_id,
        )  # fmt: skip
    return len(gone)


async def _missing(
    tx: Transaction, page: Page, heads: dict[PostId, PostHead], *, cursor: Cursor | None
) -> tuple[PostId, ...]:
    seen = {observation.post_id for observation in page.observations}
    vanished = {
        head.post_id
        for head in heads.values()
        if head.tombstoned_as_of is None and head.post_id not in seen and head.as_of <= page.as_of
    }
    if page.last_id - page.first_id < len(seen | heads.keys()):
        return tuple(sorted(vanished))
    if cursor is None or page.last_id <= cursor.first_post_id:
        return tuple(sorted(vanished))
    watched = range(max(page.first_id, cursor.first_post_id + 1), page.last_id + 1)
    never = {PostId(number) for number in watched} - seen - heads.keys()
    if never:
        never -= await gaps.lost_ids(tx, page.channel_id, first_id=min(never), last_id=max(never))
    return tuple(sorted(vanished | never))


def _sum(added: Recorded, *, losses: tuple[int, int] = (0, 0), missing: tuple[PostId, ...] = ()) -> Captured:
    revisions, first = added.findings.revisions, added.findings.first_count
    return Captured(
        first=first,
        changed=len(revisions) - first,
        tombstoned=losses[0],
        lost=losses[1],
        flags=added.flags,
        missing=missing,
    )


def _tell(channel_id: ChannelId, provenance: Provenance, added: Captured) -> None:
    if added.first or added.changed or added.tombstoned or added.lost:
        log.info(
            "posts.captured",
            channel_id=channel_id, provenance=provenance, first=added.first, changed=added.changed,
            tombstoned=added.tombstoned, lost=added.lost, flags=added.flags,
        )  # fmt: skip
