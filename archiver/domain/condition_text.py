"""Write a condition as a pack would: the text that `rules.conditions` reads back to the same value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from archiver.domain.condition import AtLeast, Condition, Every, Near, Not, Present, SameSentence, Some


def condition_text(condition: Condition) -> str:
    """Return the text of a condition; its groups have their full names."""
    match condition:
        case Present(group):
            return group
        case Near(groups, words):
            return _call("near", [*groups, str(words)])
        case SameSentence(groups):
            return _call("sentence", groups)
        case AtLeast(groups, number):
            return f"{_call('count', groups)} >= {number}"
        case Some() | Every() | Not():
            return _combined(condition)
        case _:
            assert_never(condition)


def _combined(condition: Some | Every | Not) -> str:
    match condition:
        case Every(parts):
            return _call("all", map(condition_text, parts))
        case Some(parts, 1):
            return _call("any", map(condition_text, parts))
        case Some(parts, number):
            return _call("atleast", [str(number), *map(condition_text, parts)])
        case Not(part):
            return f"not {condition_text(part)}"


def _call(name: str, arguments: Iterable[str]) -> str:
    return f"{name}({', '.join(arguments)})"
