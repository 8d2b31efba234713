"""A visit: one request at the desk, who makes it, and the ways to answer."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from archiver.domain.login import Login
from archiver.domain.preferences import LANGUAGES
from archiver.domain.reviewer import Reviewer
from archiver.domain.rights import RIGHTS, Act
from archiver.review.desk import Desk
from archiver.review.rendering import Rendering
from archiver.services.sign_ins import Present

_MOST_FIELDS = 1000


class Visit:
    """What a handler gets. ``reviewer``, ``login`` and ``sign_in_id`` are for pages that need an act."""

    def __init__(
        self, request: Request, *, desk: Desk, rendering: Rendering, present: Present | None
    ) -> None:
        """``present`` is who signed in, ``None`` for anyone."""
        self.request = request
        self.desk = desk
        self.present = present
        self._rendering = rendering

    @property
    def reviewer(self) -> Reviewer:
        """Return who acts."""
        return self.login.reviewer

    @property
    def login(self) -> Login:
        """Return who acts, with name and preferences."""
        assert self.present is not None  # noqa: S101 - the page needs an act
        return self.present.login

    @property
    def sign_in_id(self) -> int:
        """Return the sign-in of this browser."""
        assert self.present is not None  # noqa: S101 - the page needs an act
        return self.present.sign_in_id

    @property
    def acts(self) -> frozenset[Act]:
        """Return what this reviewer may do; nothing for anyone."""
        return RIGHTS[self.reviewer.role] if self.present else frozenset()

    @property
    def language(self) -> str:
        """Return the language of the page: the reviewer's, the browser's, else the desk's."""
        chosen = self.present.login.preferences.language if self.present else self.asked_language
        return chosen or self._accepted()

    @property
    def asked_language(self) -> str | None:
        """Return the language that the address asks for, if it is one of the desk's."""
        asked = self.request.query_params.get("language")
        return asked if asked in LANGUAGES else None

    @property
    def address(self) -> str:
        """Return where the request comes from."""
        return self.request.client.host if self.request.client else ""

    async def form(self) -> FormData:
        """Return the fields of a form, files refused."""
        return await self.request.form(max_files=0, max_fields=_MOST_FIELDS)

    async def field(self, name: str) -> str:
        """Return one field of the form, empty when it was not sent."""
        value = (await self.form()).get(name, "")
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a part of the path as an id; raises 404 for what is none."""
        value = self.request.path_params[name]
        if not (value.isascii() and value.isdecimal() and len(value) <= 18):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return int(value)

    def page(self, template: str, *, status: int = HTTPStatus.OK, **context: object) -> Response:
        """Return a page; a template also sees what `review.rendering` lists."""
        return HTMLResponse(self._rendering.render(template, {**self._context(), **context}), status)

    def see_other(self, path: str) -> Response:
        """Return the answer to a form that was carried out: go and look there."""
        return RedirectResponse(path, HTTPStatus.SEE_OTHER)

    def _context(self) -> dict[str, object]:
        login = self.present.login if self.present else None
        return {
            "language": self.language,
            "path": self.request.url.path,
            "reviewer": login.reviewer if login else None,
            "preferences": login.preferences if login else None,
            "acts": self.acts,
            "is_kept_apart": self.request.query_params.get("done") == "0",
            "now": self.desk.clock(),
            "zone": self.desk.house.zone,
        }

    def _accepted(self) -> str:
        """Return the first language of the browser's list that we speak."""
        for part in self.request.headers.get("accept-language", "").split(",")[:20]:
            word = part.split(";")[0].strip().lower().split("-")[0]
            if word in LANGUAGES:
                return word
        return self.desk.house.language
