"""The completeness statement as people and as machines read it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from archiver.domain.completeness import Completeness, Span, count
from archiver.domain.export import moment_text
from archiver.domain.gap import Gap
from archiver.domain.stretch import Stretch

_STATES = ("present", "tombstoned", "irreparable", "absent", "unknown")
_MOST_SHOWN = 20

_INTRODUCTION = """\
# What is missing

Of every channel, each post id from 1 to the highest known one is one of these:

- **present**: archived, and it stood there when it was last looked at
- **tombstoned**: archived, and gone at Telegram now
- **irreparable**: it was there, and gone before it could be read
- **absent**: looked for, and Telegram showed nothing there: gone before the watch began, or never published
- **unknown**: not looked for yet, or in a gap that is still open

What was published while the bot was blind is read afterwards; what was edited or deleted as well before that
is not known. The offset of the archive's clock was not measured: by it is told when something was observed,
sampled or noticed; when something was published or edited is told by Telegram's.
"""


def as_json(statements: Sequence[Completeness], *, blind: Sequence[Span], newest_at: datetime | None) -> Any:
    """Return the whole as plain values."""
    return {
        "newest_at": newest_at and moment_text(newest_at),
        "clock_offset_seconds": None,
        "blind": [_span(span) for span in blind],
        "channels": [_channel(each) for each in statements],
    }


def as_text(statements: Sequence[Completeness], *, newest_at: datetime | None) -> str:
    """Return the statement in Markdown; long lists are cut, the JSON has them whole."""
    return "\n".join([*_lines(statements, newest_at)]) + "\n"


def _channel(each: Completeness) -> dict[str, object]:
    held, cursor = each.holding, each.holding.cursor
    return {
        "channel_id": held.channel_id,
        "handle": held.handle,
        "first_observed_at": moment_text(held.first_observed_at),
        "looked_at": _moment(cursor.looked_at if cursor else None),
        "is_history_complete": each.is_history_complete,
        "low_water_id": cursor.low_water_id if cursor else None,
        "high_water_id": cursor.high_water_id if cursor else None,
        **{name: _ids(getattr(each, name)) for name in _STATES},
        "open_gaps": [_gap(gap) for gap in each.open_gaps],
        "blind_hours": round(sum(span.hours for span in each.blind), 2),
        "telegram_counted": held.told,
        "telegram_counted_at": _moment(held.told_at),
    }


def _ids(stretches: Sequence[Stretch]) -> dict[str, object]:
    return {
        "count": count(stretches),
        "ranges": [[stretch.first, stretch.last] for stretch in stretches],
    }


def _gap(gap: Gap) -> dict[str, object]:
    return {
        "cause": str(gap.cause),
        "first_post_id": gap.first_post_id,
        "last_post_id": gap.last_post_id,
        "since": _moment(gap.since),
        "opened_at": _moment(gap.opened_at),
    }


def _span(span: Span) -> dict[str, str]:
    return {"since": moment_text(span.since), "until": moment_text(span.until)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


def _lines(statements: Sequence[Completeness], newest_at: datetime | None) -> Iterator[str]:
    yield _INTRODUCTION
    if newest_at:
        yield f"The newest thing that the archive had seen: {moment_text(newest_at)}.\n"
    yield f"| channel | {' | '.join(_STATES)} | history | open gaps | blind hours |"
    yield "|---" * (len(_STATES) + 4) + "|"
    for each in statements:
        counts = " | ".join(str(count(getattr(each, name))) for name in _STATES)
        hours = sum(span.hours for span in each.blind)
        yield f"| {_name(each)} | {counts} | {_history(each)} | {len(each.open_gaps)} | {hours:.1f} |"
    for each in statements:
        yield from _lost(each)


def _name(each: Completeness) -> str:
    return f"@{each.holding.handle}" if each.holding.handle else str(each.holding.channel_id)


def _history(each: Completeness) -> str:
    if each.is_history_complete:
        return "read to its beginning"
    cursor = each.holding.cursor
    return f"read down to {cursor.low_water_id}" if cursor else "never read by the bot"


def _lost(each: Completeness) -> Iterator[str]:
    said = [(name, getattr(each, name)) for name in ("irreparable", "unknown")]
    if any(stretches for _, stretches in said) or each.open_gaps:
        yield f"\n## {_name(each)}\n"
    for name, stretches in said:
        if stretches:
            shown = ", ".join(_range(stretch) for stretch in stretches[:_MOST_SHOWN])
            more = f" and {len(stretches) - _MOST_SHOWN} more" if len(stretches) > _MOST_SHOWN else ""
            yield f"- {name}: {shown}{more}"
    for gap in each.open_gaps:
        since = f", since {moment_text(gap.since)}" if gap.since else ""
        yield f"- open gap: {gap.cause}{since}"


def _range(stretch: Stretch) -> str:
    return str(stretch.first) if stretch.first == stretch.last else f"{stretch.first}–{stretch.last}"
