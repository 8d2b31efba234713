"""A stretch of a list that is at hand whole, and where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from archiver.review.api.call import Call
from archiver.review.api.problem import Invalid
from archiver.review.api.schema import Fault, Schema

_Item = TypeVar("_Item")

USUAL, _MOST = 100, 500
QUERY: dict[str, Schema] = {
    "after": {"type": "string", "minLength": 1, "maxLength": 200},
    "limit": {"type": "integer", "minimum": 1, "maximum": _MOST, "default": USUAL},
}


def stretch(
    call: Call, items: Sequence[_Item], name: Callable[[_Item], str]
) -> tuple[Sequence[_Item], str | None]:
    """Return the items that were asked for, and the name of the last if there are more."""
    begin = _begin(call, [name(item) for item in items])
    end = begin + (call.number_or_none("limit") or USUAL)
    return items[begin:end], name(items[end - 1]) if end < len(items) else None


def _begin(call: Call, names: list[str]) -> int:
    if "after" not in call.given:
        return 0
    if call.text("after") not in names:
        raise Invalid([Fault("after", "is not what an answer gave, or that is gone; begin anew")])
    return names.index(call.text("after")) + 1
