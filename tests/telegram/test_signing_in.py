"""Signing in by code, password and QR."""

from __future__ import annotations

import asyncio
import base64
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from archiver.domain.errors import AccountLost, ConnectionLost, SettingsInvalid, SignInFailed
from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.telegram.line import Line
from archiver.telegram.signing_in import SignedIn, sign_in_by_phone, sign_in_by_qr
from tests.telegram.lines import a_line, a_line_settings, counted

pytestmark = pytest.mark.asyncio

WORD = "open, سمسم"


@pytest_asyncio.fixture
async def fresh(server: LoopbackServer, tmp_path: Path) -> AsyncIterator[Line]:
    """Give a line with no session file yet, in a folder that is not there yet."""
    line = a_line(a_line_settings(server, tmp_path / "secrets" / "mine"))
    yield line
    await line.close()


def answers(*given: str) -> Callable[[], Awaitable[str]]:
    """Return a person who gives these answers, one after the other."""
    left = list(given)

    async def ask() -> str:
        return left.pop(0)

    return ask


async def test_the_code_signs_in_and_the_session_serves_the_bot(
    fresh: Line, server: LoopbackServer, account: Account
) -> None:
    signed_in = await sign_in_by_phone(
        fresh, account.phone, ask_code=answers(account.code), ask_password=answers()
    )
    await fresh.close()

    bot = a_line(fresh.settings)
    assert signed_in == SignedIn(account_id=await bot.open())
    assert signed_in.display == f"account {account.id}"
    await bot.close()


async def test_the_session_is_for_its_owners_eyes_only(fresh: Line, account: Account, tmp_path: Path) -> None:
    await sign_in_by_phone(fresh, account.phone, ask_code=answers(account.code), ask_password=answers())
    await fresh.close()

    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in [tmp_path / "secrets", *(tmp_path / "secrets").iterdir()]
    }
    assert modes == {"secrets": 0o700, "mine.session": 0o600, "mine.session.lock": 0o600}


async def test_who_is_signed_in_already_is_told_so_and_asked_nothing(
    line: Line, server: LoopbackServer, account: Account
) -> None:
    by_phone = await sign_in_by_phone(line, account.phone, ask_code=answers(), ask_password=answers())
    by_qr = await sign_in_by_qr(line, show=print, ask_password=answers(), timeout_seconds=1)

    assert by_phone == by_qr == SignedIn(account_id=by_phone.account_id, was_already=True)
    assert by_phone.account_id == account.id
    assert "auth.sendCode" not in counted(server)


async def test_spaces_in_a_code_are_no_part_of_it(fresh: Line, account: Account) -> None:
    signed_in = await sign_in_by_phone(
        fresh, account.phone, ask_code=answers(" 123 45\n"), ask_password=answers()
    )

    assert signed_in.account_id == account.id


async def test_a_wrong_code_may_be_given_twice(fresh: Line, account: Account) -> None:
    signed_in = await sign_in_by_phone(
        fresh, account.phone, ask_code=answers("54321", "", account.code), ask_password=answers()
    )

    assert signed_in.account_id == account.id


async def test_the_third_wrong_code_is_the_last(fresh: Line, account: Account) -> None:
    ask = answers("1", "2", "3", account.code)

    with pytest.raises(SignInFailed, match="the code was wrong three times; run archiver login again"):
        await sign_in_by_phone(fresh, account.phone, ask_code=ask, ask_password=answers())
    assert await ask() == account.code


async def test_the_password_is_asked_for_where_the_account_has_one(fresh: Line, world: World) -> None:
    guarded = world.add_account(phone="+9647711111111", password=WORD)

    signed_in = await sign_in_by_phone(
        fresh, guarded.phone, ask_code=answers(guarded.code), ask_password=answers("no", "nor this", WORD)
    )

    assert signed_in.account_id == guarded.id


async def test_the_third_wrong_password_is_the_last(fresh: Line, world: World) -> None:
    guarded = world.add_account(phone="+9647711111111", password=WORD)

    with pytest.raises(SignInFailed, match="the password was wrong three times"):
        await sign_in_by_phone(
            fresh, guarded.phone, ask_code=answers(guarded.code), ask_password=answers("a", "b", "c")
        )


@pytest.mark.parametrize(
    ("method", "code", "word", "way_out"),
    [
        ("auth.sendCode", 400, "PHONE_NUMBER_INVALID", "Telegram knows no such number"),
        ("auth.sendCode", 400, "PHONE_NUMBER_FLOOD", "too many codes were asked for this number"),
        ("auth.sendCode", 406, "PHONE_PASSWORD_FLOOD", "too many tries"),
        ("auth.sendCode", 420, "FLOOD_WAIT_7201", "Telegram asks to wait 133 min"),
        ("auth.signIn", 400, "PHONE_CODE_EXPIRED", "the code is too old; run archiver login again"),
        ("auth.signIn", 400, "PHONE_NUMBER_UNOCCUPIED", "sign up in a Telegram app first"),
        ("auth.signIn", 400, "SOMETHING_NEW", "auth.signIn was refused: SOMETHING_NEW"),
    ],
)
async def test_a_refusal_says_the_way_out_and_not_the_number(
    fresh: Line, server: LoopbackServer, account: Account, method: str, code: int, word: str, way_out: str
) -> None:
    server.faults.refuse(method, code, word)

    with pytest.raises(SignInFailed, match=way_out) as failed:
        await sign_in_by_phone(fresh, account.phone, ask_code=answers("12345"), ask_password=answers())
    assert account.phone[1:] not in str(failed.value)


