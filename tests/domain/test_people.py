"""Names, passwords, choices, sign-ins and waits: the pure part of who may come in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from archiver.domain.ids import ReviewerId
from archiver.domain.preferences import Preferences
from archiver.domain.reviewer import Unfit, fault_of_password, folded_name, pseudonym
from archiver.domain.sign_in import SignIn
from archiver.domain.throttle import Failures, by_address, by_name
from tests.builders import NOON

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Zahra", "zahra"),
        ("  zahra ", "zahra"),
        ("ڕێبوار", "ڕێبوار"),
        ("a.b-c_d@e", "a.b-c_d@e"),
        ("ＺＡＨＲＡ", "zahra"),
        ("x", None),
        ("", None),
        (".hidden", None),
        ("a b", None),
        ("a\u202eb", None),
        ("<b>x", None),
        ("x" * 64, "x" * 64),
        ("x" * 65, None),
    ],
)
def test_a_name_is_compared_in_one_form(name: str, folded: str | None) -> None:
    assert folded_name(name) == folded


@given(st.text())
def test_a_folded_name_stays_what_it_is(name: str) -> None:
    folded = folded_name(name)

    assert folded is None or folded_name(folded) == folded


def test_a_pseudonym_has_two_digits_or_more() -> None:
    assert [pseudonym(ReviewerId(number)) for number in (1, 7, 12, 123)] == ["R-01", "R-07", "R-12", "R-123"]


def test_a_password_is_judged_by_its_length_alone() -> None:
    found = [fault_of_password("a" * length) for length in (0, 14, 15, 256, 257)]

    assert found == [Unfit.PASSWORD_SHORT, Unfit.PASSWORD_SHORT, None, None, Unfit.PASSWORD_LONG]


def test_nothing_is_waited_for_until_the_free_tries_are_used() -> None:
    assert by_name(None, NOON) == timedelta(0)
    assert by_name(Failures(4, NOON), NOON) == timedelta(0)
    assert by_address(Failures(20, NOON), NOON) == timedelta(0)


def test_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [by_name(Failures(count, NOON), NOON).total_seconds() for count in range(5, 18)]

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900]
    assert by_address(Failures(21, NOON), NOON) == 2 * SECOND


def test_a_wait_runs_out_and_failures_are_forgotten_after_an_hour() -> None:
    failures = Failures(7, NOON)

    assert by_name(failures, NOON + 3 * SECOND) == 5 * SECOND
    assert by_name(failures, NOON + 8 * SECOND) == timedelta(0)
    assert by_name(Failures(10**6, NOON), NOON + timedelta(hours=1)) == timedelta(0)


def a_sign_in(*, seen: timedelta = timedelta(0), is_ended: bool = False) -> SignIn:
    return SignIn(
        sign_in_id=1,
        reviewer_id=ReviewerId(1),
        signed_in_at=NOON,
        seen_at=NOON + seen,
        ended_at=NOON if is_ended else None,
    )


def test_a_sign_in_lives_half_an_hour_from_the_last_request_and_twelve_hours_in_all() -> None:
    idle, busy = a_sign_in(), a_sign_in(seen=timedelta(hours=11, minutes=50))

    assert idle.is_live(NOON + timedelta(minutes=30) - SECOND)
    assert not idle.is_live(NOON + timedelta(minutes=30))
    assert busy.is_live(NOON + timedelta(hours=12) - SECOND)
    assert not busy.is_live(NOON + timedelta(hours=12))
    assert not a_sign_in(is_ended=True).is_live(NOON)


def test_that_a_sign_in_is_in_use_is_noted_once_a_minute() -> None:
    assert not a_sign_in().is_to_be_seen(NOON + 59 * SECOND)
    assert a_sign_in().is_to_be_seen(NOON + 60 * SECOND)


@pytest.mark.parametrize(
    ("chosen", "is_sound"),
    [
        (Preferences(), True),
        (Preferences(language="ckb", shortcuts={"skip": "KeyK", "violation": "Digit1"}), True),
        (Preferences(language="xx"), False),
        (Preferences(severe_limit=0), False),
        (Preferences(pause_minutes=4), False),
        (Preferences(shortcuts={"skip": "KeyK", "violation": "KeyK"}), False),
        (Preferences(shortcuts={"skip": "K K"}), False),
        (Preferences(shortcuts={"Skip!": "KeyK"}), False),
        (Preferences(shortcuts={f"a{'b' * number}": f"Key{number}" for number in range(65)}), False),
    ],
)
def test_choices_are_kept_only_when_they_make_sense(chosen: Preferences, is_sound: bool) -> None:
    assert chosen.is_sound is is_sound
