"""Cutting JSON into the parts that we want, without holding the rest, however large the file is.

A decoder wants a whole value, and a file of gigabytes is one. So the outer structure is walked here, token by
token, and of the arrays that matter stretches of half a megabyte are cut out and decoded at once.

Where a stretch ends is guessed, by the way in which Telegram Desktop and `json.dump(indent=…)` write: every
item of an array ends with a brace on a line of its own, as far indented as the first item. In JSON no string
holds the end of a line, so a guess costs one search of the bytes. It is proved by decoding: no part of an
item is balanced, so what decodes is whole items. Where it does not decode, the stretch is gone through item
by item, as is a file without line ends.

What is held is never more than an item and a megabyte. An item, or a string elsewhere, of more than
16 MiB, or more than two hundred levels of nesting are taken for an attack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Generic, NoReturn, TypeVar

import msgspec

from archiver.desktop.fault import broken, place_of

_CHUNK = 1 << 19
_LARGEST = 16 << 20
_DEEPEST = 200

_SPACE = re.compile(rb"[ \t\r\n]*+")
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[\[\]{}]', re.DOTALL)
_SCALAR = re.compile(rb'[^\s,:\[\]{}"]+')
_FIRST_ITEM = re.compile(rb"[ \t\r]*\n([ \t]*)\{")
_QUOTE, _OPENING, _CLOSING = ord('"'), b"[{", b"]}"

# Telegram Desktop writes control characters in a way of its own: a backslash, an x, two digits; and of the
# three bytes of U+2028 and U+2029 it leaves the last two behind the escape that stands for all of them
_ODD_ESCAPE = re.compile(rb"(\\u2028)\x80\xa8|(\\u2029)\x80\xa9|(\\[^x])|\\x([0-9A-Fa-f]{2})", re.DOTALL)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut(Generic[Item]):
    """Items of an array, in order, and where the last of them ends; ``unreadable`` counts those left out."""

    items: list[Item]
    end: int
    unreadable: int = 0


class Items(Generic[Item]):
    """Decodes items of one type, many at once."""

    def __init__(self, kind: type[Item]) -> None:
        """``kind`` is a struct."""
        self._kind = kind
        self._many: msgspec.json.Decoder[list[Item]] = msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]
        self._one: msgspec.json.Decoder[Item] = msgspec.json.Decoder(kind)

    def many(self, stretch: bytes) -> list[Item] | None:
        """Return items with commas between, ``None`` where any of them can't be decoded."""
        found = self._decoded(stretch)
        # most that can't be decoded has but odd escapes, and item by item would take ten times as long
        return self._decoded(_ODD_ESCAPE.sub(_escape, stretch)) if found is None else found

    def _decoded(self, stretch: bytes) -> list[Item] | None:
        try:
            return self._many.decode(b"[%b]" % stretch)
        except (ValueError, RecursionError):
            return None

    def one(self, item: bytes) -> Item | None:
        """Return one item, ``None`` where it is built in a way that we don't know.

        Raises ValueError.
        """
        try:
            return self._one.decode(item)
        except msgspec.ValidationError:
            return None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return self._odd(item, error)

    def _odd(self, item: bytes, error: Exception) -> Item | None:
        """Return an item with escapes that are not JSON's, or with half a character."""
        try:
            found = json.loads(_ODD_ESCAPE.sub(_escape, item), parse_constant=_refuse)
        except ValueError:
            raise error from None
        try:
            return msgspec.convert(found, self._kind)
        except msgspec.ValidationError:
            return None


