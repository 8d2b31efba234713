"""The words that decisions are made of: why a post is none, why a rule was wrong, why one left a case.

They are data with a version: a decision names the version that it was made by. A word is never given another
meaning; one that is no longer wanted is no longer offered, and stays readable.
"""

from __future__ import annotations

from enum import StrEnum

TAXONOMY = 1
"""The version of these words."""


class Verdict(StrEnum):
    """What a reviewer says of a case."""

    VIOLATION = "violation"
    NOT_A_VIOLATION = "not_a_violation"
    CANNOT_TELL = "cannot_tell"


class Confidence(StrEnum):
    """How sure a reviewer is."""

    SURE = "sure"
    UNSURE = "unsure"


class Reason(StrEnum):
    """Why a decision is what it is; which go with which verdict is in `REASONS`."""

    PRIVATE_PERSON = "private_person"
    WOMAN_AT_RISK = "woman_at_risk"
    MINOR = "minor"
    JOURNALIST = "journalist"
    OFFICIAL = "official"
    INSTITUTION = "institution"
    DEADLINE = "deadline"
    """The post sets a time by which somebody is to pay or obey."""
    PAY_TO_REMOVE = "pay_to_remove"
    """The channel takes posts down for money."""
    WRONG_MATCH = "wrong_match"
    NEWS = "news"
    """News of a leak, or a warning."""
    PUBLIC_INTEREST = "public_interest"
    SATIRE = "satire"
    """Satire, a quotation, a figure of speech."""
    DUPLICATE = "duplicate"
    ALLOWED = "allowed"
    """The data are public by law, or by the person's own will."""
    TOO_LITTLE = "too_little"
    """What the archive holds does not tell."""
    LANGUAGE = "language"
    """In a language or dialect that the reviewer does not read well."""
    MEDIA_ONLY = "media_only"
    """It hangs on a picture or file that is not shown."""
    OTHER = "other"
    """The note says it."""


REASONS: dict[Verdict, tuple[Reason, ...]] = {
    Verdict.VIOLATION: (
        Reason.PRIVATE_PERSON, Reason.WOMAN_AT_RISK, Reason.MINOR, Reason.JOURNALIST, Reason.OFFICIAL,
        Reason.INSTITUTION, Reason.DEADLINE, Reason.PAY_TO_REMOVE, Reason.OTHER,
    ),
    Verdict.NOT_A_VIOLATION: (
        Reason.WRONG_MATCH, Reason.NEWS, Reason.PUBLIC_INTEREST, Reason.SATIRE, Reason.DUPLICATE,
        Reason.ALLOWED, Reason.OTHER,
    ),
    Verdict.CANNOT_TELL: (Reason.TOO_LITTLE, Reason.LANGUAGE, Reason.MEDIA_ONLY, Reason.OTHER),
}  # fmt: skip
"""In the order in which they are offered."""


class WrongMatch(StrEnum):
    """Why a rule should not have matched."""

    OTHER_MEANING = "other_meaning"
    NEGATION = "negation"
    QUOTATION = "quotation"
    ADVERTISEMENT = "advertisement"
    NAME = "name"
    """The name of a person or place."""
    OTHER_LANGUAGE = "other_language"
    """A word that is written alike in another language."""
    TOO_BROAD = "too_broad"
    """Digits or letters that only look like what the rule wants."""
    FOLDING = "folding"
    """The spelling was made too much alike."""
    OTHER = "other"


class LeftBecause(StrEnum):
    """Why a reviewer skips a case."""

    LANGUAGE = "language"
    EXPERTISE = "expertise"
    CONFLICT = "conflict"
    """The reviewer knows the people."""
    WELLBEING = "wellbeing"
    """No more is asked, and it counts nowhere."""
    OTHER = "other"


class MovedBecause(StrEnum):
    """Why a case is escalated, returned, reopened, taken over or put off."""

    UNSURE = "unsure"
    DANGER = "danger"
    """Somebody is in danger now."""
    PRESS = "press"
    """Press, sources or whistleblowers are concerned."""
    LAW = "law"
    CHANGED = "changed"
    """The text, or what is known, is another now."""
    MISTAKE = "mistake"
    WAITING = "waiting"
    """Something is to come first."""
    OTHER = "other"
