"""Read a content back from the text and the details that the archive keeps of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from archiver.domain.post import Button, Content, Entity, ForwardOrigin, Media, MediaKind, Poll, Reply


def kept_content(text: str, details: str, *, forwarded_from_handle: str | None = None) -> Content:
    """Return the content whose sound text and `Content.details` these are.

    The handle of a forward is kept beside them, for it is no content. Lone surrogates stay the U+FFFD that
    they became.
    """
    parts: dict[str, Any] = json.loads(details)
    return Content(
        text=text,
        entities=tuple(
            Entity(kind=kind, offset=offset, length=length, value=value)
            for kind, offset, length, value in parts.pop("entities", ())
        ),
        media=_media(parts.pop("media", None)),
        poll=_poll(parts.pop("poll", None)),
        buttons=tuple(Button(label=label, url=url) for label, url in parts.pop("buttons", ())),
        reply=Reply(**{"post_id": None, **reply})
        if (reply := parts.pop("reply", None)) is not None
        else None,
        forward=_forward(parts.pop("forward", None), forwarded_from_handle),
        **parts,
    )


def _media(told: Mapping[str, Any] | None) -> Media | None:
    return None if told is None else Media(**{**told, "kind": MediaKind(told["kind"])})


def _poll(told: Mapping[str, Any] | None) -> Poll | None:
    return None if told is None else Poll(**{**told, "answers": tuple(told["answers"])})


def _forward(told: Mapping[str, Any] | None, handle: str | None) -> ForwardOrigin | None:
    if told is None:
        return None
    at = told.get("published_at")
    published_at = datetime.fromisoformat(at) if at else None
    return ForwardOrigin(**{**told, "published_at": published_at, "handle": handle})
