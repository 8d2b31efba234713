"""A page of the desk: one row of the table in `review.routes`.

To add a page, write ``async def show(visit: Visit) -> Response`` in a file of its noun, and put a row into
`review.routes.PAGES`: method, path, handler, and the act that whoever asks must have a right to
(`domain.rights`); ``None`` is for anyone. All else is done before the handler is called: the sign-in, the
right, the origin of a form, the size of a body. A form is ``POST`` and ends with ``visit.see_other(path)``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.responses import Response

from archiver.domain.rights import Act
from archiver.review.visit import Visit

Handler = Callable[[Visit], Awaitable[Response]]


class Page(NamedTuple):
    """Who may ask what, and who answers."""

    method: str
    path: str
    handler: Handler
    act: Act | None
