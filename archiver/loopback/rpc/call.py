"""A call, and the checks that most methods begin with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from telethon.tl import types as t

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.faults import Faults
from archiver.loopback.tl import RpcRefusal
from archiver.loopback.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who calls, and where."""

    world: World
    faults: Faults
    port: int
    key_id: int
    signed_in: Account | None

    @property
    def account(self) -> Account:
        """The caller's account; raises AUTH_KEY_UNREGISTERED when nobody is signed in."""
        if self.signed_in is None:
            raise RpcRefusal(401, "AUTH_KEY_UNREGISTERED")
        return self.signed_in

    @property
    def now(self) -> dt.datetime:
        """The time as Telegram tells it."""
        return dt.datetime.now(dt.UTC)

    def channel(self, asked: Any) -> Channel:
        """Return the channel that an InputChannel or InputPeerChannel names, if its look may be seen.

        Raises CHANNEL_INVALID for an unknown one or a hash that is not this account's, CHANNEL_PRIVATE for
        one that does not let this account in.
        """
        is_named = isinstance(asked, t.InputChannel | t.InputPeerChannel)
        found = self.world.channels.get(asked.channel_id) if is_named else None
        if found is None or asked.access_hash != self.account.access_hash(found.id):
            raise RpcRefusal(400, "CHANNEL_INVALID")
        if found.look.state == "deleted":
            raise RpcRefusal(400, "CHANNEL_INVALID")
        is_member = found.id in self.account.joined
        if found.id in self.account.expelled or (found.look.state == "private" and not is_member):
            raise RpcRefusal(400, "CHANNEL_PRIVATE")
        return found

    def readable(self, asked: Any) -> Channel:
        """Return a channel whose posts may be read; raises what `channel` raises."""
        found = self.channel(asked)
        if found.look.state == "banned" and not found.look.served_when_banned:
            raise RpcRefusal(400, "CHANNEL_PRIVATE")
        return found
