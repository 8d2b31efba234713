"""Media types and tags in the headers of a request: what a program takes, sends and has (RFC 9110)."""

from __future__ import annotations

JSON = "application/json"


def takes_json(accept: str) -> bool:
    """Say whether an ``Accept`` header lets JSON through; the most exact range that covers it decides."""
    ranges = dict(_range(part) for part in accept.split(",") if part.strip())
    covering = (ranges[name] for name in (JSON, "application/*", "*/*") if name in ranges)
    return next(covering, not ranges)


def is_json(content_type: str) -> bool:
    """Say whether a ``Content-Type`` header names JSON."""
    return _name(content_type) == JSON


def has(if_none_match: str, tag: str) -> bool:
    """Say whether an ``If-None-Match`` header names a tag, strong or weak."""
    tags = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return tag in tags or tags == ["*"]


def _range(part: str) -> tuple[str, bool]:
    """Return a media range, and whether it is wanted: its weight is not nought."""
    settings = (each.partition("=") for each in part.split(";")[1:])
    weights = [value.strip() for name, _, value in settings if name.strip().lower() == "q"]
    return _name(part), not weights or weights[0].strip("0.") != ""


def _name(text: str) -> str:
    return text.split(";")[0].strip().lower()
