"""What posts hold survives the wire."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from telethon import errors
from telethon.tl import functions as f, types as t

from archiver.loopback.channel import Channel
from archiver.loopback.media import KINDS, Medium, bytes_of, size_of
from archiver.loopback.synthetic import LONGEST, utf16_length
from archiver.loopback.world import World

pytestmark = pytest.mark.asyncio


@pytest.fixture
def channel(world: World) -> Channel:
    return world.add_channel("sample")


async def only(client: Any, post_id: int) -> Any:
    return await client.get_messages("sample", ids=post_id)


async def test_a_post_holds_all_it_was_given(client: Any, channel: Channel, world: World) -> None:
    origin = world.add_channel("origin")
    origin_post = origin.publish("first")
    post_id = channel.publish(
        "عِـــرَاقٌ 👩‍👩‍👧",
        media=Medium(kind="document", name="قائمة.pdf", size=12_345),
        forward=(origin, origin_post),
        reply_to=1,
        entities=[t.MessageEntityBold(0, 3)],
        buttons=[("Open", "https://example.org/")],
        author="Editor",
        via_bot_id=77,
        album_id=5,
        replies=2,
    )

    post = await only(client, post_id)

    assert post.message == "عِـــرَاقٌ 👩‍👩‍👧"
    assert (post.file.name, post.file.size, post.file.mime_type) == ("قائمة.pdf", 12_345, "application/pdf")
    assert (post.fwd_from.from_id.channel_id, post.fwd_from.channel_post) == (origin.id, origin_post)
    assert post.reply_to.reply_to_msg_id == 1
    assert [entity.to_dict() for entity in post.entities] == [t.MessageEntityBold(0, 3).to_dict()]
    assert post.reply_markup.rows[0].buttons[0].type.url == "https://example.org/"
    assert (post.post_author, post.via_bot_id, post.grouped_id) == ("Editor", 77, 5)
    assert (post.replies.replies, post.post, post.date) == (2, True, channel.live[post_id].at)


async def test_the_channel_a_post_was_forwarded_from_comes_along(
    client: Any, channel: Channel, world: World
) -> None:
    origin = world.add_channel("origin", title="Origin")
    channel.publish("again", forward=origin)
    channel.publish("hidden", forward="Somebody")
    peer = await client.get_input_entity("sample")

    page = await client(f.messages.GetHistoryRequest(peer, 0, None, 0, 10, 0, 0, 0))

    assert {chat.id: chat.username for chat in page.chats} == {channel.id: "sample", origin.id: "origin"}
    assert page.messages[0].fwd_from.from_name == "Somebody"


@pytest.mark.parametrize("kind", sorted(KINDS))
async def test_every_kind_of_medium_arrives(client: Any, channel: Channel, kind: str) -> None:
    post_id = channel.publish(media=kind)

    post = await only(client, post_id)

    assert type(post.media) is type(channel.live[post_id].media)


async def test_a_poll_arrives_with_its_votes(client: Any, channel: Channel) -> None:
    post_id = channel.publish(poll=("شلون النت؟", ["زين", "ماكو"]))

    media = (await only(client, post_id)).media

    assert media.poll.question.text == "شلون النت؟"
    assert [answer.text.text for answer in media.poll.answers] == ["زين", "ماكو"]
    assert media.results.total_voters == sum(answer.voters for answer in media.results.results)


@pytest.mark.parametrize(
    ("service", "action"),
    [
        ("title", t.MessageActionChatEditTitle),
        ("photo", t.MessageActionChatEditPhoto),
        ("photo_removed", t.MessageActionChatDeletePhoto),
        ("pin", t.MessageActionPinMessage),
        ("created", t.MessageActionChannelCreate),
    ],
)
async def test_service_posts_arrive(client: Any, channel: Channel, service: str, action: type) -> None:
    post_id = channel.publish(service=service, reply_to=1)

    post = await only(client, post_id)

    assert (type(post.action), post.reply_to.reply_to_msg_id) == (action, 1)


async def test_an_album_is_one_number_and_one_caption(client: Any, channel: Channel) -> None:
    post_ids = channel.publish_album([{"media": "photo"}, {"media": "photo"}, {"media": "video"}], "caption")

    posts = await client.get_messages("sample", ids=post_ids)

    assert [post.message for post in posts] == ["caption", "", ""]
    assert len({post.grouped_id for post in posts}) == 1


async def test_text_goes_out_byte_for_byte(client: Any, channel: Channel) -> None:
    lone_surrogate = "قبل".encode() + b"\xed\xa0\x80" + "بعد".encode()
    post_id = channel.publish_raw_text(lone_surrogate)
    kept: list[bytes] = []
    request = f.channels.GetMessagesRequest(await client.get_input_entity("sample"), [post_id])

    def read_result(reader: Any) -> Any:
        kept.append(reader.get_bytes())
        return reader.tgread_object()

    request.read_result = read_result
    answer = await client(request)

    assert lone_surrogate in kept[0]
    assert answer.messages[0].message == "قبل\ufffd\ufffd\ufffdبعد"


@pytest.mark.parametrize(
    "text", ["a" * 4096, "\u202eمقلوب\u202c", "𐎠🏴󠁧󠁢󠁳󠁣󠁴󠁿", "e\u0301\u0301", "\u0000", "ﷺ" * 100]
)
async def test_hard_texts_arrive_whole(client: Any, channel: Channel, text: str) -> None:
    assert (await only(client, channel.publish(text))).message == text


@pytest.mark.parametrize("language", ["ar", "iq", "ckb", "kmr", "en", "fa", "ru"])
async def test_a_synthetic_history_holds_what_real_ones_hold(world: World, language: str) -> None:
    posts = list(world.add_channel(language, posts=3000, language=language).live.values())

    kinds = Counter(type(post.media).__name__ for post in posts)
    albums = Counter(post.album_id for post in posts if post.album_id)

    assert kinds.keys() > {"NoneType", "MessageMediaPhoto", "MessageMediaDocument", "MessageMediaPoll"}
    assert {type(post.action).__name__ for post in posts} > {"MessageActionPinMessage"}
    assert {sum(bool(value) for value in values) > 0 for values in zip(*map(_facts, posts), strict=True)} == {
        True
    }
    assert max(utf16_length(post.text) for post in posts) in {LONGEST - 1, LONGEST}
    assert set(albums.values()) == {3}


def _facts(post: Any) -> tuple[Any, ...]:
    return (
        post.entities,
        post.forward and post.forward.channel_id,
        post.forward and post.forward.name,
        post.reply_to,
        post.buttons,
        post.author,
        post.edited_at,
        post.reactions,
        not post.text and not post.action,
    )


async def test_a_file_is_downloaded_whole_and_the_same_each_time(client: Any, channel: Channel) -> None:
    post_id = channel.publish(media=Medium(kind="document", size=700_001))
    post = await only(client, post_id)

    data = await client.download_media(post, bytes)

    assert data == bytes_of(post.media.document.id, start=0, count=1 << 20)
    assert (len(data), size_of(post.media.document.id)) == (700_001, 700_001)


async def test_a_photo_is_downloaded_in_its_largest_form(client: Any, channel: Channel) -> None:
    post = await only(client, channel.publish(media=Medium(kind="photo", size=50_000)))

    assert len(await client.download_media(post, bytes)) == 50_000
    assert len(await client.download_media(post, bytes, thumb=1)) == 6_250


async def test_an_old_reference_to_a_file_expires(client: Any, channel: Channel) -> None:
    post_id = channel.publish(media="document")
    old = (await only(client, post_id)).media.document
    channel.expire_files()
    new = (await only(client, post_id)).media.document

    async def part(document: Any) -> bytes:
        place = t.InputDocumentFileLocation(document.id, document.access_hash, document.file_reference, "")
        data: bytes = (await client(f.upload.GetFileRequest(place, offset=0, limit=4096))).bytes
        return data

    with pytest.raises(errors.FileReferenceExpiredError):
        await part(old)
    assert await part(new) == bytes_of(new.id, start=0, count=4096)
