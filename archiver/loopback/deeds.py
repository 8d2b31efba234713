"""Deeds by name: what a world file's timeline and the control line can make happen in a world.

A deed is a table such as ``{do = "edit", channel = "sample", post = -1, text = "…"}``. ``channel`` is its
id, or a handle it has or had at the start; ``post`` is an id, a place counted back from the newest (-1), or
the ``name`` that an earlier ``publish`` gave its post.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.world import World

Order = Mapping[str, Any]

FLAGS = ("scam", "fake", "verified", "noforwards")
"""The marks a channel can bear."""

_DRAFT = ("media", "album_id", "poll", "forward", "reply_to", "service", "buttons", "author", "views")


class DeedUnknown(Exception):
    """An order that asks for something that is not in the tables below."""


class Deeds:
    """Carries out orders in a world, and remembers the names that they gave."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._posts: dict[str, int] = {}
        self._spared: set[tuple[int, int]] = set()
        self._channels = {handle: one for one in world.channels.values() for handle in one.look.handles}

    def do(self, order: Order) -> Any:
        """Return what an order's deed gives, e.g. the id of a post.

        Raises DeedUnknown, and KeyError, TypeError or ValueError for an order that makes no sense.
        """
        name = order.get("do", "")
        if name in _CHANNEL:
            return _CHANNEL[name](self, self._channel(order), order)
        if name in _ACCOUNT:
            return _ACCOUNT[name](self._account(order))
        if name == "add_channel":
            return self._add_channel(**{key: value for key, value in order.items() if key != "do"})
        if name == "scan":
            return self._account(order).scan(base64.urlsafe_b64decode(order["token"] + "=="))
        raise DeedUnknown(f"no deed {name!r}")

    def post_id(self, channel: Channel, order: Order) -> int:
        """Return the post that an order means."""
        post: int | str = order["post"]
        if isinstance(post, str):
            return self._posts[post]
        return post if post > 0 else channel.shelf.live[post]

    def publish(self, channel: Channel, order: Order) -> int:
        """Publish what an order describes, under the name it gives; return the post's id."""
        draft = {name: order[name] for name in _DRAFT if name in order}
        if isinstance(draft.get("forward"), str) and draft["forward"].startswith("@"):
            draft["forward"] = self._channels[draft["forward"][1:]]
        post_id = channel.publish(order.get("text", ""), skip_ids=order.get("skip_ids", 0), **draft)
        if "name" in order:
            self._posts[order["name"]] = post_id
            self._spared.add((channel.id, post_id))
        return post_id

    def is_spared(self, channel: Channel, post_id: int) -> bool:
        """Say whether a post has a name, and chance must leave it to the script."""
        return (channel.id, post_id) in self._spared

    def _add_channel(self, *, handle: str, **table: Any) -> int:
        channel = self._channels[handle] = self.world.add_channel(handle, **table)
        return channel.id

    def _channel(self, order: Order) -> Channel:
        handle: str | int = order["channel"]
        if isinstance(handle, int):
            return self.world.channels[handle]
        found = self.world.holder(handle)
        return found if isinstance(found, Channel) else self._channels[handle]

    def _account(self, order: Order) -> Account:
        phone = order.get("phone")
        if phone is None:
            return next(iter(self.world.accounts.values()))
        account = self.world.account_by_phone(phone)
        if account is None:
            raise KeyError(phone)
        return account


def _random(_: Deeds, channel: Channel, order: Order) -> list[int]:
    return [channel.publish_random() for _ in range(order.get("count", 1))]


def _album(_: Deeds, channel: Channel, order: Order) -> list[int]:
    return channel.publish_album([{"media": kind} for kind in order["media"]], order.get("text", ""))


def _edit(deeds: Deeds, channel: Channel, order: Order) -> None:
    channel.edit(deeds.post_id(channel, order), order.get("text"))


def _delete(deeds: Deeds, channel: Channel, order: Order) -> list[int]:
    wanted = order.get("posts") or [order["post"]]
    post_ids = [deeds.post_id(channel, {"post": post}) for post in wanted]
    channel.delete(*post_ids)
    return post_ids


def _rename(_: Deeds, channel: Channel, order: Order) -> None:
    channel.rename(order.get("handle"))


def _restrict(_: Deeds, channel: Channel, order: Order) -> None:
    channel.restrict([(platform, reason, text) for platform, reason, text in order["restrictions"]])


def _flags(_: Deeds, channel: Channel, order: Order) -> None:
    channel.set_flags(**{name: bool(order[name]) for name in FLAGS if name in order})


def _expel(deeds: Deeds, channel: Channel, order: Order) -> None:
    channel.expel(deeds._account(order))


def _live(_: Deeds, channel: Channel, _order: Order) -> dict[str, str]:
    return {str(post_id): post.text for post_id, post in channel.live.items()}


def _chronicle(_: Deeds, channel: Channel, order: Order) -> list[list[Any]]:
    told = channel.chronicle.since(order.get("since", 0))
    return [[one.number, one.kind, one.post_id, one.text, one.at.isoformat()] for one in told]


_CHANNEL: Mapping[str, Callable[[Deeds, Channel, Order], Any]] = {
    "publish": Deeds.publish,
    "publish_random": _random,
    "publish_album": _album,
    "edit": _edit,
    "delete": _delete,
    "grow": lambda _, channel, order: channel.grow(order.get("newest", 20)),
    "rename": _rename,
    "title": lambda _, channel, order: channel.set_title(order["title"]),
    "about": lambda _, channel, order: channel.set_about(order["about"]),
    "photo": lambda _, channel, _order: channel.set_photo(),
    "flags": _flags,
    "restrict": _restrict,
    "subscribers": lambda _, channel, order: channel.set_subscribers(order["count"]),
    "make_private": lambda _, channel, _order: channel.make_private(),
    "make_public": lambda _, channel, order: channel.make_public(order["handle"]),
    "delete_channel": lambda _, channel, _order: channel.delete_channel(),
    "ban": lambda _, channel, order: channel.ban(is_served=order.get("is_served", False)),
    "restore": lambda _, channel, order: channel.restore(order.get("handle")),
    "expel": _expel,
    "expire_files": lambda _, channel, _order: channel.expire_files(),
    "live": _live,
    "versions": lambda deeds, channel, order: channel.versions(deeds.post_id(channel, order)),
    "chronicle": _chronicle,
}

_ACCOUNT: Mapping[str, Callable[[Account], None]] = {
    "freeze": Account.freeze,
    "thaw": Account.thaw,
    "ban_account": Account.ban,
    "revoke": Account.revoke,
    "duplicate": Account.duplicate,
}
