"""Try rules: on the examples that stand beside them, and on posts that people labelled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.domain.errors import LabelledPostsInvalid
from archiver.domain.evaluation import Confusion, Verdict, by_category, by_field, judge, overall
from archiver.domain.fault import Fault
from archiver.domain.labelled_post import LabelledPost, parse_labelled_posts
from archiver.domain.language import language
from archiver.domain.post import Content
from archiver.domain.rule import Example, Rule, RulePack
from archiver.services.flagging import FlagContents

_BATCH = 1_000
_LARGEST = 256 * 1024 * 1024
_UNKNOWN = "unknown"
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How right the rules were on some of the posts: ``n`` of them, for a category those that have it."""

    n: int
    counted: Confusion

    def as_json(self) -> dict[str, float | None]:
        """Return its rates, None where one is unknown."""
        counted = self.counted
        return {
            "n": self.n,
            "precision": counted.precision,
            "recall": counted.recall,
            "f1": counted.f1,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How right the rules were; ``by`` maps language, category and what else was asked for to its parts."""

    overall: Part
    by: Mapping[str, Mapping[str, Part]]
    wrong: tuple[Verdict, ...]

    def as_json(self) -> dict[str, object]:
        """Return it as docs/reference/commands.md says."""
        wrong = [
            {
                "id": verdict.post.id,
                "expected": label(is_flag=verdict.post.is_flag),
                "got": label(is_flag=verdict.is_flagged),
                "rules": list(verdict.rule_ids),
            }
            for verdict in self.wrong
        ]
        by = {
            f"by_{name}": {key: part.as_json() for key, part in parts.items()}
            for name, parts in self.by.items()
        }
        return {"overall": self.overall.as_json(), **by, "wrong": wrong}


def label(*, is_flag: bool) -> str:
    """Return the word that a file of labelled posts has for it."""
    return "flag" if is_flag else "benign"


def read_labelled_posts(path: Path) -> list[LabelledPost]:
    """Return the posts of a JSONL file; raises LabelledPostsInvalid."""
    try:
        if path.stat().st_size > _LARGEST:
            raise LabelledPostsInvalid(
                [Fault(str(path), 0, f"larger than {_LARGEST // 1024**2} MB; split it")]
            )
        return parse_labelled_posts(path.read_bytes().decode(), name=str(path))
    except OSError as error:
        fault = Fault(str(path), 0, f"can't be read: {(error.strerror or 'unknown reason').lower()}")
        raise LabelledPostsInvalid([fault]) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise LabelledPostsInvalid([Fault(str(path), line, "no UTF-8 text; save it as UTF-8")]) from error


def check_field(posts: Sequence[LabelledPost], field: str, *, name: str) -> None:
    """Raise LabelledPostsInvalid where no post has a field to group by."""
    fields = {key for post in posts for key in post.fields}
    if field not in fields:
        there = ", ".join(sorted(fields)) or "none but id, text, label and categories"
        raise LabelledPostsInvalid([Fault(name, 0, f"no post has a field {field!r}; there is {there}")])


def verdicts_on(posts: Sequence[LabelledPost], flag: FlagContents) -> Iterator[Verdict]:
    """Yield what the rules say of each post, in batches."""
    for start in range(0, len(posts), _BATCH):
        batch = posts[start : start + _BATCH]
        for post, flags in zip(batch, flag([Content(text=post.text) for post in batch]), strict=True):
            yield judge(post, flags)


def evaluate(verdicts: Sequence[Verdict], *, field: str | None = None) -> Evaluation:
    """Return how right the rules were, also by language, by category and by ``field``.

    A post without a language is counted under the one that its text seems to be in.
    """
    by = {
        "language": _by_field(verdicts, _language),
        "category": {
            str(category): Part(n=counted.to_flag, counted=counted)
            for category, counted in by_category(verdicts).items()
        },
    }
    if field and field not in by:
        by[field] = _by_field(verdicts, lambda post: post.fields.get(field, _UNKNOWN))
    wrong = tuple(verdict for verdict in verdicts if verdict.is_wrong)
    return Evaluation(overall=_part(overall(verdicts)), by=by, wrong=wrong)


def failing_examples(packs: Sequence[RulePack], flag: FlagContents) -> list[Fault]:
    """Return the examples that their own rules flag and should not, or don't flag and should."""
    tried = [(pack, *each) for pack in packs for rule in pack.rules for each in _examples(rule)]
    flags = flag([example.content for _, _, example, _ in tried]) if tried else []
    faults = []
    for (pack, rule, example, is_flag), found in zip(tried, flags, strict=True):
        score = next((flag.score for flag in found if flag.rule_id == rule.id), None)
        if (score is not None) is not is_flag:
            faults.append(Fault(pack.source, example.line, _failure(rule, example, score)))
    return faults


def count_examples(packs: Sequence[RulePack]) -> int:
    """Return how many examples the rules of these packs have."""
    return sum(1 for pack in packs for rule in pack.rules for _ in _examples(rule))


def _examples(rule: Rule) -> Iterator[tuple[Rule, Example, bool]]:
    for example in rule.examples_flag:
        yield rule, example, True
    for example in rule.examples_benign:
        yield rule, example, False


def _failure(rule: Rule, example: Example, score: float | None) -> str:
    text = " ".join(example.content.text.split())
    shown = repr(text[:_SHOWN] + ("…" if len(text) > _SHOWN else "")) if text else "without text"
    if score is None:
        return f"{rule.id} does not flag its example {shown}; widen the rule, or move the example to benign"
    return (
        f"{rule.id} flags its benign example {shown} (score {score:g}, threshold {rule.threshold:g}); "
        "narrow the rule, or move the example to flag"
    )


def _language(post: LabelledPost) -> str:
    return post.fields.get("language") or language(post.text) or _UNKNOWN


def _by_field(verdicts: Sequence[Verdict], value_of: Callable[[LabelledPost], str]) -> dict[str, Part]:
    return {value: _part(counted) for value, counted in by_field(verdicts, value_of).items()}


def _part(counted: Confusion) -> Part:
    return Part(n=counted.n, counted=counted)
