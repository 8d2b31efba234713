"""How charts look: readable in print, without colours, and in Arabic, Kurdish, Latin and Cyrillic letters.

Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which the colour-blind tell apart; each
has a dash and a shape of its own beside it. The one font is DejaVu Sans, which has the letters of all our
languages and lies beside this file: a chart looks the same on every machine. A renderer that has to look for
a letter elsewhere takes it from whatever font it meets first.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Spec: TypeAlias = dict[str, Any]
"""A Vega-Lite specification, or a part of one: https://vega.github.io/vega-lite/docs/."""

MOST_LINES = 8
"""How many lines can be told apart in one picture."""

COLOURS = ("#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442")
DASHES = ([1, 0], [8, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 2], [1, 3], [12, 3, 2, 3, 2, 3])
SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "cross",
    "triangle-down",
    "triangle-right",
    "triangle-left",
)

WIDTH = 640
FONT = "DejaVu Sans"

_TIME = "utcFormat(datum.value, utchours(datum.value) ? '%H:%M' : '%Y-%m-%d')"
_INK, _QUIET, _BLUE = "#222222", "#dddddd", COLOURS[2]

CONFIG: Spec = {
    "background": "white",
    "font": FONT,
    "padding": 12,
    "title": {
        "anchor": "start", "color": _INK, "fontSize": 16, "fontWeight": "normal", "offset": 12,
        "subtitleColor": "#555555", "subtitleFontSize": 11, "subtitlePadding": 4,
    },
    "axis": {
        "labelColor": _INK, "titleColor": _INK, "titleFontWeight": "normal", "domainColor": _INK,
        "tickColor": _INK, "gridColor": _QUIET, "labelFontSize": 11, "titleFontSize": 11,
    },
    "axisX": {"grid": False},
    "legend": {
        "labelColor": _INK, "labelFontSize": 12, "labelLimit": 600, "symbolSize": 90,
        "symbolStrokeWidth": 2, "title": None, "orient": "bottom", "columns": 1,
    },
    "header": {
        "labelColor": _INK, "labelFontSize": 12, "labelAnchor": "start", "labelLimit": 600, "title": None,
    },
    "view": {"stroke": None},
    "line": {"strokeWidth": 1.8, "color": _BLUE, "strokeJoin": "round"},
    "point": {"color": _BLUE},
    "bar": {"color": _BLUE},
}  # fmt: skip


def whole(title: str, subtitle: list[str], body: Spec) -> Spec:
    """Return a whole specification."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "title": {"text": title, "subtitle": subtitle},
        "config": CONFIG,
        **body,
    }


def time_axis(field: str, *, domain: tuple[str, str] | None = None) -> Spec:
    """Return a horizontal axis of time, UTC, as long as the values reach or as a domain says."""
    return {
        "field": field, "type": "temporal", "title": None,
        "scale": {"type": "utc", **({"domain": domain} if domain else {})},
        "axis": {"labelOverlap": True, "labelSeparation": 8, "tickCount": 7, "labelExpr": _TIME},
    }  # fmt: skip


def count_axis(title: str, *, is_zero_based: bool = True) -> Spec:
    """Return a vertical axis of whole numbers."""
    return {
        "field": "count", "type": "quantitative", "title": title,
        "axis": {"format": ",d", "tickMinStep": 1, "tickCount": 5}, "scale": {"zero": is_zero_based},
    }  # fmt: skip


def line_style(number: int) -> Spec:
    """Return how a line of a picture is told from the others; at most `MOST_LINES`."""
    return {"type": "line", "color": COLOURS[number], "strokeDash": DASHES[number]}


def mark_styles(names: list[str]) -> Spec:
    """Return how the marks on lines of these names are told apart, with a legend."""
    styles: dict[str, tuple[str, ...]] = {"color": COLOURS, "shape": SHAPES}
    return {
        channel: {
            "field": "name", "type": "nominal", "sort": names,
            "scale": {"domain": names, "range": list(values[: len(names)])},
        }
        for channel, values in styles.items()
    }  # fmt: skip
