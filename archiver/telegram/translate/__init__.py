"""Telegram's objects into domain values: pure functions that never raise on what a server may send."""

from __future__ import annotations

from archiver.telegram.translate.channel import channel_look, full_look, holder, looks, refusal
from archiver.telegram.translate.difference import difference
from archiver.telegram.translate.pages import (
    page_above,
    page_below,
    page_by_ids,
    page_by_ids as page_of,
)
from archiver.telegram.translate.post import observation
from archiver.telegram.translate.updates import Hint, events

__all__ = [
    "Hint",
    "channel_look",
    "difference",
    "events",
    "full_look",
    "holder",
    "looks",
    "observation",
    "page_above",
    "page_below",
    "page_by_ids",
    "page_of",
    "refusal",
]
