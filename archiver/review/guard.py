"""The guard before every page: what we are called, whose form it is, how much is sent, what browsers may do.

A form is ours when the browser says so (``Sec-Fetch-Site: same-origin``), or, where it does not say (plain
http under another name than localhost), when ``Origin`` is the address that it was sent to. No tokens in
forms: they would be one more thing to expire under a half-written note. The API has no cookies, so nobody can
borrow them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from archiver.review.desk import House

log = structlog.get_logger()

MOST_BYTES = 256 * 1024
"""Of a body: a note, or the cases of a bulk decision."""
API = "/api/"
"""Where programs ask, with tokens."""

_HARMLESS = frozenset({"GET", "HEAD"})
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    # no-referrer would make browsers hide the origin of our own forms
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

Refuse = Callable[[Scope, int], Awaitable[Response]]
"""Makes the page that says no."""


def is_own_form(headers: Headers, *, scheme: str) -> bool:
    """Say whether a browser sends a form from one of our own pages."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") == f"{scheme}://{headers.get('host', '')}"


def is_own_name(host: str, hosts: frozenset[str]) -> bool:
    """Say whether a ``Host`` header names us, whatever the port."""
    name, _, port = host.lower().rpartition(":")
    return (name if name and port.isdecimal() else host.lower()) in hosts


class Guard:
    """Stands between the server and the pages; also the door at which an error of ours ends."""

    def __init__(self, app: ASGIApp, *, house: House, refuse: Refuse) -> None:
        """``refuse`` makes the pages that say no."""
        self._app = app
        self._house = house
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._house.is_behind_proxy:
            scope = _as_the_proxy_says(scope)
        answering = _Answering(send, with_headers=_headers(scope))
        headers = Headers(scope=scope)
        if not is_own_name(headers.get("host", ""), self._house.hosts):
            await (await self._misdirected(scope))(scope, receive, answering)
        elif (status := _fault(scope, headers)) is not None:
            await (await self._refuse(scope, status))(scope, receive, answering)
        else:
            await self._answer(scope, _limited(receive), answering)

    async def _misdirected(self, scope: Scope) -> Response:
        """A page would hold links, to wherever that name leads."""
        if scope["path"].startswith(API):
            return await self._refuse(scope, HTTPStatus.MISDIRECTED_REQUEST)
        said = "this desk does not go by that name; ARCHIVER_REVIEW__PUBLIC_HOSTS lists its names"
        return PlainTextResponse(said, HTTPStatus.MISDIRECTED_REQUEST)

    async def _answer(self, scope: Scope, receive: Receive, answering: _Answering) -> None:
        try:
            await self._app(scope, receive, answering)
        except Exception:
            log.exception("request.failed", method=scope["method"], path=scope["path"])
            if answering.has_begun:
                raise
            page = await self._refuse(scope, HTTPStatus.INTERNAL_SERVER_ERROR)
            await page(scope, receive, answering)


class _Answering:
    """Sends an answer with our headers; knows whether it has begun."""

    def __init__(self, send: Send, *, with_headers: dict[str, str]) -> None:
        self._send = send
        self._headers = with_headers
        self.has_begun = False

    async def __call__(self, event: Message) -> None:
        if event["type"] == "http.response.start":
            self.has_begun = True
            # its list belongs to the response, which may answer others too
            event = {**event, "headers": list(event["headers"])}
            headers = MutableHeaders(scope=event)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(event)


def _headers(scope: Scope) -> dict[str, str]:
    kept = {"Cache-Control": "no-store"}
    return (
        _HEADERS
        | kept
        | ({"Strict-Transport-Security": "max-age=31536000"} if scope["scheme"] == "https" else {})
    )


def _fault(scope: Scope, headers: Headers) -> int | None:
    is_form = scope["method"] not in _HARMLESS and not scope["path"].startswith(API)
    if is_form and not is_own_form(headers, scheme=scope["scheme"]):
        return HTTPStatus.FORBIDDEN
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None


def _limited(receive: Receive) -> Receive:
    """Stop a body that does not say how long it is, and goes on."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        event = await receive()
        taken += len(event.get("body", b""))
        if taken > MOST_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return event

    return limited


def _as_the_proxy_says(scope: Scope) -> Scope:
    """Take browser and scheme from what the nearest proxy wrote; what stands before that is hearsay."""
    headers = Headers(scope=scope)
    forwarded = headers.get("x-forwarded-for", "").split(",")[-1].strip()
    scheme = headers.get("x-forwarded-proto", "https").split(",")[-1].strip()
    client = (forwarded, 0) if forwarded else scope.get("client")
    return {**scope, "client": client, "scheme": "http" if scheme == "http" else "https"}
