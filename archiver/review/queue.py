"""The queue: what waits, the most urgent first, and the one button that begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response

from archiver.domain.case import CaseState
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ChannelId
from archiver.domain.rights import Act
from archiver.domain.rule import LANGUAGES
from archiver.review import pages, place
from archiver.review.desk import Desk
from archiver.review.pieces import Piece, Veil, shortened
from archiver.review.visit import Visit
from archiver.services import cases, claiming, statistics, workloads
from archiver.services.cases import CaseLine, Filters

_WIDTH = 220
_MOST_DIGITS = 18
_STATES = tuple(state for state in CaseState if state is not CaseState.SECOND_REVIEW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A case in a list with the beginning of its text, masked."""

    line: CaseLine
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]


async def show(visit: Visit) -> Response:
    """Show what waits, or what the filters ask for."""
    desk, asked = visit.desk, visit.request.query_params
    chosen = filters(visit)
    after = place.read(asked.get("after", ""))
    found = await cases.read_queue(desk.queue, visit.reviewer, chosen, after=after)
    counts = await statistics.read_counts(desk.queue, visit.reviewer)
    return visit.page(
        "queue.html",
        rows=rows(visit.desk, found.lines),
        further=_further(visit, found.after),
        counts=counts,
        chosen=chosen,
        states=_STATES,
        categories=pages.CATEGORIES,
        languages=LANGUAGES,
        is_filtered=chosen != Filters(),
        is_empty=asked.get("empty") == "yes",
        held=await _held(visit),
        workload=await workloads.read(
            desk.queue, visit.reviewer, visit.login.preferences, zone=desk.house.zone
        ),
        last=await pages.last_decision(visit),
    )


async def leads(visit: Visit) -> Response:
    """Show what waits for leads: disputed and escalated cases, and those that sleep."""
    lists = [
        (state, rows(visit.desk, (await _in_state(visit, state)).lines))
        for state in (CaseState.DISPUTED, CaseState.ESCALATED, CaseState.SNOOZED)
    ]
    return visit.page("leads.html", lists=lists)


def rows(desk: Desk, lines: Sequence[CaseLine]) -> list[Row]:
    """Return the lines of a list with their texts masked."""
    veil = Veil(desk.masker)
    texts = veil.many([line.text or line.media_name or "" for line in lines])
    titles = veil.many([line.title or "" for line in lines])
    return [
        Row(line=line, title=title, text=shortened(text, _WIDTH))
        for line, title, text in zip(lines, titles, texts, strict=True)
    ]


def filters(visit: Visit) -> Filters:
    """Return what the address asks for; what is none of our words is not asked for."""
    asked = visit.request.query_params
    severity, channel = asked.get("severity", ""), asked.get("channel", "")
    language, category, state = asked.get("language"), asked.get("category"), asked.get("state")
    return Filters(
        state=CaseState(state) if state in set(_STATES) - {CaseState.OPEN} else None,
        severity=int(severity) if severity in {"1", "2", "3", "4"} else None,
        category=Category(category) if category in set(Category) else None,
        language=language if language in LANGUAGES else None,
        channel_id=ChannelId(int(channel)) if _is_number(channel) else None,
    )


async def _in_state(visit: Visit, state: CaseState) -> cases.CasePage:
    return await cases.read_queue(visit.desk.queue, visit.reviewer, Filters(state=state))


async def _held(visit: Visit) -> list[CaseId]:
    """Return the cases that the reader holds."""
    if Act.DECIDE not in visit.acts:
        return []
    return await claiming.held(visit.desk.queue, visit.reviewer)


def _further(visit: Visit, after: place.Place | None) -> str | None:
    """Return the address of the next stretch of the list."""
    if after is None:
        return None
    names = ("severity", "category", "language", "channel", "state")
    kept = {name: value for name in names if (value := visit.request.query_params.get(name))}
    return f"{visit.request.url.path}?{urlencode({**kept, 'after': place.written(after)})}"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
