"""What keys do at the desk: physical keys (``KeyboardEvent.code``), so that any layout will do.

A reviewer may give an action another key, or turn all of them off; the script knows no key by itself.
"""

from __future__ import annotations

from typing import NamedTuple

from archiver.domain.audit import canonical
from archiver.domain.preferences import Preferences
from archiver.review.i18n import marked


class Shortcut(NamedTuple):
    """A key that does something: with shift where ``is_shifted``."""

    action: str
    code: str
    label: str
    is_shifted: bool = False


SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("start", "KeyS", marked("Start: take the next case")),
    Shortcut("violation", "KeyV", marked("Violation; then a digit for the category")),
    Shortcut("not_a_violation", "KeyN", marked("Not a violation; then a digit for the reason")),
    Shortcut("cannot_tell", "KeyT", marked("Cannot tell; then a digit for the reason")),
    Shortcut("severity_down", "BracketLeft", marked("Severity lower")),
    Shortcut("severity_up", "BracketRight", marked("Severity higher")),
    Shortcut("note", "KeyC", marked("Write the note")),
    Shortcut("next_match", "KeyJ", marked("Next match in the post")),
    Shortcut("previous_match", "KeyK", marked("Previous match in the post")),
    Shortcut("why", "KeyW", marked("Why it was flagged")),
    Shortcut("copies", "KeyG", marked("Where else it was posted")),
    Shortcut("history", "KeyH", marked("History of the case")),
    Shortcut("reveal", "KeyR", marked("Show personal data")),
    Shortcut("skip", "KeyX", marked("Skip")),
    Shortcut("snooze", "KeyZ", marked("Snooze")),
    Shortcut("escalate", "KeyE", marked("Escalate")),
    Shortcut("undo", "KeyU", marked("Undo the last decision")),
    Shortcut("search", "Slash", marked("Search")),
    Shortcut("help", "Slash", marked("This help"), is_shifted=True),
    Shortcut("lock", "KeyL", marked("Lock: sign out at once"), is_shifted=True),
)

_NAMES = {"BracketLeft": "[", "BracketRight": "]", "Slash": "/", "Comma": ",", "Period": "."}


def code_of(shortcut: Shortcut, chosen: Preferences) -> str:
    """Return the key that does it for a reviewer."""
    return chosen.shortcuts.get(shortcut.action, shortcut.code)


def cap(code: str) -> str:
    """Return what stands on a key of an English keyboard."""
    return _NAMES.get(code, code.removeprefix("Key").removeprefix("Digit"))


def keys(chosen: Preferences | None) -> str:
    """Return a reviewer's keys as JSON for the script: ``{"KeyV": "violation", "Shift+KeyL": "lock", …}``.

    A key that a reviewer gave an action is taken from the one that has it as usual.
    """
    if chosen is None or not chosen.has_shortcuts:
        return "{}"
    own = {each.action for each in SHORTCUTS if each.action in chosen.shortcuts}
    ordered = sorted(SHORTCUTS, key=lambda each: each.action in own)
    return canonical({_pressed(each, chosen): each.action for each in ordered})


def _pressed(shortcut: Shortcut, chosen: Preferences) -> str:
    return ("Shift+" if shortcut.is_shifted else "") + code_of(shortcut, chosen)
