"""``archiver login``: by phone and by QR code, with answers from standard input or a terminal."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import pty
import signal
import stat
import termios
from pathlib import Path

import pytest

from archiver.loopback.account import Account
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from tests.cli.process import Command

pytestmark = pytest.mark.asyncio

PASSWORD = "open, سمسم"  # noqa: S105 - of an account that lives for a second
PHONE = "phone number, with country code: "
CODE = "code that Telegram sent: "
SCAN = "scan this in a Telegram app: Settings, Devices, Link Desktop Device\n"
SECOND = "password of the account: "


def signed_in(account: Account, *, word: str = "signed in") -> str:
    return f"{word} as account {account.id}; now watch a channel: archiver channels add @name\n"


async def asked(stream: asyncio.StreamReader | None, prompt: str) -> None:
    """Wait until a command asks for something."""
    assert stream is not None
    await asyncio.wait_for(stream.readuntil(prompt.encode()), 30)


async def offered(world: World) -> bytes:
    """Wait for a QR code's token."""
    async with asyncio.timeout(30):
        while world.tokens.newest is None:
            await asyncio.sleep(0.02)
    return world.tokens.newest


def link(token: bytes) -> str:
    return "tg://login?token=" + base64.urlsafe_b64encode(token).decode().rstrip("=")


async def test_who_mistypes_is_asked_again_and_the_login_is_kept_from_other_eyes(
    command: Command, folder: Path, world: World
) -> None:
    account = world.add_account(password=PASSWORD)

    first = await command.run(
        "login", answers=f"{account.phone}\n54321\n{account.code}\n{PASSWORD.upper()}\n {PASSWORD}\n"
    )
    second = await command.run("login", "--phone", account.phone)

    assert first == (0, signed_in(account), PHONE + CODE + CODE + SECOND + SECOND)
    assert second == (0, signed_in(account, word="already signed in"), "")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert modes == {"bot.session": 0o600, "bot.session.lock": 0o600}


@pytest.mark.parametrize(
    ("answers", "prompts", "said"),
    [
        ("1\n2\n3\n", 3, "the code was wrong three times; run archiver login again for a new one"),
        ("1\n", 2, "standard input ended before the sign-in did; give one answer a line"),
    ],
    ids=["wrong", "short"],
)
async def test_a_sign_in_that_fails_is_told_in_one_line(
    command: Command, account: Account, answers: str, prompts: int, said: str
) -> None:
    found = await command.run("login", "--phone", account.phone, answers=answers)

    assert found == (1, "", CODE * prompts + f"archiver: {said}\n")
    assert account.keys == {}


async def test_a_forgotten_key_is_made_anew(
    command: Command, server: LoopbackServer, folder: Path, account: Account
) -> None:
    server.sign_in_file(folder / "bot.session", account)
    server.forget_keys(account)

    found = await command.run("login", "--phone", account.phone, answers=f"{account.code}\n")

    *events, prompt = found.err.splitlines()
    assert (found.code, found.out, prompt) == (0, signed_in(account), CODE)
    # whether Telethon still says that the server hung up is a matter of milliseconds
    assert {json.loads(event)["event"] for event in events} <= {"library.warned"}


async def test_answers_may_come_from_a_file(command: Command, folder: Path, account: Account) -> None:
    (folder / "answers").write_text(f"{account.phone}\n{account.code}\n", "utf-8")

    with (folder / "answers").open("rb") as answers:
        process = await command.start("login", stdin=answers)
    found = await command.end(process)

    assert found == (0, signed_in(account), PHONE + CODE)


async def test_a_scanned_qr_code_and_the_password_sign_in(command: Command, world: World) -> None:
    account = world.add_account(password=PASSWORD)
    process = await command.start("login", "--qr")
    token = await offered(world)

    account.scan(token)
    found = await command.end(process, answers=f"{PASSWORD}\n")

    code, _, rest = found.err.partition(SCAN)
    assert (found.code, found.out) == (0, signed_in(account))
    assert rest == f"{link(token)}\n{SECOND}"
    assert set(code) <= set("█▀▄ \xa0\n")
    assert len(code.splitlines()) > 15


@pytest.mark.parametrize("way", ["phone", "qr"])
async def test_an_interrupt_ends_the_wait_for_a_person_at_once(
    command: Command, world: World, account: Account, way: str
) -> None:
    process = await command.start("login", *(["--qr"] if way == "qr" else ["--phone", account.phone]))
    if way == "qr":
        await offered(world)
    await asked(process.stderr, SCAN if way == "qr" else CODE)

    process.send_signal(signal.SIGINT)
    # standard input stays open: nobody presses Enter
    code = await asyncio.wait_for(process.wait(), 10)

    assert code == 130
    assert b"Traceback" not in await _rest(process)


async def test_a_terminal_does_not_show_the_password_and_shows_again_what_comes_later(
    command: Command, world: World
) -> None:
    account = world.add_account(password=PASSWORD)
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "rb", buffering=0) as terminal:
        process = await command.start("login", "--phone", account.phone, stdin=terminal)
        await asked(process.stderr, CODE)
        os.write(ours, f"{account.code}\n".encode())
        await asked(process.stderr, SECOND)

        os.write(ours, f"{PASSWORD}\n".encode())
        found = await command.end(process)
        shown = os.read(ours, 1_000).decode()
        echoes = bool(termios.tcgetattr(terminal.fileno())[3] & termios.ECHO)
    os.close(ours)

    assert found == (0, signed_in(account), "\n")
    assert (shown.split(), echoes) == ([account.code], True)


async def _rest(process: asyncio.subprocess.Process) -> bytes:
    assert process.stderr is not None
    return await process.stderr.read()
