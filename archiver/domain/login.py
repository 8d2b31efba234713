"""A login: a reviewer with what the desk keeps of them, their password and one-time codes among it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from archiver.domain.preferences import Preferences
from archiver.domain.reviewer import Reviewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One-time codes of a reviewer: the secret, since when it is asked for, the newest step that was used."""

    secret: str = field(repr=False)
    confirmed_at: datetime | None
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A reviewer with all that the desk keeps of them; ``password`` as `services.passwords` keeps it."""

    reviewer: Reviewer
    name: str
    password: str = field(repr=False)
    added_at: datetime
    disabled_at: datetime | None
    code: Code | None
    preferences: Preferences

    @property
    def has_code(self) -> bool:
        """Say whether a one-time code is asked for."""
        return self.code is not None and self.code.confirmed_at is not None
