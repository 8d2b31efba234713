"""``archiver rules``: packs checked and listed, rules measured, with a flagger made by hand."""

from __future__ import annotations

import json
import sys
import types
from collections.abc import Sequence
from pathlib import Path

import pytest

from archiver.domain.flag import Flag
from archiver.domain.post import Content
from archiver.domain.rule import Rule, Rulebook
from tests.cli.conftest import Archiver

PACK = """\
pack: own
title: Our own
groups: {threat: {ar: [راح انشر], en: [pay or leak]}}
rules:
  - id: pay
    title: Pay, or we publish
    category: extortion
    severity: 4
    languages: [ar, en]
    when: threat
    note: first person
    references: ["https://example.org/why"]
    examples:
      flag: [pay or leak now]
      benign: [good news]
  - id: quiet
    title: Off for now
    category: sextortion
    severity: 1
    when: threat
    standing: off
    examples: {flag: [pay or leak tomorrow]}
"""

MORE = {"language": "ar", "kind": "demand"}
LESS = {"language": "en", "kind": "news"}
LINES = [
    {"id": "a-1", "text": "[own.pay]", "label": "flag", "categories": ["extortion"], **MORE},
    {"id": "a-2", "text": "خبر", "label": "flag", "categories": ["extortion"], **MORE},
    {"id": "b-1", "text": "[own.pay]", "label": "benign", "categories": [], **LESS},
    {"id": "b-2", "text": "fine", "label": "benign", "categories": [], **LESS},
]


class Flagger:
    """Flags what a rule's examples say, and texts with its id in brackets; nothing that says ``never``."""

    def __init__(self, rulebook: Rulebook, link_key: bytes | None = None) -> None:
        assert link_key is None  # nothing is linked that is not kept
        self._rules = rulebook.rules

    def flag(self, contents: Sequence[Content]) -> list[tuple[Flag, ...]]:
        return [
            tuple(_flag(rule) for rule in self._rules if _is_flagged(rule, content)) for content in contents
        ]


def _is_flagged(rule: Rule, content: Content) -> bool:
    is_example = content in [example.content for example in rule.examples_flag]
    return "never" not in content.text and (is_example or f"[{rule.id}]" in content.text)


def _flag(rule: Rule) -> Flag:
    return Flag(
        rule_id=rule.id,
        category=rule.category,
        severity=rule.severity,
        score=1.0,
        is_shadow=False,
        matches=(),
    )


