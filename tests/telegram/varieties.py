"""Every variety of a Telegram object, built from Telethon's own type hints: new layers are covered too."""

from __future__ import annotations

import random
import types as python
import typing
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Union

from hypothesis import strategies as st
from telethon.tl import types

_TEXTS = (
    "",
    "خبر عاجل",
    "هەواڵ",
    "\u202eRTL\u202c",
    "بـــسـم\u064e\u0651",
    "👩\u200d👩\u200d👧 𝕏",
    "\ud800",
    "a\udc00b",
    "\x00",
    "x" * 4096,
)
_NUMBERS = (0, 1, -1, 7, 1_200_300_400, 2**31 - 1, -(2**31))
_FLOATS = (0.0, -1.5, 3e9, float("nan"), float("inf"))
_DEEPEST = 5


def varieties(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for objects of a Telethon class, or of an abstract type like ``types.TypePeer``."""
    return st.randoms(use_true_random=False).map(lambda chance: make(kind, chance))


def make(kind: Any, chance: random.Random, depth: int = 0) -> Any:
    """Return an object of a kind; what nests deeper than a few levels is left out where it may be."""
    origin = typing.get_origin(kind)
    if origin in {Union, python.UnionType}:
        return _one_of(typing.get_args(kind), chance, depth)
    if origin is list:
        count = 0 if depth > _DEEPEST else chance.choice((0, 1, 1, 2))
        return [make(typing.get_args(kind)[0], chance, depth) for _ in range(count)]
    if kind in _PLAIN:
        return _PLAIN[kind](chance)
    hints = _hints(kind)
    return kind(**{name: make(hint, chance, depth + 1) for name, hint in hints.items()})


def _one_of(kinds: tuple[Any, ...], chance: random.Random, depth: int) -> Any:
    if type(None) in kinds and (depth > _DEEPEST or chance.random() < 0.4):
        return None
    some = [kind for kind in kinds if kind is not type(None)]
    if depth > _DEEPEST:
        return make(min(some, key=_size), chance, depth)
    return make(chance.choice(some), chance, depth)


def _size(kind: Any) -> int:
    return len(_hints(kind)) if isinstance(kind, type) and kind not in _PLAIN else 0


@cache
def _hints(kind: Any) -> dict[str, Any]:
    # the patched classes (Message and its kin) take every field of all of them: ask the plain one
    plain = next(
        base
        for base in reversed(kind.__mro__)
        if base.__name__ == kind.__name__ and "_Message" not in base.__name__
    )
    owner = plain if "__init__" in vars(plain) else kind
    hints = typing.get_type_hints(owner.__init__, _names())
    hints.pop("return", None)
    return hints


@cache
def _names() -> dict[str, Any]:
    # Telethon names the types of its other rooms as though they stood here, and has no abstract ones there
    rooms = [vars(room) for room in vars(types).values() if isinstance(room, python.ModuleType)]
    names = {f"Type{name}": kind for room in rooms for name, kind in room.items()}
    names.update(vars(types))
    return names


_PLAIN: dict[Any, Any] = {
    int: lambda chance: chance.choice(_NUMBERS),
    str: lambda chance: chance.choice(_TEXTS),
    bytes: lambda chance: chance.choice((b"", b"\x00", b"reference")),
    bool: lambda chance: chance.choice((True, False)),
    float: lambda chance: chance.choice(_FLOATS),
    datetime: lambda chance: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**6)),
}
