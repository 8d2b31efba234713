"""JSON exports of Telegram Desktop: one channel, or a whole account with all that it took part in.

    {"name": …, "type": "public_channel", "id": 123, "messages": [{…}, …]}
    {"personal_information": …, "contacts": …, "chats": {"list": [{…}, …]}, "left_chats": {"list": […]}}

Whatever is not of a public channel is gone over sign by sign and never decoded; it is counted by its type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from archiver.desktop.cutting import Cut, Cutter, Items
from archiver.desktop.desktop_post import observation
from archiver.desktop.fault import no_export
from archiver.desktop.piece import UNREADABLE, Piece, Task, look_of
from archiver.desktop.told import Told
from archiver.domain.claim import UNKNOWN, Refused, Stated, channel_id_of
from archiver.domain.ids import ChannelId
from archiver.domain.text import sound_text

_LISTS = frozenset({"chats", "left_chats"})
_HEADER = frozenset({"name", "type", "id"})
_BODY = "messages"
_TOLD = Items(Told)

_NEW, _GLIMPSE = b'"date_unixtime"', 1 << 16
"""What the first posts have since ids of channels are counted from 1, and how far it is looked for."""


def read_desktop(task: Task) -> Iterator[Piece]:
    """Yield the posts of the public channels of an export; raises SourceUnreadable."""
    with task.path.open("rb") as file:
        if file.read(3) != b"\xef\xbb\xbf":
            file.seek(0)
        cutter = Cutter(file, task.path.name, base=file.tell())
        yield from _Export(cutter, task).pieces()


class _Export:
    def __init__(self, cutter: Cutter, task: Task) -> None:
        self._cutter = cutter
        self._task = task

    def pieces(self) -> Iterator[Piece]:
        """Yield what is at the top: a channel's own parts, or lists of many."""
        cutter, header, is_export = self._cutter, _Header(), False
        for key in cutter.fields():
            if key in _LISTS:
                is_export = True
                yield from self._list()
            elif key == _BODY:
                is_export = True
                yield from self._body(header)
            elif key in _HEADER:
                header.note(cutter, key)
            else:
                cutter.skip()
        if not is_export:
            raise no_export(cutter.name, "is JSON, but no export of posts")
        if cutter.peek():
            cutter.fail("something behind the end of the export")

    def _list(self) -> Iterator[Piece]:
        for key in self._cutter.fields():
            if key == "list":
                for _ in self._cutter.elements():
                    yield from self._one()
            else:
                self._cutter.skip()

    def _one(self) -> Iterator[Piece]:
        header = _Header()
        for key in self._cutter.fields():
            if key == _BODY:
                yield from self._body(header)
            elif key in _HEADER:
                header.note(self._cutter, key)
            else:
                self._cutter.skip()

    def _body(self, header: _Header) -> Iterator[Piece]:
        header.is_closed = True
        stated = header.stated(is_old=_NEW not in self._cutter.glimpse(_GLIMPSE))
        channel_id = self._task.identify(stated)
        if isinstance(channel_id, Refused):
            self._cutter.skip()
            if self._cutter.position > self._task.after:
                yield self._piece(refused=Counter({channel_id.reason: 1}))
            return
        cuts = self._cutter.items(_TOLD, after=self._task.after)
        for cut in cuts:
            yield self._taken(cut, channel_id, stated)

    def _taken(self, cut: Cut[Told], channel_id: ChannelId, stated: Stated) -> Piece:
        told, zone = cut.items, self._task.zone
        seen = [observation(each, channel_id=channel_id, zone=zone) for each in told]
        sound = tuple([each for each in seen if each is not None])
        lost = cut.unreadable + len(seen) - len(sound)
        return self._piece(
            observations=sound,
            look=look_of(channel_id, stated),
            refused=Counter({UNREADABLE: lost} if lost else {}),
        )

    def _piece(self, **parts: Any) -> Piece:
        position = self._cutter.position
        return Piece(position=position, bytes_read=position, **parts)


class _Header:
    """What an export says of a channel before its posts; twice the same key is no export of Telegram's."""

    def __init__(self) -> None:
        self.is_closed = False
        self._told: dict[str, Any] = {}

    def note(self, cutter: Cutter, key: str) -> None:
        if self.is_closed or key in self._told:
            cutter.fail(f"a second {key}, or one behind the posts,")
        self._told[key] = cutter.value()

    def stated(self, *, is_old: bool) -> Stated:
        kind, name = self._told.get("type"), self._told.get("name")
        return Stated(
            kind=kind if isinstance(kind, str) and kind else UNKNOWN,
            channel_id=channel_id_of(self._told.get("id"), is_old=is_old),
            title=sound_text(name) if isinstance(name, str) and name else None,
        )
