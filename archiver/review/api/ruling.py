"""A ruling as programs send it: for one case, or for many at once."""

from __future__ import annotations

from archiver.domain.decision import Ruling
from archiver.domain.flag import Category
from archiver.domain.taxonomy import Confidence, Reason, Verdict, WrongMatch
from archiver.review.api.call import Call
from archiver.review.api.schema import NOTE, SEVERITY, Schema, each, many, one_of
from archiver.review.ruling_form import Typed

MAY_LACK = ("category", "other_categories", "severity", "confidence", "reasons", "note", "wrong_rules")
FIELDS: dict[str, Schema] = {
    "verdict": one_of(Verdict),
    "category": one_of(Category),
    "other_categories": many(one_of(Category), maxItems=len(Category)),
    "severity": SEVERITY,
    "confidence": one_of(Confidence),
    "reasons": many(one_of(Reason), maxItems=len(Reason)),
    "note": NOTE,
    "wrong_rules": each(one_of(WrongMatch)),
}


def read(call: Call) -> Ruling:
    """Return what was sent, as far as it goes with the verdict."""
    verdict = call.word("verdict", Verdict)
    typed = Typed(
        verdict=verdict,
        category=call.code("category", Category),
        others=call.codes("other_categories", Category),
        severity=call.number_or_none("severity"),
        confidence=call.code("confidence", Confidence) or Confidence.SURE,
        reasons={verdict: call.codes("reasons", Reason)},
        note=call.note,
        wrong_rules=call.codes_by_name("wrong_rules", WrongMatch),
    )
    return typed.ruling()
