"""The pages with figures: how often each rule was right, and how far reviewers agree; nobody is ranked."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from starlette.responses import Response

from archiver.domain.agreement import LEAST_PAIRS
from archiver.domain.rights import Act
from archiver.review.visit import Visit
from archiver.services import calibrating, statistics

PERIODS = (30, 90, 365)
"""Days."""
USUAL_PERIOD = 90


async def rules(visit: Visit) -> Response:
    """Show the precision of every version of every rule, the newest version first."""
    found = await statistics.read_precisions(visit.desk.archive)
    by_rule = [(rule, list(own)) for rule, own in groupby(found, key=lambda each: each.version.rule_id)]
    return visit.page("rules.html", rules=by_rule, least=statistics.LEAST_CASES)


async def show(visit: Visit) -> Response:
    """Show what waits, and how far the first two decisions on a case agree."""
    asked = visit.request.query_params.get("days")
    days = int(asked) if asked in {str(each) for each in PERIODS} else USUAL_PERIOD
    since = visit.desk.clock() - timedelta(days=days)
    return visit.page(
        "statistics.html",
        counts=await statistics.read_counts(visit.desk.queue, visit.reviewer),
        calibrated=await calibrating.read_agreement(visit.desk.queue) if Act.LEAD in visit.acts else None,
        least_answers=calibrating.LEAST_ANSWERS,
        agreement=await statistics.read_agreement(visit.desk.queue, since=since),
        days=days,
        periods=PERIODS,
        least=LEAST_PAIRS,
    )
