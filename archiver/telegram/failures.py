"""Telegram's refusals in our words; the tables say which is which and where that is written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from python_socks import ProxyError
from telethon import errors
from telethon.errors.common import (
    AuthKeyNotFound,
    BadMessageError,
    InvalidBufferError,
    InvalidChecksumError,
    SecurityError,
    TypeNotFoundError,
)

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

# https://core.telegram.org/mtproto/mtproto-transports#transport-errors
_KEY_UNKNOWN, _TOO_MANY = 404, 429
_DAMAGES = (SecurityError, InvalidChecksumError, InvalidBufferError, BadMessageError)

_VACANT = frozenset({"USERNAME_NOT_OCCUPIED", "USERNAME_INVALID"})


@asynccontextmanager
async def foreign(method: str, *, seconds: float) -> AsyncIterator[None]:
    """Let a foreign call last at most ``seconds``, and turn all that it raises into our words.

    What is no word of Telegram's, nor of the way to it, is a bug and goes on as it is.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise ConnectionLost(f"{method} got no answer in {seconds:g} s") from error
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # nobody cancelled us: Telethon cancels what is pending when it gives up a connection
        raise ConnectionLost("the line to Telegram broke") from None
    except Exception as error:  # every foreign error leaves as one of ours or as it came
        ours = translate(error, method=method)
        if ours is None:
            raise
        raise ours from error


def translate(error: Exception, *, method: str) -> TelegramError | None:
    """Return our error for what a call raised, or ``None`` when it is no word of Telegram's."""
    if isinstance(error, errors.FloodError) and (seconds := getattr(error, "seconds", None)) is not None:
        return FloodWait(method, seconds=float(seconds))
    if isinstance(error, errors.ServerError | errors.TimedOutError):
        return ConnectionLost(f"{method}: Telegram has troubles of its own ({word_of(error)})")
    if isinstance(error, errors.RPCError):
        return _refusal(word_of(error), method=method)
    if isinstance(error, AuthKeyNotFound):
        return _account_lost(AccountState.SIGNED_OUT)
    if isinstance(error, TypeNotFoundError):
        return AnswerUnreadable(f"{method}: an answer that Telethon can't decode; update the archiver")
    return _broken_line(error)


def word_of(error: BaseException | None) -> str:
    """Return Telegram's own name of an error of Telethon's, or of ours that it caused; empty for others."""
    if isinstance(error, TelegramError):
        error = error.__cause__
    if not isinstance(error, errors.RPCError):
        return ""
    # Telethon keeps the name only where it knows no class for it
    return _BY_CLASS.get(type(error)) or str(error.message or type(error).__name__)


def _broken_line(error: Exception) -> TelegramError | None:
    """Return our error for what the way to Telegram raised: sockets, proxies, transports, damaged packets."""
    if isinstance(error, InvalidBufferError) and error.code == _KEY_UNKNOWN:
        return _account_lost(AccountState.SIGNED_OUT)
    if isinstance(error, InvalidBufferError) and error.code == _TOO_MANY:
        return ConnectionLost("Telegram takes no connection from this address just now (429)")
    if isinstance(error, ProxyError):
        return ConnectionLost(f"the proxy refused: {error}; check ARCHIVER_TELEGRAM__PROXY")
    if isinstance(error, _DAMAGES):
        return ConnectionLost(f"the line to Telegram brought something damaged ({type(error).__name__})")
    if isinstance(error, OSError | EOFError):
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


def _names() -> dict[type, str]:
    known = errors.rpcerrorlist.rpc_errors_dict
    names = {kind: word for word, kind in known.items()}
    # two names may share a class: ours come first
    return names | {known[word]: word for word in (*_ACCOUNT, *_CHANNEL, *_VACANT) if word in known}


_BY_CLASS = _names()
