"""What a failure of one piece of work means, and when to come back."""

from __future__ import annotations

import pytest

from archiver.domain.account import AccountState
from archiver.domain.channel import Access, Availability
from archiver.domain.errors import (
    AccountLost,
    AnswerUnreadable,
    ArchiveDamaged,
    ArchiveFull,
    ArchiveInUse,
    ArchiveLocked,
    BudgetSpent,
    ChannelUnreachable,
    ConnectionLost,
    FloodWait,
    HandleVacant,
    SessionExposed,
    SessionInUse,
    SessionMissing,
    TelegramError,
)
from archiver.services.run import Run
from archiver.services.troubles import attempt, pause, rest
from archiver.storage import accounts
from tests.builders import CHANNEL
from tests.journeys.oracle import rows
from tests.services.hard_times import impatient, locked
from tests.services.steps import gaps, know

pytestmark = pytest.mark.asyncio

ACCESS = Access(channel_id=CHANNEL, access_hash=1)
FROZEN = AccountLost("the account is frozen", state=AccountState.FROZEN)
PRIVATE = ChannelUnreachable("private", availability=Availability.PRIVATE, detail="CHANNEL_PRIVATE")


async def after(run: Run, error: Exception) -> float | None:
    """Return when a piece of work is tried again that failed with an error."""

    async def work(_: Run, __: Access) -> float | None:
        raise error

    return await attempt(run, ACCESS, work)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (FloodWait("messages.getHistory", seconds=42), 42),
        (BudgetSpent("channels.joinChannel", seconds=3_601), 3_601),
        (ConnectionLost("no line"), 1),
        (SessionInUse("in use"), 5),
        (SessionMissing("nobody has signed in"), 5),
        (SessionExposed("others can read it"), 5),
        (ArchiveFull("no room"), 2),
        (ArchiveLocked("locked"), 2),
        (ArchiveInUse("another bot"), 2),
        (HandleVacant("nobody holds it"), 600),
        (TelegramError("messages.getHistory was refused: OH_NO"), 600),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_every_error_asks_for_a_rest_of_its_own(error: TelegramError, seconds: float) -> None:
    assert rest(error) == seconds


async def test_no_rest_heals_a_damaged_archive(run: Run) -> None:
    damaged = ArchiveDamaged("malformed")

    with pytest.raises(ArchiveDamaged):
        rest(damaged)
    with pytest.raises(ArchiveDamaged):
        await pause(run, damaged)
    with pytest.raises(ArchiveDamaged):
        await after(run, damaged)


@pytest.mark.parametrize("seconds", [None, 0.0, 12.5])
async def test_work_that_goes_well_says_itself_when_it_is_wanted_again(
    run: Run, seconds: float | None
) -> None:
    async def work(_: Run, __: Access) -> float | None:
        return seconds

    assert await attempt(run, ACCESS, work) == seconds


async def test_a_channel_out_of_reach_is_noted_and_left_alone_for_long(run: Run) -> None:
    await know(run)

    seconds = await after(run, PRIVATE)

    assert (seconds, gaps(run)) == (6 * 3600, [("unreachable", "open", None, None)])


async def test_an_answer_we_can_not_decode_leaves_a_gap_and_is_asked_for_in_an_hour(run: Run) -> None:
    await know(run)

    first = await after(run, AnswerUnreadable("update the archiver"))
    again = await after(run, AnswerUnreadable("update the archiver"))

    assert (first, again, gaps(run)) == (3600, 3600, [("unreadable", "open", None, None)])


async def test_a_note_that_the_archive_can_not_take_is_tried_again_soon(run: Run) -> None:
    await know(run)

    async with impatient(run) as hurried, locked(run.archive.path):
        seconds = [await after(hurried, error) for error in (PRIVATE, FROZEN, ArchiveFull("no room"))]

    assert (seconds, gaps(run)) == ([2, 2, 2], [])


async def test_a_frozen_account_is_noted_and_reads_on(run: Run) -> None:
    seconds = await after(run, FROZEN)

    assert seconds == 3600
    async with run.archive.read() as db:
        noted = await accounts.get(db, run.account_id)
    assert noted is not None
    assert (noted.state, noted.detail) == (AccountState.FROZEN, "the account is frozen")


@pytest.mark.parametrize("state", [AccountState.SIGNED_OUT, AccountState.BANNED, AccountState.DUPLICATED])
async def test_an_account_that_is_lost_ends_the_line(run: Run, state: AccountState) -> None:
    with pytest.raises(AccountLost, match=r"^lost$"):
        await after(run, AccountLost("lost", state=state))

    assert rows(run.archive.path, "SELECT state FROM accounts") == [("connected",)]


async def test_a_bug_in_one_piece_of_work_lets_the_others_go_on(run: Run) -> None:
    assert await after(run, ZeroDivisionError("a bug")) == 300
