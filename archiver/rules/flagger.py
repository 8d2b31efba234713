"""The flagger: contents in, flags out, each with the characters that it means.

A batch is folded and scanned once for all terms, read once for detectors, and weighed once by each lexicon.
What was found then calls the few rules that could fire. A term counts only where the text may be in its
language, which is looked at when a rule is called and not before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from archiver.domain.condition import Found, groups_of, holds
from archiver.domain.flag import Field, Flag, Match, View
from archiver.domain.folding import fold
from archiver.domain.language import possible_languages
from archiver.domain.post import Content
from archiver.domain.rule import Rule, Rulebook, Standing
from archiver.domain.text import sound_texts
from archiver.rules.detectors.detector import Detection
from archiver.rules.detectors.detectors import Detectors
from archiver.rules.engine import Backend
from archiver.rules.facts import Facts, Hit, other_fields
from archiver.rules.places import Places
from archiver.rules.plan import Owner, lexicon_column, lexicon_file, make_plan
from archiver.rules.scanner import VIEWS, Scan, Scanner
from archiver.rules.weighing import Weighed, Weighing, Weight

_DIGITS = 6
"""Scores are compared as people write them: 0.1 and 0.2 reach 0.3."""
_GATES: Mapping[Backend, str] = {"hyperscan": "hyperscan", "ahocorasick": "re2"}
"""The gate of the detectors that goes with each engine."""
_FIELDS = {field: place for place, field in enumerate(Field)}
_MOST_MATCHES = 40
"""Of one group; a list of a thousand phones is explained by its first."""


class Flagger:
    """Flags contents by a rulebook. Not for two threads at once.

    ``link_key`` is the archive's secret for links between equal values; without it matches have none.
    ``backend`` is the engine, the fastest there is unless it is named; every engine gives the same flags.
    """

    def __init__(
        self, rulebook: Rulebook, backend: Backend | None = None, link_key: bytes | None = None
    ) -> None:
        self._plan = make_plan(rulebook)
        self._scanner = Scanner(self._plan.phrases, backend)
        gate = _GATES[backend] if backend else None
        self._detectors = Detectors(link_key, gate) if self._plan.detectors else None
        self._facts = Facts(self._plan.others)
        self._weighing = {name: Weighing(lexicon) for name, lexicon in rulebook.lexicons.items()}

    def flag(self, contents: Sequence[Content]) -> list[tuple[Flag, ...]]:
        """Return the flags of each content, in order of the rules' ids."""
        cases = _Cases(contents)
        scan = self._find(cases)
        weights = {name: weighing.weigh(scan) for name, weighing in self._weighing.items()}
        called = self._called(cases, weights)
        for name, weighed in weights.items():
            weighed.learn_languages(
                [
                    number
                    for number, rules in called.items()
                    if any(rule.lexicon and lexicon_file(rule.lexicon) == name for rule in rules)
                ]
            )
        flags: list[tuple[Flag, ...]] = [()] * len(contents)
        for number, rules in called.items():
            case = cases.meet(number)
            if case.gated or any(rule.languages for rule in rules):
                case.keep_languages()
            told = (self._ask(rule, case, scan, weights) for rule in rules)
            flags[number] = tuple(sorted(filter(None, told), key=attrgetter("rule_id")))
        return flags

    def readings(self, contents: Sequence[Content]) -> list[tuple[str, frozenset[str]]]:
        """Return what there is of each content for a lexicon to weigh: its folded text, and its groups.

        A disguised text comes as it reads without the disguise. What lexicons are fitted to.
        """
        cases = _Cases(contents)
        scan = self._find(cases)
        told = []
        for number in range(len(contents)):
            case = cases.meet(number)
            case.keep_languages()
            told.append((fold(scan.read(number)).text, frozenset(case.there)))
        return told

    def _find(self, cases: _Cases) -> Scan:
        """Find all that the rulebook names."""
        scan = self._scanner.scan(cases.texts.all)
        self._note_terms(scan, cases)
        if self._detectors:
            self._note_detections(self._detectors.found(cases.texts.all), cases)
        if self._plan.others:
            for number, content in enumerate(cases.contents):
                for name, hit in self._facts.find(content):
                    cases.meet(number).add(name, hit)
        return scan

    def _note_terms(self, scan: Scan, cases: _Cases) -> None:
        phrases, owners = self._plan.phrases, self._plan.owners
        columns = (scan.texts, scan.phrases, scan.starts, scan.ends, scan.views)
        for text, phrase, start, end, view in zip(*(each.tolist() for each in columns), strict=True):
            number, field_ = cases.texts.place(text)
            hit = Hit(phrases[phrase].text, field_, start, end, VIEWS[view], 1.0, None)
            add = cases.meet(number).add_term
            for owner in owners[phrase]:
                add(owner, hit)

    def _note_detections(self, found: Mapping[int, Sequence[Detection]], cases: _Cases) -> None:
        groups = self._plan.detectors
        for text, detections in found.items():
            number, field_ = cases.texts.place(text)
            for each in detections:
                hit = Hit(each.kind, field_, each.start, each.end, View.PLAIN, each.confidence, each.link)
                for group in groups.get(each.kind, ()):
                    cases.meet(number).add(group, hit)

    def _called(self, cases: _Cases, weights: Mapping[str, Weighed]) -> dict[int, Collection[Rule]]:
        """Return the rules that could fire on each content by what was found, languages left aside."""
        is_any = bool(self._plan.weighed or self._plan.always)
        asked = range(len(cases.contents)) if is_any else sorted(cases.met)
        called = ((number, self._called_on(cases, number, weights)) for number in asked)
        return {number: rules for number, rules in called if rules}

    def _called_on(self, cases: _Cases, number: int, weights: Mapping[str, Weighed]) -> Collection[Rule]:
        plan = self._plan
        case = cases.met.get(number)
        hits = case.hits if case else {}
        rules = {rule.id: rule for rule in plan.always}
        for name in hits:
            for rule in plan.triggered.get(name, ()):
                rules[rule.id] = rule
        if rules:
            there = frozenset(hits)
            rules = {name: rule for name, rule in rules.items() if plan.may_hold[name](there)}
        for name, bounds in plan.weighed.items():
            most = weights[name].most(number, hits)
            if most >= bounds[0][0]:
                rules |= {rule.id: rule for bound, rule in bounds if most >= bound}
        return rules.values()

    def _ask(self, rule: Rule, case: _Case, scan: Scan, weights: Mapping[str, Weighed]) -> Flag | None:
        """Return the rule's flag of a content, ``None`` when it does not fire."""
        if rule.languages and case.languages.isdisjoint(rule.languages):
            return None
        weight = case.weight(lexicon_file(rule.lexicon), weights) if rule.lexicon else None
        if weight and lexicon_column(rule.lexicon or "") not in weight.columns:
            return None
        present = {name: rule.weights[name] for name in case.there if name in rule.weights}
        score = _score(rule, weight, sum(present.values()))
        if score < rule.threshold:
            return None
        if rule.when is not None and not holds(rule.when, _Finds(case, scan)):
            return None
        if weight:
            for name, own in weight.groups.items():
                present[name] = round(present.get(name, 0.0) + own, 4)
        named = (groups_of(rule.when) if rule.when else frozenset()) | present.keys()
        matches = [*_matches(case, named, present)]
        if weight:
            matches += weight.matches(rule.lexicon or "")
        return Flag(
            rule_id=rule.id,
            category=rule.category,
            severity=rule.severity,
            score=score,
            is_shadow=rule.standing is Standing.SHADOW,
            matches=tuple(sorted(matches, key=_place)),
        )


