"""Why the desk says no: stable words for pages, the API and tests."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """What stands against a command; the first that is found is told."""

    NOT_ALLOWED = "not_allowed"
    """Nobody may do that to a case in this state, or not with this role."""
    ALREADY_IN_STATE = "already_in_state"
    """The case is there already."""
    LEASE_LOST = "lease_lost"
    """The lease ended, or was another's; what was typed is not lost: claim the case again."""
    STALE_VERSION = "stale_version"
    """The case has changed since it was shown."""
    HELD_BY_ANOTHER = "held_by_another"
    TOO_MANY_LEASES = "too_many_leases"
    NOTHING_LEFT = "nothing_left"
    """No case waits for this reviewer."""
    NEEDS_ANOTHER = "needs_another"
    """Whoever has decided on the case in this round can't do so again."""
    NOT_YOURS = "not_yours"
    """The decision is another's, or there is none."""
    TOO_LATE = "too_late"
    """The time to undo is over, or others have gone on from there."""
    NEEDS_VERDICT = "needs_verdict"
    NEEDS_CATEGORY = "needs_category"
    NEEDS_SEVERITY = "needs_severity"
    NEEDS_REASON = "needs_reason"
    UNKNOWN_REASON = "unknown_reason"
    NEEDS_NOTE = "needs_note"
    NOTE_TOO_LONG = "note_too_long"
    NEEDS_TIME = "needs_time"
    """A snooze needs a time to come, no more than ninety days ahead."""
    TOO_MANY_CASES = "too_many_cases"
    """More than may be decided at once."""
    TOO_SEVERE = "too_severe"
    """Cases of severity 3 and above are decided one by one."""
    TOO_MANY_REVEALS = "too_many_reveals"
    """The day's quota of reveals is spent."""
