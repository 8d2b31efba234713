"""One case, as its page shows it: texts masked, matches numbered, no decision that must not be known."""

from __future__ import annotations

from dataclasses import asdict

from archiver.domain.audit import AuditEvent
from archiver.domain.case import Command
from archiver.domain.case_note import CaseNote
from archiver.domain.decision import Decision, DecisionKind
from archiver.domain.flag import Category, Field, View
from archiver.domain.post import MediaKind
from archiver.domain.reviewer import pseudonym
from archiver.domain.taxonomy import Confidence, Reason, Verdict, WrongMatch
from archiver.review import case_view
from archiver.review.api import calibration, told
from archiver.review.api.call import Answer, Call
from archiver.review.api.reveal import UNMASKED, veil_of
from archiver.review.api.schema import (
    BOOLEAN,
    COUNT,
    ID,
    NUMBER,
    SEVERITY,
    TEXT,
    TIME,
    each,
    many,
    maybe,
    one_of,
    thing,
)
from archiver.review.case_view import Copy, ShownFlag, ShownMedia, ShownPost, Term
from archiver.review.pieces import Piece, Veil
from archiver.services import cases
from archiver.services.cases import CaseView

QUERY = {
    "post": {"type": "string", "pattern": "^[1-9][0-9]{0,17}/[1-9][0-9]{0,17}$"},
    **UNMASKED,
}
_MATCH = thing(
    "Match",
    group=TEXT,
    term=maybe(TEXT),
    field=one_of(Field),
    view=one_of(View),
    weight=NUMBER,
    places=many(ID),
)
_FLAG = thing(
    "Flag",
    rule_id=TEXT,
    title=TEXT,
    rulebook=TEXT,
    category=one_of(Category),
    severity=SEVERITY,
    score=NUMBER,
    matches=many(_MATCH),
)
_MEDIA = thing("Media", kind=one_of(MediaKind), name=told.MASKED_TEXT, bytes=maybe(COUNT))
_SHOWN = thing(
    "ShownPost",
    channel_id=ID,
    post_id=ID,
    revision=COUNT,
    revisions=COUNT,
    language=maybe(TEXT),
    text=told.MASKED_TEXT,
    others=each(told.MASKED_TEXT),
    media=maybe(_MEDIA),
    flags=many(_FLAG),
)
_POST = thing(
    "CasePost",
    channel_id=ID,
    post_id=ID,
    handle=maybe(TEXT),
    title=told.MASKED_TEXT,
    published_at=TIME,
    tombstoned_at=maybe(TIME),
    views=maybe(COUNT),
    forwards=maybe(COUNT),
    is_new=BOOLEAN,
)
DECISION = thing(
    "Decision",
    decision_id=ID,
    round=COUNT,
    kind=one_of(DecisionKind),
    reviewer=TEXT,
    decided_at=TIME,
    verdict=one_of(Verdict),
    category=maybe(one_of(Category)),
    other_categories=many(one_of(Category)),
    severity=maybe(SEVERITY),
    confidence=one_of(Confidence),
    reasons=many(one_of(Reason)),
    note=told.MASKED_TEXT,
    wrong_rules=each(one_of(WrongMatch)),
    revisions_digest=TEXT,
    is_retracted=BOOLEAN,
)
_NOTE = thing(
    "CaseNote",
    round=COUNT,
    command=one_of(Command),
    reason=maybe(TEXT),
    reviewer=TEXT,
    written_at=TIME,
    note=told.MASKED_TEXT,
)
_EVENT = thing("CaseEvent", at=TIME, actor=TEXT, kind=TEXT)
VIEW = thing(
    "CaseView",
    case=told.CASE,
    is_held=BOOLEAN,
    holder=maybe(TEXT),
    held_until=maybe(TIME),
    allowed=many(one_of(Command)),
    revealed_until=maybe(TIME),
    is_unmasked=BOOLEAN,
    factors=thing("Factors", severity=NUMBER, reach=NUMBER, precision=NUMBER, recency=NUMBER),
    post_count=COUNT,
    posts=many(_POST),
    shown=_SHOWN,
    decisions=many(DECISION),
    notes=many(_NOTE),
    history=many(_EVENT),
    calibration=maybe(calibration.CALIBRATION),
)