def _score(rule: Rule, weight: Weight | None, present: float) -> float:
    """Return a rule's score; where that is below its threshold, it may be a higher one that is too."""
    if weight is None:
        return round(rule.base + 0.0 + present, _DIGITS)
    most = round(rule.base + weight.most + present, _DIGITS)
    return most if most < rule.threshold else round(rule.base + weight.whole + present, _DIGITS)


class _Texts:
    """The texts of a batch: text ``i`` is that of content ``i``, then come other fields that hold words."""

    def __init__(self, contents: Sequence[Content]) -> None:
        self._count = len(contents)
        self._others: list[tuple[int, Field]] = []
        self._others_of: dict[int, list[int]] = {}
        texts = [content.text for content in contents]
        for number, content in enumerate(contents):
            if content.media or content.buttons or content.poll:
                for field_, text in other_fields(content):
                    self._others_of.setdefault(number, []).append(len(texts))
                    self._others.append((number, field_))
                    texts.append(text)
        self.all = sound_texts(texts)

    def place(self, text: int) -> tuple[int, Field]:
        """Return the content and the field of a text."""
        other = text - self._count
        return (text, Field.TEXT) if other < 0 else self._others[other]

    def of(self, number: int) -> Iterator[_Text]:
        """Yield the texts of a content."""
        yield _Text(Field.TEXT, self.all[number], number)
        for text in self._others_of.get(number, ()):
            yield _Text(self.place(text)[1], self.all[text], text)


class _Cases:
    """The contents of a batch, their texts, and what was found in each of them."""

    def __init__(self, contents: Sequence[Content]) -> None:
        self.contents = contents
        self.texts = _Texts(contents)
        self.met: dict[int, _Case] = {}

    def meet(self, number: int) -> _Case:
        """Return what was found in a content so far."""
        case = self.met.get(number)
        if case is None:
            case = self.met[number] = _Case(self.texts, number)
        return case


