"""Rights: which role may do what at the desk. One table, which the pages, the API and the tests all ask."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from archiver.domain.reviewer import Role


class Act(StrEnum):
    """What somebody may be allowed to do."""

    READ_CASES = "read_cases"
    """See the queue, cases, channels, rules and statistics, with personal data masked."""
    DECIDE = "decide"
    """Claim a case, and whatever its holder may do with it."""
    REVEAL = "reveal"
    """See personal data of a case unmasked, for a purpose."""
    SEARCH = "search"
    """Look for words in masked posts."""
    LEAD = "lead"
    """Adjudicate, return, reopen and take over."""
    READ_AUDIT = "read_audit"
    """Read the audit log and verify it."""
    KEEP_PEOPLE = "keep_people"
    """Add and disable reviewers, reset their passwords."""
    KEEP_OWN = "keep_own"
    """See and change one's own profile."""


RIGHTS: Mapping[Role, frozenset[Act]] = {
    Role.REVIEWER: frozenset({Act.READ_CASES, Act.DECIDE, Act.REVEAL, Act.SEARCH, Act.KEEP_OWN}),
    Role.LEAD: frozenset({Act.READ_CASES, Act.DECIDE, Act.REVEAL, Act.SEARCH, Act.LEAD, Act.KEEP_OWN}),
    Role.AUDITOR: frozenset({Act.READ_CASES, Act.READ_AUDIT, Act.KEEP_OWN}),
    Role.ADMIN: frozenset({Act.READ_AUDIT, Act.KEEP_PEOPLE, Act.KEEP_OWN}),
}


def may(role: Role, act: Act) -> bool:
    """Say whether a role may do something."""
    return act in RIGHTS[role]
