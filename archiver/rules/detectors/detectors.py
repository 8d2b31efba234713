"""All detectors over many texts: the view, the gate, what is called, and who stays where two overlap."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from archiver.rules.detectors import (
    addresses,
    amounts,
    columns,
    deadlines,
    files,
    identity,
    keys,
    links,
    long_numbers,
    passwords,
    payment,
    phones,
    samples,
    services,
    wallets,
)
from archiver.rules.detectors.detector import Detection, Detector, Ends, Find, Text
from archiver.rules.detectors.gate import Calls, gate
from archiver.rules.detectors.kinds import FAMILIES, LAYERS, PERSONAL
from archiver.rules.detectors.view import View, view

ALL: tuple[Detector, ...] = (
    *keys.DETECTORS,
    *wallets.DETECTORS,
    *payment.DETECTORS,
    *links.DETECTORS,
    *addresses.DETECTORS,
    *passwords.DETECTORS,
    *phones.DETECTORS,
    *identity.DETECTORS,
    *amounts.DETECTORS,
    *deadlines.DETECTORS,
    *services.DETECTORS,
    *files.DETECTORS,
    *columns.DETECTORS,
    *samples.DETECTORS,
)

HIDING: tuple[Detector, ...] = (
    *keys.DETECTORS,
    *wallets.DETECTORS,
    *payment.DETECTORS,
    *links.DETECTORS,
    *addresses.DETECTORS,
    *passwords.DETECTORS,
    *phones.DETECTORS,
    *identity.DETECTORS,
    *files.DETECTORS,
    *columns.DETECTORS,
    *long_numbers.DETECTORS,
)
"""Those that find what is not harmless (`domain.excerpt.HARMLESS_KINDS`), long numbers, lists of columns."""

_BATCH_CHARACTERS = 800_000
"""How much is looked at together."""
_RANKS = {kind: (layer, rank) for layer, kinds in enumerate(LAYERS) for rank, kind in enumerate(kinds)}
_RANKS[long_numbers.KIND] = (0, len(LAYERS[0]))
_ENOUGH, _MANY = 3, 10
_LINK_DIGITS = 32
_PLACE = itemgetter(1, 2)


class Detectors:
    """Finds values of all kinds in texts. One thread at a time may use it.

    With ``link_key`` the detections of kinds in `kinds.FAMILIES` carry a link. ``backend`` is that of `gate`.
    """

    def __init__(
        self,
        link_key: bytes | None = None,
        backend: str | None = None,
        detectors: tuple[Detector, ...] = ALL,
    ) -> None:
        self._key = link_key
        self._gate = gate(detectors, backend)
        self._behind = _Behind(detectors)

    def find(self, texts: Sequence[str]) -> list[list[Detection]]:
        """Return what is in each text, in order of place."""
        found = self.found(texts)
        return [found.get(number, []) for number in range(len(texts))]

    def found(self, texts: Sequence[str]) -> dict[int, list[Detection]]:
        """Return what is in those texts that hold anything, in order of texts and places."""
        found: dict[int, list[Detection]] = {}
        for first, batch in _batches(texts):
            found |= self._found(batch, first)
        return found

    def _found(self, texts: Sequence[str], first: int) -> dict[int, list[Detection]]:
        found: dict[int, list[Detection]] = {}
        seen = view(texts)
        for number, calls in self._gate(seen).items():
            called = self._called(calls)
            if called:
                start, after = seen.ends[number], seen.ends[number + 1] + 1
                text = Text(seen.exact[start:after], seen.lower[start:after])
                finds = [find for detector, ends in called for find in detector.find(text, ends)]
                if finds:
                    stay = _with_bulk(_settled(finds, after - start))
                    found[first + number] = self._detections(seen, number, stay)
        return found

    def _called(self, calls: Calls) -> list[tuple[Detector, Ends]]:
        """Return the detectors that are called, each with the places of its signs where these are known."""
        places: dict[int, list[int]] = {}
        for end, mask in calls:
            places.setdefault(mask, []).append(end)
        return [
            (detector, ends if ends[0] >= 0 else None)
            for mask, ends in places.items()
            for detector in self._behind[mask]
            if len(ends) >= detector.least or ends[0] < 0
        ]

    def _detections(self, seen: View, number: int, finds: Sequence[Find]) -> list[Detection]:
        original = seen.original(number)
        return [
            Detection(kind, original(start), original(end), confidence, self._link(kind, value))
            for kind, start, end, confidence, value in finds
        ]

    def _link(self, kind: str, value: bytes | None) -> str | None:
        if self._key is None or value is None:
            return None
        return hmac.digest(self._key, FAMILIES[kind].encode() + b"\0" + value, "sha256").hex()[:_LINK_DIGITS]


class _Behind(dict[int, tuple[Detector, ...]]):
    """Remembers which detectors each mask of a gate means."""

    def __init__(self, detectors: tuple[Detector, ...]) -> None:
        super().__init__()
        self._detectors = detectors

    def __missing__(self, mask: int) -> tuple[Detector, ...]:
        meant = tuple(detector for place, detector in enumerate(self._detectors) if mask >> place & 1)
        self[mask] = meant
        return meant


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Cut texts into batches, each with the number of its first."""
    if sum(map(len, texts)) + len(texts) <= _BATCH_CHARACTERS:
        yield 0, texts
        return
    first = size = 0
    for number, text in enumerate(texts):
        size += len(text) + 1
        if size > _BATCH_CHARACTERS and number > first:
            yield first, texts[first:number]
            first, size = number, len(text) + 1
    yield first, texts[first:]


def _settled(finds: list[Find], length: int) -> list[Find]:
    """Return those that stay, in order of place: in each layer no character has two."""
    if len(finds) < 2:
        return finds
    taken: dict[int, bytearray] = {}
    stay = []
    for find in sorted(finds, key=_precedence):
        layer = taken.setdefault(_RANKS[find.kind][0], bytearray(length))
        if layer.find(1, find.start, find.end) < 0:
            layer[find.start : find.end] = b"\1" * (find.end - find.start)
            stay.append(find)
    return sorted(stay, key=_PLACE)


def _precedence(find: Find) -> tuple[int, float, int, int]:
    return _RANKS[find.kind][1], -find.confidence, find.start - find.end, find.start


def _with_bulk(finds: list[Find]) -> list[Find]:
    """Add the find that says that personal data of several people stands here."""
    if len(finds) < _ENOUGH:
        return finds
    personal = [find for find in finds if find.kind in PERSONAL]
    sure = [find for find in personal if find.confidence >= 0.5]
    counted = sure if len(_values(sure)) >= _ENOUGH else personal
    if len(_values(counted)) < _ENOUGH:
        return finds
    confidence = (
        0.5 if counted is personal and counted != sure else 0.95 if len(_values(sure)) >= _MANY else 0.85
    )
    bulk = Find("bulk_personal", counted[0].start, max(find.end for find in counted), confidence)
    return sorted([*finds, bulk], key=_PLACE)


def _values(finds: Iterable[Find]) -> set[tuple[str, bytes]]:
    return {(FAMILIES[find.kind], find.value) for find in finds if find.value is not None}
