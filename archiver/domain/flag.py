"""Matches and flags: which rule of which rulebook matched which characters of a revision."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What a flagged post does; the meanings are in docs/glossary.md."""

    PERSONAL_DATA_LEAK = "personal_data_leak"
    STATE_DOCUMENT_LEAK = "state_document_leak"
    CREDENTIAL_LEAK = "credential_leak"
    EXTORTION = "extortion"
    SEXTORTION = "sextortion"
    DOXXING_THREAT = "doxxing_threat"
    HACKING_SERVICE = "hacking_service"
    ACCOUNT_TAKEOVER_AD = "account_takeover_ad"


class Field(StrEnum):
    """Which part of a content a match stands in."""

    TEXT = "text"
    MEDIA_NAME = "media_name"
    BUTTONS = "buttons"
    """The labels and links of the buttons, a line each."""
    POLL = "poll"
    """The question and the answers, a line each."""
    MEDIA = "media"
    """What the media is; such a match has no characters."""
    FORWARD = "forward"
    """Where the post was forwarded from; such a match has no characters."""


class View(StrEnum):
    """How the text was read where a match was found."""

    FOLDED = "folded"
    UNSPACED = "unspaced"
    """Letters that stood apart were joined."""
    LEET = "leet"
    """Digits and signs were read as letters."""
    DOTLESS = "dotless"
    """Arabic letters were read without their dots."""
    PLAIN = "plain"
    """ASCII as written, for detectors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One term found at one place.

    ``group`` is a full name, ``pack.group``; for a weighted word it is the rule's lexicon,
    ``file.tsv#column``. ``start`` and ``end`` count code points of the field as the archive keeps it, end
    exclusive, marks that belong to the last letter included; both are 0 where the field has no characters.
    ``term`` is the phrase of the rule, or the kind of a detector (``phone``), never what the detector
    found. ``link`` is a keyed HMAC of the normalised value (hex, 32 digits), for detectors of values that
    name a person or a wallet. ``weight`` is what the term added to the score. ``confidence`` is 1 for
    terms.
    """

    group: str
    term: str
    field: Field
    start: int
    end: int
    view: View = View.FOLDED
    weight: float = 0.0
    confidence: float = 1.0
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One rule that a revision met, with all its matches in order of their place.

    ``score`` is the sum of the rule's base and the weights of what was found; the rule's threshold was met.
    """

    rule_id: str
    category: Category
    severity: int
    score: float
    is_shadow: bool
    matches: tuple[Match, ...]
