"""What the API tells of things that stand in several answers: texts (masked), cases, holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from archiver.domain.case import Case, CaseState
from archiver.domain.decision import Review
from archiver.domain.flag import Category
from archiver.review.api.schema import (
    COUNT,
    ID,
    NUMBER,
    SEVERITY,
    TEXT,
    TIME,
    TOKEN,
    Schema,
    many,
    maybe,
    one_of,
    thing,
)
from archiver.review.pieces import Piece
from archiver.services.claiming import Hold

_SEGMENT = thing(
    "Segment",
    text=TEXT,
    masked_as=maybe(TEXT),
    pseudonym=maybe(TEXT),
    invisible=maybe(TEXT),
    places=many(ID),
)
MASKED_TEXT = thing("MaskedText", plain=TEXT, segments=many(_SEGMENT))
CASE = thing(
    "Case",
    case_id=ID,
    state=one_of(CaseState),
    round=COUNT,
    version=COUNT,
    category=one_of(Category),
    severity=SEVERITY,
    priority=NUMBER,
    opened_at=TIME,
    waiting_since=TIME,
    published_at=TIME,
    snoozed_until=maybe(TIME),
    channel_id=ID,
    post_id=ID,
    language=maybe(TEXT),
    review=maybe(one_of(Review)),
)
HOLD: Schema = thing("Hold", case_id=ID, token=TOKEN, expires_at=TIME)


def time(value: datetime | None) -> str | None:
    """Return a time as RFC 3339 has it, in UTC."""
    return None if value is None else value.isoformat().replace("+00:00", "Z")


def text(pieces: Sequence[Piece]) -> dict[str, object]:
    """Return a masked text: whole, and in segments; what can't be seen stands there by its name."""
    return {
        "plain": "".join(f"[{piece.text}]" if piece.badge else piece.text for piece in pieces),
        "segments": [
            {
                "text": piece.text,
                "masked_as": piece.kind,
                "pseudonym": piece.pseudonym,
                "invisible": piece.badge,
                "places": list(piece.numbers),
            }
            for piece in pieces
        ],
    }


def case(known: Case) -> dict[str, object]:
    """Return a case as the reader may see it: the services have left out what must not be known."""
    return {
        "case_id": known.case_id,
        "state": known.state,
        "round": known.round,
        "version": known.version,
        "category": known.category,
        "severity": known.severity,
        "priority": known.priority,
        "opened_at": time(known.opened_at),
        "waiting_since": time(known.waiting_since),
        "published_at": time(known.published_at),
        "snoozed_until": time(known.snoozed_until),
        "channel_id": known.channel_id,
        "post_id": known.post_id,
        "language": known.language,
        "review": known.review,
    }


def hold(held: Hold) -> dict[str, object]:
    """Return a hold with its token."""
    return {
        "case_id": held.lease.case_id,
        "token": held.token,
        "expires_at": time(held.lease.expires_at),
    }
