"""The chain of the audit log: every change shows, and anyone can compute it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from archiver.domain.audit import START, AuditEvent, BrokenLink, Link, canonical, chained, verify

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
DETAILS = st.dictionaries(TEXTS, st.one_of(st.integers(), TEXTS, st.booleans(), st.lists(st.integers())))


def a_chain(length: int) -> list[AuditEvent]:
    """Return events that stand on one another."""
    events, head = [], START
    for number in range(length):
        event = chained(
            head, at=number, actor="R-01", kind="case.claimed", target=f"case {number}", details={"n": number}
        )
        events.append(event)
        head = Link(event.audit_event_id, event.digest)
    return events


def test_a_whole_chain_holds_and_ends_with_its_head() -> None:
    events = a_chain(5)

    assert verify(events) == Link(5, events[-1].digest)
    assert verify([]) == START
    assert verify(events[3:], after=Link(3, events[2].digest)) == Link(5, events[-1].digest)


@pytest.mark.parametrize(
    "change",
    [{"at": 99}, {"actor": "R-02"}, {"kind": "case.skipped"}, {"target": "case 9"}, {"details": '{"n":3}'}],
)
def test_an_event_that_was_changed_is_named(change: dict[str, object]) -> None:
    events = a_chain(5)
    events[2] = replace(events[2], **change)  # type: ignore[arg-type]

    assert verify(events) == BrokenLink(audit_event_id=3, reason="it is not what was written")


def test_an_event_that_was_made_anew_breaks_the_next_one() -> None:
    events = a_chain(5)
    after = Link(2, events[1].digest)
    events[2] = chained(after, at=2, actor="R-02", kind="case.claimed", target="case 2", details={})

    assert verify(events) == BrokenLink(
        audit_event_id=4, reason="it does not stand on event 3 as that is now"
    )


def test_events_that_are_missing_are_told_by_what_stands_around_them() -> None:
    events = a_chain(5)

    assert verify([*events[:2], *events[3:]]) == BrokenLink(
        audit_event_id=4, reason="it follows 2: what was between them is missing"
    )
    assert verify(events[1:]) == BrokenLink(
        audit_event_id=2, reason="it follows 0: what was between them is missing"
    )


@given(DETAILS, TEXTS)
def test_the_digest_is_what_the_reference_says(details: dict[str, object], target: str) -> None:
    event = chained(START, at=7, actor="R-01", kind="a.b", target=target, details=details)

    others = {
        "actor": "R-01", "at": 7, "audit_event_id": 1, "details": event.details, "kind": "a.b",
        "previous_digest": "0" * 64, "target": target,
    }  # fmt: skip
    text = json.dumps(others, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert event.digest == hashlib.sha256(text.encode()).hexdigest()
    assert json.loads(event.details) == details
    assert isinstance(verify([event]), Link)


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"a": float("nan")})
    with pytest.raises(TypeError):
        canonical({"a": object()})
    assert canonical({"b": 1, "a": "ه"}) == '{"a":"ه","b":1}'
