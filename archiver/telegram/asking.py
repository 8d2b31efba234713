"""Ask about channels: who holds a handle, what a channel says of itself; and join one."""

from __future__ import annotations

from collections.abc import Sequence

from telethon.tl import functions, types

from archiver.domain.channel import Access, ChannelLook
from archiver.domain.errors import HandleVacant, NotAChannel
from archiver.telegram import translate
from archiver.telegram.calls import Calls


async def resolve(calls: Calls, handle: str) -> ChannelLook:
    """Return the channel that holds a handle; the scarcest call of all.

    Raises HandleVacant, and NotAChannel for a group, a bot or a person.
    """
    answer = await calls.call(functions.contacts.ResolveUsernameRequest(handle))
    holder = translate.holder(answer)
    if holder is None:
        raise HandleVacant(f"nobody holds @{handle}")
    if refusal := translate.refusal(holder):
        raise NotAChannel(f"@{handle} is {refusal}; only public broadcast channels are watched")
    return translate.channel_look(holder)


async def full(calls: Calls, access: Access) -> ChannelLook:
    """Return all a channel says of itself, its subscribers and event number included."""
    request = functions.channels.GetFullChannelRequest(_channel(access))
    return translate.full_look(await calls.call(request))


async def names(calls: Calls, accesses: Sequence[Access]) -> tuple[ChannelLook, ...]:
    """Return names and marks of up to 100 channels in one call."""
    request = functions.channels.GetChannelsRequest([_channel(access) for access in accesses])
    answer = await calls.call(request)
    return translate.looks(answer.chats)


async def join(calls: Calls, access: Access) -> None:
    """Join a channel, so that Telegram pushes its events to us."""
    await calls.call(functions.channels.JoinChannelRequest(_channel(access)))


def _channel(access: Access) -> types.InputChannel:
    return types.InputChannel(access.channel_id, access.access_hash)
