"""The charts: subscribers over time, what channels did, what was flagged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from archiver.charts.style import WIDTH, Spec, count_axis, line_style, mark_styles, time_axis, whole
from archiver.domain.series import Activity, Bin, Counted, Flagged, Sampled, filled, stretches

_MARKS = 12
"""How many values of a line have a mark, by whose shape it is known without colours."""

_BAR: Spec = {"x2": {"field": "end"}, "y2": {"datum": 0}}
"""Where a bar ends."""


def subscribers_chart(title: str, channels: Sequence[Sampled], *, is_comparison: bool) -> Spec:
    """Return subscribers over time, all channels in one picture or each in its own.

    A line is broken where no samples were taken, and a stretch of one sample is a point.
    """
    subtitle = ["As sampled: where a line is broken, nothing was. Times are UTC."]
    names = [channel.name for channel in channels]
    values = [
        {"number": number, **value}
        for number, channel in enumerate(channels)
        for value in _sampled(channel, is_marked=is_comparison)
    ]
    body: Spec = {"data": {"values": values}}
    axes = {"x": time_axis("at"), "y": count_axis("subscribers", is_zero_based=False)}
    layers = _layers(axes, names if is_comparison else [])
    if is_comparison or len(channels) == 1:
        return whole(title, subtitle, {**body, "width": WIDTH, "height": 320, "layer": layers})
    facets: Spec = {
        "facet": {"field": "name", "type": "nominal", "sort": names},
        "columns": 1,
        "spec": {"width": WIDTH, "height": 110, "layer": layers},
        "resolve": {"scale": {"y": "independent"}},
    }
    return whole(title, subtitle, {**body, **facets})


def activity_chart(title: str, activity: Activity) -> Spec:
    """Return posts over time (of several channels as lines), edits and deletions, and hours of the day."""
    subtitle = ["Posts by when they were published, deletions by when they were noticed. Times are UTC."]
    unit, is_weekly = ("week", True) if activity.is_weekly else ("day", False)
    changes = (activity.edits, activity.deletions)
    x = time_axis("day", domain=_reach([*activity.posts, *changes], is_weekly=is_weekly))
    axes = {"x": x, "y": count_axis(f"posts a {unit}")}
    if len(activity.posts) == 1:
        posts = _bars(activity.posts[0].bins, axes, is_weekly=is_weekly)
    else:
        posts = _lines(activity.posts, axes, is_weekly=is_weekly)
    parts = [
        posts,
        _lines(changes, {"x": x, "y": count_axis(f"changes a {unit}")}, is_weekly=is_weekly),
        _hours(activity.hours),
    ]
    resolve = {"scale": dict.fromkeys(("color", "shape"), "independent")}
    return whole(title, subtitle, {"vconcat": parts, "resolve": resolve, "spacing": 28})


def flags_chart(title: str, flagged: Flagged, *, is_comparison: bool) -> Spec:
    """Return flagged posts over time: of each category in a picture of its own, or of channels as lines."""
    subtitle = ["By when the posts were published (UTC); rules in shadow do not count."]
    unit, is_weekly = ("week", True) if flagged.is_weekly else ("day", False)
    axes = {"x": time_axis("day"), "y": count_axis(f"posts a {unit}")}
    if is_comparison:
        return whole(title, subtitle, _lines(flagged.series, axes, is_weekly=is_weekly))
    names = [series.name for series in flagged.series]
    values = [
        {"name": series.name, **value}
        for series in flagged.series
        for value in _binned(series.bins, is_weekly=is_weekly)
    ]
    encoding = {
        **axes, **_BAR,
        "facet": {
            "field": "name", "type": "nominal", "sort": names, "columns": 2,
            "header": {"labelExpr": "replace(datum.label, /_/g, ' ')"},
        },
    }  # fmt: skip
    body = {"data": {"values": values}, "mark": "bar", "width": WIDTH // 2 - 30, "height": 90}
    return whole(title, subtitle, {**body, "encoding": encoding})


def _sampled(channel: Sampled, *, is_marked: bool) -> Iterator[Spec]:
    every = max(1, len(channel.samples) // _MARKS)
    number = 0
    for stretch_number, stretch in enumerate(stretches(channel.samples)):
        for sample in stretch:
            yield {
                "name": channel.name, "stretch": stretch_number, "at": f"{sample.at:%Y-%m-%dT%H:%M:%S}Z",
                "count": sample.value, "is_marked": len(stretch) == 1 or (is_marked and number % every == 0),
            }  # fmt: skip
            number += 1


def _layers(axes: Spec, names: list[str]) -> list[Spec]:
    """Return a line for each name, and the marks on them; without names there is one kind of line."""
    line_axes: Spec = {**axes, "detail": {"field": "stretch", "type": "nominal"}}
    lines: list[Spec] = [
        {
            "transform": [{"filter": f"datum.number === {number}"}],
            "mark": line_style(number),
            "encoding": line_axes,
        }
        for number in range(len(names))
    ]
    marks: Spec = {
        "transform": [{"filter": "datum.is_marked"}],
        "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
        "encoding": {**axes, **(mark_styles(names) if names else {})},
    }
    return [*(lines or [{"mark": "line", "encoding": line_axes}]), marks]


def _lines(series: Sequence[Counted], axes: Spec, *, is_weekly: bool) -> Spec:
    values: list[Spec] = []
    for line, each in enumerate(series):
        bins = filled(each.bins, is_weekly=is_weekly)
        every = max(1, len(bins) // _MARKS)
        values += [
            {"name": each.name, "number": line, "stretch": 0, "is_marked": place % every == 0, **value}
            for place, value in enumerate(_binned(bins, is_weekly=is_weekly))
        ]
    layers = _layers(axes, [each.name for each in series])
    return {"data": {"values": values}, "width": WIDTH, "height": 200, "layer": layers}


def _bars(bins: Sequence[Bin], axes: Spec, *, is_weekly: bool) -> Spec:
    values = list(_binned(bins, is_weekly=is_weekly))
    body = {"data": {"values": values}, "mark": "bar", "width": WIDTH, "height": 200}
    return {**body, "encoding": {**axes, **_BAR}}


def _hours(hours: Sequence[int]) -> Spec:
    axis = {"field": "hour", "type": "ordinal", "title": "hour of the day, UTC", "axis": {"labelAngle": 0}}
    values = [{"hour": hour, "count": count} for hour, count in enumerate(hours)]
    body = {"data": {"values": values}, "mark": "bar", "width": WIDTH, "height": 110}
    return {**body, "encoding": {"x": axis, "y": count_axis("posts")}}


def _reach(series: Sequence[Counted], *, is_weekly: bool) -> tuple[str, str]:
    """Return the first day of any and what comes after the last, of which there must be one."""
    days = sorted(each.day for counted in series for each in counted.bins)
    return _midnight(days[0]), _midnight(days[-1] + timedelta(days=7 if is_weekly else 1))


def _binned(bins: Sequence[Bin], *, is_weekly: bool) -> Iterator[Spec]:
    """Yield what a bar needs: a little room is left to the next one."""
    width = timedelta(days=6) if is_weekly else timedelta(0)
    for day, value in bins:
        end = f"{day + width:%Y-%m-%d}T{12 if is_weekly else 21}:00:00Z"
        yield {"day": _midnight(day), "end": end, "count": value}


def _midnight(day: date) -> str:
    return f"{day:%Y-%m-%d}T00:00:00Z"
