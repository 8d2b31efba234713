"""Our own style, script and pictures: each under an address with its digest, so that browsers may keep it."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from importlib.resources.abc import Traversable

from starlette.exceptions import HTTPException
from starlette.responses import Response

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_DIGEST_DIGITS = 16
_KEEP = "public, max-age=31536000, immutable"


class StaticFiles:
    """The files of a folder, read once."""

    def __init__(self, folder: Traversable) -> None:
        """Files of kinds that browsers don't ask for are left out."""
        self._addresses: dict[str, str] = {}
        self._answers: dict[str, Response] = {}
        for file in folder.iterdir():
            stem, dot, ending = file.name.rpartition(".")
            if file.is_file() and (kind := _TYPES.get(dot + ending)):
                data = file.read_bytes()
                name = f"{stem}.{hashlib.sha256(data).hexdigest()[:_DIGEST_DIGITS]}.{ending}"
                self._addresses[file.name] = f"/static/{name}"
                self._answers[name] = Response(data, media_type=kind, headers={"Cache-Control": _KEEP})

    def address(self, name: str) -> str:
        """Return the path of a file; raises KeyError when there is none of that name."""
        return self._addresses[name]

    def answer(self, name: str) -> Response:
        """Return a file under its name with the digest; raises 404."""
        found = self._answers.get(name)
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return found
