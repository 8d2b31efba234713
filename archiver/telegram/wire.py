"""The exact bytes of an answer, before and after Telethon made objects of them."""

from __future__ import annotations

import struct
from collections.abc import Collection, Sequence
from typing import Any

from telethon.tl.alltlobjects import LAYER

from archiver.domain.ids import PostId
from archiver.domain.page import RawPage
from archiver.telegram.calls import Calls
from archiver.telegram.quick_reader import QuickReader

_VECTOR = 0x1CB5C415


async def ask(calls: Calls, request: Any) -> tuple[Any, RawPage]:
    """Return the answer to a request, and the bytes it came in.

    Raises what `Calls.call` raises.
    """
    kept: list[bytes] = []

    def read_result(reader: Any) -> Any:
        # the body is padded: only the stretch that was read is the answer
        start = reader.tell_position()
        quick = QuickReader(reader.get_bytes())
        quick.set_position(start)
        answer = quick.tgread_object()
        reader.set_position(quick.tell_position())
        kept.append(quick.stream[start : quick.position])
        return answer

    request.read_result = read_result
    answer = await calls.call(request)
    return answer, RawPage(layer=LAYER, data=kept[-1])


def cut(raw: RawPage, post_ids: Collection[PostId]) -> RawPage:
    """Return a raw page that holds only the given posts: a TL vector of their exact bytes.

    For a page of which only a few posts are news.
    """
    reader = _SpanReader(raw.data)
    reader.tgread_object()
    wanted = set(post_ids)
    kept = [raw.data[start:end] for post_id, start, end in reader.posts if post_id in wanted]
    return RawPage(layer=raw.layer, data=struct.pack("<Ii", _VECTOR, len(kept)) + b"".join(kept))


class _SpanReader(QuickReader):
    """Notes where in the bytes each post lies."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.posts: list[tuple[int, int, int]] = []

    def tgread_object(self) -> Any:
        start = self.tell_position()
        found = super().tgread_object()
        if type(found).__name__ in {"Message", "MessageService"}:
            self.posts.append((found.id, start, self.tell_position()))
        return found


def join(raws: Sequence[RawPage]) -> RawPage | None:
    """Return one raw page that holds several TL objects as a TL vector; ``None`` for none."""
    if not raws:
        return None
    head = struct.pack("<Ii", _VECTOR, len(raws))
    return RawPage(layer=raws[0].layer, data=head + b"".join(raw.data for raw in raws))
