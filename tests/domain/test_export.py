"""What may be chosen of a table, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from archiver.domain.errors import FilterImpossible
from archiver.domain.export import Choice, Filter, Kind, moment_text
from archiver.domain.export_tables import CHANNELS, POSTS, SUBSCRIBERS, TABLES
from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId
from tests.builders import NOON


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_table_has_a_key_of_its_columns_and_describes_each(table: object) -> None:
    assert table in TABLES.values()
    for each in TABLES.values():
        names = [column.name for column in each.columns]
        assert len(names) == len(set(names))
        assert set(each.key) <= set(names)
        assert all(each[name].is_required for name in each.key)
        assert all(column.description.endswith((".", "…")) for column in each.columns)


def test_what_people_wrote_is_masked() -> None:
    masked = {
        (table.name, column.name) for table in TABLES.values() for column in table.columns if column.is_masked
    }

    assert masked == {
        ("posts", "text"), ("posts", "media_name"), ("revisions", "text"), ("revisions", "media_name"),
        ("revisions", "details"), ("channels", "title"), ("channels", "about"), ("decisions", "note"),
    }  # fmt: skip


def test_a_table_refuses_what_it_can_t_be_chosen_by_and_names_what_it_can() -> None:
    with pytest.raises(FilterImpossible, match="channels can't be chosen by --flagged; use --channel"):
        Choice(is_flagged=True).check(CHANNELS)
    with pytest.raises(FilterImpossible, match="use --channel, --since, --until"):
        Choice(languages=("ar",)).check(SUBSCRIBERS)


def test_a_time_without_length_is_refused() -> None:
    with pytest.raises(FilterImpossible, match="--since is not before --until"):
        Choice(since=NOON, until=NOON).check(POSTS)
    Choice(since=NOON, until=NOON + timedelta(days=1)).check(POSTS)


def test_a_choice_says_what_was_said() -> None:
    whole = Choice(channels=(ChannelId(5),), since=NOON, category=Category.EXTORTION, severity=3, query="a")

    assert whole.as_json() == {
        "channel": [5],
        "since": "2026-03-01T12:00:00.000000Z",
        "category": "extortion",
        "severity": 3,
        "query": "a",
    }
    assert [*whole.used()] == [Filter.CHANNEL, Filter.SINCE, Filter.CATEGORY, Filter.SEVERITY, Filter.QUERY]
    assert Choice().as_json() == {}


def test_a_time_has_all_its_digits() -> None:
    assert moment_text(NOON.replace(microsecond=7)) == "2026-03-01T12:00:00.000007Z"
    assert replace(POSTS, name="x")["text"].kind is Kind.STRING
