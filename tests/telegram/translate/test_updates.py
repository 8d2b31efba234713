"""Telegram's updates as events of ours."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from telethon.tl import types
from telethon.tl.alltlobjects import LAYER

from archiver.domain.page import Event, RawPage
from archiver.telegram.translate import Hint, events
from tests.builders import CHANNEL, NOON
from tests.telegram.messages import (
    ELSEWHERE,
    a_channel,
    a_message,
    a_service,
    an_empty,
    off_the_wire,
    seen,
)
from tests.telegram.varieties import varieties


def pushed(*updates: Any, chats: list[Any] | None = None) -> Any:
    return types.Updates(list(updates), [], chats or [], NOON, 0)


def raw(update: Any) -> RawPage:
    return RawPage(layer=LAYER, data=bytes(update))


def new(message: Any, *, pts: int = 101) -> Any:
    return types.UpdateNewChannelMessage(message, pts, 1)


def test_a_new_post_is_an_event_with_its_number_and_its_bytes() -> None:
    update = new(a_message(9, "عاجل"))

    assert events(off_the_wire(pushed(update))) == (
        Event(
            channel_id=CHANNEL,
            number=101,
            count=1,
            observations=(seen(a_message(9, "عاجل"), as_of=101),),
            raw=raw(update),
        ),
    )


def test_an_edit_is_an_event_of_the_same_shape() -> None:
    (event,) = events(pushed(types.UpdateEditChannelMessage(a_message(9), 102, 1)))

    assert isinstance(event, Event)
    assert (event.number, [one.post_id for one in event.observations]) == (102, [9])


def test_a_service_post_is_a_post() -> None:
    (event,) = events(pushed(new(a_service(types.MessageActionChatEditTitle("x")))))

    assert isinstance(event, Event)
    assert event.observations[0].content.action == "title_changed"


def test_a_deletion_counts_as_many_events_as_posts() -> None:
    update = types.UpdateDeleteChannelMessages(CHANNEL, [4, 5, 6], 106, 3)

    assert events(pushed(update)) == (
        Event(channel_id=CHANNEL, number=106, count=3, deleted=(4, 5, 6), raw=raw(update)),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "update",
    [
        types.UpdatePinnedChannelMessages(CHANNEL, [1], 101, 1),
        types.UpdateChannelWebPage(CHANNEL, types.WebPageEmpty(1), 101, 1),
    ],
)
def test_what_shows_nothing_moves_the_number_on(update: Any) -> None:
    assert events(pushed(update)) == (Event(channel_id=CHANNEL, number=101, count=1, raw=raw(update)),)


@pytest.mark.parametrize(
    ("update", "hint"),
    [
        (types.UpdateChannelTooLong(CHANNEL, pts=200), Hint(channel_id=CHANNEL, as_of=200)),
        (types.UpdateChannelTooLong(CHANNEL), Hint(channel_id=CHANNEL)),
        (types.UpdateChannel(CHANNEL), Hint(channel_id=CHANNEL, is_channel_changed=True)),
        (new(an_empty(9)), Hint(channel_id=CHANNEL, as_of=101)),
    ],
)
def test_a_hint_names_the_channel(update: Any, hint: Hint) -> None:
    assert events(pushed(update)) == (hint,)


@pytest.mark.parametrize(
    "update",
    [
        new(a_message(9, post=False)),
        new(a_message(9, peer_id=types.PeerChat(4))),
        types.UpdateNewMessage(a_message(9, peer_id=types.PeerUser(4)), 7, 1),
        types.UpdateDeleteMessages([1], 7, 1),
        types.UpdateChannelMessageViews(CHANNEL, 9, 100),
        types.UpdateChannelMessageForwards(CHANNEL, 9, 100),
        types.UpdateMessageReactions(types.PeerChannel(CHANNEL), 9, types.MessageReactions([])),
        types.UpdateUserStatus(1, types.UserStatusEmpty()),
        types.UpdateReadChannelInbox(CHANNEL, 9, 0, 101),
        types.UpdateConfig(),
    ],
)
def test_groups_people_and_counters_are_no_events(update: Any) -> None:
    assert events(pushed(update)) == ()


@pytest.mark.parametrize(
    "container",
    [
        types.UpdatesTooLong(),
        types.UpdateShortMessage(1, 2, "hi", 3, 1, NOON),
        types.UpdateShortChatMessage(1, 2, 3, "hi", 4, 1, NOON),
        types.UpdateShortSentMessage(1, 2, 1, NOON),
        pushed(),
    ],
)
def test_containers_about_something_else_hold_no_events(container: Any) -> None:
    assert events(container) == ()


def test_every_container_is_opened() -> None:
    update = types.UpdateChannelTooLong(CHANNEL)
    combined = types.UpdatesCombined([update], [], [], NOON, 0, 0)

    assert [events(one) for one in (update, pushed(update), combined, types.UpdateShort(update, NOON))] == [
        (Hint(channel_id=CHANNEL),)
    ] * 4


def test_events_keep_their_order() -> None:
    found = events(pushed(new(a_message(2), pts=103), new(a_message(1), pts=102)))

    assert [event.number for event in found if isinstance(event, Event)] == [103, 102]


def test_a_forward_is_told_the_handle_that_came_beside_it() -> None:
    header = types.MessageFwdHeader(NOON, from_id=types.PeerChannel(ELSEWHERE))
    container = pushed(new(a_message(9, fwd_from=header)), chats=[a_channel(id=ELSEWHERE, username="Other")])

    (event,) = events(container)

    assert isinstance(event, Event)
    assert event.observations[0].content.forward is not None
    assert event.observations[0].content.forward.handle == "other"


def test_a_text_that_no_wire_carries_has_no_bytes() -> None:
    (event,) = events(pushed(new(a_message(9, "\ud800"))))

    assert isinstance(event, Event)
    assert event.raw is None


@given(varieties(types.TypeUpdates) | varieties(types.Updates))
def test_no_push_breaks_the_reader(container: Any) -> None:
    for event in events(container):
        assert isinstance(event, Event | Hint)
