"""Sign in once: by a code that Telegram sends to the phone's owner, or by a QR code that they scan.

https://core.telegram.org/api/auth, https://core.telegram.org/api/qr-login, https://core.telegram.org/api/srp.
Neither the phone number nor a code or password is logged or kept.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from telethon import password as srp
from telethon.tl import functions, types

from archiver.domain.errors import AccountLost, FloodWait, SettingsInvalid, SignInFailed, TelegramError
from archiver.domain.ids import AccountId
from archiver.telegram.failures import word_of
from archiver.telegram.line import Line

Ask = Callable[[], Awaitable[str]]
"""Asks the person at the terminal for a code or a password."""

_TRIES = 3
_TOKEN_SECONDS = 25.0
"""How long one QR code is shown: Telegram forgets it after about 30 s."""

_WAY_OUT = {
    "PHONE_NUMBER_INVALID": "Telegram knows no such number; give it with its country: +964…",
    "PHONE_NUMBER_UNOCCUPIED": "nobody has this number at Telegram; sign up in a Telegram app first",
    "PHONE_NUMBER_FLOOD": "too many codes were asked for this number; try again tomorrow, or with --qr",
    "PHONE_PASSWORD_FLOOD": "too many tries; wait some hours, then run archiver login again",
    "PHONE_CODE_EXPIRED": "the code is too old; run archiver login again for a new one",
    "PHONE_CODE_INVALID": "the code was wrong three times; run archiver login again for a new one",
    "PHONE_CODE_EMPTY": "no code was given; run archiver login again for a new one",
    "PASSWORD_HASH_INVALID": "the password was wrong three times; run archiver login again",
}
_SETTINGS = frozenset({"API_ID_INVALID", "API_ID_PUBLISHED_FLOOD"})
_WRONG_CODE = frozenset({"PHONE_CODE_INVALID", "PHONE_CODE_EMPTY"})
_WRONG_PASSWORD = frozenset({"PASSWORD_HASH_INVALID"})
_WANTS_PASSWORD = "SESSION_PASSWORD_NEEDED"  # noqa: S105 - Telegram's word, no password


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who is signed in; ``was_already`` when nothing had to be done for it."""

    account_id: AccountId
    was_already: bool = False

    @property
    def display(self) -> str:
        """What may be shown and logged of the account."""
        return f"account {self.account_id}"


async def sign_in_by_phone(line: Line, phone: str, *, ask_code: Ask, ask_password: Ask) -> SignedIn:
    """Sign in by a code that Telegram sends, and the 2FA password where the account has one.

    The line stays open and is the caller's to close; a session file is made where there is none. Raises
    SignInFailed, SettingsInvalid, ConnectionLost, AccountLost for a banned account, and what `Line.prepare`
    raises.
    """
    async with _explained():
        if (known := await _already(line)) is not None:
            return known
        sent = await line.calls.call(_send_code(line, phone))
        if isinstance(sent, types.auth.SentCodeSuccess):
            return _signed_in(sent.authorization)

        async def sign_in(code: str) -> SignedIn:
            request = functions.auth.SignInRequest(phone, _code_hash(sent), "".join(code.split()))
            return _signed_in(await line.calls.call(request))

        try:
            return await _tried(sign_in, ask_code, wrong=_WRONG_CODE)
        except TelegramError as error:
            if word_of(error) != _WANTS_PASSWORD:
                raise
            return await _by_password(line, ask_password)


async def sign_in_by_qr(
    line: Line,
    *,
    show: Callable[[str], None],
    ask_password: Ask,
    timeout_seconds: float,
    token_seconds: float = _TOKEN_SECONDS,
) -> SignedIn:
    """Sign in by a link that a Telegram app, already signed in, scans as a QR code.

    ``show`` gets the link, and a new one every ``token_seconds``, for ``timeout_seconds`` in all. Otherwise
    as `sign_in_by_phone`.
    """
    async with _explained():
        if (known := await _already(line)) is not None:
            return known
        try:
            async with asyncio.timeout(timeout_seconds):
                return await _scanned(line, show, token_seconds=token_seconds)
        except TimeoutError:
            raise SignInFailed("nobody scanned the code in time; run archiver login --qr again") from None
        except TelegramError as error:
            if word_of(error) != _WANTS_PASSWORD:
                raise
            return await _by_password(line, ask_password)


