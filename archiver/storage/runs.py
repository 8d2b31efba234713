"""Runs: when the bot lived, and so when it was blind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archiver.domain.ids import RunId
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import Row
from archiver.storage.moment import micros, moment, moment_or_none

_BEGIN = """
INSERT INTO runs (started_at, beat_at, version, layer, rulebook_digest)
VALUES (:now, :now, :version, :layer, :rulebook_digest)
RETURNING run_id
"""
_BEAT = "UPDATE runs SET beat_at = :now WHERE run_id = :run_id"
_END = "UPDATE runs SET beat_at = :now, ended_at = :now WHERE run_id = :run_id"
_COLUMNS = "SELECT run_id, started_at, beat_at, ended_at, version, layer, rulebook_digest FROM runs "
_EVERY = _COLUMNS + "ORDER BY run_id"
_LATEST = _COLUMNS + "ORDER BY run_id DESC LIMIT 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """A run as the archive knows it; a killed one has no ``ended_at``, one that flags nothing no rulebook."""

    run_id: RunId
    started_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    version: str
    layer: int
    rulebook_digest: str | None = None

    @property
    def seen_until(self) -> datetime:
        """Return the last moment at which we know that it lived."""
        return self.ended_at or self.beat_at


async def begin(
    tx: Transaction, *, at: datetime, version: str, layer: int, rulebook_digest: str | None = None
) -> RunId:
    """Enter a new run; return its id. The archive must know the rulebook that it flags by, if it does."""
    values = {"now": micros(at), "version": version, "layer": layer, "rulebook_digest": rulebook_digest}
    row = await tx.fetch_one(_BEGIN, values)
    assert row is not None  # noqa: S101 - RETURNING gives one row
    return RunId(row[0])


async def beat(tx: Transaction, run_id: RunId, *, at: datetime) -> None:
    """Note a sign of life."""
    await tx.execute(_BEAT, {"run_id": run_id, "now": micros(at)})


async def end(tx: Transaction, run_id: RunId, *, at: datetime) -> None:
    """Note that a run ended as it should."""
    await tx.execute(_END, {"run_id": run_id, "now": micros(at)})


async def latest(db: Reader) -> RunRecord | None:
    """Return the newest run."""
    row = await db.fetch_one(_LATEST)
    return _run(row) if row else None


async def every(db: Reader) -> list[RunRecord]:
    """Return all runs, the oldest first."""
    return [_run(row) for row in await db.fetch_all(_EVERY)]


def _run(row: Row) -> RunRecord:
    return RunRecord(
        run_id=row[0],
        started_at=moment(row[1]),
        beat_at=moment(row[2]),
        ended_at=moment_or_none(row[3]),
        version=row[4],
        layer=row[5],
        rulebook_digest=row[6],
    )
