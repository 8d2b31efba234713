"""Errors are one line for a person, and carry what the code decides by."""

from __future__ import annotations

from archiver.domain.account import AccountState
from archiver.domain.channel import Availability
from archiver.domain.errors import AccountLost, ArchiverError, BudgetSpent, ChannelUnreachable, FloodWait


def test_a_flood_wait_says_how_long_and_before_what() -> None:
    error = FloodWait("messages.getHistory", seconds=30.0)

    assert str(error) == "Telegram asks to wait 30 s before messages.getHistory"
    assert (error.method, error.seconds) == ("messages.getHistory", 30.0)


def test_a_spent_budget_says_when_the_next_call_may_go() -> None:
    error = BudgetSpent("contacts.resolveUsername", seconds=90.5)

    assert str(error) == "today's budget for contacts.resolveUsername is spent, the next call is in 90.5 s"
    assert (error.method, error.seconds) == ("contacts.resolveUsername", 90.5)


def test_a_lost_account_and_an_unreachable_channel_carry_the_words_of_the_domain() -> None:
    lost = AccountLost("sign in again", state=AccountState.SIGNED_OUT)
    unreachable = ChannelUnreachable(
        "@x is private", availability=Availability.PRIVATE, detail="CHANNEL_PRIVATE"
    )

    assert (str(lost), AccountState(lost.state)) == ("sign in again", AccountState.SIGNED_OUT)
    assert (str(unreachable), Availability(unreachable.availability), unreachable.detail) == (
        "@x is private",
        Availability.PRIVATE,
        "CHANNEL_PRIVATE",
    )
    assert isinstance(lost, ArchiverError)
