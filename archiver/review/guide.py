"""Help: how the desk works, what the categories mean, and what keys do."""

from __future__ import annotations

from starlette.responses import Response

from archiver.review import pages
from archiver.review.shortcuts import SHORTCUTS, cap, code_of
from archiver.review.visit import Visit


async def show(visit: Visit) -> Response:
    """Show the help."""
    chosen = visit.login.preferences
    keys = [(each, cap(code_of(each, chosen)), code_of(each, chosen)) for each in SHORTCUTS]
    return visit.page("help.html", shortcuts=keys, categories=pages.CATEGORIES)