@asynccontextmanager
async def _explained() -> AsyncIterator[None]:
    """Say the way out of what Telegram refuses."""
    try:
        yield
    except FloodWait as error:
        minutes = math.ceil(error.seconds / 60)
        raise SignInFailed(f"Telegram asks to wait {minutes} min before the next try") from error
    except TelegramError as error:
        word = word_of(error)
        if word in _SETTINGS:
            raise SettingsInvalid(
                "Telegram refuses ARCHIVER_TELEGRAM__API_ID and __API_HASH; see https://my.telegram.org/apps"
            ) from error
        if word in _WAY_OUT or type(error) is TelegramError:
            raise SignInFailed(_WAY_OUT.get(word, str(error))) from error
        raise


async def _already(line: Line) -> SignedIn | None:
    """Return who is signed in; make a new key where Telegram has done with the old one."""
    try:
        await line.connect(create=True)
        return SignedIn(account_id=await line.open(), was_already=True)
    except AccountLost as error:
        if word_of(error) != "AUTH_KEY_UNREGISTERED":
            await line.start_over()
        return None


def _send_code(line: Line, phone: str) -> Any:
    settings = line.settings
    return functions.auth.SendCodeRequest(phone, settings.api_id, settings.api_hash, types.CodeSettings())


def _code_hash(sent: Any) -> str:
    if isinstance(sent, types.auth.SentCodePaymentRequired):
        raise SignInFailed("Telegram wants to be paid for a code to this number; try: archiver login --qr")
    if isinstance(sent.type, types.auth.SentCodeTypeSetUpEmailRequired):
        raise SignInFailed("Telegram wants a login e-mail first; set it up in a Telegram app")
    return str(sent.phone_code_hash)


async def _tried(
    attempt: Callable[[str], Awaitable[SignedIn]], ask: Ask, *, wrong: frozenset[str]
) -> SignedIn:
    """Ask a person until the answer is right, three times at most."""
    tries = 0
    while True:
        try:
            return await attempt(await ask())
        except TelegramError as error:
            tries += 1
            if word_of(error) not in wrong or tries == _TRIES:
                raise


async def _by_password(line: Line, ask_password: Ask) -> SignedIn:
    async def check(password: str) -> SignedIn:
        lock = await line.calls.call(functions.account.GetPasswordRequest())
        try:
            proof = srp.compute_check(lock, password)
        except ValueError as error:
            raise SignInFailed(f"the account's password is of a kind that we don't know ({error})") from error
        return _signed_in(await line.calls.call(functions.auth.CheckPasswordRequest(proof)))

    return await _tried(check, ask_password, wrong=_WRONG_PASSWORD)


async def _scanned(line: Line, show: Callable[[str], None], *, token_seconds: float) -> SignedIn:
    """Show one link after the other until one was scanned."""
    settings = line.settings
    while True:
        token = await line.calls.call(
            functions.auth.ExportLoginTokenRequest(settings.api_id, settings.api_hash, except_ids=[])
        )
        if isinstance(token, types.auth.LoginTokenMigrateTo):
            await line.move(token.dc_id)
            token = await line.calls.call(functions.auth.ImportLoginTokenRequest(token.token))
        if isinstance(token, types.auth.LoginTokenSuccess):
            return _signed_in(token.authorization)
        show("tg://login?token=" + base64.urlsafe_b64encode(token.token).decode().rstrip("="))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(token_seconds):
                await _told_of_a_scan(line)


async def _told_of_a_scan(line: Line) -> None:
    while True:
        for container in (await line.inbox.take()).containers:
            told = getattr(container, "updates", None) or [getattr(container, "update", None)]
            if any(isinstance(update, types.UpdateLoginToken) for update in told):
                return


def _signed_in(authorization: Any) -> SignedIn:
    if not isinstance(authorization, types.auth.Authorization):
        raise SignInFailed(_WAY_OUT["PHONE_NUMBER_UNOCCUPIED"])
    return SignedIn(account_id=AccountId(authorization.user.id))
