"""Telegram's answers as pages of ours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hypothesis import given, strategies as st

from archiver.domain.ids import PostId
from archiver.domain.page import Page, RawPage
from archiver.telegram.translate import page_above, page_below, page_by_ids
from tests.builders import CHANNEL
from tests.telegram.messages import a_channel, a_history, a_message, an_empty

LIMIT = 4
worlds = st.sets(st.integers(1, 30), max_size=20)


def history(world: Iterable[int], *, offset_id: int, add_offset: int, fills: bool = False) -> list[int]:
    """Return the ids that messages.getHistory gives, newest first (https://core.telegram.org/api/offsets)."""
    newest_first = sorted(world, reverse=True)
    place = sum(1 for number in newest_first if offset_id and number >= offset_id)
    start, end = place + add_offset, place + add_offset + LIMIT
    if fills and start < 0:
        end -= start
    return newest_first[max(start, 0) : max(end, 0)]


def answer(ids: Iterable[int], world: Iterable[int]) -> Any:
    return a_history([a_message(number) for number in ids], as_of=500, count=len(list(world)))


def below(world: set[int], number: int, *, keep: int = LIMIT) -> Page:
    ids = history(world, offset_id=number, add_offset=0)[: max(keep, 1)]
    return page_below(answer(ids, world), channel_id=CHANNEL, below=PostId(number))


def above(world: set[int], number: int, *, fills: bool = False, keep: int = LIMIT) -> Page:
    ids = history(world, offset_id=number + 1, add_offset=-LIMIT, fills=fills)[-max(keep, 1) :]
    return page_above(answer(ids, world), channel_id=CHANNEL, above=PostId(number))


def shown(page: Page) -> list[int]:
    return [seen.post_id for seen in page.observations]


def assert_covers(page: Page, world: set[int]) -> None:
    covered = {number for number in world if page.first_id <= number <= page.last_id}
    assert set(shown(page)) == covered


@given(worlds, st.integers(0, 31), st.integers(1, LIMIT))
def test_a_page_below_holds_all_that_stands_in_its_stretch(world: set[int], number: int, keep: int) -> None:
    page = below(world, number, keep=keep)

    assert_covers(page, world)
    if number:
        assert page.last_id == number - 1
    assert page.is_end == (not [other for other in world if other < page.first_id] and page.first_id == 1)


@given(worlds, st.integers(0, 31), st.booleans(), st.integers(1, LIMIT))
def test_a_page_above_holds_all_that_stands_in_its_stretch(
    world: set[int], number: int, fills: bool, keep: int
) -> None:
    page = above(world, number, fills=fills, keep=LIMIT if fills else keep)

    assert_covers(page, world)
    assert page.first_id <= number + 1
    assert page.last_id >= number
    assert page.is_end == (not [other for other in world if other > number])


@given(worlds, st.lists(st.integers(1, LIMIT), min_size=40, max_size=40))
def test_walking_down_meets_every_post_once_and_ends(world: set[int], keeps: list[int]) -> None:
    met: list[int] = []
    page = below(world, 0)
    for keep in keeps:
        met += shown(page)
        if page.is_end:
            break
        page = below(world, page.first_id, keep=keep)

    assert page.is_end
    assert met == sorted(world, reverse=True)


@given(worlds, st.integers(0, 31), st.lists(st.integers(1, LIMIT), min_size=40, max_size=40), st.booleans())
def test_walking_up_meets_every_newer_post_and_ends(
    world: set[int], start: int, keeps: list[int], fills: bool
) -> None:
    met: set[int] = set()
    number = start
    page = above(world, number, fills=fills)
    for keep in keeps:
        page = above(world, number, fills=fills, keep=LIMIT if fills else keep)
        met |= {post_id for post_id in shown(page) if post_id > number}
        if page.is_end:
            break
        number = page.last_id

    assert page.is_end
    assert met == {post_id for post_id in world if post_id > start}


def test_a_page_says_what_it_saw_as_a_whole() -> None:
    messages = [a_message(9), an_empty(8), a_message(6)]
    other = a_channel(id=5, username="other")
    raw = RawPage(layer=229, data=b"raw")

    page = page_below(
        a_history(messages, as_of=321, chats=[other, a_channel()], count=77),
        channel_id=CHANNEL,
        below=PostId(10),
        raw=raw,
    )

    assert (page.channel_id, page.as_of, page.total, page.raw) == (CHANNEL, 321, 77, raw)
    assert (page.first_id, page.last_id, page.is_end, page.absent) == (6, 9, False, (8,))
    assert [(seen.post_id, seen.as_of) for seen in page.observations] == [(9, 321), (6, 321)]
    assert [look.channel_id for look in page.looks] == [CHANNEL]


def test_a_page_of_empty_places_covers_them_and_is_no_end() -> None:
    page = page_below(a_history([an_empty(9), an_empty(8)]), channel_id=CHANNEL, below=PostId(12))

    assert (page.first_id, page.last_id, page.absent, page.is_end) == (8, 11, (9, 8), False)
    assert page.observations == ()


def test_posts_asked_for_by_id_are_there_or_absent() -> None:
    messages = [an_empty(3), a_message(5), a_message(9)]

    page = page_by_ids(
        a_history(messages), channel_id=CHANNEL, asked=[PostId(3), PostId(5), PostId(9), PostId(11)]
    )

    assert shown(page) == [5, 9]
    assert page.absent == (3, 11)
    assert (page.first_id, page.last_id, page.is_end) == (3, 11, False)


def test_nothing_asked_for_is_an_empty_page() -> None:
    page = page_by_ids(a_history([]), channel_id=CHANNEL, asked=[])

    assert (page.observations, page.absent, page.is_end) == ((), (), False)
