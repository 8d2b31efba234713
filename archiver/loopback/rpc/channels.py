"""channels.* and contacts.*: who a channel is, and joining it."""

from __future__ import annotations

from typing import Any

from telethon.tl import types as t

from archiver.loopback import portrait
from archiver.loopback.rpc.call import Call
from archiver.loopback.tl import RpcRefusal
from archiver.loopback.world import Person


def resolve(call: Call, request: Any) -> Any:
    """contacts.resolveUsername."""
    found = call.world.holder(request.username)
    if found is None:
        raise RpcRefusal(400, "USERNAME_NOT_OCCUPIED")
    if isinstance(found, Person):
        return t.contacts.ResolvedPeer(t.PeerUser(found.id), [], [portrait.user(found)])
    return t.contacts.ResolvedPeer(t.PeerChannel(found.id), [portrait.chat(found, call.account)], [])


def get_channels(call: Call, request: Any) -> Any:
    """channels.getChannels; one that shut this account out comes as a ChannelForbidden."""
    return t.messages.Chats([_portrait(call, asked) for asked in request.id])


def get_full(call: Call, request: Any) -> Any:
    """channels.getFullChannel."""
    channel = call.channel(request.channel)
    return t.messages.ChatFull(portrait.full_chat(channel), [portrait.chat(channel, call.account)], [])


def join(call: Call, request: Any) -> Any:
    """channels.joinChannel."""
    channel = call.channel(request.channel)
    call.account.joined.add(channel.id)
    return t.messages.ChatInviteJoinResultOk(_changed(call, channel))


def leave(call: Call, request: Any) -> Any:
    """channels.leaveChannel; raises USER_NOT_PARTICIPANT where it was not joined."""
    channel = call.channel(request.channel)
    if channel.id not in call.account.joined:
        raise RpcRefusal(400, "USER_NOT_PARTICIPANT")
    call.account.joined.discard(channel.id)
    return _changed(call, channel)


def get_users(call: Call, request: Any) -> list[Any]:
    """users.getUsers."""
    return [_user(call, asked) for asked in request.id]


def _portrait(call: Call, asked: Any) -> Any:
    if isinstance(asked, t.InputChannel) and asked.channel_id in call.account.expelled:
        return portrait.chat(call.world.channels[asked.channel_id], call.account)
    return portrait.chat(call.channel(asked), call.account)


def _changed(call: Call, channel: Any) -> Any:
    chats = [portrait.chat(channel, call.account)]
    return t.Updates([t.UpdateChannel(channel.id)], [], chats, call.now, 0)


def _user(call: Call, asked: Any) -> Any:
    if isinstance(asked, t.InputUserSelf):
        return portrait.self_user(call.account)
    person = call.world.people.get(getattr(asked, "user_id", 0))
    return portrait.user(person) if person else t.UserEmpty(getattr(asked, "user_id", 0))
