"""What the demo shows: the channels, the posts that were flagged last, and what happened last."""

from __future__ import annotations

from pathlib import Path

from rich.console import Group
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from archiver.cli import flagged_posts
from archiver.cli.demo_desk import OpenDesk
from archiver.cli.tables import ago, number
from archiver.domain.clock import utc_now
from archiver.services import status
from archiver.services.masking import Masker
from archiver.services.run import Policy
from archiver.storage import happenings
from archiver.storage.archive import Archive

_NEWEST = 8
_WIDTH = 70


async def view(archive: Archive, folder: Path, masker: Masker) -> Group:
    """Return the picture of an archive as it stands now; ``masker`` finds what must be masked."""
    found = await status.read(archive, policy=Policy(), clock=utc_now)
    async with archive.read() as db:
        flagged = await flagged_posts.read(db, limit=_NEWEST)
        happened = await happenings.latest(db, limit=_NEWEST)
    totals = found.totals
    head = Text.assemble(
        (f"{number(totals.posts)} posts", "bold"),
        f"  {number(totals.revisions)} revisions  {number(totals.tombstones)} tombstones  "
        f"{number(totals.subscriber_counts)} subscriber counts  {number(totals.gaps)} gaps  "
        f"{number(totals.flags)} flags  {totals.file_bytes / 1e6:.1f} MB   "
        f"in {folder}/archive.db   Ctrl-C ends",
    )
    return Group(
        head,
        _channels(found),
        Rule("flagged last: channel, category, severity, what was found", style="dim"),
        flagged_posts.table(flagged, masker, width=_WIDTH),
        Rule("what happened last", style="dim"),
        _happenings(happened, masker),
    )


def signs_in(desk: OpenDesk) -> Text:
    """Return where the desk is and who may sign in."""
    people = "   ".join(f"{name}: {password}" for name, password in desk.logins.items())
    return Text.assemble("review desk ", (desk.address, "bold"), f"   sign in as {people}")


def _channels(found: status.Status) -> Table:
    table = Table(box=None, header_style="bold")
    for column in ("channel", "posts", "revisions", "tombstones", "subscribers", "last look", "remark"):
        table.add_column(column)
    for channel in found.channels:
        table.add_row(
            Text(f"@{channel.handle}"), number(channel.posts), number(channel.revisions),
            number(channel.tombstones), number(channel.subscribers), ago(channel.looked_at, found.at),
            Text(channel.remark),
        )  # fmt: skip
    return table


def _happenings(happened: list[happenings.Happening], masker: Masker) -> Table:
    table = Table(box=None, show_header=False)
    for one in happened:
        table.add_row(
            f"{one.at:%H:%M:%S}", one.kind, Text(f"@{one.handle}/{one.post_id}"),
            flagged_posts.masked(" ".join(one.text.split()), masker, width=_WIDTH),
        )  # fmt: skip
    return table
