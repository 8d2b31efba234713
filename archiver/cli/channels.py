"""``archiver channels``: the watch list."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from archiver import wiring
from archiver.cli.tables import Table, ago, number, printable
from archiver.domain.channel import WatchState, parse_handle
from archiver.domain.clock import utc_now
from archiver.domain.watch_list import Entry
from archiver.services import status, watch_list


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its verbs."""
    parser.description = "Shows and changes the watch list."
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _describe_add(verbs.add_parser("add", help="watch channels"))
    _describe_list(verbs.add_parser("list", help="show the watch list"))
    _describe_change(verbs.add_parser("pause", help="pause channels"), WatchState.PAUSED)
    _describe_change(verbs.add_parser("resume", help="resume channels"), WatchState.WATCHED)
    _describe_show(verbs.add_parser("show", help="everything known of one channel"))


def _describe_add(verb: argparse.ArgumentParser) -> None:
    verb.description = (
        "Watches public channels: @handles, t.me links, or files of them (txt, csv, toml). The options are "
        "for all of them; what a file says of a channel goes before."
    )
    verb.add_argument("what", nargs="+", metavar="@NAME|LINK|FILE", help="as many as you like")
    verb.add_argument(
        "--label", action="append", default=[], help="a word of your own, e.g. press; may be repeated"
    )
    verb.add_argument("--note", help="a sentence for yourself")
    verb.add_argument(
        "--priority", type=int, default=0, help="higher is looked at, joined and resolved first"
    )
    verb.set_defaults(command=_add)


def _describe_list(verb: argparse.ArgumentParser) -> None:
    verb.description = "Shows the watch list, the most urgent first."
    verb.add_argument("--json", action="store_true", help="one JSON array")
    verb.set_defaults(command=_list)


def _describe_change(verb: argparse.ArgumentParser, state: WatchState) -> None:
    verb.description = (
        "Stops watching channels, until `resume`; what is archived stays."
        if state is WatchState.PAUSED
        else "Watches paused channels again, and catches up."
    )
    verb.add_argument("handles", nargs="+", metavar="@NAME", help="all of them, or none on an error")
    verb.set_defaults(command=_set_state, state=state)


def _describe_show(verb: argparse.ArgumentParser) -> None:
    verb.description = "Shows everything known of one channel, its gap ledger included."
    verb.add_argument("handle", metavar="@NAME", help="the handle it is watched by, or holds")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(command=_show)


def _add(arguments: argparse.Namespace) -> int:
    entries: list[Entry] = []
    for what in arguments.what:
        if Path(what).is_file():
            entries += watch_list.read_entries(Path(what))
        else:
            entries.append(Entry(handle=parse_handle(what)))
    return asyncio.run(_put([_described(entry, arguments) for entry in entries]))


def _described(entry: Entry, arguments: argparse.Namespace) -> Entry:
    """Return the entry with what the command line says of all; what a file says of one goes before."""
    return replace(
        entry,
        labels=tuple(dict.fromkeys([*entry.labels, *arguments.label])),
        note=entry.note or arguments.note,
        priority=entry.priority or arguments.priority,
    )


async def _put(entries: list[Entry]) -> int:
    async with wiring.open_archive(wiring.settings()) as archive:
        changes = await watch_list.add(archive, entries, clock=utc_now)
    for handle in changes.added:
        print(f"watching @{handle}")
    for handle in changes.updated:
        print(f"updated @{handle}")
    unchanged = len(entries) - len(changes.added) - len(changes.updated)
    if unchanged:
        print(f"{unchanged} already watched")
    return 0


def _set_state(arguments: argparse.Namespace) -> int:
    return asyncio.run(_change([parse_handle(handle) for handle in arguments.handles], arguments.state))


async def _change(handles: list[str], state: WatchState) -> int:
    async with wiring.open_archive(wiring.settings()) as archive:
        await watch_list.set_state(archive, handles, state)
    for handle in handles:
        print(f"@{handle} is {state}")
    return 0


def _list(arguments: argparse.Namespace) -> int:
    return asyncio.run(_print_list(as_json=arguments.json))


async def _print_list(*, as_json: bool) -> int:
    found = await _status()
    if as_json:
        print(json.dumps(found.as_json()["channels"], ensure_ascii=False, indent=2))
        return 0
    table = Table("handle", "state", "labels", "posts", "subscribers", "last look", "remark")
    for channel in found.channels:
        table.add(
            f"@{channel.handle}" if channel.handle else str(channel.channel_id),
            channel.state or "-", ", ".join(channel.labels), number(channel.posts),
            number(channel.subscribers), ago(channel.looked_at, found.at), channel.remark,
        )  # fmt: skip
    table.print()
    return 0


def _show(arguments: argparse.Namespace) -> int:
    return asyncio.run(_print_one(parse_handle(arguments.handle), as_json=arguments.json))


async def _print_one(handle: str, *, as_json: bool) -> int:
    async with wiring.open_archive(wiring.settings(), read_only=True) as archive:
        shown = await status.show(archive, handle)
    if as_json:
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return 0
    for name, value in shown.items():
        if name == "gaps":
            print(*[f"gaps: {len(value)}", *(_gap(gap) for gap in value)], sep="\n  ")
        else:
            print(f"{name}: {_shown(value)}")
    return 0


def _gap(gap: dict[str, Any]) -> str:
    return ", ".join(f"{key} {_shown(part)}" for key, part in gap.items() if part is not None)


def _shown(value: object) -> str:
    match value:
        case None | "" | []:
            return "-"
        case bool():
            return "yes" if value else "no"
        case list():
            return printable(", ".join(value))
        case _:
            return printable(str(value))


async def _status() -> status.Status:
    found = wiring.settings()
    async with wiring.open_archive(found, read_only=True) as archive:
        return await status.read(archive, policy=wiring.policy(found), clock=utc_now)
