"""Figures: how far reviewers agree, and how often each rule was right."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from archiver.domain.taxonomy import WrongMatch
from archiver.review.api.call import Answer, Call
from archiver.review.api.schema import COUNT, NUMBER, TEXT, many, maybe, one_of, thing
from archiver.review.api.stretch import stretch
from archiver.review.figures import PERIODS, USUAL_PERIOD
from archiver.services import statistics
from archiver.services.statistics import Precision

_FIGURE = thing("Figure", value=NUMBER, low=NUMBER, high=NUMBER)
QUERY = {"days": {"type": "integer", "enum": list(PERIODS), "default": USUAL_PERIOD}}
AGREEMENT = thing(
    "Agreement",
    days=COUNT,
    n=COUNT,
    raw=maybe(_FIGURE),
    positive=maybe(NUMBER),
    negative=maybe(NUMBER),
    category=maybe(_FIGURE),
    severity=maybe(_FIGURE),
)
_REASON = thing("WrongReason", reason=one_of(WrongMatch), cases=COUNT)
_PRECISION = thing(
    "RulePrecision",
    rule_id=TEXT,
    title=TEXT,
    version=TEXT,
    right=COUNT,
    wrong=COUNT,
    precision=maybe(_FIGURE),
    reasons=many(_REASON),
)
RULES = thing("RulePrecisions", rules=many(_PRECISION), after=maybe(TEXT))


async def agreement(call: Call) -> Answer:
    """Return how far the first two decisions on a case agree, of the last days."""
    days = call.number_or_none("days") or USUAL_PERIOD
    since = call.desk.clock() - timedelta(days=days)
    found = await statistics.read_agreement(call.desk.queue, since=since)
    return Answer(told={"days": days, **asdict(found)})


async def rules(call: Call) -> Answer:
    """Return the precision of every version of every rule, as far as cases were decided."""
    found = await statistics.read_precisions(call.desk.archive)
    told, after = stretch(call, found, _name)
    return Answer(told={"rules": [_precision(each) for each in told], "after": after})


def _name(found: Precision) -> str:
    return f"{found.version.rule_id},{found.version.digest}"


def _precision(found: Precision) -> dict[str, object]:
    low, high = found.limits or (None, None)
    return {
        "rule_id": found.version.rule_id,
        "title": found.title,
        "version": found.version.digest,
        "right": found.right,
        "wrong": found.wrong,
        "precision": None if found.value is None else {"value": found.value, "low": low, "high": high},
        "reasons": [{"reason": reason, "cases": cases} for reason, cases in found.reasons],
    }
