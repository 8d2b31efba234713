"""Which channel is meant by what a person typed."""

from __future__ import annotations

from archiver.domain.channel import parse_handle
from archiver.domain.errors import ChannelUnknown
from archiver.domain.ids import ChannelId
from archiver.storage import channels, watches
from archiver.storage.archive import Archive


async def channel_named(archive: Archive, text: str) -> ChannelId:
    """Return the channel that is watched by a handle, else the one that was seen to hold it.

    Raises HandleInvalid, ChannelUnknown.
    """
    handle = parse_handle(text)
    async with archive.read() as db:
        watch = await watches.get(db, handle)
        holders = await channels.holders(db, handle)
    if watch and watch.channel_id is not None:
        return watch.channel_id
    if not holders:
        raise ChannelUnknown(f"nothing is archived of @{handle}; archiver channels list shows what is")
    return max(holders)
