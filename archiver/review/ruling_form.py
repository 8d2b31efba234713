"""The form of a decision: what a reviewer typed, kept as it was until it is whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from starlette.datastructures import FormData

from archiver.domain.decision import Ruling, beside
from archiver.domain.errors import CommandRefused
from archiver.domain.flag import Category
from archiver.domain.refusal import Refusal
from archiver.domain.taxonomy import Confidence, Reason, Verdict, WrongMatch

REASON = "reason."
"""Begins the name of a field with reasons; the verdict that they go with follows."""
OTHERS = "other_category"
"""The name of the fields with categories beside the main one."""
WRONG = "wrong."
"""Begins the name of a field that says why a rule was wrong; its id follows."""

_Code = TypeVar("_Code", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the form; whatever is no code of ours is left out."""

    verdict: Verdict | None = None
    category: Category | None = None
    others: tuple[Category, ...] = ()
    severity: int | None = None
    confidence: Confidence = Confidence.SURE
    reasons: Mapping[Verdict, tuple[Reason, ...]] = field(default_factory=dict)
    note: str = ""
    wrong_rules: Mapping[str, WrongMatch] = field(default_factory=dict)

    def ruling(self) -> Ruling:
        """Return what it says, as far as it goes with the verdict; raises CommandRefused without one."""
        if self.verdict is None:
            raise CommandRefused(Refusal.NEEDS_VERDICT)
        is_violation = self.verdict is Verdict.VIOLATION
        return Ruling(
            verdict=self.verdict,
            category=self.category if is_violation else None,
            others=beside(self.category, self.others) if is_violation else (),
            severity=self.severity if is_violation else None,
            confidence=self.confidence,
            reasons=self.reasons.get(self.verdict, ()),
            note=self.note.strip(),
            wrong_rules=self.wrong_rules,
        )


def read(form: FormData) -> Typed:
    """Return what was typed."""
    severity = _text(form, "severity")
    reasons = {
        verdict: codes
        for verdict in Verdict
        if (codes := tuple(filter(None, (_code(Reason, each) for each in form.getlist(REASON + verdict)))))
    }
    wrong = {
        name.removeprefix(WRONG): cause
        for name, value in form.items()
        if name.startswith(WRONG) and (cause := _code(WrongMatch, value))
    }
    return Typed(
        verdict=_code(Verdict, _text(form, "verdict")),
        category=_code(Category, _text(form, "category")),
        others=tuple(filter(None, (_code(Category, each) for each in form.getlist(OTHERS)))),
        severity=int(severity) if severity in {"1", "2", "3", "4"} else None,
        confidence=_code(Confidence, _text(form, "confidence")) or Confidence.SURE,
        reasons=reasons,
        note=_text(form, "note").replace("\r\n", "\n"),
        wrong_rules=wrong,
    )


def code_in(form: FormData, name: str, codes: type[_Code]) -> _Code | None:
    """Return a code that a form holds under a name, if it is one."""
    return _code(codes, _text(form, name))


def _code(codes: type[_Code], value: object) -> _Code | None:
    return next((code for code in codes if code == value), None)


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""
