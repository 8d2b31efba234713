"""A QR code as the path of an SVG, drawn on the server."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode

_BORDER = 4
"""Of ISO/IEC 18004."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A square of so many units a side, and what is dark in it."""

    size: int
    path: str


def drawn(text: str) -> Drawing:
    """Return the QR code of a text."""
    code = qrcode.QRCode(border=_BORDER)
    code.add_data(text)
    rows = code.get_matrix()
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    return Drawing(len(rows), "".join(dark))
