"""``archiver reviewers``: who may sign in to the desk."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta

from archiver import wiring
from archiver.cli.answers import ask
from archiver.cli.tables import Table
from archiver.domain.login import Login
from archiver.domain.reviewer import Role
from archiver.services import api_tokens, people
from archiver.services.passwords import generated
from archiver.services.people import COMMAND, People
from archiver.storage import migrations

_DAYS = 90
_MOST_DAYS = 3_650

Deed = Callable[[People, argparse.Namespace], Awaitable[None]]


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Keeps the logins of the desk. A password is read from the terminal, or from standard input; it is "
        "never an argument, which others on the machine could see. Others see a pseudonym, never the name."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    added = _command(commands, "add", "give somebody a login", _add)
    added.add_argument(
        "--role", choices=list(Role), default=Role.REVIEWER, help="what they may do (default: reviewer)"
    )
    sentence = "everybody, with names and pseudonyms"
    listed = commands.add_parser("list", help=sentence, description=f"{sentence.capitalize()}.")
    listed.add_argument("--json", action="store_true", help="one JSON object")
    listed.set_defaults(command=_told, deed=_list)
    _command(commands, "disable", "close a login at once, sign-ins and tokens too", _disable)
    _command(commands, "enable", "open a login again", _enable)
    reset = _command(commands, "reset", "give a new password, take one-time codes away", _reset)
    for each in (added, reset):
        each.add_argument("--generate", action="store_true", help="make a password and print it once")
    token = _command(commands, "token", "print a new token of the API", _token)
    token.add_argument("--label", default="API", metavar="TEXT", help="what it is for")
    token.add_argument("--days", type=_days, default=_DAYS, metavar="N", help=f"how long it lasts ({_DAYS})")


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, sentence: str, deed: Deed
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=sentence, description=f"{sentence.capitalize()}.")
    parser.add_argument("name", metavar="NAME", help="what they sign in with")
    parser.set_defaults(command=_told, deed=deed)
    return parser


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{days} is not between 1 and {_MOST_DAYS}")
    return days


def _told(arguments: argparse.Namespace) -> int:
    return asyncio.run(_run(arguments))


async def _run(arguments: argparse.Namespace) -> int:
    found = wiring.settings()
    await asyncio.to_thread(migrations.check, found.database)
    async with wiring.open_archive(found) as archive:
        await arguments.deed(wiring.people(archive), arguments)
    return 0


async def _add(keeper: People, arguments: argparse.Namespace) -> None:
    password = await _password(is_generated=arguments.generate)
    added = await people.add(keeper, arguments.name, role=Role(arguments.role), password=password, by=COMMAND)
    print(f"{added.pseudonym} may sign in as {added.role}")
    _show(password, is_generated=arguments.generate)


async def _reset(keeper: People, arguments: argparse.Namespace) -> None:
    login = await people.named(keeper, arguments.name)
    password = await _password(is_generated=arguments.generate)
    await people.reset_password(keeper, login.reviewer.reviewer_id, password=password, by=COMMAND)
    print(f"{login.reviewer.pseudonym} has a new password, and is signed out everywhere")
    _show(password, is_generated=arguments.generate)


async def _disable(keeper: People, arguments: argparse.Namespace) -> None:
    reviewer = (await people.named(keeper, arguments.name)).reviewer
    await people.disable(keeper, reviewer.reviewer_id, by=COMMAND)
    print(f"{reviewer.pseudonym} can't sign in any more, and is signed out everywhere")


async def _enable(keeper: People, arguments: argparse.Namespace) -> None:
    reviewer = (await people.named(keeper, arguments.name)).reviewer
    await people.enable(keeper, reviewer.reviewer_id, by=COMMAND)
    print(f"{reviewer.pseudonym} may sign in again")


async def _token(keeper: People, arguments: argparse.Namespace) -> None:
    reviewer = (await people.named(keeper, arguments.name)).reviewer
    lasts = timedelta(days=arguments.days)
    token = await api_tokens.make(keeper, reviewer, label=arguments.label, lasts=lasts, by=COMMAND)
    print(f"this token acts for {reviewer.pseudonym} and is shown once:", file=sys.stderr)
    print(token)


async def _list(keeper: People, arguments: argparse.Namespace) -> None:
    everybody = await people.everybody(keeper)
    if arguments.json:
        print(
            json.dumps({"reviewers": [_as_json(login) for login in everybody]}, ensure_ascii=False, indent=2)
        )
        return
    table = Table("pseudonym", "name", "role", "state", "one-time codes")
    for login in everybody:
        state = "disabled" if login.disabled_at else "open"
        table.add(
            login.reviewer.pseudonym,
            login.name,
            login.reviewer.role,
            state,
            "yes" if login.has_code else "no",
        )
    table.print()


def _as_json(login: Login) -> dict[str, object]:
    return {
        "pseudonym": login.reviewer.pseudonym,
        "name": login.name,
        "role": login.reviewer.role,
        "disabled": login.disabled_at is not None,
        "one_time_codes": login.has_code,
    }


async def _password(*, is_generated: bool) -> str:
    if is_generated:
        return generated(secrets.SystemRandom())
    return await ask("password, 15 characters or more: ", is_secret=True)


def _show(password: str, *, is_generated: bool) -> None:
    if is_generated:
        print(f"password, shown once: {password}")
