"""The gate: which detectors a text may need, said in one pass over the whole view for next to nothing.

Hyperscan where it imports, else google-re2. Either may call a detector that finds nothing, neither ever fails
to call one that would find something; so both give the same detections.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import pairwise

from archiver.rules.detectors.detector import Detector
from archiver.rules.detectors.view import View

try:
    import hyperscan
except ImportError:  # no wheel for this machine: re2 does the same, slower
    _BEST = "re2"
else:
    _BEST = "hyperscan"

Calls = list[tuple[int, int]]
"""For one text: where a sign ends, in order, and a bit for each detector that it calls. The place is -1 where
it isn't known."""
Gate = Callable[[View], dict[int, Calls]]
"""Given a view, the calls of the texts that have any."""


def gate(detectors: Sequence[Detector], backend: str | None = None) -> Gate:
    """Return a gate for these detectors; ``backend`` is "hyperscan", "re2", or None for the best there is.

    It is for one thread at a time.
    """
    signs: dict[bytes, int] = {}
    for place, detector in enumerate(detectors):
        for sign in detector.signs:
            signs[sign] = signs.get(sign, 0) | 1 << place
    chosen = backend or _BEST
    match chosen:
        case "hyperscan":
            return _hyperscan(list(signs), list(signs.values()))
        case "re2":
            return _re2(list(signs), list(signs.values()))
    raise ValueError(f"no backend {chosen}; there are hyperscan and re2")


def _hyperscan(signs: list[bytes], masks: list[int]) -> Gate:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    # it may read a long expression as one that matches more: that calls a detector in vain
    flags = [hyperscan.HS_FLAG_PREFILTER] * len(signs)
    database.compile(expressions=signs, ids=list(range(len(signs))), elements=len(signs), flags=flags)
    seen: Calls = []

    def note(sign: int, _start: int, end: int, _flags: int, _context: object) -> None:
        seen.append((end, masks[sign]))

    def calls(view: View) -> dict[int, Calls]:
        seen.clear()
        database.scan(view.lower, match_event_handler=note)
        seen.sort()
        found: dict[int, Calls] = {}
        text, start, after = 0, 0, 0
        for end, mask in seen:
            if end - 1 > after:
                text = bisect_left(view.ends, end - 1, text + 1) - 1
                start, after = view.ends[text], view.ends[text + 1]
                found[text] = []
            found[text].append((end - start, mask))
        return found

    return calls


def _re2(signs: list[bytes], masks: list[int]) -> Gate:
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 256 << 20
    together = re2.Set.SearchSet(options)
    for sign in signs:
        together.Add(sign)
    together.Compile()

    def calls(view: View) -> dict[int, Calls]:
        found = {}
        for text, (start, end) in enumerate(pairwise(view.ends)):
            signs = together.Match(view.lower[start : end + 1])
            if signs:
                found[text] = [(-1, masks[sign]) for sign in signs]
        return found

    return calls
