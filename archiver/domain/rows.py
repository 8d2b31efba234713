"""Rows of a list of people: where names stand beside numbers, and no pattern finds a name.

A line is a row when it holds personal values beside a few other words, and

* two more lines hold values of the same family, or
* it holds values of two families, as a record does and a contact does not, or
* it stands under a list of columns.

Among three rows or more the short lines between them are rows too (records of several lines), and as many
short lines before the first and behind the last. Three values of a family in one line are rows as well. A
line that says what it holds (``name: …``) is one wherever a text holds a personal value, and so is a part of
a line that says so.

Prose is left alone: a long line is never a row for one value in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

ROW = "row"
"""The kind of what is hidden of a row beside its values."""

FAMILIES = {
    "phone": "phone",
    "email": "email",
    "email_password": "email",
    "national_id": "national_id",
    "passport": "passport",
    "residence_card": "residence_card",
    "card": "card",
    "iban": "iban",
    "vehicle_plate": "vehicle_plate",
}
"""The kinds of values that make a line a row; two of one family are alike."""
COLUMNS = "column_list"

_LEAST = 3
_LONGEST_ROW = 20
"""Words of a row beside its values."""
_LONGEST_PART = 8
"""Words of a line that belongs to the record of another, or of a name in the midst of a line."""
_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_WORD = re.compile(r"\w[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u200c\u200d]*")
"""A letter or digit and what follows it, vowel marks and joiners included."""
_LABEL = (
    r"(?:ال)?(?:"
    r"اسم(?: (?:ال)?(?:كامل|ثلاثي|رباعي|اب|أب|ام|أم|والد|والدة|زوج|زوجة))?|"
    r"لقب|كنية|ام|أم|والد|والدة|زوج|زوجة|"
    r"عنوان|سكن|محلة|منطقة|تولد|مواليد|تاريخ (?:ال)?(?:ميلاد|ولادة|تولد)|وظيفة|مهنة|عمل|"
    r"ناو|ناوی(?: \w+)?|ناڤ|ناڤێ(?: \w+)?|ناونیشان|ناڤونیشان|دایک|باوک|لەدایکبوون|پیشە|گەڕەک|"
    r"nav|navê(?: \w+)?|paşnav|navnîşan|dayik|bav|zayîn|"
    r"(?:full |first |last |mother'?s? |father'?s? )?name|surname|mother|father|address|d\.?o\.?b|"
    r"date of birth|birth(?:day| date)|employer|job|"
    r"نام(?: (?:و نام )?خانوادگی)?|نام پدر|نام مادر|آدرس|نشانی|تولد|تاریخ تولد|شغل|"
    r"фио|имя|фамилия|отчество|адрес|прописка|дата рождения|работа"
    r")\s*[:：=]"
)
_COLON = re.compile("[:：=]")
_LABELLED_LINE = re.compile(r"\W*" + _LABEL, re.IGNORECASE)
_LABELLED_CELL = re.compile(r"(?<!\w)" + _LABEL + r"[^|;,،؛\n]{0,80}", re.IGNORECASE)


class Value(NamedTuple):
    """What a detector found, by its kind; places are code points, the end exclusive."""

    kind: str
    start: int
    end: int


class Stretch(NamedTuple):
    """Code points of a row beside its values."""

    start: int
    end: int


@dataclass(slots=True)
class _Line:
    text: str
    start: int
    end: int
    values: list[Value] = field(default_factory=list)

    @property
    def words(self) -> int:
        """Return how many stand beside its values."""
        return sum(len(_WORD.findall(self.text, *part)) for part in _parts(self))

    @property
    def families(self) -> set[str]:
        return {FAMILIES[value.kind] for value in self.values}


def rows(text: str, values: Iterable[Value]) -> list[Stretch]:
    """Return what is to be hidden of a text beside the values, in order; ``values`` may be of any kind."""
    found = sorted(values, key=lambda value: value.start)
    personal = [value for value in found if value.kind in FAMILIES]
    if not personal:
        return []
    lines = _lines(text, personal)
    under = min((value.end for value in found if value.kind == COLUMNS), default=len(text))
    chosen = _alike(lines) | _records(lines) | _below(lines, under) | _labelled(text, lines)
    stretches = [part for number in chosen for part in _beside(text, lines[number])]
    for number, line in enumerate(lines):
        if number not in chosen:
            stretches += _crowded(text, line)
            stretches += _cells(text, line)
    return _joined(stretches)


def _lines(text: str, values: Sequence[Value]) -> list[_Line]:
    """Return the lines that are not blank, with their values; a value may go over the end of a line."""
    lines = [_Line(text, *found.span()) for found in _LINE.finditer(text) if _WORD.search(found[0])]
    at = 0
    for line in lines:
        while at < len(values) and values[at].end <= line.start:
            at += 1
        for value in values[at:]:
            if value.start >= line.end:
                break
            line.values.append(value)
    return lines


def _parts(line: _Line) -> Iterator[Stretch]:
    at = line.start
    for value in line.values:
        if at < value.start:
            yield Stretch(at, value.start)
        at = max(at, value.end)
    if at < line.end:
        yield Stretch(at, line.end)


def _beside(text: str, line: _Line) -> Iterator[Stretch]:
    """Yield the parts of a line beside its values, without what parts them."""
    for part in _parts(line):
        words = list(_WORD.finditer(text, *part))
        if words:
            yield Stretch(words[0].start(), words[-1].end())


def _is_row(line: _Line) -> bool:
    return bool(line.values) and line.words <= _LONGEST_ROW


def _alike(lines: Sequence[_Line]) -> set[int]:
    """Return the rows of which there are three or more, with the lines of their records."""
    if sum(bool(line.values) for line in lines) < _LEAST:
        return set()
    chosen: set[int] = set()
    counts = Counter(family for line in lines if _is_row(line) for family in line.families)
    for family in (family for family, count in counts.items() if count >= _LEAST):
        own = [number for number, line in enumerate(lines) if _is_row(line) and family in line.families]
        chosen.update(own)
        steps = [second - first for first, second in pairwise(own)]
        reach = min(steps) - 1
        around = range(max(0, own[0] - reach), min(len(lines), own[-1] + reach + 1))
        chosen.update(number for number in around if lines[number].words <= _LONGEST_PART)
    return chosen


def _records(lines: Sequence[_Line]) -> set[int]:
    return {number for number, line in enumerate(lines) if len(line.families) > 1 and _is_row(line)}


def _below(lines: Sequence[_Line], under: int) -> set[int]:
    return {number for number, line in enumerate(lines) if line.start >= under and _is_row(line)}


def _labelled(text: str, lines: Sequence[_Line]) -> set[int]:
    return {
        number
        for number, line in enumerate(lines)
        if _COLON.search(text, line.start, line.end) and _LABELLED_LINE.match(text, line.start, line.end)
    }


def _crowded(text: str, line: _Line) -> Iterator[Stretch]:
    """Yield the few words around each value of a line that holds three of a family."""
    if len(line.values) < _LEAST:
        return
    counts = Counter(FAMILIES[value.kind] for value in line.values)
    if max(counts.values()) < _LEAST:
        return
    for part in _parts(line):
        words = list(_WORD.finditer(text, *part))
        is_first, is_last = part.start == line.start, part.end == line.end
        if not words or (len(words) > 2 * _LONGEST_PART and not (is_first or is_last)):
            continue
        near = words[-_LONGEST_PART:] if is_first else words[:_LONGEST_PART] if is_last else words
        yield Stretch(near[0].start(), near[-1].end())


def _cells(text: str, line: _Line) -> Iterator[Stretch]:
    """Yield the parts of a line that say what they hold, without the values in them."""
    if not _COLON.search(text, line.start, line.end):
        return
    for cell in _LABELLED_CELL.finditer(text, line.start, line.end):
        yield from _beside(text, _Line(text, *cell.span(), _within(line.values, *cell.span())))


def _within(values: Sequence[Value], start: int, end: int) -> list[Value]:
    return [value for value in values if value.start < end and start < value.end]


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches of which none overlaps another, in order."""
    joined: list[Stretch] = []
    for stretch in sorted(stretches):
        if joined and stretch.start < joined[-1].end:
            joined[-1] = Stretch(joined[-1].start, max(joined[-1].end, stretch.end))
        else:
            joined.append(stretch)
    return joined
