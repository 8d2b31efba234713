"""Telegram's differences as slices of ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from telethon.tl import types

from archiver.domain.page import RawPage, Slice, TooLong
from archiver.telegram.translate import difference
from tests.builders import CHANNEL
from tests.telegram.messages import a_channel, a_message, an_empty, seen
from tests.telegram.varieties import varieties

RAW = RawPage(layer=229, data=b"raw")


def a_difference(*, new: list[Any] | None = None, other: list[Any] | None = None, **named: Any) -> Any:
    return types.updates.ChannelDifference(
        **{
            "pts": 110,
            "new_messages": new or [],
            "other_updates": other or [],
            "chats": [a_channel()],
            "users": [],
            "final": True,
            "timeout": 30,
            **named,
        }
    )


def edited(post_id: int, text: str = "edited", *, pts: int = 105) -> Any:
    return types.UpdateEditChannelMessage(a_message(post_id, text), pts, 0)


def deleted(*post_ids: int) -> Any:
    return types.UpdateDeleteChannelMessages(CHANNEL, list(post_ids), 110, 0)


def told(answer: Any) -> Slice:
    found = difference(answer, channel_id=CHANNEL, raw=RAW)
    assert isinstance(found, Slice)
    return found


def test_nothing_new_is_an_empty_slice() -> None:
    found = told(types.updates.ChannelDifferenceEmpty(100, final=True, timeout=45))

    assert found == Slice(channel_id=CHANNEL, observations=(), deleted=(), as_of=100, is_final=True, wait=45)


def test_new_posts_edits_and_deletions_are_told_as_of_the_slices_own_number() -> None:
    found = told(a_difference(new=[a_message(9)], other=[edited(3), deleted(4, 5)]))

    assert [(one.post_id, one.content.text, one.as_of) for one in found.observations] == [
        (9, "خبر", 110),
        (3, "edited", 110),
    ]
    assert (found.deleted, found.as_of, found.is_final, found.wait) == ((4, 5), 110, True, 30)
    assert found.raw == RAW
    assert [look.channel_id for look in found.looks] == [CHANNEL]


def test_a_slice_that_is_not_the_last_says_so() -> None:
    assert told(a_difference(final=None, timeout=None)).is_final is False


def test_a_new_post_among_the_other_updates_is_a_post() -> None:
    found = told(a_difference(other=[types.UpdateNewChannelMessage(a_message(8), 104, 1)]))

    assert found.observations == (seen(a_message(8), as_of=110),)


def test_an_empty_place_is_gone_and_told_once() -> None:
    found = told(
        a_difference(
            new=[an_empty(6)],
            other=[deleted(6, 4), deleted(4), types.UpdateEditChannelMessage(an_empty(7), 1, 0)],
        )
    )

    assert (found.observations, found.deleted) == ((), (6, 4, 7))


def test_a_post_that_was_published_and_deleted_is_in_both() -> None:
    found = told(a_difference(new=[a_message(9)], other=[deleted(9)]))

    assert ([one.post_id for one in found.observations], found.deleted) == ([9], (9,))


@pytest.mark.parametrize(
    "update",
    [
        types.UpdatePinnedChannelMessages(CHANNEL, [1], 104, 0),
        types.UpdateChannelMessageViews(CHANNEL, 1, 10),
        types.UpdateChannel(CHANNEL),
    ],
)
def test_other_updates_show_nothing_that_we_archive(update: Any) -> None:
    found = told(a_difference(other=[update]))

    assert (found.observations, found.deleted) == ((), ())


def test_too_long_tells_how_far_and_what_the_channel_looks_like() -> None:
    dialog = types.Dialog(
        peer=types.PeerChannel(CHANNEL),
        top_message=9,
        read_inbox_max_id=0,
        read_outbox_max_id=0,
        unread_count=0,
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        notify_settings=types.PeerNotifySettings(),
        pts=7000,
    )
    answer = types.updates.ChannelDifferenceTooLong(
        dialog, [a_message(9)], [a_channel(), a_channel(id=5)], [], final=True
    )

    found = difference(answer, channel_id=CHANNEL)

    assert isinstance(found, TooLong)
    assert (found.channel_id, found.as_of) == (CHANNEL, 7000)
    assert [look.channel_id for look in found.looks] == [CHANNEL]


def test_too_long_without_a_number_is_not_made_up() -> None:
    folder = types.DialogFolder(types.Folder(1, "f"), types.PeerChannel(CHANNEL), 1, 0, 0, 0, 0)
    answer = types.updates.ChannelDifferenceTooLong(folder, [], [], [])

    assert difference(answer, channel_id=CHANNEL) == TooLong(channel_id=CHANNEL, as_of=0)


@given(varieties(types.updates.ChannelDifference))
def test_no_difference_breaks_the_reader(answer: Any) -> None:
    found = told(answer)

    assert found.as_of == answer.pts
