"""Rules tried on their examples and on labelled posts, with a flagger made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from archiver.domain.errors import LabelledPostsInvalid
from archiver.domain.flag import Category, Flag
from archiver.domain.labelled_post import LabelledPost
from archiver.domain.post import Content
from archiver.domain.rule import Example, Rule, RulePack
from archiver.services.evaluating import (
    check_field,
    count_examples,
    evaluate,
    failing_examples,
    read_labelled_posts,
    verdicts_on,
)


class Scripted:
    """Flags a text with the rules that it names, and remembers how many posts it was given at a time."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, contents: Sequence[Content]) -> list[tuple[Flag, ...]]:
        self.batches.append(len(contents))
        return [
            tuple(self._flag(word) for word in content.text.split() if "." in word) for content in contents
        ]

    def _flag(self, rule_id: str) -> Flag:
        is_shadow = rule_id.startswith("shadow.")
        category = Category(rule_id.partition(".")[2])
        return Flag(
            rule_id=rule_id, category=category, severity=1, score=1.25, is_shadow=is_shadow, matches=()
        )


def a_labelled_post(post_id: str, text: str, *categories: Category, **fields: str) -> LabelledPost:
    return LabelledPost(
        id=post_id, text=text, is_flag=bool(categories), categories=frozenset(categories), fields=fields
    )


POSTS = [
    a_labelled_post("a", "p.extortion", Category.EXTORTION, language="ar", kind="demand"),
    a_labelled_post("b", "quiet", Category.EXTORTION, language="ar"),
    a_labelled_post("c", "p.extortion p.sextortion", language="en", kind="news"),
    a_labelled_post("d", "shadow.extortion خبر من وزارة الداخلية العراقية", kind="news"),
    a_labelled_post("e", "", kind="news"),
]


def test_an_evaluation_is_told_as_documented() -> None:
    found = evaluate(list(verdicts_on(POSTS, Scripted())), field="kind")

    quiet = {"n": 1, "precision": None, "recall": None, "f1": None}
    assert found.as_json() == {
        "overall": {"n": 5, "precision": 0.5, "recall": 0.5, "f1": 0.5},
        "by_language": {
            "ar": {"n": 3, "precision": 1.0, "recall": 0.5, "f1": 2 / 3},
            "en": {"n": 1, "precision": 0.0, "recall": None, "f1": 0.0},
            "unknown": quiet,
        },
        "by_category": {
            "extortion": {"n": 2, "precision": 0.5, "recall": 0.5, "f1": 0.5},
            "sextortion": {"n": 0, "precision": 0.0, "recall": None, "f1": 0.0},
        },
        "by_kind": {
            "demand": {"n": 1, "precision": 1.0, "recall": 1.0, "f1": 1.0},
            "news": {"n": 3, "precision": 0.0, "recall": None, "f1": 0.0},
            "unknown": {"n": 1, "precision": None, "recall": 0.0, "f1": 0.0},
        },
        "wrong": [
            {"id": "b", "expected": "flag", "got": "benign", "rules": []},
            {"id": "c", "expected": "benign", "got": "flag", "rules": ["p.extortion", "p.sextortion"]},
        ],
    }


def test_posts_are_flagged_in_batches_and_keep_their_order() -> None:
    flagger = Scripted()
    posts = [a_labelled_post(str(number), "p.extortion" if number % 7 else "") for number in range(2_250)]

    verdicts = list(verdicts_on(posts, flagger))

    assert flagger.batches == [1_000, 1_000, 250]
    assert [verdict.post for verdict in verdicts] == posts
    assert [verdict.is_flagged for verdict in verdicts] == [bool(number % 7) for number in range(2_250)]


def test_to_group_by_a_field_that_no_post_has_is_refused() -> None:
    check_field(POSTS, "kind", name="x.jsonl")

    with pytest.raises(LabelledPostsInvalid) as refused:
        check_field(POSTS, "kin", name="x.jsonl")
    with pytest.raises(LabelledPostsInvalid) as bare:
        check_field([a_labelled_post("a", "")], "kind", name="x.jsonl")

    assert str(refused.value) == "x.jsonl: no post has a field 'kin'; there is kind, language"
    assert str(bare.value) == (
        "x.jsonl: no post has a field 'kind'; there is none but id, text, label and categories"
    )


def test_a_file_of_labelled_posts_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    noise = tmp_path / "noise.jsonl"
    noise.write_bytes(b"\n\xff")
    large = tmp_path / "large.jsonl"
    with large.open("wb") as file:
        file.truncate(257 * 1024 * 1024)

    said = []
    for path in (tmp_path / "none.jsonl", noise, large, tmp_path):
        with pytest.raises(LabelledPostsInvalid) as refused:
            read_labelled_posts(path)
        said.append(str(refused.value).removeprefix(str(path)))

    assert said == [
        ": can't be read: no such file or directory",
        ":2: no UTF-8 text; save it as UTF-8",
        ": larger than 256 MB; split it",
        ": can't be read: is a directory",
    ]


def a_pack(*rules: Rule) -> RulePack:
    return RulePack(name="p", title="P", source="p.yml", groups=(), rules=rules)


def a_rule(category: Category, *, flag: Sequence[str] = (), benign: Sequence[str] = ()) -> Rule:
    def examples(texts: Sequence[str], line: int) -> tuple[Example, ...]:
        return tuple(Example(content=Content(text=text), line=line + n) for n, text in enumerate(texts))

    return Rule(
        id=f"p.{category}",
        pack="p",
        title="T",
        category=category,
        severity=1,
        threshold=0.5,
        examples_flag=examples(flag, 10),
        examples_benign=examples(benign, 20),
    )


def test_an_example_that_its_own_rule_judges_otherwise_is_told_with_its_line() -> None:
    packs = [
        a_pack(a_rule(Category.EXTORTION, flag=["p.extortion", "p.sextortion", ""], benign=["p.sextortion"])),
        a_pack(a_rule(Category.SEXTORTION, benign=["fine", f"p.sextortion\n{70 * 'x'}"])),
    ]

    faults = [str(fault) for fault in failing_examples(packs, Scripted())]

    move = "widen the rule, or move the example to benign"
    assert faults == [
        f"p.yml:11: p.extortion does not flag its example 'p.sextortion'; {move}",
        f"p.yml:12: p.extortion does not flag its example without text; {move}",
        f"p.yml:21: p.sextortion flags its benign example 'p.sextortion {47 * 'x'}…' (score 1.25, threshold "
        "0.5); narrow the rule, or move the example to flag",
    ]
    assert count_examples(packs) == 6


def test_packs_without_examples_need_no_flagger() -> None:
    flagger = Scripted()

    assert failing_examples([a_pack()], flagger) == []
    assert flagger.batches == []