class Cutter:
    """A JSON file, walked from its beginning; what can't be read on raises SourceUnreadable."""

    def __init__(self, file: BinaryIO, name: str, *, base: int = 0) -> None:
        """``name`` is what faults call the file, of which ``base`` bytes have been read."""
        self.name = name
        self._file = file
        self._data = b""
        self._at = 0
        self._base = base

    @property
    def position(self) -> int:
        """How many bytes have been gone through."""
        return self._base + self._at

    def fail(self, what: str, *, at: int | None = None) -> NoReturn:
        """Raise the fault of this place, or of another."""
        raise broken(self.name, self.position if at is None else at, what)

    def peek(self) -> bytes:
        """Return the next sign that is no white space, empty at the end of the file."""
        while True:
            found = _SPACE.match(self._data, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._data):
                return self._data[self._at : self._at + 1]
            if not self._more():
                return b""

    def glimpse(self, size: int) -> bytes:
        """Return the next bytes, without going over them."""
        self._fill(size)
        return self._data[self._at : self._at + size]

    def take(self, sign: bytes) -> None:
        """Go over a sign, which must be the next one."""
        found = self.peek()
        if found != sign:
            self.fail("the file is cut off" if not found else f"{sign.decode()} was expected")
        self._at += 1

    def fields(self) -> Iterator[str]:
        """Go through an object that begins here; each key's value must have been gone over by the next."""
        self.take(b"{")
        is_first = True
        while self._has_next(b"}", is_first=is_first):
            is_first = False
            if self.peek() != b'"':
                self.fail("the file is cut off" if not self.peek() else "a key was expected")
            key = self.value()
            self.take(b":")
            yield str(key)

    def elements(self) -> Iterator[None]:
        """Go through an array that begins here; each element must have been gone over by the next."""
        self.take(b"[")
        is_first = True
        while self._has_next(b"]", is_first=is_first):
            is_first = False
            yield

    def value(self) -> Any:
        """Return a value that begins here, of at most 16 MiB."""
        start = self.position
        raw = self._whole()
        try:
            return msgspec.json.decode(raw)
        except ValueError as error:
            self.fail(_said(error), at=start + place_of(error))

    def skip(self) -> None:
        """Go over a value of any size that begins here, without a look at it."""
        depth = 0
        while True:
            depth, is_over = self._over(depth)
            if is_over:
                return
            if len(self._data) - self._at > _LARGEST:
                self.fail("a string of more than 16 MiB")
            if not self._more():
                self.fail("the file is cut off", at=self._base + len(self._data))

    def items(self, items: Items[Item], *, after: int = 0) -> Iterator[Cut[Item]]:
        """Go through an array that begins here; of what ends at ``after`` or before only the end is told."""
        self.take(b"[")
        self._fill(_CHUNK)
        first = _FIRST_ITEM.match(self._data, self._at)
        indent, is_first, doubt = first[1] if first else None, True, 0
        while self._has_next(b"]", is_first=is_first):
            is_first = False
            self._fill(_CHUNK)
            stretch = self._stretch(indent) if indent is not None and self.position >= doubt else b""
            found = items.many(stretch) if stretch else None
            if found is None:
                doubt = max(doubt, self.position + len(stretch))
                cut = self._single(items)
            else:
                self._at += len(stretch)
                cut = Cut(items=found, end=self.position)
            yield cut if cut.end > after else Cut(items=[], end=cut.end)

    def _single(self, items: Items[Item]) -> Cut[Item]:
        start = self.position
        raw = self._whole()
        try:
            found = items.one(raw)
        except ValueError as error:
            self.fail(_said(error), at=start + place_of(error))
        return Cut(items=[] if found is None else [found], end=self.position, unreadable=int(found is None))

    def _stretch(self, indent: bytes) -> bytes:
        """Return what seems to be whole items from here on, as many as are at hand; empty where none is."""
        ending = b"\n" + indent + b"}"
        last = self._data.find(b"\n" + indent[:-1] + b"]", self._at)
        stop = self._data.rfind(ending, self._at, last if last >= 0 else len(self._data))
        return self._data[self._at : stop + len(ending)] if stop >= 0 else b""

    def _has_next(self, end: bytes, *, is_first: bool) -> bool:
        if self.peek() == end:
            self._at += 1
            return False
        if not is_first:
            self.take(b",")
            self.peek()
        return True

    def _whole(self) -> bytes:
        """Return the bytes of a value that begins here."""
        self.peek()
        start, depth = self.position, 0
        while True:
            depth, is_over = self._over(depth)
            if is_over:
                return self._data[start - self._base : self._at]
            if len(self._data) - (start - self._base) > _LARGEST:
                self.fail("a value of more than 16 MiB", at=start)
            if not self._more(keep=start):
                self.fail("the file is cut off", at=self._base + len(self._data))

    def _over(self, depth: int) -> tuple[int, bool]:
        """Go as far over a value as it is at hand; return how deep that is, and whether it is over."""
        if depth == 0 and self.peek() not in (b'"', b"[", b"{"):
            return self._over_scalar()
        for token in _TOKEN.finditer(self._data, self._at):
            self._at = token.start()
            sign = self._data[self._at]
            if sign == _QUOTE:
                if not token[1]:
                    return depth, False
            elif sign in _OPENING:
                depth += 1
                if depth > _DEEPEST:
                    self.fail(f"more than {_DEEPEST:,} levels of nesting")
            else:
                depth -= 1
            self._at = token.end()
            if depth <= 0:
                return 0, True
        self._at = len(self._data)
        return depth, False

    def _over_scalar(self) -> tuple[int, bool]:
        found = _SCALAR.match(self._data, self._at)
        if found is None:
            self.fail("the file is cut off" if not self.peek() else "a value was expected")
        while found.end() == len(self._data) and self._more(keep=self.position):
            found = _SCALAR.match(self._data, self._at) or found
        self._at = found.end()
        return 0, True

    def _fill(self, size: int) -> None:
        while len(self._data) - self._at < size and self._more():
            pass

    def _more(self, *, keep: int | None = None) -> bool:
        """Read on; what stands before ``keep``, or before here, is dropped. Return whether there was more."""
        cut = (self.position if keep is None else keep) - self._base
        # as much again as is held: a value of many chunks is put together a few times, not once for each
        chunk = self._file.read(max(_CHUNK, len(self._data) - cut))
        if not chunk:
            return False
        self._data = self._data[cut:] + chunk
        self._base += cut
        self._at -= cut
        return True


def _escape(found: re.Match[bytes]) -> bytes:
    return found[1] or found[2] or found[3] or b"\\u00" + found[4]


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _said(error: Exception) -> str:
    """Return what is wrong, without a character of the file."""
    if isinstance(error, UnicodeDecodeError):
        return "what is no UTF-8"
    return "what is no JSON"
