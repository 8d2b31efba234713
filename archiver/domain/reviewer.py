"""A reviewer: a person with a login, a role, and a pseudonym that stands wherever others read."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from archiver.domain.ids import ReviewerId

LEAST_PASSWORD = 15
"""Characters."""
LONGEST_PASSWORD = 256

_NAME = re.compile(r"[^\W_][\w.@-]{1,63}")


class Role(StrEnum):
    """What somebody may do at the desk: the table is `domain.rights`."""

    REVIEWER = "reviewer"
    """Decides cases."""
    LEAD = "lead"
    """Decides too, and has the last word where two reviewers differ."""
    AUDITOR = "auditor"
    """Reads what was decided, and the audit log; changes nothing."""
    ADMIN = "admin"
    """Keeps the logins; sees no case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """Who acts. ``pseudonym`` (``R-07``) is what the log, the pages and the exports say."""

    reviewer_id: ReviewerId
    pseudonym: str
    role: Role


def pseudonym(reviewer_id: ReviewerId) -> str:
    """Return the pseudonym of the reviewer with this id; it is never given to another."""
    return f"R-{reviewer_id:02}"


def folded_name(name: str) -> str | None:
    """Return a sign-in name as it is kept and compared, ``None`` when it can't be one.

    Two to 64 letters, digits, dots, hyphens, underscores or @ of any script; case makes no difference.
    """
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return folded if _NAME.fullmatch(folded) else None


class Unfit(StrEnum):
    """Why a name, a password or a code can't be taken."""

    NAME_INVALID = "name_invalid"
    NAME_TAKEN = "name_taken"
    PASSWORD_SHORT = "password_short"  # noqa: S105 - a word
    PASSWORD_LONG = "password_long"  # noqa: S105 - a word
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - a word
    CODE_WRONG = "code_wrong"
    ONESELF = "oneself"
    PREFERENCE_INVALID = "preference_invalid"


def fault_of_password(password: str) -> Unfit | None:
    """Return what is wrong with a new password, ``None`` when it serves.

    Length alone makes it strong; rules about its characters don't (NIST SP 800-63B, 3.1.1.2).
    """
    if len(password) < LEAST_PASSWORD:
        return Unfit.PASSWORD_SHORT
    return Unfit.PASSWORD_LONG if len(password) > LONGEST_PASSWORD else None
