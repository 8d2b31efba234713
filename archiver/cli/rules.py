"""``archiver rules``: what flags posts: check it, list it, measure it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track

from archiver import wiring
from archiver.cli.tables import Table, number, printable
from archiver.domain.errors import ArchiveMissing, ArchiveTooOld, RulesInvalid
from archiver.domain.evaluation import Verdict, interval
from archiver.domain.fault import Fault
from archiver.domain.rule import Rule, RulePack
from archiver.services import evaluating, statistics
from archiver.services.statistics import Precision
from archiver.settings import Settings
from archiver.storage.rule_tallies import RuleVersion, version_of


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its verbs."""
    parser.description = (
        "Checks, lists and measures the rules that flag posts: the built-in packs and your own."
    )
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True)
    _describe_check(verbs.add_parser("check", help="find what is wrong with packs, and try their examples"))
    _describe_list(verbs.add_parser("list", help="show every rule"))
    _describe_eval(verbs.add_parser("eval", help="measure the rules on labelled posts"))


def _describe_check(verb: argparse.ArgumentParser) -> None:
    verb.description = (
        "Reads the built-in packs and ARCHIVER_RULES, or the files and folders given instead of it; prints "
        "every fault with its line, and every example that its rule judges otherwise; exits with 1 then."
    )
    verb.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="packs, or folders of packs")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(command=_check)


def _describe_list(verb: argparse.ArgumentParser) -> None:
    verb.description = (
        "Shows every rule with its standing, those that are off included. n counts the decided cases of the "
        "archive that it had flagged as it is written now; precision is the share in which it was right, "
        "with its 95 % interval, from ten cases on."
    )
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(command=_list)


def _describe_eval(verb: argparse.ArgumentParser) -> None:
    verb.description = (
        "Flags labelled posts, a JSON object a line with id, text, label (flag or benign) and categories. "
        "Prints precision, recall and F1 overall, by language and by category, and the ids it got wrong."
    )
    verb.add_argument("file", type=Path, metavar="FILE.jsonl", help="the labelled posts")
    verb.add_argument("--by", metavar="FIELD", help="group by another field of the lines too")
    verb.add_argument("--json", action="store_true", help="one JSON object")
    verb.set_defaults(command=_evaluate)


def _check(arguments: argparse.Namespace) -> int:
    packs, faults = _checked(wiring.settings(), arguments.paths)
    counts = {
        "packs": len(packs),
        "rules": sum(len(pack.rules) for pack in packs),
        "examples": evaluating.count_examples(packs),
    }
    if arguments.json:
        told = [{"file": fault.file, "line": fault.line, "said": fault.said} for fault in faults]
        print(json.dumps(counts | {"faults": told}, ensure_ascii=False, indent=2))
    else:
        for fault in faults:
            print(printable(str(fault)))
        found = f"{number(len(faults))} {'fault' if len(faults) == 1 else 'faults'}" if faults else "no fault"
        print(f"{', '.join(f'{number(count)} {name}' for name, count in counts.items())}: {found}")
    return 1 if faults else 0


def _checked(settings: Settings, paths: Sequence[Path]) -> tuple[Sequence[RulePack], Sequence[Fault]]:
    try:
        library = wiring.library(settings, paths)
    except RulesInvalid as error:
        return (), error.faults
    if not evaluating.count_examples(library.packs):
        return library.packs, ()
    flagger = wiring.flagger(library.all_on().rulebook())
    return library.packs, evaluating.failing_examples(library.packs, flagger.flag)


def _list(arguments: argparse.Namespace) -> int:
    settings = wiring.settings()
    library = wiring.library(settings)
    rules = [(pack, rule) for pack in library.packs for rule in pack.rules]
    precisions = asyncio.run(_precisions(settings))
    if arguments.json:
        found = {
            "digest": library.rulebook().digest,
            "packs": [_pack(pack) for pack in library.packs],
            "rules": [_rule(pack, rule) | _decided(precisions.get(version_of(rule))) for pack, rule in rules],
        }
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    table = Table("rule", "category", "severity", "standing", "languages", "n", "precision", "95 %", "title")
    for _, rule in rules:
        found_right = precisions.get(version_of(rule))
        table.add(
            rule.id, rule.category, str(rule.severity), rule.standing, " ".join(rule.languages) or "all",
            number(found_right.n if found_right else None),
            _rate(found_right.value if found_right else None),
            _between(found_right.limits if found_right else None),
            rule.title,
        )  # fmt: skip
    table.print()
    print(f"{number(len(rules))} rules in {number(len(library.packs))} packs")
    print(f"rulebook {library.rulebook().digest}")
    return 0


