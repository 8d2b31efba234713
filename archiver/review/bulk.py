"""Many cases at once: chosen in the queue, shown again before anything is decided, undone as one."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.responses import Response

from archiver.domain.decision import LONGEST_NOTE, SEVERE
from archiver.domain.errors import CommandRefused
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.taxonomy import REASONS, Verdict
from archiver.review import onward, pages, ruling_form
from archiver.review.case import status_of
from archiver.review.pieces import Piece, Veil, shortened
from archiver.review.ruling_form import Typed
from archiver.review.visit import Visit
from archiver.services import bulk, cases
from archiver.services.bulk import Preview

_SHOWN = 10
_WIDTH = 220
_MOST_DIGITS = 18
_VERSION = "version."
"""Begins the name of a field with the version of a case that was previewed; its id follows."""


async def preview(visit: Visit) -> Response:
    """Show what would be decided, and ask for the ruling."""
    named = [str(each) for each in (await visit.form()).getlist("case")]
    chosen = [CaseId(int(each)) for each in named if _is_number(each)]
    try:
        found = await bulk.preview(visit.desk.queue, visit.reviewer, list(dict.fromkeys(chosen)))
    except CommandRefused as refused:
        return onward.refused(visit, refused.refusal)
    return await _page(visit, found)


async def decide(visit: Visit) -> Response:
    """Decide on all that was shown."""
    form = await visit.form()
    versions, typed = _versions(form), ruling_form.read(form)
    try:
        done = await bulk.decide_all(visit.desk.queue, visit.reviewer, versions, ruling=typed.ruling())
    except CommandRefused as refused:
        found = await bulk.preview(visit.desk.queue, visit.reviewer, list(versions)[: bulk.MOST_CASES])
        return await _page(visit, found, typed=typed, refusal=refused.refusal)
    return visit.page("bulk_done.html", done=done, is_undone=False)


async def undo(visit: Visit) -> Response:
    """Take back all that was decided at once."""
    try:
        done = await bulk.undo_all(visit.desk.queue, visit.reviewer, visit.request.path_params["bulk"])
    except CommandRefused as refused:
        return onward.refused(visit, refused.refusal)
    return visit.page("bulk_done.html", done=done, is_undone=True)


async def _page(
    visit: Visit, found: Preview, *, typed: Typed | None = None, refusal: Refusal | None = None
) -> Response:
    return visit.page(
        "bulk.html",
        status=status_of(refusal),
        found=found,
        first=await _first(visit, list(found.versions)[:_SHOWN]),
        typed=typed or Typed(),
        refusal=refusal,
        verdicts=list(Verdict),
        reasons=REASONS,
        categories=pages.CATEGORIES,
        severities=range(1, SEVERE),
        longest_note=LONGEST_NOTE,
    )


async def _first(visit: Visit, case_ids: list[CaseId]) -> list[tuple[cases.CaseView, tuple[Piece, ...]]]:
    views = [await cases.read_case(visit.desk.queue, visit.reviewer, case_id) for case_id in case_ids]
    texts = Veil(visit.desk.masker).many([view.posts[0].revisions[-1].text for view in views])
    return [(view, shortened(text, _WIDTH)) for view, text in zip(views, texts, strict=True)]


def _versions(form: FormData) -> Mapping[CaseId, int]:
    named = {
        name.removeprefix(_VERSION): str(value) for name, value in form.items() if name.startswith(_VERSION)
    }
    return {
        CaseId(int(key)): int(value) for key, value in named.items() if _is_number(key) and _is_number(value)
    }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