async def show(call: Call) -> Answer:
    """Return a case with one of its posts: the one that was asked for as channel/post, else the first.

    It is told unmasked where that was asked for, and the reviewer has revealed the case.
    """
    view = await cases.read_case(call.desk.queue, call.reviewer, call.case_id)
    veil, reveal = await veil_of(call)
    post = case_view.chosen_post(view, call.text("post"))
    return Answer(
        told={
            "case": told.case(view.case),
            "is_held": view.is_held,
            "holder": pseudonym(view.lease.reviewer_id) if view.lease else None,
            "held_until": told.time(view.lease.expires_at) if view.lease else None,
            "allowed": sorted(view.allowed),
            "revealed_until": told.time(reveal.until) if reveal else None,
            "is_unmasked": veil.is_lifted,
            "factors": asdict(view.factors),
            "post_count": view.post_count,
            "posts": [_post(copy) for copy in case_view.copies(view, post, veil)],
            "shown": _shown(case_view.shown_post(view, post, veil)),
            "decisions": _decisions(view, veil),
            "notes": _notes(view, veil),
            "history": [_event(each) for each in view.history],
            "calibration": await calibration.read(call, veil),
        },
        version=view.case.version,
    )


def _post(copy: Copy) -> dict[str, object]:
    post = copy.post
    return {
        "channel_id": post.channel_id,
        "post_id": post.post_id,
        "handle": post.handle,
        "title": told.text(copy.title),
        "published_at": told.time(post.published_at),
        "tombstoned_at": told.time(post.tombstoned_at),
        "views": post.views,
        "forwards": post.forwards,
        "is_new": copy.is_new,
    }


def _shown(shown: ShownPost) -> dict[str, object]:
    return {
        "channel_id": shown.post.channel_id,
        "post_id": shown.post.post_id,
        "revision": shown.revision.revision,
        "revisions": len(shown.post.revisions),
        "language": shown.language,
        "text": told.text(shown.text),
        "others": {part.value: told.text(pieces) for part, pieces in shown.others},
        "media": _media(shown.media) if shown.media else None,
        "flags": [_flag(flag) for flag in shown.flags],
    }


def _media(media: ShownMedia) -> dict[str, object]:
    return {"kind": media.kind, "name": told.text(media.name), "bytes": media.bytes}


def _flag(shown: ShownFlag) -> dict[str, object]:
    flag = shown.kept.flag
    return {
        "rule_id": flag.rule_id,
        "title": shown.title,
        "rulebook": shown.kept.rulebook_digest,
        "category": flag.category,
        "severity": flag.severity,
        "score": flag.score,
        "matches": [_match(term) for term in shown.terms],
    }


def _match(term: Term) -> dict[str, object]:
    return {
        "group": term.group,
        "term": None if term.is_masked else term.term,
        "field": term.match.field,
        "view": term.match.view,
        "weight": term.match.weight,
        "places": list(term.numbers),
    }


def _decisions(view: CaseView, veil: Veil) -> list[dict[str, object]]:
    notes = veil.many([each.ruling.note for each in view.decisions])
    return [decision(*each) for each in zip(view.decisions, notes, strict=True)]


def _notes(view: CaseView, veil: Veil) -> list[dict[str, object]]:
    texts = veil.many([each.note for each in view.notes])
    return [_note(*each) for each in zip(view.notes, texts, strict=True)]


def _note(written: CaseNote, text: tuple[Piece, ...]) -> dict[str, object]:
    return {
        "round": written.round,
        "command": written.command,
        "reason": written.reason,
        "reviewer": pseudonym(written.reviewer_id),
        "written_at": told.time(written.written_at),
        "note": told.text(text),
    }


def _event(event: AuditEvent) -> dict[str, object]:
    return {"at": told.time(event.happened_at), "actor": event.actor, "kind": event.kind}


def decision(made: Decision, note: tuple[Piece, ...]) -> dict[str, object]:
    """Return a decision, its note masked."""
    ruling = made.ruling
    return {
        "decision_id": made.decision_id,
        "round": made.round,
        "kind": made.kind,
        "reviewer": pseudonym(made.reviewer_id),
        "decided_at": told.time(made.decided_at),
        "verdict": ruling.verdict,
        "category": ruling.category,
        "other_categories": list(ruling.others),
        "severity": ruling.severity,
        "confidence": ruling.confidence,
        "reasons": list(ruling.reasons),
        "note": told.text(note),
        "wrong_rules": dict(ruling.wrong_rules),
        "revisions_digest": made.revisions_digest,
        "is_retracted": made.is_retracted,
    }
