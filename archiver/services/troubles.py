"""What a failure of one piece of work means: what to record, and when to come back.

The one place where the bot decides that something may go on: a flood wait holds up one method, a channel
that turned private holds up itself, a full disk holds up everything until there is room.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from archiver.domain.account import AccountState
from archiver.domain.channel import Access
from archiver.domain.errors import (
    AccountLost,
    AnswerUnreadable,
    ArchiveDamaged,
    ArchiveError,
    BudgetSpent,
    ChannelUnreachable,
    ConnectionLost,
    FloodWait,
    SessionExposed,
    SessionInUse,
    SessionMissing,
    TelegramError,
)
from archiver.services.accounts import note_state
from archiver.services.looking import note_unreachable, note_unreadable
from archiver.services.run import Run

log = structlog.get_logger()

Work = Callable[[Run, Access], Awaitable[float | None]]
"""Does something about a channel; returns in how many seconds it is wanted again, ``None`` for never."""

_RECONNECTING = 1.0
_ARCHIVE = 2.0
_SESSION = 5.0
_REFUSED = 600.0
_UNREADABLE = 3600.0
_FROZEN = 3600.0
_BUG = 300.0


async def attempt(run: Run, access: Access, work: Work) -> float | None:
    """Do a piece of work; return in how many seconds to come back, whatever happened.

    Raises only what ends the line: AccountLost, but for a frozen account, and ArchiveDamaged.
    """
    try:
        return await work(run, access)
    except (ChannelUnreachable, AnswerUnreadable) as error:
        return await _note(run, access, error)
    except (TelegramError, ArchiveError) as error:
        return await pause(run, error)
    except Exception:  # a bug in one piece of work must not stop the others
        log.exception("work.failed", channel_id=access.channel_id)
        return _BUG


async def pause(run: Run, error: TelegramError | ArchiveError) -> float:
    """Return how long to leave the work alone after an error that is no channel's own.

    Raises the error again when nothing can go on: AccountLost, but for a frozen account, and ArchiveDamaged.
    """
    if isinstance(error, AccountLost):
        return await _note_frozen(run, error)
    return rest(error)


def rest(error: TelegramError | ArchiveError) -> float:
    """Return how many seconds to wait after an error; raises ArchiveDamaged again, which no time heals."""
    match error:
        case FloodWait() | BudgetSpent():
            return error.seconds
        case ConnectionLost():
            return _RECONNECTING
        case SessionInUse() | SessionMissing() | SessionExposed():
            # somebody signs in beside us
            log.warning("session.unusable", code=error.code, error=str(error))
            return _SESSION
        case ArchiveDamaged():
            raise error
        case ArchiveError():
            log.error("archive.unwritable", code=error.code, error=str(error))
            return _ARCHIVE
        case _:
            log.warning("call.refused", error=str(error))
            return _REFUSED


async def _note(run: Run, access: Access, error: ChannelUnreachable | AnswerUnreadable) -> float:
    try:
        if isinstance(error, ChannelUnreachable):
            await note_unreachable(run, access.channel_id, error)
            return run.policy.look_longest.total_seconds()
        await note_unreadable(run, access.channel_id, error)
        return _UNREADABLE
    except ArchiveError as archive_error:
        return await pause(run, archive_error)


async def _note_frozen(run: Run, error: AccountLost) -> float:
    if error.state != AccountState.FROZEN:
        raise error
    now = run.clock()
    try:
        await note_state(run.archive, run.account_id, AccountState.FROZEN, detail=str(error), at=now)
    except ArchiveError as archive_error:
        return rest(archive_error)
    return _FROZEN
