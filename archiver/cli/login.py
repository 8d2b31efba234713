"""``archiver login``: sign in once; the session file keeps the login."""

from __future__ import annotations

import argparse
import asyncio
import sys

import qrcode

from archiver import wiring
from archiver.cli.answers import ask
from archiver.telegram.signing_in import sign_in_by_phone, sign_in_by_qr

_PATIENCE_SECONDS = 300.0
"""How long a QR code waits for somebody to scan it."""


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Signs in with a phone number and the code that Telegram sends, or with a QR code that you "
        "scan in a Telegram app (Settings, Devices). Where the account has a password, it is asked for. What "
        "is asked for is read from the terminal, or line by line from standard input. The login is kept in "
        "ARCHIVER_TELEGRAM__SESSION: keep that file secret."
    )
    parser.add_argument(
        "--qr", action="store_true", help="show a QR code to scan instead of asking for a code"
    )
    parser.add_argument("--phone", metavar="P", help="the phone number, with its country code")
    parser.set_defaults(command=_login)


def _login(arguments: argparse.Namespace) -> int:
    return asyncio.run(_sign_in(arguments))


async def _sign_in(arguments: argparse.Namespace) -> int:
    line = wiring.line(wiring.settings())
    try:
        if arguments.qr:
            signed_in = await sign_in_by_qr(
                line, show=_show_qr, ask_password=_ask_password, timeout_seconds=_PATIENCE_SECONDS
            )
        else:
            phone = arguments.phone or await ask("phone number, with country code: ")
            signed_in = await sign_in_by_phone(line, phone, ask_code=_ask_code, ask_password=_ask_password)
    finally:
        await line.close()
    word = "already signed in" if signed_in.was_already else "signed in"
    print(f"{word} as {signed_in.display}; now watch a channel: archiver channels add @name")
    return 0


async def _ask_code() -> str:
    return await ask("code that Telegram sent: ")


async def _ask_password() -> str:
    return await ask("password of the account: ", is_secret=True)


def _show_qr(url: str) -> None:
    code = qrcode.QRCode(border=1)
    code.add_data(url)
    code.print_ascii(out=sys.stderr, invert=True)
    print(f"scan this in a Telegram app: Settings, Devices, Link Desktop Device\n{url}", file=sys.stderr)
