"""Every variety of a Telegram object, built from Telethon's own type hints: new layers are covered too."""

from __future__ import annotations

import contextlib
import random
import struct
import types as python
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, reduce
from operator import or_
from typing import Any, Union

from hypothesis import strategies as st
from telethon.tl import types
from telethon.tl.alltlobjects import tlobjects

_SOUND = (
    "",
    "خبر عاجل",
    "هەواڵ",
    "\u202eRTL\u202c",
    "بـــسـم\u064e\u0651",
    "👩\u200d👩\u200d👧 𝕏",
    "\x00",
    "x" * 4096,
)
_UNSOUND = ("\ud800", "a\udc00b", "\ud83d")
_NUMBERS = (0, 1, -1, 7, 1_200_300_400, 2**31 - 1, -(2**31))
_FLOATS = (0.0, -1.5, 3e9, float("nan"), float("inf"))
_DEEPEST = 5


def varieties(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for objects of a Telethon class, or of an abstract type like ``types.TypePeer``.

    They hold lone surrogates and numbers that are none, which the wire may or may not carry.
    """
    return _chances().map(lambda chance: Maker(chance, texts=_SOUND + _UNSOUND).make(kind))


def wire_varieties(kind: Any) -> st.SearchStrategy[bytes]:
    """Return a strategy for the bytes of such objects, of those that can be sent."""
    return _chances().map(lambda chance: _sendable(kind, chance))


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes objects by chance; what nests deeper than a few levels is left out where it may be."""

    chance: random.Random
    texts: tuple[str, ...]

    def make(self, kind: Any, depth: int = 0) -> Any:
        """Return an object of a kind."""
        origin = typing.get_origin(kind)
        if origin in {Union, python.UnionType}:
            return self._one_of(typing.get_args(kind), depth)
        if origin is list:
            count = 0 if depth > _DEEPEST else self.chance.choice((0, 1, 1, 2))
            return [self.make(typing.get_args(kind)[0], depth) for _ in range(count)]
        if kind is str:
            return self.chance.choice(self.texts)
        if kind in _PLAIN:
            return _PLAIN[kind](self.chance)
        fields = {name: self.make(hint, depth + 1) for name, hint in _hints(kind).items()}
        # some types were patched after the annotations had named them: what comes off the wire is patched
        return tlobjects.get(kind.CONSTRUCTOR_ID, kind)(**fields)

    def _one_of(self, kinds: tuple[Any, ...], depth: int) -> Any:
        if type(None) in kinds and (depth > _DEEPEST or self.chance.random() < 0.4):
            return None
        some = [kind for kind in kinds if kind is not type(None)]
        return self.make(min(some, key=_size) if depth > _DEEPEST else self.chance.choice(some), depth)


def _chances() -> st.SearchStrategy[random.Random]:
    return st.integers(0, 2**32).map(random.Random)


def _sendable(kind: Any, chance: random.Random) -> bytes:
    while True:
        made = Maker(chance, texts=_SOUND).make(kind)
        # Telethon wants fields that share a flag to be there together
        with contextlib.suppress(AssertionError, struct.error, OverflowError):
            return bytes(made)


def _size(kind: Any) -> int:
    return 0 if kind is str or kind in _PLAIN else len(_hints(kind))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    # the patched classes (Message and its kin) take every field of all of them: ask the plain one
    own = [base for base in kind.__mro__ if base.__module__.startswith("telethon.tl.types")]
    hints = typing.get_type_hints(own[0].__init__, {}, _names) if "__init__" in vars(own[0]) else {}
    hints.pop("return", None)
    return hints


class _Names(dict[str, Any]):
    """What Telethon's annotations name: its types, those of its other rooms too, and their abstract ones."""

    def __missing__(self, name: str) -> Any:
        rooms = [vars(room) for room in vars(types).values() if isinstance(room, python.ModuleType)]
        kinds = {own: kind for room in rooms for own, kind in room.items() if isinstance(kind, type)}
        bare = name.removeprefix("Type")
        # an abstract type that is no class is told by what its classes have in common: their names' beginning
        alike = [kind for own, kind in kinds.items() if own == bare or own.startswith(bare)]
        found = reduce(or_, alike or [types.TextEmpty])  # anything will do where nobody looks
        self[name] = found
        return found


_names = _Names(vars(types))

_PLAIN: dict[Any, Callable[[random.Random], Any]] = {
    int: lambda chance: chance.choice(_NUMBERS),
    bytes: lambda chance: chance.choice((b"", b"\x00", b"reference")),
    bool: lambda chance: chance.choice((True, False)),
    float: lambda chance: chance.choice(_FLOATS),
    datetime: lambda chance: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=chance.randrange(10**6)),
}
