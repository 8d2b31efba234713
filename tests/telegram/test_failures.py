"""What Telegram answers, as errors of ours."""

from __future__ import annotations

import asyncio
import struct
from typing import Any

import pytest
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
from telethon.tl import functions, types

from archiver.domain.errors import (
    AccountLost,
    AnswerUnreadable,
    ChannelUnreachable,
    ConnectionLost,
    FloodWait,
    HandleVacant,
    TelegramError,
)
from archiver.telegram.failures import foreign, translate, word_of

_REQUEST = functions.updates.GetStateRequest()


def told(code: int, word: str) -> Any:
    """Return what Telethon makes of an error on the wire."""
    return errors.rpc_message_to_error(types.RpcError(code, word), _REQUEST)


def ours(error: Exception) -> Any:
    return translate(error, method="a.method")


@pytest.mark.parametrize(
    ("code", "word", "state"),
    [
        (401, "AUTH_KEY_UNREGISTERED", "signed_out"),
        (401, "AUTH_KEY_INVALID", "signed_out"),
        (401, "AUTH_KEY_PERM_EMPTY", "signed_out"),
        (401, "SESSION_REVOKED", "signed_out"),
        (401, "SESSION_EXPIRED", "signed_out"),
        (401, "SESSION_PASSWORD_NEEDED", "signed_out"),
        (401, "USER_DEACTIVATED", "banned"),
        (401, "USER_DEACTIVATED_BAN", "banned"),
        (400, "PHONE_NUMBER_BANNED", "banned"),
        (406, "AUTH_KEY_DUPLICATED", "duplicated"),
        (420, "FROZEN_METHOD_INVALID", "frozen"),
        (400, "FROZEN_PARTICIPANT_MISSING", "frozen"),
    ],
)
def test_what_ends_an_account_says_in_which_state_it_is(code: int, word: str, state: str) -> None:
    found = ours(told(code, word))

    assert (type(found), found.state) == (AccountLost, state)
    assert str(found).startswith(f"the account is {state}; ")


@pytest.mark.parametrize(
    ("word", "availability"),
    [
        ("CHANNEL_PRIVATE", "private"),
        ("CHANNEL_INVALID", "deleted"),
        ("CHAT_INVALID", "deleted"),
        ("PEER_ID_INVALID", "deleted"),
        ("CHANNEL_PUBLIC_GROUP_NA", "private"),
        ("CHAT_FORBIDDEN", "banned"),
        ("USER_BANNED_IN_CHANNEL", "banned"),
        ("CHAT_RESTRICTED", "restricted"),
    ],
)
def test_what_hides_a_channel_says_how(word: str, availability: str) -> None:
    found = ours(told(400, word))

    assert (type(found), found.availability, found.detail) == (ChannelUnreachable, availability, word)


@pytest.mark.parametrize("word", ["USERNAME_NOT_OCCUPIED", "USERNAME_INVALID"])
def test_a_handle_that_nobody_holds_is_vacant(word: str) -> None:
    assert type(ours(told(400, word))) is HandleVacant


@pytest.mark.parametrize(
    ("word", "seconds"),
    [
        ("FLOOD_WAIT_17", 17.0),
        ("FLOOD_PREMIUM_WAIT_4", 4.0),
        ("FLOOD_TEST_PHONE_WAIT_9", 9.0),
        ("SLOWMODE_WAIT_5", 5.0),
        ("FLOOD_WAIT_0", 0.0),
    ],
)
def test_a_flood_wait_names_the_method_and_the_seconds(word: str, seconds: float) -> None:
    found = ours(told(420, word))

    assert (type(found), found.method, found.seconds) == (FloodWait, "a.method", seconds)


@pytest.mark.parametrize("word", ["FLOOD", "FROST", "SOME_FLOOD_OF_TOMORROW"])
def test_a_420_without_seconds_is_a_refusal_and_no_flood_wait(word: str) -> None:
    found = ours(told(420, word))

    assert (type(found), str(found)) == (TelegramError, f"a.method was refused: {word}")


