"""Fit the weights of ``archiver/rules/packs/words.tsv`` to the labelled posts in ``train-*.jsonl``.

    python -m tests.evaluation.weigh             fit to all sets, and write the lexicon
    python -m tests.evaluation.weigh --try       fit to all sets but one author's, and judge that one, in turn

``--news`` names a file of posts of public news channels (README.md says which), which teach what is ordinary.

Logistic regression (scikit-learn; see requirements.txt beside this): one for flag or benign, and one a
category among the flags. For the first, a row counts by the root of how far it leans to either side (Wang and
Manning, "Baselines and Bigrams", 2012, take the whole of it: that is worse here). Beside the sets it learns
from the examples of its rules, and from posts of ordinary words (wordfreq), so that a topic that no author
thought of speaks for nothing. A row is kept when two posts have it; rare rows weigh more (inverse document
frequency). Deterministic: the same sets give the same file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import wordfreq
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from archiver.domain.condition import Present, Some
from archiver.domain.flag import Category
from archiver.domain.language import language as language_of
from archiver.domain.post import Content
from archiver.domain.rule import LANGUAGES, Rule, Rulebook
from archiver.rules.flagger import Flagger
from archiver.rules.pieces import pieces
from archiver.rules.reading import read_pack

HERE = Path(__file__).parent
GROUPS = Path("archiver/rules/packs/common.yml")
OWN = Path("archiver/rules/packs/words.yml")
LEXICON = Path("archiver/rules/packs/words.tsv")
FEWEST, MOST_ROWS = 2, 45_000
ORDINARY = {"ar": 1_500, "en": 1_500, "fa": 1_500, "ru": 1_500}
ORDINARY_OF_OURS = {"ar": 400, "ckb": 400, "kmr": 400}
"""Posts of ordinary words, a language: by wordfreq, and by the benign posts."""
STRENGTH, CATEGORY_STRENGTH, GROUP_SCALE = 3.0, 3.0, 1.0
ORDINARY_COUNTS = 0.7
THRESHOLD, PRECISION, FOLDS = 0.5, 0.92, 5
MOST_OFFSETS = {"ar": 0.7, "en": 0.7, "ckb": 0.5, "kmr": 0.9, "fa": 0.3, "ru": 0.9}
"""More would flag ordinary posts."""
NEWS_STEP = 15
"""Of so many posts of public news one is learned from; the others tell whether that helped."""
SOLVER: dict[str, Any] = {"solver": "liblinear", "tol": 1e-3, "random_state": 0}

Post = dict[str, Any]
Reading = tuple[Counter[str], frozenset[str]]


def posts(pattern: str = "train-*.jsonl") -> list[Post]:
    """Return the labelled posts of the sets, each with the name of its file."""
    return [
        {**json.loads(line), "file": path.name}
        for path in sorted(HERE.glob(pattern))
        for line in path.read_text("utf-8").splitlines()
    ]


def ordinary() -> list[Post]:
    """Return benign posts of words as often as people use them, in any order: what is no sign of anything.

    Words and frequencies are those of wordfreq; for what it lacks, Kurdish and dialects, those of the benign
    posts.
    """
    chance = random.Random(20261125)
    made = []
    for language, count in ORDINARY.items():
        frequent = wordfreq.get_frequency_dict(language, wordlist="best")
        made += [_ordinary(chance, language, frequent) for _ in range(count)]
    for language, count in ORDINARY_OF_OURS.items():
        texts = [
            post["text"] for post in posts() if (post["label"], post["language"]) == ("benign", language)
        ]
        own = Counter(word for text in texts for word in text.split())
        made += [_ordinary(chance, language, own) for _ in range(count)]
    return made


def _ordinary(chance: random.Random, language: str, frequent: Mapping[str, float]) -> Post:
    words = chance.choices(list(frequent), list(frequent.values()), k=chance.randint(5, 70))
    told = {"text": " ".join(words), "language": language, "file": "ordinary"}
    return {**told, "label": "benign", "categories": []}


def examples() -> list[Post]:
    """Return the examples of the rules that ask the lexicon, which must hold."""
    pack = read_pack(OWN.read_text("utf-8"), file=OWN.name).pack
    assert pack is not None, OWN
    shown = [
        (example.content.text, label, [rule.category] if label == "flag" else [])
        for rule in pack.rules
        for label, own in (("flag", rule.examples_flag), ("benign", rule.examples_benign))
        for example in own
    ]
    return [
        {
            "text": text,
            "language": language_of(text),
            "file": "examples",
            "label": label,
            "categories": categories,
        }
        for text, label, categories in shown
    ]


def news(path: Path) -> list[Post]:
    """Return one in `NEWS_STEP` posts of public news as an ordinary one."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in islice(lines, 0, None, NEWS_STEP)]
    benign = {"language": "ru", "file": "ordinary", "label": "benign", "categories": []}
    return [{"text": text, **benign} for text in texts]


