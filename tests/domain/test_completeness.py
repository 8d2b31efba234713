"""What an archive is missing of a channel: every id is in one state, and what is archived is never missed."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, strategies as st

from archiver.domain.completeness import Holding, Span, blindness, completeness, count, minus
from archiver.domain.completeness_papers import as_json, as_text
from archiver.domain.cursor import Cursor
from archiver.domain.gap import Gap, GapCause, GapState, ranges
from archiver.domain.ids import PostId
from archiver.domain.stretch import Stretch
from tests.builders import CHANNEL, NOON, a_cursor

HOUR = timedelta(hours=1)
ids = st.frozensets(st.integers(1, 60))


def stretches(found: frozenset[int] | set[int]) -> tuple[Stretch, ...]:
    return tuple(Stretch(first, last) for first, last in ranges(map(PostId, found)))


def numbers(found: tuple[Stretch, ...] | list[Stretch]) -> set[int]:
    return {number for stretch in found for number in range(stretch.first, stretch.last + 1)}


def a_gap(first: int | None, last: int | None, *, state: GapState = GapState.IRREPARABLE) -> Gap:
    return Gap(
        channel_id=CHANNEL, cause=GapCause.DELETED_UNSEEN, state=state,
        first_post_id=None if first is None else PostId(first),
        last_post_id=None if last is None else PostId(last),
        since=NOON, until=None, opened_at=NOON,
    )  # fmt: skip


def a_holding(
    archived: frozenset[int] | set[int],
    *,
    tombstoned: frozenset[int] | set[int] = frozenset(),
    gaps: tuple[Gap, ...] = (),
    cursor: Cursor | None = None,
) -> Holding:
    return Holding(
        channel_id=CHANNEL, handle="rafidain", first_observed_at=NOON, cursor=cursor,
        archived=stretches(archived), tombstoned=stretches(tombstoned), gaps=gaps,
    )  # fmt: skip


def test_every_id_up_to_the_highest_is_told() -> None:
    held = a_holding(
        {3, 4, 5, 8, 9}, tombstoned={4}, gaps=(a_gap(6, 6), a_gap(10, 11, state=GapState.OPEN)),
        cursor=a_cursor(low_water_id=3, high_water_id=9),
    )  # fmt: skip

    told = completeness(held, blind=())

    assert told.present == (Stretch(3, 3), Stretch(5, 5), Stretch(8, 9))
    assert told.tombstoned == (Stretch(4, 4),)
    assert told.irreparable == (Stretch(6, 6),)
    assert told.absent == (Stretch(7, 7),)
    assert told.unknown == (Stretch(1, 2), Stretch(10, 11))


def test_what_came_after_all_is_present_whatever_the_ledger_says() -> None:
    told = completeness(a_holding({1, 2, 3}, gaps=(a_gap(1, 3),), cursor=None), blind=())

    assert (told.irreparable, told.present) == ((), (Stretch(1, 3),))


def test_a_history_that_was_read_to_its_beginning_has_nothing_unknown() -> None:
    cursor = a_cursor(low_water_id=3, high_water_id=4, history_complete_at=NOON)

    told = completeness(a_holding({3, 4}, cursor=cursor), blind=())

    assert told.is_history_complete
    assert (told.absent, told.unknown) == ((Stretch(1, 2),), ())


def test_of_a_channel_that_was_only_imported_all_else_is_unknown() -> None:
    told = completeness(a_holding({2, 4}), blind=())

    assert (told.absent, told.unknown) == ((), (Stretch(1, 1), Stretch(3, 3)))


@given(ids, ids, ids, ids, st.integers(1, 60), st.integers(1, 60), st.booleans())
def test_each_id_is_in_exactly_one_state(
    archived: frozenset[int],
    gone: frozenset[int],
    lost: frozenset[int],
    opened: frozenset[int],
    low: int,
    high: int,
    is_complete: bool,
) -> None:
    gaps = tuple(a_gap(each, each) for each in lost)
    gaps += tuple(a_gap(each, each + 1, state=GapState.OPEN) for each in opened)
    gaps += (a_gap(None, None, state=GapState.OPEN),)
    cursor = a_cursor(
        low_water_id=min(low, high),
        high_water_id=max(low, high),
        history_complete_at=NOON if is_complete else None,
    )

    told = completeness(a_holding(archived, tombstoned=gone & archived, gaps=gaps, cursor=cursor), blind=())

    parts = [told.present, told.tombstoned, told.irreparable, told.absent, told.unknown]
    highest = max({*archived, *lost, *(each + 1 for each in opened), low, high})
    assert set.union(*map(numbers, parts)) == set(range(1, highest + 1))
    assert sum(map(count, parts)) == highest
    assert numbers(told.present) | numbers(told.tombstoned) == archived
    assert numbers(told.irreparable) == lost - archived
    assert numbers(told.unknown) >= {*opened, *(each + 1 for each in opened)} - archived - lost


@given(ids, ids)
def test_minus_is_that_of_sets(these: frozenset[int], those: frozenset[int]) -> None:
    left = minus(stretches(these), stretches(those))

    assert numbers(left) == these - those
    assert left == sorted(left)


def test_the_bot_was_blind_between_its_runs_and_since_the_last() -> None:
    runs = [Span(NOON, NOON + HOUR), Span(NOON + 3 * HOUR, NOON + 4 * HOUR), Span(NOON, NOON + 2 * HOUR)]

    blind = blindness(runs, until=NOON + 6 * HOUR)

    assert blind == (Span(NOON + 2 * HOUR, NOON + 3 * HOUR), Span(NOON + 4 * HOUR, NOON + 6 * HOUR))
    assert sum(span.hours for span in blind) == 3


def test_a_restart_is_no_blindness_and_no_run_none_that_is_known() -> None:
    seconds = timedelta(seconds=30)
    runs = [Span(NOON, NOON + HOUR), Span(NOON + HOUR + seconds, NOON + 2 * HOUR)]

    assert blindness(runs, until=NOON + 2 * HOUR) == ()
    assert blindness([], until=NOON) == ()


def test_a_channel_was_not_missed_before_it_was_known() -> None:
    blind = (Span(NOON - 2 * HOUR, NOON - HOUR), Span(NOON - HOUR, NOON + HOUR))

    assert completeness(a_holding(set()), blind=blind).blind == (Span(NOON, NOON + HOUR),)


def test_people_and_machines_can_say_what_is_missing() -> None:
    held = a_holding(
        {3}, gaps=(a_gap(4, 6), a_gap(None, None, state=GapState.OPEN)), cursor=a_cursor(low_water_id=3)
    )
    told = completeness(held, blind=(Span(NOON, NOON + HOUR),))

    text = as_text([told], newest_at=NOON)
    found = as_json([told], blind=told.blind, newest_at=NOON)

    assert "| @rafidain | 1 | 0 | 3 | 1 | 2 | read down to 3 | 1 | 1.0 |" in text
    assert "- irreparable: 4–6" in text
    assert "- unknown: 1–2" in text
    assert "- open gap: deleted_unseen, since 2026-03-01T12:00:00.000000Z" in text
    [channel] = found["channels"]
    assert channel["irreparable"] == {"count": 3, "ranges": [[4, 6]]}
    assert channel["blind_hours"] == 1.0
    assert found["clock_offset_seconds"] is None