async def test_a_wrong_api_id_is_a_wrong_setting(
    fresh: Line, server: LoopbackServer, account: Account
) -> None:
    server.faults.refuse("auth.sendCode", 400, "API_ID_INVALID")

    with pytest.raises(SettingsInvalid, match="ARCHIVER_TELEGRAM__API_ID"):
        await sign_in_by_phone(fresh, account.phone, ask_code=answers(), ask_password=answers())


async def test_a_banned_account_stays_out(fresh: Line, account: Account) -> None:
    account.ban()

    with pytest.raises(AccountLost, match="the account is banned"):
        await sign_in_by_phone(fresh, account.phone, ask_code=answers(), ask_password=answers())


async def test_no_line_is_no_failed_sign_in(fresh: Line, server: LoopbackServer, account: Account) -> None:
    server.refuse_connections()

    with pytest.raises(ConnectionLost):
        await sign_in_by_phone(fresh, account.phone, ask_code=answers(), ask_password=answers())


@pytest.mark.parametrize("happen", ["revoke", "duplicate", "forget"])
async def test_an_account_that_was_lost_signs_in_again_with_a_new_key(
    line: Line, server: LoopbackServer, account: Account, happen: str
) -> None:
    key = line.prepare().session.auth_key.key
    if happen == "forget":
        server.forget_keys(account)
    else:
        getattr(account, happen)()

    signed_in = await sign_in_by_phone(
        line, account.phone, ask_code=answers(account.code), ask_password=answers()
    )

    assert signed_in == SignedIn(account_id=signed_in.account_id)
    assert line.prepare().session.auth_key.key != key
    assert await line.open() == account.id


async def test_a_scanned_code_signs_in(fresh: Line, account: Account) -> None:
    signed_in = await sign_in_by_qr(
        fresh, show=_scanned_by(account), ask_password=answers(), timeout_seconds=5
    )

    assert signed_in == SignedIn(account_id=signed_in.account_id)
    assert await fresh.open() == account.id


async def test_a_scanned_code_still_wants_the_password(fresh: Line, world: World) -> None:
    guarded = world.add_account(phone="+9647711111111", password=WORD)

    signed_in = await sign_in_by_qr(
        fresh, show=_scanned_by(guarded), ask_password=answers("no", WORD), timeout_seconds=5
    )

    assert signed_in.account_id == guarded.id


async def test_a_code_that_nobody_scanned_is_followed_by_another(fresh: Line, account: Account) -> None:
    shown: list[str] = []

    def show(url: str) -> None:
        shown.append(url)
        if len(shown) == 3:
            _scanned_by(account)(url)

    signed_in = await sign_in_by_qr(
        fresh, show=show, ask_password=answers(), timeout_seconds=5, token_seconds=0.05
    )

    assert signed_in.account_id == account.id
    assert len(set(shown)) == 3
    assert all(url.startswith("tg://login?token=") and "=" not in url[17:] for url in shown)


async def test_a_scan_that_we_were_not_told_of_is_found_with_the_next_code(
    fresh: Line, server: LoopbackServer, account: Account
) -> None:
    def show(url: str) -> None:
        server.world.tokens.listeners.clear()  # the push is lost
        _scanned_by(account)(url)

    signed_in = await sign_in_by_qr(
        fresh, show=show, ask_password=answers(), timeout_seconds=5, token_seconds=0.1
    )

    assert signed_in.account_id == account.id


async def test_when_nobody_scans_the_sign_in_fails_in_the_end(fresh: Line) -> None:
    with pytest.raises(SignInFailed, match="nobody scanned the code in time; run archiver login --qr again"):
        await sign_in_by_qr(
            fresh, show=lambda _: None, ask_password=answers(), timeout_seconds=0.3, token_seconds=0.1
        )


async def test_a_person_who_interrupts_is_obeyed(fresh: Line, account: Account) -> None:
    asked = asyncio.Event()

    async def never() -> str:
        asked.set()
        await asyncio.Event().wait()
        return ""

    signing_in = asyncio.create_task(
        sign_in_by_phone(fresh, account.phone, ask_code=never, ask_password=never)
    )
    await asked.wait()
    signing_in.cancel()

    with pytest.raises(asyncio.CancelledError):
        await signing_in


def _scanned_by(account: Account) -> Callable[[str], None]:
    def show(url: str) -> None:
        token = url.removeprefix("tg://login?token=")
        account.scan(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))

    return show
