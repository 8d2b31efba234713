"""The page of a case, and the page that says why it stands where it stands."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from archiver.domain.calibration import can_mark
from archiver.domain.case import UNDO_TIME, Command
from archiver.domain.decision import LONGEST_NOTE
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reveal import Purpose, Reveal
from archiver.domain.reviewer import pseudonym
from archiver.domain.rights import Act
from archiver.domain.taxonomy import REASONS, LeftBecause, MovedBecause, Verdict, WrongMatch
from archiver.review import case_view, pages
from archiver.review.case_view import ShownPost
from archiver.review.pieces import Veil, shortened
from archiver.review.ruling_form import Typed
from archiver.review.visit import Visit
from archiver.services import calibrating, cases, channel_page, claiming, revealing, workloads
from archiver.services.cases import CaseView
from archiver.services.claiming import Hold

_NEARBY_WIDTH = 400
_INCOMPLETE = frozenset(
    {
        Refusal.NEEDS_VERDICT, Refusal.NEEDS_CATEGORY, Refusal.NEEDS_SEVERITY, Refusal.NEEDS_REASON,
        Refusal.UNKNOWN_REASON, Refusal.NEEDS_NOTE, Refusal.NOTE_TOO_LONG, Refusal.NEEDS_TIME,
        Refusal.TOO_MANY_CASES, Refusal.TOO_SEVERE,
    }
)  # fmt: skip


async def show(visit: Visit) -> Response:
    """Show a case."""
    return await page(visit, CaseId(visit.number("case_id")))


async def page(
    visit: Visit, case_id: CaseId, *, typed: Typed | None = None, refusal: Refusal | None = None
) -> Response:
    """Return the page of a case; ``refusal`` says why something was not done, and ``typed`` is kept."""
    desk, reviewer, asked = visit.desk, visit.reviewer, visit.request.query_params
    hold = await claiming.open_view(desk.queue, reviewer, case_id) if Act.DECIDE in visit.acts else None
    view = await cases.read_case(desk.queue, reviewer, case_id)
    reveal = await revealing.live(desk.queue, reviewer, case_id)
    is_lifted = reveal is not None and asked.get("masked") != "yes"
    veil = Veil(desk.masker, is_lifted=is_lifted, with_joiners=asked.get("joiners") == "yes")
    post = case_view.chosen_post(view, asked.get("post", ""))
    shown = case_view.shown_post(view, post, veil)
    return visit.page(
        "case.html",
        status=status_of(refusal),
        view=view,
        shown=shown,
        copies=case_view.copies(view, post, veil),
        compared=case_view.compared(post, veil),
        nearby=await _nearby(visit, shown, veil),
        **_notes(view, veil),
        refusal=refusal,
        typed=typed or Typed(severity=view.case.severity),
        is_typed=typed is not None and typed != Typed(),
        reveal=reveal,
        is_lifted=is_lifted,
        with_joiners=asked.get("joiners") == "yes",
        **await _calibration(visit, view, veil),
        workload=await workloads.read(desk.queue, reviewer, visit.login.preferences, zone=desk.house.zone),
        last=await pages.last_decision(visit),
        **_hold(visit, view, hold),
        **await _reveals(visit, reveal),
        **_words(),
    )


async def _calibration(visit: Visit, view: CaseView, veil: Veil) -> dict[str, object]:
    known = await calibrating.read(visit.desk.queue, visit.reviewer, view.case.case_id)
    return {
        "calibration": known,
        "calibration_note": veil.pieces(known.note) if known else (),
        "can_mark": can_mark(view.case, visit.reviewer.role),
    }


def _notes(view: CaseView, veil: Veil) -> dict[str, object]:
    return {
        "notes": veil.many([note.note for note in view.notes]),
        "decision_notes": dict(
            zip(
                [each.decision_id for each in view.decisions],
                veil.many([each.ruling.note for each in view.decisions]),
                strict=True,
            )
        ),
        "events": [(event, event.happened_at) for event in view.history],
    }


async def why(visit: Visit) -> Response:
    """Show each factor of the priority of a case, and each term of the score of its flags."""
    view = await cases.read_case(visit.desk.queue, visit.reviewer, CaseId(visit.number("case_id")))
    shown = case_view.shown_post(
        view, case_view.chosen_post(view, visit.request.query_params.get("post", "")), Veil(visit.desk.masker)
    )
    rules = {(flag.kept.flag.rule_id, flag.kept.rulebook_digest) for flag in shown.flags}
    sheets = await cases.read_rule_sheets(visit.desk.queue, rules)
    return visit.page("why.html", view=view, shown=shown, sheets=sheets)


def status_of(refusal: Refusal | None) -> HTTPStatus:
    """Return the status of an answer that says why something was not done."""
    if refusal is None:
        return HTTPStatus.OK
    if refusal is Refusal.TOO_MANY_REVEALS:
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.UNPROCESSABLE_ENTITY if refusal in _INCOMPLETE else HTTPStatus.CONFLICT


async def _nearby(visit: Visit, shown: ShownPost, veil: Veil) -> dict[str, object]:
    around = await channel_page.read_surroundings(
        visit.desk.archive, shown.post.channel_id, shown.post.post_id
    )
    posts = [*around.before, *around.after]
    texts = [shortened(text, _NEARBY_WIDTH) for text in veil.many([post.text for post in posts])]
    both = list(zip(posts, texts, strict=True))
    return {"before": both[: len(around.before)], "after": both[len(around.before) :]}


def _hold(visit: Visit, view: CaseView, hold: Hold | None) -> dict[str, object]:
    now = visit.desk.clock()
    lease = hold.lease if hold else view.lease
    return {
        "token": hold.token if hold else None,
        "seconds_left": int((hold.lease.expires_at - now).total_seconds()) if hold else None,
        "holder": pseudonym(lease.reviewer_id) if lease else None,
        "until": lease.expires_at if lease else None,
        "command": Command.ADJUDICATE if Command.ADJUDICATE in view.allowed else Command.DECIDE,
    }


async def _reveals(visit: Visit, reveal: Reveal | None) -> dict[str, object]:
    a_day = visit.desk.house.reveals_per_day
    left = await revealing.left(visit.desk.queue, visit.reviewer, a_day=a_day)
    return {
        "purposes": list(Purpose),
        "reveals_left": left,
        "can_reveal": Act.REVEAL in visit.acts and not reveal,
    }


def _words() -> dict[str, object]:
    return {
        "Command": Command,
        "pseudonym": pseudonym,
        "verdicts": list(Verdict),
        "reasons": REASONS,
        "categories": pages.CATEGORIES,
        "wrong_matches": list(WrongMatch),
        "left_because": list(LeftBecause),
        "moved_because": list(MovedBecause),
        "snoozes": pages.SNOOZES,
        "longest_note": LONGEST_NOTE,
        "undo_minutes": UNDO_TIME,
    }
