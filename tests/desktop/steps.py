"""Files that are read to their end, or to their fault."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

from archiver.desktop.piece import Piece, Task
from archiver.desktop.sources import READERS, source
from archiver.domain.claim import Claim, Refused, Register, Stated, identify
from archiver.domain.errors import SourceUnreadable
from archiver.domain.ids import ChannelId
from archiver.domain.post import Observation


@dataclass(slots=True, kw_only=True)
class Read:
    """What a file gave."""

    pieces: list[Piece] = field(default_factory=list)
    fault: str | None = None
    stated: list[Stated] = field(default_factory=list)

    @property
    def posts(self) -> list[Observation]:
        return [each for piece in self.pieces for each in piece.observations]

    @property
    def refused(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for piece in self.pieces:
            total.update(piece.refused)
        return total


def read(
    path: Path,
    *,
    claim: Claim | None = None,
    register: Register | None = None,
    zone: tzinfo = UTC,
    after: int = 0,
) -> Read:
    """Read a file; what it says of channels is identified as an import does."""
    found = Read()

    def note(stated: Stated) -> ChannelId | Refused:
        found.stated.append(stated)
        return identify(stated, claim or Claim(), register or Register())

    try:
        task = Task(path=path, identify=note, zone=zone, after=after)
        for piece in READERS[source(path).format](task):
            found.pieces.append(piece)
    except SourceUnreadable as error:
        found.fault = str(error)
    return found