def readings(told: Sequence[Post]) -> list[Reading]:
    """Return the rows of each post, with how often they stand there, and its groups."""
    pack = read_pack(GROUPS.read_text("utf-8"), file=GROUPS.name).pack
    assert pack is not None, GROUPS
    groups = {f"{pack.name}.{group.name}": group for group in pack.groups}
    every = Rule(
        id="fit.all", pack="fit", title="", category=Category.EXTORTION, severity=1,
        when=Some(tuple(map(Present, groups)), 1), threshold=1.0, base=1.0,
    )  # fmt: skip
    flagger = Flagger(Rulebook(digest="", groups=groups, rules=(every,), lexicons={}))
    read = flagger.readings([Content(text=post["text"]) for post in told])
    return [(Counter(pieces(folded)), found) for folded, found in read]


class Table:
    """Which rows and groups are weighed, and posts as rows of numbers."""

    def __init__(
        self, told: Sequence[Post], read: Sequence[Reading], *, rows: Sequence[str] | None = None
    ) -> None:
        seen = Counter(row for found, _ in read for row in found)
        self.rows = (
            sorted(row for row, count in seen.items() if count >= FEWEST) if rows is None else list(rows)
        )
        self.groups = sorted({group for _, groups in read for group in groups})
        self._row_numbers = {row: number for number, row in enumerate(self.rows)}
        self._group_numbers = {group: number for number, group in enumerate(self.groups)}
        self.rarity = np.array([math.log((1 + len(read)) / (1 + seen[row])) for row in self.rows])
        self.spread = np.array([seen[row] for row in self.rows])
        self.leaning = self.rarity * self._lean(told, read)

    def _lean(self, told: Sequence[Post], read: Sequence[Reading]) -> Any:
        """Return the root of how far each row leans to flags or to benign posts, 1 in the mean of squares."""
        sides = []
        for label in ("flag", "benign"):
            posts = zip(told, read, strict=True)
            seen = Counter(row for post, (found, _) in posts if post["label"] == label for row in found)
            counts = np.array([1.0 + seen[row] for row in self.rows])
            sides.append(counts / counts.sum())
        lean = np.sqrt(np.abs(np.log(sides[0] / sides[1])))
        return lean / np.sqrt((lean**2).mean())

    def matrix(self, read: Sequence[Reading], scale: Any) -> Any:
        """Return a row a post: its rows by their scale over the root of their number, then its groups."""
        lines, columns, values = [], [], []
        for number, (found, named) in enumerate(read):
            known = {
                self._row_numbers[row]: count for row, count in found.items() if row in self._row_numbers
            }
            root = math.sqrt(max(1, sum(known.values())))
            groups = [
                len(self.rows) + self._group_numbers[group] for group in named & self._group_numbers.keys()
            ]
            lines += [number] * (len(known) + len(groups))
            columns += [*known, *groups]
            values += [count / root * scale[column] for column, count in known.items()]
            values += [GROUP_SCALE] * len(groups)
        shape = (len(read), len(self.rows) + len(self.groups))
        return sparse.csr_matrix((values, (lines, columns)), shape=shape)


Fit = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]
"""Bases, and weights: a row of the table a line, a column a weight."""


def fit(table: Table, told: Sequence[Post], read: Sequence[Reading]) -> Fit:
    """Return what each row weighs: for any category, and for each among the flags."""
    fits = [_whether(table.matrix(read, table.leaning), told)]
    matrix = table.matrix(read, table.rarity)
    is_flag = np.array([post["label"] == "flag" for post in told])
    flags = [post for post in told if post["label"] == "flag"]
    for category in Category:
        is_own = np.array([category in post["categories"] for post in flags])
        fits.append(LogisticRegression(C=CATEGORY_STRENGTH, **SOLVER).fit(matrix[is_flag], is_own))
    scales = [table.leaning, *(table.rarity for _ in Category)]
    groups = np.full(len(table.groups), GROUP_SCALE)
    columns = [
        each.coef_[0] * np.concatenate((scale, groups)) for each, scale in zip(fits, scales, strict=True)
    ]
    weights = np.stack(columns, axis=1)
    return np.array([float(each.intercept_[0]) for each in fits]), weights


def _whether(matrix: Any, told: Sequence[Post]) -> LogisticRegression:
    is_flag = [post["label"] == "flag" for post in told]
    counts = [ORDINARY_COUNTS if post["file"] == "ordinary" else 1.0 for post in told]
    return LogisticRegression(C=STRENGTH, **SOLVER).fit(matrix, is_flag, sample_weight=counts)


