"""Make a picture of a specification: SVG, PNG, or one HTML file that asks nothing of the network."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from pathlib import Path

import vl_convert

from archiver.charts.style import Spec

_FONTS = Path(__file__).with_name("fonts")
_PIXELS_PER_INCH = 200
_LESS_THAN = "\ue000"
"""A private character, which no title that is drawn has."""
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:\">"
)
"""Vega compiles expressions; nothing is loaded from anywhere."""
_ACTIONS = {"export": True, "source": False, "compiled": False, "editor": False}
"""The menu of the picture saves it, and sends it nowhere."""


class PictureFormat(StrEnum):
    """What a picture can be."""

    SVG = "svg"
    PNG = "png"
    HTML = "html"


def render(spec: Spec, picture_format: PictureFormat) -> bytes:
    """Return the bytes of a picture: the same for the same specification."""
    _know_fonts()
    match picture_format:
        case PictureFormat.SVG:
            return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]).encode()
        case PictureFormat.PNG:
            return vl_convert.vegalite_to_png(spec, ppi=_PIXELS_PER_INCH, allowed_base_urls=[])
        case PictureFormat.HTML:
            return _page(spec).encode()


def _page(spec: Spec) -> str:
    # the renderer writes the specification into a script as it is: a channel's title could end that script
    safe = json.dumps(
        {**spec, "usermeta": {"embedOptions": {"actions": _ACTIONS}}}, ensure_ascii=False
    ).replace("<", _LESS_THAN)
    page = vl_convert.vegalite_to_html(safe, bundle=True).replace(_LESS_THAN, r"\u003c")
    return page.replace("<head>", f"<head>{_POLICY}", 1)


@cache
def _know_fonts() -> None:
    vl_convert.register_font_directory(str(_FONTS))
