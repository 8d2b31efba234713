"""A place in a list of cases, as addresses and the API write it: the last one's exact priority and id."""

from __future__ import annotations

from archiver.domain.ids import CaseId

PATTERN = r"^-?0x[01]\.[0-9a-f]{1,13}p[+-][0-9]{1,4},[1-9][0-9]{0,17}$"
_MOST_DIGITS = 18

Place = tuple[float, CaseId]


def written(place: Place) -> str:
    """Return a place as a text."""
    return f"{place[0].hex()},{place[1]}"


def read(text: str) -> Place | None:
    """Return the place that a text names, ``None`` when it names none."""
    priority, _, case_id = text.partition(",")
    if not (case_id.isascii() and case_id.isdecimal() and len(case_id) <= _MOST_DIGITS):
        return None
    try:
        return float.fromhex(priority), CaseId(int(case_id))
    except (ValueError, OverflowError):
        return None