def pruned(told: Sequence[Post], read: Sequence[Reading]) -> tuple[Table, Fit]:
    """Fit, keep the rows that matter, and fit again."""
    table = Table(told, read)
    _, weights = fit(table, told, read)
    matters = np.abs(weights[: len(table.rows)]).max(axis=1) * np.sqrt(table.spread)
    kept = sorted(np.argsort(-matters, kind="stable")[:MOST_ROWS].tolist())
    smaller = Table(told, read, rows=[table.rows[number] for number in kept])
    return smaller, fit(smaller, told, read)


def write(path: Path, public: Path | None) -> None:
    """Fit to all sets and write the lexicon."""
    told = [*posts(), *examples(), *ordinary(), *(news(public) if public else ())]
    read = readings(told)
    more = offsets(told, read)
    table, (bases, weights) = pruned(told, read)
    names = [*table.rows, *(f"{{{group}}}" for group in table.groups)]
    lines = ["\t".join(("row", "any", *Category)), "\t".join(("(base)", *map(_told, bases)))]
    lines += ["\t".join((f"(base:{name})", _told(more[name]), *["0"] * len(Category))) for name in LANGUAGES]
    lines += ["\t".join((name, *map(_told, row))) for name, row in zip(names, weights, strict=True)]
    remark = "# Fitted by tests/evaluation/weigh.py; not to be edited by hand.\n"
    path.write_text(remark + "\n".join(lines) + "\n", "utf-8")
    say(f"{len(table.rows)} rows and {len(table.groups)} groups, fitted to {len(told)} posts: {path}; {more}")


def offsets(told: Sequence[Post], read: Sequence[Reading]) -> dict[str, float]:
    """Return what each language needs so that, at the rules' threshold, it is as precise as ``PRECISION``.

    Judged on posts of authors that the fit did not know, a few files at a time.
    """
    files = sorted({post["file"] for post in told} - {"ordinary", "examples"})
    judged: list[tuple[float, bool, str]] = []
    for fold in range(FOLDS):
        held = set(files[fold::FOLDS])
        judged += judge(told, read, held)
    return {
        language: _offset([each for each in judged if each[2] == language], most=MOST_OFFSETS[language])
        for language in LANGUAGES
    }


def _offset(judged: Sequence[tuple[float, bool, str]], *, most: float) -> float:
    best = math.inf
    right = 0
    for number, (score, is_flag, _) in enumerate(sorted(judged, reverse=True), start=1):
        right += is_flag
        if right / number >= PRECISION:
            best = score
    return round(min(THRESHOLD - best, most), 2)


def judge(told: Sequence[Post], read: Sequence[Reading], held: set[str]) -> list[tuple[float, bool, str]]:
    """Return score, truth and language of the posts of some files, by what the others teach."""
    others = [number for number, post in enumerate(told) if post["file"] not in held]
    own = [number for number, post in enumerate(told) if post["file"] in held]
    taught, taught_read = [told[number] for number in others], [read[number] for number in others]
    table = Table(taught, taught_read)
    fitted = _whether(table.matrix(taught_read, table.leaning), taught)
    summed = fitted.decision_function(table.matrix([read[number] for number in own], table.leaning))
    return [
        (float(score), told[number]["label"] == "flag", told[number]["language"])
        for score, number in zip(summed, own, strict=True)
    ]


def _told(weight: float) -> str:
    return (
        f"{weight:.2f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(weight) < 0.005 else f"{weight:.2f}"
    )


def try_out(only: str) -> None:
    """Judge each author's set by what the others teach."""
    told = [*posts(), *ordinary()]
    read = readings(told)
    both: list[tuple[float, bool, str]] = []
    for file in sorted({post["file"] for post in posts() if only in post["file"]}):
        judged = judge(told, read, {file})
        both += judged
        say(f"{file} {_rates(judged)}")
    for language in sorted({language for _, _, language in both}):
        say(f"{language} {_rates([each for each in both if each[2] == language])}")
    say(f"all {_rates(both)}")


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _rates(judged: Sequence[tuple[float, bool, str]]) -> str:
    text = f"n {len(judged)}"
    for bound in (-0.5, 0.0, 0.5, 1.0):
        flagged = [is_flag for score, is_flag, _ in judged if score >= bound]
        right = sum(flagged)
        wanted = sum(is_flag for _, is_flag, _ in judged)
        text += f" | {bound:+.1f}: P {right / max(1, len(flagged)):.3f} R {right / max(1, wanted):.3f}"
    return text


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--try", dest="only", nargs="?", const="", help="judge the sets whose names hold this"
    )
    parser.add_argument("--news", type=Path, help="posts of public news channels, as gzipped lines of JSON")
    wanted = parser.parse_args()
    if wanted.only is None:
        write(LEXICON, wanted.news)
    else:
        try_out(wanted.only)
