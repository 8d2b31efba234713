"""Handles as people write them, and what looks at a channel lead us to conclude."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from archiver.domain.channel import GONE_AFTER, Availability, WatchState, conclude, parse_handle
from archiver.domain.errors import HandleInvalid
from tests.builders import NOON


@pytest.mark.parametrize(
    "text",
    [
        "@Rafidain_News",
        "rafidain_news",
        "  @rafidain_news\n",
        "\u200f@rafidain_news\u200e",  # copied out of a right-to-left text
        "\ufeffrafidain_news",
        "https://t.me/rafidain_news",
        "http://t.me/rafidain_news/",
        "t.me/rafidain_news",
        "T.ME/RAFIDAIN_NEWS",
        "https://www.t.me/rafidain_news",
        "https://t.me/s/rafidain_news",
        "https://t.me/@rafidain_news",
        "https://t.me/rafidain_news/1234",
        "https://t.me/s/rafidain_news/1234?single",
        "https://t.me/rafidain_news?boost",
        "https://t.me/rafidain_news#fragment",
        "https://telegram.me/rafidain_news",
        "telegram.dog/rafidain_news",
    ],
)
def test_a_handle_or_a_link_to_it_is_read(text: str) -> None:
    assert parse_handle(text) == "rafidain_news"


@pytest.mark.parametrize(
    "text",
    [
        "https://t.me/+AbCdEf123",
        "https://t.me/joinchat/AbCdEf123",
        "+AbCdEf123",
        "https://t.me/c/1234567/89",
        "https://t.me/addlist/AbCdEf",
        "https://t.me/addstickers/Animals",
        "https://t.me/boost/rafidain_news",
        "https://t.me/login/12345",
        "https://t.me/share/url?url=x",
        "https://t.me/proxy?server=x",
    ],
)
def test_a_link_to_something_else_is_refused(text: str) -> None:
    with pytest.raises(HandleInvalid, match="is no public channel; give its @handle"):
        parse_handle(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "abc",
        "a" * 33,
        "1news",
        "_news",
        "news_",
        "two words",
        "https://t.me/rafidain_news and more",
        "@@rafidain_news",
        "قناة_الرافدين",
        "ſecret_news",  # a long s is an s to a careless regular expression
        "\u212aurdish_news",  # and the Kelvin sign a k
        "https://example.org/rafidain_news",
        "https://t.me/",
        "https://t.me",
    ],
)
def test_what_is_no_handle_is_refused(text: str) -> None:
    with pytest.raises(HandleInvalid, match=re.escape("is no handle; give @name or https://t.me/name")):
        parse_handle(text)


@given(st.from_regex(r"[a-zA-Z][a-zA-Z0-9_]{2,30}[a-zA-Z0-9]", fullmatch=True))
def test_a_handle_reads_the_same_however_it_is_written(handle: str) -> None:
    try:
        plain = parse_handle(handle)
    except HandleInvalid:
        return  # a word that stands for something else in a link

    assert plain == handle.lower()
    for spelled in (f"@{handle}", f"https://t.me/{handle}", f"t.me/s/{handle}/5", plain):
        assert parse_handle(spelled) == plain


@given(st.text(max_size=40) | st.text("t.me/s@+_ab1?#: ", max_size=20))
def test_anything_is_a_lower_case_ascii_handle_or_refused(text: str) -> None:
    try:
        handle = parse_handle(text)
    except HandleInvalid:
        return

    assert handle.isascii()
    assert handle == handle.lower()
    assert 4 <= len(handle) <= 32


OUT_OF_REACH = sorted(set(Availability) - {Availability.REACHABLE, Availability.RESTRICTED})


@pytest.mark.parametrize("availability", Availability)
@pytest.mark.parametrize("lasted", [timedelta(0), GONE_AFTER])
def test_a_paused_channel_stays_paused(availability: Availability, lasted: timedelta) -> None:
    found = conclude(WatchState.PAUSED, availability, since=NOON, now=NOON + lasted)

    assert found is WatchState.PAUSED


@pytest.mark.parametrize("state", [WatchState.WATCHED, WatchState.GONE])
@pytest.mark.parametrize("availability", [Availability.REACHABLE, Availability.RESTRICTED])
def test_a_channel_that_can_be_read_is_watched(state: WatchState, availability: Availability) -> None:
    assert conclude(state, availability, since=NOON, now=NOON + 9 * GONE_AFTER) is WatchState.WATCHED


@pytest.mark.parametrize("availability", OUT_OF_REACH)
def test_a_channel_is_gone_when_it_was_out_of_reach_for_a_day(availability: Availability) -> None:
    almost = NOON + GONE_AFTER - timedelta(microseconds=1)

    assert conclude(WatchState.WATCHED, availability, since=NOON, now=almost) is WatchState.WATCHED
    assert conclude(WatchState.WATCHED, availability, since=NOON, now=NOON + GONE_AFTER) is WatchState.GONE
    assert conclude(WatchState.GONE, availability, since=NOON, now=almost) is WatchState.GONE
