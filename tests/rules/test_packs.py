"""The built-in packs of combinations: their examples hold, and every category has its patterns."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest

from archiver.domain.flag import Category
from archiver.domain.post import Content
from archiver.domain.rule import Rule, RulePack
from archiver.rules.engine import BACKENDS, Backend
from archiver.rules.flagger import Flagger
from archiver.rules.rulebook import read_library, rulebook

OTHERS = {"words", "common"}
COUNTERED = ("common.court", "common.awareness")
LONERS = {"doxxing.call-upon-others", "personal_data.captioned-file"}
"""Rules that one sign speaks against, as their notes say."""
PACKS = {pack.name: pack for pack in read_library().packs if pack.name not in OTHERS}
RULES = [rule for pack in PACKS.values() for rule in pack.rules]


@pytest.fixture(scope="module", params=BACKENDS)
def flagger(request: pytest.FixtureRequest) -> Flagger:
    """Give the built-in rules on each engine."""
    backend: Backend = request.param
    return Flagger(read_library().all_on().rulebook(), backend)


def flagged(flagger: Flagger, content: Content) -> set[str]:
    return {flag.rule_id for flag in flagger.flag([content])[0]}


def scripts(rule: Rule) -> set[str]:
    """Return the scripts that the examples to flag are in: ``ARABIC``, ``CYRILLIC``, ``LATIN``."""
    contents = [each.content for each in rule.examples_flag]
    letters = {
        letter
        for content in contents
        for letter in content.text + ((content.media and content.media.name) or "")
        if letter.isalpha()
    }
    return {unicodedata.name(letter).split()[0] for letter in letters}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_flags_its_examples_and_none_of_its_near_misses(flagger: Flagger, rule: Rule) -> None:
    missed = [each.line for each in rule.examples_flag if rule.id not in flagged(flagger, each.content)]
    wrong = [each.line for each in rule.examples_benign if rule.id in flagged(flagger, each.content)]

    assert (missed, wrong) == ([], [])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_near_miss_of_a_rule_is_flagged_by_no_other_combination(flagger: Flagger, rule: Rule) -> None:
    names = {each.id for each in RULES}

    assert [flagged(flagger, each.content) & names for each in rule.examples_benign] == [
        set() for _ in rule.examples_benign
    ]


@pytest.mark.parametrize("name", sorted(OTHERS))
def test_what_the_other_packs_show_holds_too(name: str) -> None:
    pack = next(each for each in read_library().packs if each.name == name)
    flagger = Flagger(rulebook(None))

    assert [
        example.line
        for rule in pack.rules
        for examples, is_flag in ((rule.examples_flag, True), (rule.examples_benign, False))
        for example in examples
        if (rule.id in flagged(flagger, example.content)) is not is_flag
    ] == []


def test_every_category_has_at_least_three_rules_in_a_pack_of_its_own() -> None:
    counts = Counter(rule.category for rule in RULES)
    categories = {pack.name: {rule.category for rule in pack.rules} for pack in PACKS.values()}

    assert {category for category in Category if counts[category] >= 3} == set(Category)
    assert [name for name, those in categories.items() if len(those) != 1] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_a_note_and_examples_in_two_scripts(rule: Rule) -> None:
    assert rule.note
    assert len(rule.examples_flag) >= 3
    assert len(rule.examples_benign) >= 2
    assert len(scripts(rule)) >= 2


@pytest.mark.parametrize("pack", PACKS.values(), ids=lambda pack: pack.name)
def test_a_pack_has_examples_in_three_scripts(pack: RulePack) -> None:
    assert set().union(*map(scripts, pack.rules)) == {"ARABIC", "CYRILLIC", "LATIN"}


@pytest.mark.parametrize("rule", [each for each in RULES if each.id not in LONERS], ids=lambda rule: rule.id)
def test_one_sign_of_a_newsroom_or_court_vetoes_nothing_where_two_do(rule: Rule) -> None:
    first, second = (rule.weights[name] for name in COUNTERED)

    assert rule.base + first >= rule.threshold > rule.base + first + second
