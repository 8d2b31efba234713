"""Raw pages: the exact bytes, cut and joined."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, strategies as st
from telethon.extensions import BinaryReader
from telethon.tl import functions, types
from telethon.tl.alltlobjects import LAYER

from archiver.domain.ids import PostId
from archiver.domain.page import RawPage
from archiver.loopback.account import Account
from archiver.loopback.channel import Channel
from archiver.loopback.server import LoopbackServer
from archiver.telegram import reading
from archiver.telegram.line import Line
from archiver.telegram.quick_reader import QuickReader
from archiver.telegram.wire import ask, cut, join
from tests.telegram.lines import access
from tests.telegram.messages import a_channel, a_history, a_message, an_empty
from tests.telegram.varieties import wire_varieties


def raw(thing: object) -> RawPage:
    return RawPage(layer=LAYER, data=bytes(thing))  # type: ignore[call-overload]


def opened(page: RawPage | None) -> list[bytes]:
    """Return what a vector holds, one by one, as Telethon reads it."""
    assert page is not None
    reader = BinaryReader(page.data)
    found = reader.tgread_object()
    assert reader.tell_position() == len(page.data)
    return [bytes(one) for one in found]


@pytest.mark.asyncio
async def test_an_answer_comes_with_its_exact_bytes(line: Line, channel: Channel, account: Account) -> None:
    await line.open()
    request = functions.updates.GetStateRequest()

    answer, page = await ask(line.calls, request)

    assert (page.layer, page.data) == (LAYER, bytes(answer))


@pytest.mark.asyncio
@pytest.mark.parametrize("gzip_over", [0, 1])
async def test_the_bytes_of_a_page_are_those_that_the_server_sent(
    line: Line, channel: Channel, account: Account, server: LoopbackServer, gzip_over: int
) -> None:
    server.faults.gzip_over = gzip_over
    channel.publish_raw_text(b"broken \xff\xfe and \xed\xa0\x80 half a pair")
    await line.open()

    page = await reading.newest(line.calls, access(account, channel))

    assert page.raw is not None
    assert b"broken \xff\xfe and \xed\xa0\x80 half a pair" in page.raw.data
    assert page.observations[0].content.text == "broken \ufffd\ufffd and \ufffd\ufffd\ufffd half a pair"
    assert page.raw.data[:4] == struct.pack("<I", types.messages.ChannelMessages.CONSTRUCTOR_ID)
    assert BinaryReader(page.raw.data).tgread_object().pts == page.as_of


@pytest.mark.asyncio
async def test_a_request_may_be_asked_twice(line: Line) -> None:
    await line.open()
    request = functions.updates.GetStateRequest()

    first, second = await ask(line.calls, request), await ask(line.calls, request)

    assert first[1].data[:4] == second[1].data[:4]


def test_a_page_is_cut_to_the_exact_bytes_of_the_posts_that_are_news() -> None:
    messages = [a_message(number, text=f"خبر {number} 𝕏") for number in (9, 8, 7)]
    page = raw(a_history([*messages, an_empty(6)], chats=[a_channel()]))

    news = cut(page, [PostId(7), PostId(9)])

    assert (news.layer, opened(news)) == (LAYER, [bytes(messages[0]), bytes(messages[2])])
    assert news.data == struct.pack("<Ii", 0x1CB5C415, 2) + bytes(messages[0]) + bytes(messages[2])


def test_a_cut_of_nothing_is_an_empty_vector() -> None:
    assert opened(cut(raw(a_history([a_message(1)])), [PostId(2)])) == []


def test_a_cut_page_can_be_cut_again() -> None:
    page = raw(a_history([a_message(number) for number in (3, 2, 1)]))

    again = cut(cut(page, [PostId(1), PostId(2)]), [PostId(1)])

    assert opened(again) == [bytes(a_message(1))]


def test_pages_are_joined_one_behind_the_other() -> None:
    updates = [types.UpdateNewChannelMessage(a_message(number), number, 1) for number in (1, 2)]

    joined = join([raw(update) for update in updates])

    assert opened(joined) == [bytes(update) for update in updates]
    assert join([]) is None


@given(st.lists(wire_varieties(types.Message), min_size=1, max_size=4), st.data())
def test_whatever_a_page_holds_a_cut_of_it_holds_the_same_bytes(
    bodies: list[bytes], data: st.DataObject
) -> None:
    head = bytes(a_history([]))
    # the vector of messages is put together by hand: Telethon would write it anew
    page = _history_of(bodies, head)
    ids = [BinaryReader(body).tgread_object().id for body in bodies]
    wanted = data.draw(st.sets(st.sampled_from(ids)))

    news = cut(RawPage(layer=LAYER, data=page), [PostId(number) for number in wanted])

    kept = [body for body, number in zip(bodies, ids, strict=True) if number in wanted]
    assert news.data == struct.pack("<Ii", 0x1CB5C415, len(kept)) + b"".join(kept)


@given(wire_varieties(types.TypeUpdates) | wire_varieties(types.Message) | wire_varieties(types.Channel))
def test_our_reader_reads_what_telethons_reads(data: bytes) -> None:
    theirs, ours = BinaryReader(data), QuickReader(data)

    assert ours.tgread_object().stringify() == theirs.tgread_object().stringify()
    assert ours.tell_position() == theirs.tell_position() == len(data)


def _history_of(bodies: list[bytes], empty: bytes) -> bytes:
    vector = struct.pack("<Ii", 0x1CB5C415, 0)
    at = empty.index(vector)
    return empty[:at] + struct.pack("<Ii", 0x1CB5C415, len(bodies)) + b"".join(bodies) + empty[at + 8 :]
