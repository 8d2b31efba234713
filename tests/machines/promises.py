"""What an archive promises at every moment, and not only after a whole re-scan."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from archiver.loopback.channel import Channel
from tests.journeys.oracle import lost_ids, rows


def unexplained(path: Path, channel: Channel, *, since: int) -> list[int]:
    """Return the ids of the watch that a channel has used, and that are neither held nor said to be lost.

    Empty after a sync that nothing has ever cut off. An edit may wait for a re-scan while a gap stands open,
    an id may not: whoever walks up a history asks for what is missing in it. Telegram shows nobody that an id
    over its newest post was used. ``since`` is the channel's event number when the watch began: what was gone
    by then is no loss.
    """
    (first,) = rows(path, "SELECT first_post_id FROM cursors WHERE channel_id = ?", channel.id)[0]
    held = {row[0] for row in rows(path, "SELECT post_id FROM posts WHERE channel_id = ?", channel.id)}
    gone = (entry for entry in channel.chronicle if entry.kind == "delete" and entry.number <= since)
    newest = max(channel.shelf.live, default=0)
    used = {post_id for post_id in channel.ever if first < post_id <= newest}
    return sorted(used - held - lost_ids(path, channel.id) - {entry.post_id for entry in gone})


def unread_past(path: Path, channel: Channel) -> list[int]:
    """Return the posts that stand below what was read of a history that is called complete; always empty."""
    sql = "SELECT low_water_id FROM cursors WHERE channel_id = ? AND history_complete_at IS NOT NULL"
    return [
        post_id for (low,) in rows(path, sql, channel.id) for post_id in channel.shelf.live if post_id < low
    ]


def ghosts(path: Path, channel: Channel, post_ids: Iterable[int]) -> list[int]:
    """Return which of some posts are gone, and stand in the archive; empty when all events were told."""
    sql = "SELECT post_id FROM posts WHERE channel_id = ? AND tombstoned_at IS NULL"
    held = {row[0] for row in rows(path, sql, channel.id)}
    return sorted(held.intersection(post_ids).difference(channel.shelf.live))
