"""A place in a list of cases: what is written is read again, and nothing else is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis.strategies import floats, integers

from archiver.domain.ids import CaseId
from archiver.review import place


@given(floats(allow_nan=False, allow_infinity=False), integers(1, 10**18 - 1))
def test_a_place_is_read_as_it_was_written(priority: float, case_id: int) -> None:
    text = place.written((priority, CaseId(case_id)))

    assert place.read(text) == (priority, case_id)
    assert re.search(place.PATTERN, text)


@pytest.mark.parametrize("text", ["", "0x1.0p+0", "0x1.0p+0,", "0x1.0p+0,-1", "x,1", "0x1.0p+9999,1", "1,²"])
def test_nothing_else_is_a_place(text: str) -> None:
    assert place.read(text) is None
