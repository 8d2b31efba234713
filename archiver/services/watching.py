"""Watching: find out which channel holds a handle, notice when a handle passes on, and join.

Resolving is the scarcest call of all: each handle is resolved once, and again only when the channel we bound
it to does not hold it any more, or when another account has no key to the channel yet.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from archiver.domain.channel import Access, Availability, ChannelLook, Watch, WatchState
from archiver.domain.errors import (
    AnswerUnreadable,
    ChannelUnreachable,
    HandleVacant,
    NotAChannel,
    TelegramError,
)
from archiver.services.accounts import note_acting, spend
from archiver.services.looking import record_look
from archiver.services.roster import Roster
from archiver.services.run import Run
from archiver.storage import channels, watches
from archiver.storage.archive import Transaction
from archiver.telegram import asking

log = structlog.get_logger()

_RESOLVE = "contacts.resolveUsername"
_JOIN = "channels.joinChannel"
_AGAIN = timedelta(days=1)


async def resolve(run: Run, watch: Watch) -> None:
    """Look up who holds a handle and bind the watch to that channel.

    A handle that nobody holds, that is no channel's, or that Telegram won't look up for us is refused with a
    clear line, and keeps no other waiting. Raises BudgetSpent and what else the call raises.
    """
    await spend(run, _RESOLVE, limit=run.policy.resolves_per_day)
    try:
        found = await asking.resolve(run.line.calls, watch.handle)
    except HandleVacant:
        await _note_vacant(run, watch)
        return
    except (NotAChannel, ChannelUnreachable, AnswerUnreadable) as error:
        await _refuse(run, watch, str(error))
        return
    except TelegramError as error:
        if type(error) is not TelegramError:
            raise
        await _refuse(run, watch, f"{error}; try again with: archiver channels add @{watch.handle}")
        return
    await note_acting(run)
    await _bind(run, watch, found)


def is_resolve_due(run: Run, watch: Watch, roster: Roster) -> bool:
    """Say whether a handle should be looked up now."""
    if watch.state is WatchState.PAUSED:
        return False
    is_rested = watch.resolved_at is None or run.clock() - watch.resolved_at >= _AGAIN
    if watch.channel_id is None:
        return watch.refusal is None or (is_rested and "nobody holds" in watch.refusal)
    if watch.channel_id not in roster.accesses:
        return True
    held = roster.handles.get(watch.channel_id, frozenset())
    return watch.handle not in held and (is_rested or _is_moved(watch, roster))


def _is_moved(watch: Watch, roster: Roster) -> bool:
    """Whether the channel's handles changed after the last look-up."""
    changed = roster.handles_changed_at.get(watch.channel_id) if watch.channel_id else None
    return changed is not None and watch.resolved_at is not None and changed > watch.resolved_at


async def join_next(run: Run, roster: Roster) -> bool:
    """Try to join the most urgent channel that we only sweep; return whether there was one to try.

    One that does not let us in is not tried again in this run, and keeps no other waiting. Raises BudgetSpent
    and what else the call raises.
    """
    joined = sum(access.is_joined for access in roster.accesses.values())
    access = next((found for found in roster.followed if _may_join(run, roster, found)), None)
    if not run.policy.join or access is None or joined >= run.policy.joins_limit:
        return False
    await spend(run, _JOIN, limit=run.policy.joins_per_day)
    try:
        await asking.join(run.line.calls, access)
    except TelegramError as error:
        if type(error) not in {TelegramError, ChannelUnreachable, AnswerUnreadable}:
            raise
        run.unjoined.add(access.channel_id)
        log.warning("channel.not_joined", channel_id=access.channel_id, error=str(error))
        return True
    async with run.archive.write() as tx:
        await channels.put_access(
            tx, run.account_id, access.channel_id,
            access_hash=access.access_hash, is_joined=True, observed_at=run.clock(),
        )  # fmt: skip
    await note_acting(run)
    log.info("channel.joined", channel_id=access.channel_id)
    return True


def _may_join(run: Run, roster: Roster, access: Access) -> bool:
    return not access.is_joined and access.channel_id not in roster.unreachable | run.unjoined


async def _bind(run: Run, watch: Watch, found: ChannelLook) -> None:
    now = run.clock()
    async with run.archive.write() as tx:
        await record_look(tx, run, found, now=now)
        await watches.bind(tx, watch.handle, found.channel_id, at=now)
        if watch.channel_id not in {None, found.channel_id}:
            await _keep_the_old(tx, run, watch)
    if watch.channel_id is None:
        log.info("watch.bound", handle=watch.handle, channel_id=found.channel_id)
    elif watch.channel_id != found.channel_id:
        log.warning(
            "handle.passed_on", handle=watch.handle, from_channel_id=watch.channel_id,
            to_channel_id=found.channel_id,
        )  # fmt: skip


async def _keep_the_old(tx: Transaction, run: Run, watch: Watch) -> None:
    """Go on watching the channel that held the handle before, under the name it has now."""
    assert watch.channel_id is not None  # noqa: S101 - the caller asked
    for handle in sorted(await channels.handles(tx, watch.channel_id)):
        if await watches.get(tx, handle) is None:
            await watches.put(
                tx,
                Watch(
                    handle=handle, state=watch.state, added_at=run.clock(),
                    labels=watch.labels, note=f"was @{watch.handle}", priority=watch.priority,
                ),
            )  # fmt: skip
            await watches.bind(tx, handle, watch.channel_id, at=run.clock())
            return


async def _note_vacant(run: Run, watch: Watch) -> None:
    now = run.clock()
    async with run.archive.write() as tx:
        if watch.channel_id is None:
            await watches.refuse(tx, watch.handle, f"nobody holds @{watch.handle}", at=now)
        else:
            await watches.bind(tx, watch.handle, watch.channel_id, at=now)
            if not await channels.handles(tx, watch.channel_id):
                await channels.set_availability(
                    tx, watch.channel_id, Availability.HANDLE_FREED,
                    detail="no handle", observed_at=now, run_id=run.run_id,
                )  # fmt: skip
    log.warning("handle.vacant", handle=watch.handle, channel_id=watch.channel_id)


async def _refuse(run: Run, watch: Watch, refusal: str) -> None:
    async with run.archive.write() as tx:
        await watches.refuse(tx, watch.handle, refusal, at=run.clock())
    log.warning("watch.refused", handle=watch.handle, refusal=refusal)
