"""The details of a post without what names people, for an export that is masked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

_LEFT_OUT = frozenset({"entities", "author", "name", "user_id", "via_bot_id", "performer"})
"""Entities point at characters that are no longer there; the others name people, or files."""


def masked_details(details: Sequence[str], mask: Callable[[Sequence[str]], Sequence[str]]) -> list[str]:
    """Return details (`domain.post.Content.details`) with every text in them masked, and some left out."""
    kept = [_without(json.loads(each)) if each != "{}" else {} for each in details]
    masked = iter(mask([text for each in kept for text in _texts(each)]))
    return [_canonical(_replaced(each, masked)) for each in kept]


def _without(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _without(value) for key, value in part.items() if key not in _LEFT_OUT}
    return part


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    for each in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _texts(each)


def _replaced(part: Any, texts: Iterator[str]) -> Any:
    """Return a part with other texts, which come in the order of `_texts`."""
    if isinstance(part, str):
        return next(texts)
    if isinstance(part, dict):
        return {key: _replaced(value, texts) for key, value in part.items()}
    if isinstance(part, list):
        return [_replaced(each, texts) for each in part]
    return part
