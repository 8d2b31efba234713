"""A channel of the world, with verbs for all that can happen to it.

Each verb changes the channel, writes the event into the chronicle and pushes it to whoever follows.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Unpack

from telethon.tl import types as t

from archiver.loopback.account import Account
from archiver.loopback.chronicle import Chronicle, Entry
from archiver.loopback.composing import compose
from archiver.loopback.look import BANNED, Look, Restriction
from archiver.loopback.media import make_photo
from archiver.loopback.message import message_bytes
from archiver.loopback.post import Draft, Post
from archiver.loopback.shelf import Shelf
from archiver.loopback.synthetic import Synthesiser

Tell = Callable[["Channel", Any, tuple[int, ...]], None]
"""Pushes one of Telegram's updates, which is about posts with these ids."""


class Channel:
    """One channel; made by `World.add_channel`."""

    def __init__(
        self, channel_id: int, look: Look, *, history: int, synthesiser: Synthesiser, tell: Tell
    ) -> None:
        """``tell`` pushes an update to those who follow the channel."""
        self.id, self.look, self.language = channel_id, look, synthesiser.language
        self.file_epoch = 0
        self.changed_at = synthesiser.until
        self._tell = tell
        self._synthesiser = synthesiser
        self._rng = random.Random(channel_id)
        self.shelf = Shelf(history=history, make=synthesiser.make, wire=self._bytes)
        self.chronicle = Chronicle(base=history + 1)

    # -- what there is

    @property
    def handle(self) -> str | None:
        """The shown handle, ``None`` where there is none."""
        return self.look.handles[0] if self.look.handles else None

    @property
    def pts(self) -> int:
        """The number of the newest event."""
        return self.chronicle.last

    @property
    def live(self) -> dict[int, Post]:
        """The posts that stand, by id."""
        return {post_id: self.shelf.get(post_id) for post_id in self.shelf.live}

    @property
    def ever(self) -> list[int]:
        """The ids of all posts that ever stood, ascending."""
        return list(self.shelf.ever)

    def versions(self, post_id: int) -> list[str]:
        """Return the texts a post had, oldest first."""
        return self.shelf.versions(post_id)

    # -- posts

    def publish(
        self,
        text: str = "",
        *,
        post_id: int | None = None,
        skip_ids: int = 0,
        at: dt.datetime | None = None,
        **draft: Unpack[Draft],
    ) -> int:
        """Publish a post, and return its id: the next one after ``skip_ids`` unused ones, or ``post_id``."""
        found = compose(text, draft, rng=self._rng, at=_second(at))
        return self._add(replace(found, id=post_id or self.shelf.newest_id + 1 + skip_ids))

    def publish_raw_text(self, text: bytes) -> int:
        """Publish a post whose text on the wire is any bytes, e.g. a lone surrogate; return its id."""
        shown = text.decode(errors="replace")
        post = Post(id=self.shelf.newest_id + 1, at=_second(None), text=shown, raw_text=text)
        return self._add(post)

    def publish_random(self) -> int:
        """Publish a post such as the synthetic history is made of; return its id."""
        post = self._synthesiser.make(self.shelf.newest_id + 1)
        return self._add(replace(post, at=_second(None), edited_at=None, views=1, forwards=0, reactions=()))

    def publish_album(self, drafts: Sequence[Draft], text: str = "") -> list[int]:
        """Publish posts that belong together, the first one with the caption; return their ids."""
        album_id = self._rng.getrandbits(62)
        captions = [text, *[""] * (len(drafts) - 1)]
        together = [Draft(**{**draft, "album_id": album_id}) for draft in drafts]
        return [self.publish(caption, **draft) for caption, draft in zip(captions, together, strict=True)]

    def edit(self, post_id: int, text: str | None = None, **draft: Unpack[Draft]) -> None:
        """Change a post's text or whatever ``draft`` names; with neither, only its edit date.

        Raises KeyError when the post does not stand.
        """
        if post_id not in self.shelf:
            raise KeyError(post_id)
        before, now = self.shelf.get(post_id), _second(None)
        changes = compose("", draft, rng=self._rng, at=now)
        named = {name: getattr(changes, name) for name in _fields(draft)}
        if text is not None:
            # the old marks belong to the old text
            named = {"entities": (), **named, "text": text, "raw_text": None}
        self.shelf.replace(replace(before, edited_at=now, **named))
        entry = self._log("edit", post_id)
        self._tell(self, t.UpdateEditChannelMessage(self.shelf.wire(post_id), entry.number, 1), (post_id,))

    def delete(self, *post_ids: int) -> None:
        """Delete posts with one update; raises KeyError for one that does not stand."""
        for post_id in post_ids:
            self.shelf.drop(post_id)
        last = [self._log("delete", post_id) for post_id in post_ids][-1]
        update = t.UpdateDeleteChannelMessages(self.id, list(post_ids), last.number, len(post_ids))
        self._tell(self, update, ())

    def count(
        self,
        post_id: int,
        *,
        views: int = 0,
        forwards: int = 0,
        reactions: Sequence[tuple[str, int]] | None = None,
    ) -> None:
        """Add to a post's views and forwards, and set its reactions; no event tells of it."""
        post = self.shelf.get(post_id)
        told = post.reactions if reactions is None else tuple(reactions)
        grown = replace(post, views=post.views + views, forwards=post.forwards + forwards, reactions=told)
        self.shelf.replace(grown)

    def grow(self, newest: int = 20) -> None:
        """Let the newest posts be read by a few more people."""
        for post_id in self.shelf.live[-newest:]:
            if self.shelf.get(post_id).action is None:
                self.count(post_id, views=self._rng.randint(1, 1 + self.look.subscribers // 50))

    # -- names and marks

    def rename(self, handle: str | None) -> None:
        """Take another handle, or none: without one a channel is out of reach for strangers."""
        self.set_handles(*([handle] if handle else []))

    def set_handles(self, *handles: str) -> None:
        """Take these handles, the shown one first."""
        self.look.handles = list(handles)
        self._look_changed()

    def set_title(self, title: str) -> int:
        """Change the title; returns the id of the service post that tells of it."""
        self.look.title = title
        self._look_changed()
        return self.publish(service=t.MessageActionChatEditTitle(title))

    def set_photo(self) -> int:
        """Take a new photo; returns the id of the service post that tells of it."""
        self.look.photo = make_photo(self._rng, at=_second(None))
        self._look_changed()
        return self.publish(service=t.MessageActionChatEditPhoto(self.look.photo))

    def set_about(self, about: str) -> None:
        """Change the description."""
        self.look.about = about
        self._look_changed()

    def set_flags(self, **flags: bool) -> None:
        """Set the marks ``scam``, ``fake``, ``verified``, ``noforwards``."""
        self.look.flags |= flags
        self._look_changed()

    def restrict(self, restrictions: Sequence[Restriction]) -> None:
        """Hide the channel on platforms; its posts are still served."""
        self.look.restrictions = list(restrictions)
        self._look_changed()

    def set_subscribers(self, count: int) -> None:
        """Set how many follow the channel; no event tells of it."""
        self.look.subscribers = count

    # -- ends, and ways back

    def make_private(self) -> None:
        """Give up the handles: only those who joined still read the channel."""
        self.look.handles, self.look.state = [], "private"
        self._look_changed()

    def make_public(self, handle: str) -> None:
        """Be open to all under a handle."""
        self.look.state = "open"
        self.rename(handle)

    def delete_channel(self) -> None:
        """End the channel: it was never there."""
        self.look.handles, self.look.state = [], "deleted"
        self._look_changed()

    def ban(self, *, is_served: bool = False) -> None:
        """Block the channel for breaking the terms; ``is_served`` goes on giving its posts."""
        self.look.state, self.look.restrictions = "banned", [BANNED]
        self.look.served_when_banned = is_served
        self._look_changed()

    def restore(self, handle: str | None = None) -> None:
        """Undo a ban or a deletion; the handle comes back only when it is named."""
        self.look.state, self.look.restrictions = "open", []
        if handle:
            self.look.handles = [handle]
        self._look_changed()

    def expel(self, account: Account) -> None:
        """Ban one account from the channel."""
        account.expelled.add(self.id)
        self._look_changed()
        account.joined.discard(self.id)

    def expire_files(self) -> None:
        """Make the references to files that were given so far invalid."""
        self.file_epoch += 1
        self.shelf.forget_wires()

    # -- private

    @property
    def file_reference(self) -> bytes:
        """What opens a file today."""
        return b"\x01" + self.id.to_bytes(8, "big") + self.file_epoch.to_bytes(4, "big")

    def _bytes(self, post: Post) -> bytes:
        return message_bytes(
            post,
            channel_id=self.id,
            is_post=self.look.kind == "broadcast",
            reference=self.file_reference,
        )

    def _add(self, post: Post) -> int:
        self.shelf.add(post)
        entry = self._log("new", post.id)
        self._tell(self, t.UpdateNewChannelMessage(self.shelf.wire(post.id), entry.number, 1), (post.id,))
        return post.id

    def _log(self, kind: Any, post_id: int) -> Entry:
        self.changed_at = dt.datetime.now(dt.UTC)
        return self.chronicle.add(kind, post_id, text=self.shelf.get(post_id).text, at=self.changed_at)

    def _look_changed(self) -> None:
        # the hint carries no event number and no content: https://core.telegram.org/constructor/updateChannel
        self._tell(self, t.UpdateChannel(self.id), ())


def _second(at: dt.datetime | None) -> dt.datetime:
    """Return a time as Telegram keeps it: whole seconds."""
    return (at or dt.datetime.now(dt.UTC)).replace(microsecond=0)


def _fields(draft: Draft) -> set[str]:
    return {{"poll": "media", "service": "action"}.get(name, name) for name in draft}
