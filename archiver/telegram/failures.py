"""Telegram's refusals in our words; the tables say which is which and where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from telethon import errors
from telethon.errors.common import AuthKeyNotFound, InvalidBufferError, TypeNotFoundError

from archiver.domain.account import AccountState
from archiver.domain.channel import Availability
from archiver.domain.errors import (
    AccountLost,
    AnswerUnreadable,
    ChannelUnreachable,
    ConnectionLost,
    FloodWait,
    HandleVacant,
    TelegramError,
)

# https://core.telegram.org/api/errors and the error lists of the methods we call
_ACCOUNT: Mapping[str, AccountState] = {
    "AUTH_KEY_UNREGISTERED": AccountState.SIGNED_OUT,
    "AUTH_KEY_INVALID": AccountState.SIGNED_OUT,
    "AUTH_KEY_PERM_EMPTY": AccountState.SIGNED_OUT,
    "SESSION_REVOKED": AccountState.SIGNED_OUT,
    "SESSION_EXPIRED": AccountState.SIGNED_OUT,
    "SESSION_PASSWORD_NEEDED": AccountState.SIGNED_OUT,
    "USER_DEACTIVATED": AccountState.BANNED,
    "USER_DEACTIVATED_BAN": AccountState.BANNED,
    "PHONE_NUMBER_BANNED": AccountState.BANNED,
    "AUTH_KEY_DUPLICATED": AccountState.DUPLICATED,
    "FROZEN_METHOD_INVALID": AccountState.FROZEN,
    "FROZEN_PARTICIPANT_MISSING": AccountState.FROZEN,
}

_WAY_OUT: Mapping[AccountState, str] = {
    AccountState.SIGNED_OUT: "sign in again with: archiver login",
    AccountState.BANNED: "use another account: archiver login",
    AccountState.FROZEN: "appeal in a Telegram app, or use another account",
    AccountState.DUPLICATED: "two machines used one session, which ended it; run: archiver login",
}

_CHANNEL: Mapping[str, Availability] = {
    "CHANNEL_PRIVATE": Availability.PRIVATE,
    "CHANNEL_INVALID": Availability.DELETED,
    "CHAT_INVALID": Availability.DELETED,
    "PEER_ID_INVALID": Availability.DELETED,
    "CHANNEL_PUBLIC_GROUP_NA": Availability.PRIVATE,
    "CHAT_FORBIDDEN": Availability.BANNED,
    "USER_BANNED_IN_CHANNEL": Availability.BANNED,
    "CHAT_RESTRICTED": Availability.RESTRICTED,
}

_VACANT = frozenset({"USERNAME_NOT_OCCUPIED", "USERNAME_INVALID"})


def translate(error: Exception, *, method: str) -> TelegramError | None:
    """Return our error for what a call raised, or ``None`` when it is no word of Telegram's."""
    if isinstance(error, errors.FloodWaitError | errors.FloodPremiumWaitError):
        return FloodWait(method, seconds=float(error.seconds))
    if isinstance(error, AuthKeyNotFound):
        return _account_lost(AccountState.SIGNED_OUT)
    if isinstance(error, TypeNotFoundError | InvalidBufferError):
        return AnswerUnreadable(f"{method}: an answer that Telethon can't decode; update the archiver")
    if isinstance(error, errors.RPCError):
        return _refusal(_word(error), method=method)
    if isinstance(error, OSError | TimeoutError):
        return ConnectionLost("no line to Telegram; check the network and ARCHIVER_TELEGRAM__PROXY")
    return None


def _refusal(word: str, *, method: str) -> TelegramError:
    if word in _ACCOUNT:
        return _account_lost(_ACCOUNT[word])
    if word in _CHANNEL:
        return ChannelUnreachable(
            f"channel is not reachable: {word}", availability=_CHANNEL[word], detail=word
        )
    if word in _VACANT:
        return HandleVacant("nobody holds this handle")
    return TelegramError(f"{method} was refused: {word}")


def _account_lost(state: AccountState) -> AccountLost:
    return AccountLost(f"the account is {state}; {_WAY_OUT[state]}", state=state)


def _word(error: Any) -> str:
    """Return Telegram's own name of an error: Telethon keeps it only where it knows no class for it."""
    known = _BY_CLASS.get(type(error))
    return known or str(error.message or type(error).__name__)


def _names() -> dict[type, str]:
    words = [*_ACCOUNT, *_CHANNEL, *_VACANT]
    return {
        errors.rpcerrorlist.rpc_errors_dict[word]: word
        for word in words
        if word in errors.rpcerrorlist.rpc_errors_dict
    }


_BY_CLASS = _names()
