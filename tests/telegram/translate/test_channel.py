"""Telegram's channels as looks of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from telethon.tl import types

from archiver.domain.channel import Availability, ChannelLook, Fact
from archiver.telegram.translate import channel_look, full_look, holder, looks, refusal
from archiver.telegram.translate.channel import handles, origins
from tests.builders import CHANNEL, NOON
from tests.telegram.messages import a_channel, a_full, off_the_wire
from tests.telegram.varieties import varieties


def a_forbidden(**named: Any) -> Any:
    return types.ChannelForbidden(
        **{"id": CHANNEL, "access_hash": 99, "title": "Rafidain", "broadcast": True, **named}
    )


def a_name(name: str, *, active: bool = True) -> Any:
    return types.Username(name, active=active)


def a_group(**named: Any) -> Any:
    return a_channel(**{"broadcast": False, "megagroup": True, **named})


NOTHING_SPECIAL = {
    Fact.TITLE: "Rafidain",
    Fact.PHOTO_ID: "",
    Fact.IS_SCAM: "0",
    Fact.IS_FAKE: "0",
    Fact.IS_VERIFIED: "0",
    Fact.IS_PROTECTED: "0",
    Fact.RESTRICTIONS: "[]",
}


def test_a_channel_tells_its_names_its_looks_and_its_marks() -> None:
    look = channel_look(off_the_wire(a_channel()), as_of=7)

    assert look == ChannelLook(
        channel_id=CHANNEL,
        access_hash=99,
        handles=("rafidain",),
        facts=NOTHING_SPECIAL,
        as_of=7,
        is_joined=False,
    )


def test_marks_are_told_as_they_are() -> None:
    look = channel_look(
        a_channel(
            title="ر\ud800",
            scam=True,
            fake=True,
            verified=True,
            noforwards=True,
            left=False,
            photo=types.ChatPhoto(2**60, 2),
        )
    )

    assert look.facts == NOTHING_SPECIAL | {
        Fact.TITLE: "ر\ufffd",
        Fact.PHOTO_ID: str(2**60),
        Fact.IS_SCAM: "1",
        Fact.IS_FAKE: "1",
        Fact.IS_VERIFIED: "1",
        Fact.IS_PROTECTED: "1",
    }
    assert look.is_joined is True


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"username": "Rafidain"}, ("rafidain",)),
        ({"username": None}, ()),
        ({"username": None, "usernames": [a_name("Shown"), a_name("Bought")]}, ("shown", "bought")),
        ({"username": None, "usernames": [a_name("Off", active=False), a_name("On")]}, ("on",)),
        ({"username": "Same", "usernames": [a_name("same"), a_name("Other")]}, ("same", "other")),
        ({"username": "", "usernames": []}, ()),
    ],
)
def test_handles_are_those_that_lead_here_the_shown_one_first(
    names: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert handles(a_channel(**names)) == expected


def test_a_passing_mention_tells_names_and_looks_and_nothing_that_is_not_to_be_trusted() -> None:
    look = channel_look(a_channel(min=True, scam=True, access_hash=5))

    assert look == ChannelLook(
        channel_id=CHANNEL,
        access_hash=None,
        handles=("rafidain",),
        facts={Fact.TITLE: "Rafidain", Fact.PHOTO_ID: ""},
    )


def test_a_passing_mention_without_a_name_says_nothing_of_names() -> None:
    assert channel_look(a_channel(min=True, username=None)).handles is None


def test_restrictions_are_kept_and_one_on_all_platforms_hides_the_channel() -> None:
    reasons = [
        types.RestrictionReason("ios", "porn", "not on this one"),
        types.RestrictionReason("all", "terms", "مخالف"),
    ]

    look = channel_look(a_channel(restricted=True, restriction_reason=reasons))

    assert (look.availability, look.detail) == (Availability.RESTRICTED, "all:terms")
    assert json.loads(look.facts[Fact.RESTRICTIONS]) == [
        ["ios", "porn", "not on this one"],
        ["all", "terms", "مخالف"],
    ]


def test_a_restriction_on_one_platform_hides_nothing_from_us() -> None:
    look = channel_look(a_channel(restriction_reason=[types.RestrictionReason("ios", "porn", "")]))

    assert (look.availability, look.detail) == (Availability.REACHABLE, None)


def test_a_forbidden_channel_is_private_as_far_as_can_be_told() -> None:
    assert channel_look(a_forbidden(), as_of=7) == ChannelLook(
        channel_id=CHANNEL,
        access_hash=None,
        handles=None,
        facts={Fact.TITLE: "Rafidain"},
        availability=Availability.PRIVATE,
        detail="forbidden",
        as_of=7,
        is_joined=False,
    )


def test_an_end_of_a_ban_gives_the_ban_away() -> None:
    look = channel_look(a_forbidden(until_date=datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)))

    assert (look.availability, look.detail) == (
        Availability.BANNED,
        "account banned until 2027-01-02T03:04:05Z",
    )


def test_a_full_look_adds_the_about_the_linked_group_subscribers_and_the_event_number() -> None:
    full = a_full(about="عن القناة", participants_count=1200, linked_chat_id=55, pts=321)
    answer = types.messages.ChatFull(full, [a_channel(id=55, username="chat"), a_channel()], [])

    look = full_look(answer)

    assert look == ChannelLook(
        channel_id=CHANNEL,
        access_hash=99,
        handles=("rafidain",),
        facts=NOTHING_SPECIAL | {Fact.ABOUT: "عن القناة", Fact.LINKED_CHANNEL_ID: "55"},
        subscribers=1200,
        as_of=321,
        is_joined=False,
    )


def test_hidden_subscribers_are_not_told_and_not_zero() -> None:
    look = full_look(types.messages.ChatFull(a_full(), [a_channel()], []))

    assert look.subscribers is None


def test_a_full_look_without_the_channel_beside_it_knows_its_id() -> None:
    look = full_look(types.messages.ChatFull(a_full(about="x"), [], []))

    assert (look.channel_id, look.access_hash, look.handles) == (CHANNEL, None, None)


def test_looks_are_at_broadcast_channels_only() -> None:
    chats = [
        a_channel(),
        a_group(id=2),
        a_channel(id=3, broadcast=False, gigagroup=True),
        types.Chat(4, "old group", types.ChatPhotoEmpty(), 3, NOON, 1),
        types.ChatEmpty(5),
        types.ChatForbidden(6, "old"),
        a_forbidden(id=7),
        a_forbidden(id=8, broadcast=False, megagroup=True),
    ]

    assert [look.channel_id for look in looks(chats)] == [CHANNEL, 7]


def test_origins_are_the_shown_handles_by_id() -> None:
    chats = [a_channel(), a_channel(id=2, username=None), a_group(id=3, username="Talk"), a_forbidden(id=4)]

    assert origins(chats) == {CHANNEL: "rafidain", 3: "talk"}


# -- who holds a handle?


def a_user(number: int = 9, **named: Any) -> Any:
    return types.User(number, first_name="A", **named)


def resolved(peer: Any, *, chats: list[Any] | None = None, users: list[Any] | None = None) -> Any:
    return types.contacts.ResolvedPeer(peer, chats or [], users or [])


def test_a_holder_is_looked_for_among_its_own_for_ids_overlap() -> None:
    user, channel, chat = a_user(9), a_channel(id=9), types.Chat(9, "g", types.ChatPhotoEmpty(), 3, NOON, 1)
    chats, users = [chat, channel], [user]

    found = [
        holder(resolved(peer, chats=chats, users=users))
        for peer in (types.PeerUser(9), types.PeerChannel(9), types.PeerChat(9), types.PeerChannel(8))
    ]

    assert found == [user, channel, chat, None]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (a_channel(), None),
        (a_channel(username=None, usernames=[a_name("bought")]), None),
        (a_channel(username=None), "a private channel"),
        (a_channel(username=None, usernames=[a_name("off", active=False)]), "a private channel"),
        (a_forbidden(), "a private channel"),
        (a_group(), "a group"),
        (a_channel(broadcast=False), "a group"),
        (a_channel(gigagroup=True), "a group"),
        (a_channel(forum=True), "a group"),
        (a_channel(monoforum=True), "a group"),
        (a_forbidden(broadcast=False, megagroup=True), "a group"),
        (types.Chat(4, "old group", types.ChatPhotoEmpty(), 3, NOON, 1), "a group"),
        (types.ChatEmpty(5), "a group"),
        (a_user(), "a person"),
        (a_user(bot=True), "a bot"),
        (types.UserEmpty(9), "a person"),
    ],
)
def test_what_is_no_public_channel_is_told_what_it_is(found: Any, expected: str | None) -> None:
    assert refusal(found) == expected


@given(varieties(types.Channel) | varieties(types.ChannelForbidden))
def test_no_channel_breaks_a_look(channel: Any) -> None:
    look = channel_look(channel)

    assert look.channel_id == channel.id
    for value in look.facts.values():
        value.encode()


@given(varieties(types.TypeChat) | varieties(types.TypeUser))
def test_anything_can_be_refused(found: Any) -> None:
    assert refusal(found) in {None, "a person", "a bot", "a group", "a private channel"}
    looks([found] if not isinstance(found, types.User | types.UserEmpty) else [])


@given(varieties(types.messages.ChatFull))
def test_no_full_answer_breaks_a_full_look(answer: Any) -> None:
    if isinstance(answer.full_chat, types.ChannelFull):
        assert full_look(answer).channel_id == answer.full_chat.id