async def _precisions(settings: Settings) -> dict[RuleVersion, Precision]:
    """Return how often rules were right, by what they are as written; nothing where there is no archive."""
    try:
        async with wiring.open_archive(settings, read_only=True) as archive:
            return {each.version: each for each in await statistics.read_precisions(archive)}
    except (ArchiveMissing, ArchiveTooOld):
        return {}


def _decided(found: Precision | None) -> dict[str, object]:
    return {
        "n": found.n if found else 0,
        "precision": found.value if found else None,
        "interval": list(found.limits) if found and found.limits else None,
        "wrong_matches": dict(found.reasons) if found else {},
    }


def _pack(pack: RulePack) -> dict[str, object]:
    terms = sum(len(phrases) for group in pack.groups for phrases in group.terms.values())
    return {
        "pack": pack.name,
        "title": pack.title,
        "source": pack.source,
        "groups": len(pack.groups),
        "terms": terms,
        "rules": len(pack.rules),
    }


def _rule(pack: RulePack, rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "title": rule.title,
        "source": pack.source,
        "category": rule.category,
        "severity": rule.severity,
        "standing": rule.standing,
        "languages": list(rule.languages),
        "threshold": rule.threshold,
        "lexicon": rule.lexicon,
        "note": rule.note,
        "references": list(rule.references),
        "examples": len(rule.examples_flag) + len(rule.examples_benign),
    }


def _evaluate(arguments: argparse.Namespace) -> int:
    settings = wiring.settings()
    posts = evaluating.read_labelled_posts(arguments.file)
    if arguments.by:
        evaluating.check_field(posts, arguments.by, name=str(arguments.file))
    flagger = wiring.flagger(wiring.rulebook(settings))
    verdicts = list(_with_progress(evaluating.verdicts_on(posts, flagger.flag), len(posts)))
    found = evaluating.evaluate(verdicts, field=arguments.by)
    if arguments.json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return 0
    _print_rates(found)
    _print_wrong(found.wrong)
    return 0


def _with_progress(verdicts: Iterator[Verdict], count: int) -> Iterator[Verdict]:
    console = Console(stderr=True)
    yield from track(
        verdicts, "flagging", total=count, console=console, disable=not sys.stderr.isatty(), transient=True
    )


def _print_rates(found: evaluating.Evaluation) -> None:
    table = Table("posts", "n", "precision", "95 %", "recall", "95 %", "F1")
    _add_rates(table, "all", found.overall)
    for name, parts in found.by.items():
        for value, part in parts.items():
            _add_rates(table, f"{name} {value}", part)
    table.print()


def _add_rates(table: Table, name: str, part: evaluating.Part) -> None:
    counted = part.counted
    table.add(
        name, number(part.n),
        _rate(counted.precision), _between(interval(counted.true_flags, counted.flagged)),
        _rate(counted.recall), _between(interval(counted.true_flags, counted.to_flag)),
        _rate(counted.f1),
    )  # fmt: skip


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:.3f}"


def _between(limits: tuple[float, float] | None) -> str:
    return "-" if limits is None else f"{limits[0]:.2f}–{limits[1]:.2f}"


def _print_wrong(wrong: Sequence[Verdict]) -> None:
    print(f"\nwrong: {number(len(wrong))}")
    if not wrong:
        return
    table = Table("id", "expected", "got", "rules")
    for verdict in wrong:
        expected, got = (
            evaluating.label(is_flag=each) for each in (verdict.post.is_flag, verdict.is_flagged)
        )
        table.add(verdict.post.id, expected, got, " ".join(verdict.rule_ids) or "-")
    table.print()
