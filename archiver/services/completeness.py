"""Say what an archive holds and what it is missing, as a snapshot has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archiver.domain.completeness import Completeness, Span, blindness, completeness
from archiver.domain.export import Choice
from archiver.domain.export_papers import State
from archiver.export.snapshot import Snapshot
from archiver.storage import completeness as statements, exports


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is held and missed of some channels, and when the bot was blind."""

    channels: Sequence[Completeness]
    blind: Sequence[Span]


def state(snapshot: Snapshot) -> State:
    """Return which state of the archive this is."""
    numbers = snapshot.rows(statements.NUMBERS, {})[0]
    return State(
        numbers=dict(zip(statements.NUMBER_NAMES, numbers, strict=True)),
        newest_at=statements.newest_at(snapshot.rows(statements.NEWEST, {})),
        schema=snapshot.rows(statements.SCHEMA, {})[0][0],
        rulebooks=tuple(row[0] for row in snapshot.rows(statements.RULEBOOKS, {})),
    )


def state_what_is_missing(snapshot: Snapshot, choice: Choice, told: State) -> Statement:
    """Return what is held and missed of the channels that are chosen."""
    values = exports.values(choice)
    holdings = statements.holdings(
        channels=snapshot.rows(statements.CHANNELS, values),
        archived=snapshot.rows(statements.ARCHIVED, values),
        tombstoned=snapshot.rows(statements.TOMBSTONED, values),
        gaps=snapshot.rows(statements.GAPS, values),
    )
    runs = statements.runs(snapshot.rows(statements.RUNS, {}))
    blind = blindness(runs, until=told.newest_at) if told.newest_at else ()
    return Statement(channels=[completeness(each, blind=blind) for each in holdings], blind=blind)
