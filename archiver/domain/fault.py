"""A fault in a file that a person wrote: where it stands, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """``said`` names what is wrong and the way out, in lower case, without a full stop.

    ``line`` counts from 1; it is 0 where the file as a whole is wrong.
    """

    file: str
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.said}" if self.line else f"{self.file}: {self.said}"
