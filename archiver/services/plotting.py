"""Plotting: read the series of some channels and make a chart of them.

Titles of channels are masked like any other text of theirs. At most eight channels are told apart in one
picture; where none is named, subscribers are drawn of the eight that have most, and what is counted of all.
"""

from __future__ import annotations

import collections
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from archiver.charts.pictures import activity_chart, flags_chart, subscribers_chart
from archiver.charts.style import MOST_LINES, Spec
from archiver.domain.errors import ChartEmpty
from archiver.domain.ids import ChannelId
from archiver.domain.series import Activity, Counted, Flagged, Sampled, binned, daily, wants_weeks
from archiver.services.masking import Masker
from archiver.storage import series
from archiver.storage.archive import Archive, Reader
from archiver.storage.series import ChannelName, DayCount, Span

_NOT_DRAWN = frozenset({"So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn"})
_JOINERS = frozenset("\u200c\u200d")
"""They shape the letters beside them."""


class Chart(StrEnum):
    """What is drawn."""

    SUBSCRIBERS = "subscribers"
    ACTIVITY = "activity"
    FLAGS = "flags"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What to draw, and of which channels; none named is all of them."""

    chart: Chart
    channel_ids: tuple[ChannelId, ...] = ()
    span: Span = field(default_factory=Span)
    is_comparison: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Channels:
    """The channels that are drawn; ``names`` of all that are told apart."""

    ids: tuple[ChannelId, ...]
    names: dict[ChannelId, str]
    what: str
    """What they are called together."""


async def draw(archive: Archive, drawing: Drawing, masker: Masker) -> Spec:
    """Return a chart, of one snapshot; raises ChartEmpty where there is nothing to be drawn."""
    async with archive.read() as db:
        chosen = _chosen(await series.channels(db), drawing, masker)
        match drawing.chart:
            case Chart.SUBSCRIBERS:
                return await _subscribers(db, drawing, chosen)
            case Chart.ACTIVITY:
                return await _activity(db, drawing, chosen)
            case Chart.FLAGS:
                return await _flags(db, drawing, chosen)


async def _subscribers(db: Reader, drawing: Drawing, chosen: _Channels) -> Spec:
    sampled = []
    for channel_id, name in chosen.names.items():
        samples = daily(await series.subscribers(db, channel_id, drawing.span))
        if samples:
            sampled.append(Sampled(name=name, samples=samples))
    _refuse_empty(sampled, "no subscriber counts")
    return subscribers_chart(
        f"Subscribers of {chosen.what}", sampled, is_comparison=drawing.is_comparison and len(sampled) > 1
    )


async def _activity(db: Reader, drawing: Drawing, chosen: _Channels) -> Spec:
    span, ids = drawing.span, chosen.ids
    posts, edits = await series.posts(db, ids, span), await series.edits(db, ids, span)
    deletions = await series.deletions(db, ids, span)
    known = [*posts, *edits, *deletions]
    _refuse_empty(known, "no posts")
    is_weekly = wants_weeks(count.day for count in known)
    activity = Activity(
        posts=_counted(posts, chosen.names if drawing.is_comparison else {}, is_weekly=is_weekly),
        edits=_whole("edits", edits, is_weekly=is_weekly),
        deletions=_whole("deletions", deletions, is_weekly=is_weekly),
        hours=await series.hours(db, ids, span),
        is_weekly=is_weekly,
    )
    return activity_chart(f"Posts of {chosen.what}", activity)


async def _flags(db: Reader, drawing: Drawing, chosen: _Channels) -> Spec:
    title = f"Flagged posts of {chosen.what}"
    if drawing.is_comparison:
        counts = await series.flagged(db, chosen.ids, drawing.span)
        is_weekly = wants_weeks(count.day for count in counts)
        lines = _counted(counts, chosen.names, is_weekly=is_weekly)
    else:
        by_category = await series.flags(db, chosen.ids, drawing.span)
        counts = [count for own in by_category.values() for count in own]
        is_weekly = wants_weeks(count.day for count in counts)
        lines = tuple(_whole(name, own, is_weekly=is_weekly) for name, own in by_category.items())
    _refuse_empty(counts, "no flagged posts")
    flagged = Flagged(series=lines, is_weekly=is_weekly)
    return flags_chart(title, flagged, is_comparison=drawing.is_comparison)


def _chosen(known: Sequence[ChannelName], drawing: Drawing, masker: Masker) -> _Channels:
    wanted = [channel for channel in known if channel.channel_id in drawing.channel_ids]
    if not drawing.channel_ids:
        wanted = list(known)
        if drawing.is_comparison or drawing.chart is Chart.SUBSCRIBERS:
            wanted = sorted(wanted, key=lambda channel: -(channel.subscribers or 0))[:MOST_LINES]
    names = dict(zip((each.channel_id for each in wanted), _names(wanted, masker), strict=True))
    is_told = len(names) == 1
    what = next(iter(names.values())) if is_told else f"{len(names)} channels"
    return _Channels(ids=tuple(names), names=names, what=what)


def _names(channels: Sequence[ChannelName], masker: Masker) -> list[str]:
    """Return what channels are called: their titles, and handles, by which no two are the same."""
    titles = masker.masked([channel.title or "" for channel in channels]) if channels else []
    marks = [f"@{each.handle}" if each.handle else str(each.channel_id) for each in channels]
    plain = map(_plain, titles)
    return [f"{title} ({mark})" if title else mark for title, mark in zip(plain, marks, strict=True)]


def _plain(title: str) -> str:
    """Return a title without emoji and the like: a chart's font has letters only."""
    kept = "".join(each if _is_drawn(each) else " " for each in title.replace("\ufe0f", ""))
    return " ".join(kept.split())


def _is_drawn(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in _NOT_DRAWN


def _counted(
    counts: Iterable[DayCount], names: Mapping[ChannelId, str], *, is_weekly: bool
) -> tuple[Counted, ...]:
    """Return a line for each channel that is named, or one for all."""
    known = list(counts)
    if not names:
        return (_whole("posts", known, is_weekly=is_weekly),)
    return tuple(
        _whole(name, [count for count in known if count.channel_id == channel_id], is_weekly=is_weekly)
        for channel_id, name in names.items()
    )


def _whole(name: str, counts: Iterable[DayCount], *, is_weekly: bool) -> Counted:
    days: collections.Counter[date] = collections.Counter()
    for count in counts:
        days[count.day] += count.value
    return Counted(name=name, bins=binned(days, is_weekly=is_weekly))


def _refuse_empty(found: Sequence[object], what: str) -> None:
    if not found:
        raise ChartEmpty(f"{what} to draw; choose other channels or another time, or archive some first")
