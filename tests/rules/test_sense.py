"""Faults that only show when packs are taken together, or when a rule is thought through."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from archiver.domain.rule import Lexicon
from archiver.rules.reading import read_pack
from archiver.rules.sense import faults_between
from archiver.rules.shelf import Shelf

COMMON = """\
pack: common
title: C
groups:
  news: {en: [the ministry said, officials]}
  phone: {detect: [phone], en: [call us]}
  empty: {traits: [no_text]}
  brief: {traits: [short, long]}
"""

WORDS = Lexicon(
    columns=("any", "sold", "bought"),
    base=(-2.0, 0.5, -0.5),
    rows={"_buy": (1.5, 1.0, 0), "news": (-1.0, 0, 0)},
)
MUTE = Lexicon(columns=("any", "sold"), base=(0.5, -1.0), rows={"news": (-1.0, 0.0)})


def told(*texts: str) -> list[str]:
    """Return the faults between packs that have none of their own."""
    files = [read_pack(dedent(text), file=f"{number}.yml") for number, text in enumerate([COMMON, *texts])]
    shelf = Shelf(files=tuple(files), lexicons={"words.tsv": WORDS, "mute.tsv": MUTE}, faults=())
    return [str(fault) for fault in faults_between(shelf)]


def a_pack(rule: str, *, name: str = "p") -> str:
    head = f"pack: {name}\ntitle: T\ngroups:\n  own: {{en: [own, word]}}\nrules:\n"
    first = "- {id: first, title: F, category: extortion, severity: 1, when: own}\n"
    return f"{head}{first}- id: r\n  title: R\n  category: extortion\n  severity: 1\n{indent(rule, '  ')}\n"


@pytest.mark.parametrize(
    "rule",
    [
        "when: own",
        "when: own and not common.news\nweights: {common.phone: 0.5}",
        "when: own\nbase: 0\nweights: {own: 0.5, common.phone: 0.5}",
        "when: not common.news\nbase: 0.7\nweights: {own: 0.1}\nthreshold: 0.8",
        "when: count(own, common.phone) >= 9",
        "when: count(own, common.news) >= 4",
        "when: own\nbase: 0\nlexicon: words.tsv#sold\nthreshold: 50",
        "base: 0\nlexicon: words.tsv#sold",
        "base: 3\nlexicon: words.tsv#bought",
        "base: 0\nweights: {own: 1}",
        "when: common.empty and own",
        "when: common.empty and common.phone",
        "when: own or common.brief and common.news",
    ],
)
def test_a_sensible_rule_has_no_fault(rule: str) -> None:
    assert told(a_pack(rule)) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("when: onw", "11: unknown group 'p.onw'; did you mean p.own?"),
        ("when: own and news", "11: unknown group 'p.news'; there is common.news"),
        ("when: own and comon.news", "11: unknown pack 'comon'; did you mean common?"),
        (
            "when: own\nweights: {common.nwes: 1}",
            "12: unknown group 'common.nwes'; did you mean common.news?",
        ),
        ("when: own\nlexicon: words.tsv#any", "12: unknown column of words.tsv 'any'; there is bought, sold"),
        ("when: own\nlexicon: words.tsv#slod", "12: unknown column of words.tsv 'slod'; did you mean sold?"),
        (
            "when: not own",
            "11: p.r would flag a post that holds nothing, whose score is 1; name a group in when",
        ),
        (
            "base: 2",
            "7: p.r would flag a post that holds nothing, whose score is 2; name a group in when",
        ),
        (
            "when: common.empty",
            "11: p.r would flag a post that holds nothing, whose score is 1; name a group in when",
        ),
        (
            "base: 0.7\nweights: {common.brief: 0.1}\nthreshold: 0.8",
            "7: p.r would flag a post that holds nothing, whose score is 0.8; name a group in when",
        ),
        (
            "base: 3\nlexicon: words.tsv#sold",
            "7: p.r would flag a post that holds nothing, whose score is 1; name a group in when",
        ),
        (
            "when: own\nthreshold: 1.5",
            "12: the threshold 1.5 is out of reach: base and weights make 1 at most",
        ),
        (
            "when: own\nbase: 0.5\nweights: {common.news: -1, common.phone: 0.25}",
            "7: the threshold 1 is out of reach: base and weights make 0.75 at most",
        ),
        (
            "when: own and common.news\nbase: 1.5\nweights: {common.news: -1}",
            "7: the threshold 1 is out of reach: base and weights make 0.5 at most",
        ),
        (
            "when: own\nbase: 0\nlexicon: mute.tsv#sold",
            "7: the threshold 1 is out of reach: base and weights make 0.5 at most",
        ),
        (
            "when: own and not all(own, count(own, common.news) >= 5)",
            "11: count(…) >= 5 can never hold: the groups have 4 different terms",
        ),
        (
            "when: count(common.brief) >= 3",
            "11: count(…) >= 3 can never hold: the groups have 2 different terms",
        ),
    ],
)
def test_a_rule_that_makes_no_sense_is_told_with_its_line(rule: str, said: str) -> None:
    assert told(a_pack(rule)) == [f"1.yml:{said}"]


def test_two_packs_of_one_name_are_told() -> None:
    assert told(a_pack("when: own"), a_pack("when: own")) == [
        "2.yml:1: a pack of 1.yml is called p too; choose another name"
    ]


def test_standings_name_rules_and_packs_that_exist_and_one_file_says_what() -> None:
    found = told(
        a_pack("when: own"),
        "standing: {p.r: off, common.*: shadow, p.*: off}",
        "standing: {p.x: off, q.*: off, p.r: on}",
    )

    assert found == [
        "3.yml:1: unknown rule 'p.x'; did you mean p.r?",
        "3.yml:1: unknown rule 'q.*'; did you mean p.*?",
        "3.yml:1: 2.yml has a standing for p.r too; delete one",
    ]


@pytest.mark.parametrize("broken", ["a: 'b", "", "title: T\ngroups: {g: {en: [word]}}"])
def test_names_of_a_file_that_could_not_be_read_are_no_faults_of_others(broken: str) -> None:
    lost = a_pack("when: own and lost.group, weights: {lost.other: 1}")

    assert told(lost, broken, "standing: {lost.r: off}") == []


def test_a_rule_or_group_with_faults_is_not_thought_through() -> None:
    text = """\
        pack: p
        title: T
        groups:
          own: {detect: [fone]}
        rules:
          - {id: r, title: R, category: extortion, severity: 9, when: own, threshold: 9}
          - {id: s, title: R, category: extortion, severity: 1, when: count(own) >= 3}
          - {id: t, title: R, category: extortion, severity: 9, when: missing}
    """

    assert told(text) == [
        "1.yml:8: unknown group 'p.missing'; "
        "there is common.brief, common.empty, common.news, common.phone, p.own"
    ]