@pytest.mark.parametrize(
    ("code", "word"),
    [(500, "RPC_CALL_FAIL"), (-500, "No workers running"), (-503, "Timeout"), (500, "NEW_TROUBLE")],
)
def test_troubles_of_telegrams_own_are_no_refusal(code: int, word: str) -> None:
    found = ours(told(code, word))

    assert type(found) is ConnectionLost
    assert str(found).startswith("a.method: Telegram has troubles of its own (")


def test_a_refusal_keeps_telegrams_word_whether_telethon_knows_it_or_not() -> None:
    words = ["MSG_ID_INVALID", "API_ID_INVALID", "NOBODY_KNOWS_THIS"]

    assert [str(ours(told(400, word))) for word in words] == [
        f"a.method was refused: {word}" for word in words
    ]


@pytest.mark.parametrize(
    "error",
    [
        ConnectionError("Cannot send requests while disconnected"),
        ConnectionResetError(104, "Connection reset by peer"),
        OSError("no route to host"),
        asyncio.IncompleteReadError(b"", 8),
        ProxyError("Username and password authentication failure"),
        SecurityError("Step 3 invalid g_a"),
        InvalidChecksumError(1, 2),
        InvalidBufferError(b"\x01"),
        InvalidBufferError(struct.pack("<i", -444)),
        InvalidBufferError(struct.pack("<i", -429)),
        BadMessageError(_REQUEST, 20),
    ],
)
def test_a_broken_way_is_a_lost_line(error: Exception) -> None:
    assert type(ours(error)) is ConnectionLost


@pytest.mark.parametrize("error", [AuthKeyNotFound(), InvalidBufferError(struct.pack("<i", -404))])
def test_a_forgotten_key_is_a_lost_account(error: Exception) -> None:
    found = ours(error)

    assert (type(found), found.state) == (AccountLost, "signed_out")


def test_an_answer_of_a_newer_telegram_is_unreadable_and_its_bytes_are_not_shown() -> None:
    found = ours(TypeNotFoundError(0x12345678, b"a secret text"))

    assert type(found) is AnswerUnreadable
    assert "secret" not in str(found)


@pytest.mark.parametrize(
    "error", [ValueError("Request payload is too big"), struct.error("int"), KeyError(1)]
)
def test_a_bug_of_ours_stays_what_it_is(error: Exception) -> None:
    assert ours(error) is None


def test_every_error_that_telethon_knows_has_a_word_of_ours() -> None:
    known = {word: told(400, word) for word in errors.rpcerrorlist.rpc_errors_dict}

    found = {word: ours(error) for word, error in known.items()}

    assert [word for word, error in found.items() if not isinstance(error, TelegramError)] == []
    assert [
        word for word, error in known.items() if word_of(error) not in errors.rpcerrorlist.rpc_errors_dict
    ] == []


def test_the_word_is_found_behind_an_error_of_ours() -> None:
    error = TelegramError("refused")
    error.__cause__ = told(400, "PHONE_CODE_INVALID")

    assert word_of(error) == "PHONE_CODE_INVALID"
    assert [word_of(error) for error in (None, OSError(), TelegramError("x"))] == ["", "", ""]


@pytest.mark.asyncio
async def test_an_answer_that_takes_too_long_is_a_lost_line() -> None:
    with pytest.raises(ConnectionLost, match=r"^a\.method got no answer in 0\.01 s$"):
        async with foreign("a.method", seconds=0.01):
            await asyncio.Event().wait()


@pytest.mark.asyncio
async def test_a_future_that_telethon_cancelled_is_a_lost_line() -> None:
    dropped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    dropped.cancel()

    with pytest.raises(ConnectionLost, match="broke"):
        async with foreign("a.method", seconds=5):
            await dropped


@pytest.mark.asyncio
async def test_a_cancelled_caller_is_cancelled() -> None:
    async def wait() -> None:
        async with foreign("a.method", seconds=5):
            await asyncio.Event().wait()

    waiting = asyncio.create_task(wait())
    await asyncio.sleep(0)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting


@pytest.mark.asyncio
async def test_a_callers_own_timeout_is_the_callers() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01), foreign("a.method", seconds=5):
            await asyncio.Event().wait()