@pytest.fixture(autouse=True)
def flagger(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a flagger of known answers in the place of the real one."""
    module = types.ModuleType("archiver.rules.flagger")
    module.__dict__["Flagger"] = Flagger
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.fixture
def own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the operator's pack, in the folder of ``ARCHIVER_RULES``."""
    rules = folder / "rules"
    rules.mkdir()
    monkeypatch.setenv("ARCHIVER_RULES", "rules")
    path = rules / "own.yml"
    path.write_text(PACK, "utf-8")
    return path


@pytest.fixture
def labelled(folder: Path) -> Path:
    """Give a file of labelled posts."""
    path = folder / "posts.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in LINES), "utf-8")
    return path


@pytest.mark.usefixtures("own")
def test_packs_without_a_fault_are_counted(archiver: Archiver) -> None:
    found = archiver("rules", "check")
    counted = json.loads(archiver("rules", "check", "--json").out)

    assert (found.code, found.err) == (0, "")
    assert found.out == "{packs} packs, {rules} rules, {examples} examples: no fault\n".format(**counted)
    assert counted["faults"] == []
    assert counted["rules"] >= 2
    assert counted["examples"] >= 2


def test_every_fault_is_printed_and_the_exit_code_is_1(archiver: Archiver, own: Path) -> None:
    own.write_text(
        PACK.replace("severity: 4", "severity: 9").replace("when: threat\n", "when: threat or\n", 1), "utf-8"
    )

    found = archiver("rules", "check")
    as_json = archiver("rules", "check", "--json")

    assert found == (
        1,
        "rules/own.yml:8: unknown severity '9'; there is 1, 2, 3, 4\n"
        "rules/own.yml:10: when: column 10 of the condition: expected the name of a group, found the end\n"
        "0 packs, 0 rules, 0 examples: 2 faults\n",
        "",
    )
    assert (as_json.code, json.loads(as_json.out)["faults"][0]) == (
        1,
        {"file": "rules/own.yml", "line": 8, "said": "unknown severity '9'; there is 1, 2, 3, 4"},
    )


def test_an_example_that_fails_is_a_fault_even_where_its_rule_is_off(archiver: Archiver, own: Path) -> None:
    own.write_text(
        PACK.replace("[good news]", '["[own.pay] good news"]').replace("pay or leak tomorrow", "never this"),
        "utf-8",
    )

    found = archiver("rules", "check")

    assert (found.code, found.err) == (1, "")
    assert found.out.splitlines()[:2] == [
        "rules/own.yml:15: own.pay flags its benign example '[own.pay] good news' (score 1, threshold 1); "
        "narrow the rule, or move the example to flag",
        "rules/own.yml:22: own.quiet does not flag its example 'never this'; widen the rule, or move the "
        "example to benign",
    ]


def test_paths_are_checked_instead_of_the_operators_folder(
    archiver: Archiver, own: Path, folder: Path
) -> None:
    own.write_text("pack: [", "utf-8")
    (folder / "my.yml").write_text(PACK, "utf-8")

    assert archiver("rules", "check").code == 1
    assert archiver("rules", "check", "my.yml").code == 0
    assert archiver("rules", "check", "my.yml", "rules").code == 1
    assert archiver("rules", "check", "none.yml").out.splitlines()[0] == (
        "none.yml: no such file or folder; make it, or name another"
    )


def test_a_text_of_a_pack_does_not_steer_the_terminal(archiver: Archiver, own: Path) -> None:
    own.write_text('groups: {"\\e[31m": 1, "\\e[31m": 2}\n', "utf-8")

    found = archiver("rules", "check").out

    assert "\N{REPLACEMENT CHARACTER}[31m stands twice" in found
    assert "\x1b" not in found


@pytest.mark.usefixtures("own")
def test_rules_are_listed_with_their_standing(archiver: Archiver) -> None:
    found = archiver("rules", "list")
    listed = json.loads(archiver("rules", "list", "--json").out)

    rows = [" ".join(line.split()) for line in found.out.splitlines()]
    assert (found.code, found.err) == (0, "")
    assert rows[0] == "rule category severity standing languages n precision 95 % title"
    assert "own.pay extortion 4 on ar en - - - Pay, or we publish" in rows
    assert "own.quiet sextortion 1 off all - - - Off for now" in rows
    assert rows[-2:] == [
        f"{len(listed['rules'])} rules in {len(listed['packs'])} packs",
        f"rulebook {listed['digest']}",
    ]


@pytest.mark.usefixtures("own")
def test_rules_are_listed_for_machines(archiver: Archiver) -> None:
    found = json.loads(archiver("rules", "list", "--json").out)

    assert found.keys() == {"digest", "packs", "rules"}
    assert {
        "pack": "own",
        "title": "Our own",
        "source": "rules/own.yml",
        "groups": 1,
        "terms": 2,
        "rules": 2,
    } in (found["packs"])
    assert next(rule for rule in found["rules"] if rule["id"] == "own.pay") == {
        "id": "own.pay",
        "title": "Pay, or we publish",
        "source": "rules/own.yml",
        "category": "extortion",
        "severity": 4,
        "standing": "on",
        "languages": ["ar", "en"],
        "threshold": 1.0,
        "lexicon": None,
        "note": "first person",
        "references": ["https://example.org/why"],
        "examples": 2,
        "n": 0,
        "precision": None,
        "interval": None,
        "wrong_matches": {},
    }


@pytest.mark.usefixtures("own")
def test_an_evaluation_prints_rates_and_the_ids_it_got_wrong(archiver: Archiver, labelled: Path) -> None:
    found = archiver("rules", "eval", str(labelled), "--by", "kind")

    rows = [line.split() for line in found.out.splitlines()]
    assert (found.code, found.err) == (0, "")
    assert rows == [
        ["posts", "n", "precision", "95", "%", "recall", "95", "%", "F1"],
        ["all", "4", "0.500", "0.09–0.91", "0.500", "0.09–0.91", "0.500"],
        ["language", "ar", "2", "1.000", "0.21–1.00", "0.500", "0.09–0.91", "0.667"],
        ["language", "en", "2", "0.000", "0.00–0.79", "-", "-", "0.000"],
        ["category", "extortion", "2", "0.500", "0.09–0.91", "0.500", "0.09–0.91", "0.500"],
        ["kind", "demand", "2", "1.000", "0.21–1.00", "0.500", "0.09–0.91", "0.667"],
        ["kind", "news", "2", "0.000", "0.00–0.79", "-", "-", "0.000"],
        [],
        ["wrong:", "2"],
        ["id", "expected", "got", "rules"],
        ["a-2", "flag", "benign", "-"],
        ["b-1", "benign", "flag", "own.pay"],
    ]


@pytest.mark.usefixtures("own")
def test_an_evaluation_for_machines_has_the_documented_shape(archiver: Archiver, labelled: Path) -> None:
    found = json.loads(archiver("rules", "eval", str(labelled), "--json", "--by", "kind").out)

    rates = {"n", "precision", "recall", "f1"}
    assert list(found) == ["overall", "by_language", "by_category", "by_kind", "wrong"]
    assert found["overall"] == {"n": 4, "precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert [each.keys() for each in found["by_language"].values()] == [rates, rates]
    assert found["by_category"].keys() == {"extortion"}
    assert found["by_kind"].keys() == {"demand", "news"}
    assert found["wrong"] == [
        {"id": "a-2", "expected": "flag", "got": "benign", "rules": []},
        {"id": "b-1", "expected": "benign", "got": "flag", "rules": ["own.pay"]},
    ]


@pytest.mark.usefixtures("own")
def test_an_evaluation_without_mistakes_lists_none(archiver: Archiver, labelled: Path) -> None:
    labelled.write_text(json.dumps(LINES[0]), "utf-8")

    assert archiver("rules", "eval", str(labelled)).out.endswith("\nwrong: 0\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["none.jsonl"], "none.jsonl: can't be read: no such file or directory"),
        (["bad.jsonl"], "bad.jsonl:1: no JSON; write one object a line (and 1 more: mend them too)"),
        (["empty.jsonl"], 'empty.jsonl: no posts; write a line for each: {"id": …, "text": …, "label": …}'),
        (
            ["posts.jsonl", "--by", "knid"],
            "posts.jsonl: no post has a field 'knid'; there is kind, language",
        ),
    ],
)
@pytest.mark.usefixtures("labelled")
def test_what_can_not_be_measured_is_told_in_one_line(
    archiver: Archiver, folder: Path, words: list[str], said: str
) -> None:
    (folder / "bad.jsonl").write_text("{\n[]\n", "utf-8")
    (folder / "empty.jsonl").write_text("\n", "utf-8")

    assert archiver("rules", "eval", *words) == (1, "", f"archiver: {said}\n")


@pytest.mark.usefixtures("labelled")
@pytest.mark.parametrize("words", [["list"], ["eval", "posts.jsonl"]], ids=" ".join)
def test_packs_with_faults_serve_nobody(archiver: Archiver, own: Path, words: list[str]) -> None:
    own.write_text("pack: own\ntitel: x\n", "utf-8")

    assert archiver("rules", *words) == (
        1,
        "",
        "archiver: rules/own.yml:1: the pack has no title; add title: … "
        "(and 1 more: archiver rules check shows them all)\n",
    )
