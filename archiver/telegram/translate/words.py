"""Our spelling of Telegram's class names."""

from __future__ import annotations

import re
from functools import cache

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@cache
def word(name: str, *, without: str) -> str:
    """Return a class name without its prefix in snake_case: ``MessageActionPinMessage``, ``pin_message``."""
    return _WORD.sub("_", name.removeprefix(without)).lower()
