"""Many literals, one pass: hyperscan where it imports, else ahocorasick-rs; both find the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import ahocorasick_rs
import numpy as np

from archiver.rules.alphabet import Positions

Backend = Literal["hyperscan", "ahocorasick"]

BACKENDS: tuple[Backend, ...] = ("hyperscan", "ahocorasick")
"""The engines that this machine has, the fastest first."""

try:
    import hyperscan
except ImportError:  # it has no wheel for every machine
    BACKENDS = ("ahocorasick",)

_QUICKLY_COMPILED = 12_000
"""Literals that hyperscan compiles in half a second; ahocorasick-rs takes a twentieth of that."""

_NUMBER = 32
"""How many bits of a find say which literal it was; the others say where it ended."""


class Engine(Protocol):
    """Finds literals; not for two threads at once."""

    def find(self, buffer: bytes) -> tuple[Positions, Positions]:
        """Return the numbers and ends of all literals found, overlapping ones too, in order of the ends."""


def backend_for(count: int) -> Backend:
    """Return the fastest backend there is, unless it would take long to be ready for so many literals."""
    return BACKENDS[0] if count <= _QUICKLY_COMPILED else "ahocorasick"


def build(literals: Sequence[bytes], backend: Backend) -> Engine:
    """Return an engine for literals that differ from each other."""
    if backend == "hyperscan" and literals:
        return _Hyperscan(literals)
    return _AhoCorasick(literals)


class _Hyperscan:
    def __init__(self, literals: Sequence[bytes]) -> None:
        self._found: list[int] = []
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        count = len(literals)
        self._database.compile(
            expressions=list(literals),
            ids=list(range(count)),
            elements=count,
            flags=[0] * count,
            literal=True,
        )
        add = self._found.append
        self._note = lambda number, _start, end, _flags, _context: add(end << _NUMBER | number)

    def find(self, buffer: bytes) -> tuple[Positions, Positions]:
        self._found.clear()
        self._database.scan(buffer, match_event_handler=self._note)
        return _in_order(np.array(self._found, np.int64))


class _AhoCorasick:
    def __init__(self, literals: Sequence[bytes]) -> None:
        self._automaton = ahocorasick_rs.BytesAhoCorasick(literals)

    def find(self, buffer: bytes) -> tuple[Positions, Positions]:
        found = self._automaton.find_matches_as_indexes(buffer, overlapping=True)
        return _in_order(np.array([end << _NUMBER | number for number, _start, end in found], np.int64))


def _in_order(found: Positions) -> tuple[Positions, Positions]:
    found.sort()
    return found & ((1 << _NUMBER) - 1), found >> _NUMBER
