"""An account that we sign in with, and what state it is in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from archiver.domain.ids import AccountId


class AccountState(StrEnum):
    """What we know of an account; every state but the first two needs a person."""

    CONNECTED = "connected"
    DISCONNECTED = "disconnected"
    SIGNED_OUT = "signed_out"
    FROZEN = "frozen"
    BANNED = "banned"
    DUPLICATED = "duplicated"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateState:
    """Telegram's four numbers of how far an account's own events were read."""

    pts: int
    qts: int
    date: datetime
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account as the archive knows it."""

    account_id: AccountId
    state: AccountState
    changed_at: datetime
    detail: str | None = None
    update_state: UpdateState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodHold:
    """Telegram's wish that an account leaves a method alone until a time."""

    account_id: AccountId
    method: str
    seconds: float
    noticed_at: datetime
    until: datetime
