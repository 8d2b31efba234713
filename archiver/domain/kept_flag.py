"""A flag as the archive holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.flag import Flag
from archiver.domain.ids import RunId
from archiver.domain.revision import RevisionKey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFlag:
    """A flag as the archive holds it; ``run_id`` is ``None`` where ``reflag`` or an import made it."""

    flag_id: int
    key: RevisionKey
    rulebook_digest: str
    flagged_at: datetime
    run_id: RunId | None
    flag: Flag