class _Text(NamedTuple):
    field: Field
    text: str
    number: int
    """Among all texts of the batch."""


class _Case:
    """What was found in a content, by group."""

    def __init__(self, texts: _Texts, number: int) -> None:
        self.number = number
        """Of the content and of its text."""
        self._all_texts = texts
        self.hits: dict[str, list[Hit]] = {}
        self.gated: dict[str, list[tuple[str, Hit]]] = {}
        """The finds that count only in a text that may be in their language."""
        self.languages: frozenset[str] = frozenset()
        self._weights: dict[str, Weight] = {}
        self._places: dict[int, Places] = {}

    @cached_property
    def texts(self) -> Sequence[_Text]:
        """The texts of the content."""
        return [*self._all_texts.of(self.number)]

    def places_of(self, text: _Text, scan: Scan) -> Places:
        """Return the words and sentences of one of the texts."""
        if text.number not in self._places:
            self._places[text.number] = scan.places(text.number)
        return self._places[text.number]

    @cached_property
    def there(self) -> list[str]:
        """Return the groups that were found, when no more will be and wrong languages are dropped."""
        return [name for name, hits in self.hits.items() if hits]

    def weight(self, lexicon: str, weights: Mapping[str, Weighed]) -> Weight:
        """Return what the text weighs by a lexicon, with the groups that are there."""
        if lexicon not in self._weights:
            self._weights[lexicon] = weights[lexicon].of(self.number, self.there)
        return self._weights[lexicon]

    def add(self, group: str, hit: Hit) -> None:
        """Note a find."""
        if group in self.hits:
            self.hits[group].append(hit)
        else:
            self.hits[group] = [hit]

    def add_term(self, owner: Owner, hit: Hit) -> None:
        """Note a find of a term."""
        self.add(owner.group, hit)
        if owner.language:
            self.gated.setdefault(owner.group, []).append((owner.language, hit))

    def keep_languages(self) -> None:
        """Drop the finds whose language the text can't be in."""
        self.languages = possible_languages("\n".join(each.text for each in self.texts))
        for group, gated in self.gated.items():
            right = {id(hit) for language, hit in gated if language in self.languages}
            wrong = {id(hit) for language, hit in gated if language not in self.languages} - right
            if wrong:
                self.hits[group] = [hit for hit in self.hits[group] if id(hit) not in wrong]


class _Finds(Mapping[str, Sequence[Found]]):
    """What was found in a content, as conditions ask for it: places are counted only where one is asked."""

    def __init__(self, case: _Case, scan: Scan) -> None:
        self._case = case
        self._scan = scan

    def __getitem__(self, group: str) -> Sequence[Found]:
        return _Founds(self._case.hits[group], self._case, self._scan)

    def get(self, group: str, default: Any = None) -> Any:
        """Return what was found of a group; what a mapping would do by an error, which takes longer."""
        hits = self._case.hits.get(group)
        return default if hits is None else _Founds(hits, self._case, self._scan)

    def __iter__(self) -> Iterator[str]:
        return iter(self._case.hits)

    def __len__(self) -> int:
        return len(self._case.hits)


class _Founds(Sequence[Found]):
    def __init__(self, hits: Sequence[Hit], case: _Case, scan: Scan) -> None:
        self._hits = hits
        self._case = case
        self._scan = scan

    def __len__(self) -> int:
        return len(self._hits)

    def __getitem__(self, index: int) -> Found:  # type: ignore[override]  # nobody slices it
        return self._found(self._hits[index])

    def _found(self, hit: Hit) -> Found:
        words = sentences = 0
        for text in self._case.texts:
            places = self._case.places_of(text, self._scan)
            if text.field is hit.field:
                at = places.at(hit.start, hit.end)
                different = hit.term if hit.view is not View.PLAIN else _value(hit, text.text)
                return Found(words + at.first, words + at.last, sentences + at.sentence, different)
            words += places.words
            sentences += places.sentences
        return Found(words, words, sentences, hit.term)


def _value(hit: Hit, text: str) -> str:
    """Return what is the same for the same value."""
    return hit.link or fold(text[hit.start : hit.end]).text


def _matches(case: _Case, groups: Iterable[str], weights: Mapping[str, float]) -> Iterator[Match]:
    for group in sorted(groups):
        for hit in case.hits.get(group, ())[:_MOST_MATCHES]:
            yield Match(
                group=group, term=hit.term, field=hit.field, start=hit.start, end=hit.end, view=hit.view,
                weight=weights.get(group, 0.0), confidence=hit.confidence, link=hit.link,
            )  # fmt: skip


def _place(match: Match) -> tuple[int, int, int, str]:
    return _FIELDS[match.field], match.start, match.end, match.group
