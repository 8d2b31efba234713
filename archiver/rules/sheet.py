"""A file while it is read: what is asked of its nodes, and all the faults found on the way.

A question that a node can't answer leaves a fault and answers None, or nothing, so that reading goes on to
the next fault.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from archiver.domain.fault import Fault
from archiver.rules.nodes import Items, Node, Pairs, Scalar
from archiver.rules.spelling import unknown

_LARGEST = 1_000.0
_KINDS = {Scalar: "a text", Items: "a list", Pairs: "a mapping"}


class Sheet:
    """The faults of one file, and the questions to its nodes; ``what`` names a node for people."""

    def __init__(self, file: str) -> None:
        """``file`` is how people find it."""
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, line: int, said: str) -> None:
        """Note what is wrong at a line, and the way out."""
        self.faults.append(Fault(self.file, line, said))

    def keys(self, node: Node, known: Collection[str], *, what: str) -> Mapping[str, Node]:
        """Return the values of a mapping whose keys are known."""
        found: dict[str, Node] = {}
        for key, value in self.pairs(node, what=what):
            if key.text in known:
                found[key.text] = value
            else:
                self.fault(key.line, unknown("key", key.text, known))
        return found

    def pairs(self, node: Node, *, what: str) -> Iterator[tuple[Scalar, Node]]:
        """Yield the pairs of a mapping with keys of the writer's own."""
        if not isinstance(node, Pairs):
            self._fault_kind(node, f"{what} must be a mapping of keys to values, as in key: value")
            return
        first: dict[str, int] = {}
        for key, value in node.pairs:
            if not isinstance(key, Scalar):
                self.fault(key.line, f"a key of {what} is no word; quote it")
            elif key.text in first:
                self.fault(key.line, f"{key.text} stands twice, first in line {first[key.text]}; delete one")
            else:
                first[key.text] = key.line
                yield key, value

    def items(self, node: Node, *, what: str) -> tuple[Node, ...]:
        """Return the items of a list that is not empty."""
        if not isinstance(node, Items):
            self._fault_kind(node, f"{what} must be a list, as in [one, two]")
            return ()
        if not node.items:
            self.fault(node.line, f"{what} is empty; fill it or delete it")
        return node.items

    def text(self, node: Node, *, what: str) -> str | None:
        """Return a text that is not empty, white space around it cut off."""
        if not isinstance(node, Scalar):
            self._fault_kind(node, f"{what} must be a text")
            return None
        if node.is_empty or not node.text.strip():
            self.fault(node.line, f"{what} is empty; fill it or delete it")
            return None
        return node.text.strip()

    def texts(self, node: Node, *, what: str) -> Iterator[tuple[str, int]]:
        """Yield the texts of a list with their lines."""
        for item in self.items(node, what=what):
            text = self.text(item, what=f"an item of {what}")
            if text is not None:
                yield text, item.line

    def word(self, node: Node, known: Collection[str], *, what: str) -> str | None:
        """Return a word out of those that are known."""
        text = self.text(node, what=what)
        if text is None or text in known:
            return text
        self.fault(node.line, unknown(what, text, known))
        return None

    def words(self, node: Node, known: Collection[str], *, what: str) -> tuple[str, ...]:
        """Return the words of a list, sorted, each once."""
        found = (self.word(item, known, what=what) for item in self.items(node, what=f"the {what} list"))
        return tuple(sorted({word for word in found if word is not None}))

    def number(self, node: Node, *, what: str) -> float | None:
        """Return a number between -1,000 and 1,000."""
        text = self.text(node, what=what)
        if text is None:
            return None
        number = decimal(text)
        if number is None:
            self.fault(
                node.line, f"{what} must be a number between -1000 and 1000, as in 0.5, not {text[:30]!r}"
            )
        return number

    def _fault_kind(self, node: Node, wanted: str) -> None:
        is_empty = isinstance(node, Scalar) and node.is_empty
        self.fault(node.line, f"{wanted}; here is {'nothing' if is_empty else _KINDS[type(node)]}")


def decimal(text: str) -> float | None:
    """Return the number that a text is, None where it is none or is out of all reason."""
    try:
        number = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= _LARGEST else None
