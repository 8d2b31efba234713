"""The cookie that a browser is known by: nothing but a secret, for this host only, out of scripts' reach."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

_PLAIN = "desk"
_BOUND = "__Host-desk"
"""A browser takes a cookie of such a name over TLS only, and for one host."""


def name(request: Request) -> str:
    """Return what the cookie is called on this connection."""
    return _BOUND if request.url.scheme == "https" else _PLAIN


def give(answer: Response, request: Request, secret: str) -> None:
    """Set the cookie; it goes when the browser is closed."""
    is_https = request.url.scheme == "https"
    answer.set_cookie(name(request), secret, path="/", secure=is_https, httponly=True, samesite="strict")


def take(answer: Response, request: Request) -> None:
    """Take the cookie away."""
    is_https = request.url.scheme == "https"
    answer.delete_cookie(name(request), path="/", secure=is_https, httponly=True, samesite="strict")
