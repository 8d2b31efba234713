"""What a reviewer chose for the own desk: language, look, keys, and when it is enough for a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

LANGUAGES = ("ar", "ckb", "ku", "en")
"""Of the pages: Arabic, Sorani, Kurmanji, English."""

_ACTION = re.compile(r"[a-z_]{1,32}")
_CODE = re.compile(r"[A-Z][A-Za-z0-9]{0,31}")
_MOST_SHORTCUTS = 64
_SEVERE_LIMITS = range(1, 1001)
_PAUSES = range(5, 481)


class Theme(StrEnum):
    """How the pages look."""

    AUTO = "auto"
    """As the browser is set."""
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """A reviewer's choices.

    ``shortcuts`` maps actions to physical keys (``KeyboardEvent.code``), those only that are not as usual.
    """

    language: str | None = None
    theme: Theme = Theme.AUTO
    has_shortcuts: bool = True
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    severe_limit: int = 40
    pause_minutes: int = 45

    @property
    def is_sound(self) -> bool:
        """Say whether it can be kept: known words, sane figures, no key for two actions."""
        keys = self.shortcuts
        return (
            (self.language is None or self.language in LANGUAGES)
            and self.severe_limit in _SEVERE_LIMITS
            and self.pause_minutes in _PAUSES
            and len(keys) <= _MOST_SHORTCUTS
            and len(set(keys.values())) == len(keys)
            and all(_ACTION.fullmatch(action) and _CODE.fullmatch(code) for action, code in keys.items())
        )
