"""``archiver status``: says whether anything is blind."""

from __future__ import annotations

import argparse
import asyncio
import json

from archiver import wiring
from archiver.cli.tables import Table, ago, number
from archiver.domain.clock import utc_now
from archiver.services import status


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Shows the bot, its account with flood waits and budgets, the flags of the last day and week, what "
        "the rules have not seen, and every channel with its state, high-water mark, last look, lag and "
        "gaps. Exits with 1 when something that should be watched is not."
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.set_defaults(command=_status)


def _status(arguments: argparse.Namespace) -> int:
    return asyncio.run(_print(as_json=arguments.json))


async def _print(*, as_json: bool) -> int:
    settings = wiring.settings()
    async with wiring.open_archive(settings, read_only=True) as archive:
        found = await status.read(archive, policy=wiring.policy(settings), clock=utc_now)
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        _print_head(found)
        _print_flags(found.flags)
        _print_channels(found)
        for reason in found.reasons:
            print(f"blind: {reason}")
    return 1 if found.is_blind else 0


def _print_head(found: status.Status) -> None:
    run = found.run
    if run is None:
        print("bot: never ran")
    elif found.is_running:
        print(f"bot: run {run.run_id}, started {ago(run.started_at, found.at)} ago")
    else:
        word = "ended" if run.ended_at else "was cut off"
        print(f"bot: not running; run {run.run_id} {word} {ago(run.ended_at or run.beat_at, found.at)} ago")
    for account in found.accounts:
        known = account.account
        spent = ", ".join(f"{method} {calls}" for method, calls in account.calls.items())
        print(f"account {known.account_id}: {known.state}" + (f"; calls today: {spent}" if spent else ""))
        for hold in account.holds:
            left = (hold.until - found.at).total_seconds()
            print(f"  flood wait: {hold.method}, {hold.seconds:g} s, {left:.0f} s left")
    totals = found.totals
    print(
        f"archive: {number(totals.posts)} posts, {number(totals.revisions)} revisions, "
        f"{number(totals.tombstones)} tombstones, {number(totals.subscriber_counts)} subscriber counts, "
        f"{number(totals.gaps)} gaps, {totals.file_bytes / 1e6:,.1f} MB"
    )


def _print_flags(found: status.FlagStatus) -> None:
    for words, counts in (("24 h", found.day), ("7 d", found.week)):
        each = ", ".join(f"{category} {number(count)}" for category, count in counts.items())
        print(f"flags of the last {words}: {number(sum(counts.values()))}" + (f" ({each})" if each else ""))
    if found.unseen:
        print(
            f"rulebook {(found.rulebook_digest or '')[:12]} has not seen {number(found.unseen)} revisions; "
            "show it with: archiver reflag"
        )


def _print_channels(found: status.Status) -> None:
    table = Table("channel", "state", "posts", "to", "last look", "gaps", "lost", "subscribers", "remark")
    for channel in found.channels:
        table.add(
            f"@{channel.handle}" if channel.handle else str(channel.channel_id),
            channel.state or "-", number(channel.posts), number(channel.high_water_id),
            ago(channel.looked_at, found.at), number(channel.open_gaps), number(channel.lost_posts),
            number(channel.subscribers), channel.remark,
        )  # fmt: skip
    table.print()
