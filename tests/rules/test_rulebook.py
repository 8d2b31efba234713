"""From folders of packs to one rulebook with a digest."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from archiver.domain import folding
from archiver.domain.errors import RulesInvalid
from archiver.domain.fault import Fault
from archiver.domain.rule import Lexicon, Rulebook, Standing
from archiver.rules import rulebook as rules
from archiver.rules.rulebook import Library, read_library, rulebook
from archiver.rules.shelf import BUILT_IN

PACK = """\
pack: own-leaks
title: Leaks of our own
groups:
  offer: {en: [for sale, selling], ar: [للبيع]}
  rows: {detect: [bulk_rows]}
  unused: {en: [unused]}
rules:
  - id: sale
    title: Rows for sale
    category: personal_data_leak
    severity: 3
    when: near(offer, rows, 12)
    weights: {common.news: -0.5}
  - id: words
    title: Words of a sale
    category: personal_data_leak
    severity: 1
    when: offer
    base: 0
    lexicon: words-own.tsv#sold
"""
WORDS = "row\tany\tsold\tother\n(base)\t0\t0\t-1\n_sel\t2\t1\t0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a pack and its lexicon."""
    return a_folder(tmp_path / "rules")


def a_folder(folder: Path, *, pack: str = PACK, words: str = WORDS, **files: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in ({"own": pack} | files).items():
        (folder / f"{name}.yml").write_text(text, "utf-8")
    (folder / "words-own.tsv").write_text(words, "utf-8")
    return folder


def own(book: Rulebook) -> dict[str, Standing]:
    return {rule.id: rule.standing for rule in book.rules if rule.pack == "own-leaks"}


def told(*paths: Path) -> list[str]:
    with pytest.raises(RulesInvalid) as refused:
        read_library(paths)
    return [str(fault) for fault in refused.value.faults]


def test_the_built_in_packs_have_no_fault_and_a_name_like_their_file() -> None:
    packs = read_library().packs

    assert {pack.source: f"{pack.name}.yml" for pack in packs} == {
        path.name: path.name for path in BUILT_IN.glob("*.yml")
    }


def test_the_rulebook_holds_the_operators_rules_and_all_that_they_name(folder: Path) -> None:
    book = rulebook(folder)

    assert own(book) == {"own-leaks.sale": Standing.ON, "own-leaks.words": Standing.ON}
    assert {"own-leaks.offer", "own-leaks.rows", "common.news"} <= book.groups.keys()
    assert "own-leaks.unused" not in book.groups
    assert book.lexicons["words-own.tsv"] == Lexicon(
        columns=("any", "sold", "other"), base=(0.0, 0.0, -1.0), rows={"_sel": (2.0, 1.0, 0.0)}
    )
    assert [rule.id for rule in book.rules] == sorted(rule.id for rule in book.rules)


def test_without_a_folder_there_are_the_built_in_rules_only(folder: Path) -> None:
    assert own(rulebook(None)) == {}
    assert {pack.name for pack in read_library().packs} < {pack.name for pack in read_library([folder]).packs}


def test_standings_are_said_in_a_file_of_their_own_and_a_rule_goes_before_its_pack(folder: Path) -> None:
    (folder / "standing.yml").write_text(
        "standing:\n  own-leaks.*: off\n  own-leaks.words: shadow\n", "utf-8"
    )

    assert own(rulebook(folder)) == {"own-leaks.words": Standing.SHADOW}


def test_a_rule_that_is_off_takes_its_groups_and_lexicon_along(folder: Path) -> None:
    (folder / "standing.yml").write_text("standing: {own-leaks.*: off}", "utf-8")
    library = read_library([folder])

    assert library.rulebook() == rulebook(None)
    assert own(library.all_on().rulebook()) == {"own-leaks.sale": Standing.ON, "own-leaks.words": Standing.ON}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: Leaks of our own", "title: Leaks"),
        ("severity: 3\n", "severity: 3\n    note: why\n    references: ['https://example.org']\n"),
        ("severity: 3\n", "severity: 3\n    examples: {flag: [10k rows for sale]}\n"),
        ("rules:\n", "# a remark\nrules:\n"),
        ("[for sale, selling]", "[selling, for sale, for salee]"),
        ("unused: {en: [unused]}", "unused: {en: [nobody asks]}"),
        ("title: Rows for sale", "title: Rows"),
        ("{common.news: -0.5}", "{common.news: -.50}"),
        ("near(offer, rows, 12)", "(near ( offer,own-leaks.rows ,12))"),
    ],
)
def test_the_digest_does_not_move_with_what_decides_no_flag(tmp_path: Path, before: str, after: str) -> None:
    first = a_folder(tmp_path / "a")
    second = a_folder(tmp_path / "b", pack=PACK.replace(before, after, 1))

    assert PACK.count(before)
    assert rulebook(first).digest == rulebook(second).digest


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for sale, ", ""),
        ("[للبيع]}", "[للبيع], match: word}"),
        ("[bulk_rows]", "[file_size]"),
        ("severity: 3", "severity: 4"),
        ("category: personal_data_leak", "category: credential_leak"),
        ("rows, 12)", "rows, 13)"),
        ("near(offer, rows, 12)", "sentence(offer, rows)"),
        ("near(offer, rows, 12)", "offer and rows"),
        ("near(offer, rows, 12)", "offer or rows"),
        ("near(offer, rows, 12)", "count(offer, rows) >= 2"),
        ("-0.5}", "-0.4}"),
        ("severity: 3", "severity: 3\n    languages: [en]"),
        ("severity: 3", "severity: 3\n    threshold: 0.5"),
        ("severity: 3", "severity: 3\n    base: 1.5"),
        ("severity: 3", "severity: 3\n    standing: shadow"),
        ("id: sale", "id: sales"),
        ("#sold", "#other"),
    ],
)
def test_the_digest_moves_with_what_decides_a_flag(tmp_path: Path, before: str, after: str) -> None:
    first = a_folder(tmp_path / "a")
    second = a_folder(tmp_path / "b", pack=PACK.replace(before, after, 1))

    assert rulebook(first).digest != rulebook(second).digest


@pytest.mark.parametrize(("module", "version"), [(folding, "VERSION"), (rules, "MATCHING_VERSION")])
def test_the_digest_moves_with_the_version_of_what_reads_texts(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, version: str
) -> None:
    before = rulebook(None).digest

    monkeypatch.setattr(module, version, 0)

    assert rulebook(None).digest != before


def test_the_digest_moves_with_the_weights_of_a_lexicon(tmp_path: Path) -> None:
    digests = {
        rulebook(a_folder(tmp_path / name, words=words)).digest
        for name, words in {
            "a": WORDS,
            "b": WORDS.replace("2", "3"),
            "c": WORDS + "# end\n",
        }.items()
    }

    assert len(digests) == 2


def test_the_digest_does_not_move_with_the_names_and_the_order_of_files(tmp_path: Path) -> None:
    other = PACK.replace("own-leaks", "other")
    first = a_folder(tmp_path / "a", z=other)
    second = a_folder(tmp_path / "b", a=other)

    assert rulebook(first).digest == rulebook(second).digest
    assert len(rulebook(first).digest) == 64


def test_faults_of_all_files_are_told_at_once_and_nothing_is_loaded(folder: Path) -> None:
    (folder / "second.yml").write_text("pack: second\nrules: [{id: r, when: own-leaks.ofer}]\n", "utf-8")
    (folder / "third.yml").write_bytes(b"pack: \xff\n")
    (folder / "words-own.tsv").write_text("row\tany\tsold\n(base)\t1\t1\n_sel\tmuch\t1\n", "utf-8")

    assert told(folder) == [
        f"{folder}/second.yml:1: the pack has no title; add title: …",
        f"{folder}/second.yml:2: the rule has no category; add category: …",
        f"{folder}/second.yml:2: the rule has no severity; add severity: …",
        f"{folder}/second.yml:2: the rule has no title; add title: …",
        f"{folder}/second.yml:2: unknown group 'own-leaks.ofer'; did you mean own-leaks.offer?",
        f"{folder}/third.yml:1: no UTF-8 text; save it as UTF-8",
        f"{folder}/words-own.tsv:3: the weight 'much' is no number between -1000 and 1000, as in 0.5",
    ]


def test_an_error_for_a_person_is_one_line(folder: Path) -> None:
    (folder / "own.yml").write_text("pack: own\ntitel: x\n", "utf-8")

    with pytest.raises(RulesInvalid) as refused:
        rulebook(folder)

    assert str(refused.value) == (
        f"{folder}/own.yml:1: the pack has no title; add title: … "
        "(and 1 more: archiver rules check shows them all)"
    )
    assert refused.value.faults[1] == Fault(
        f"{folder}/own.yml", 2, "unknown key 'titel'; did you mean title?"
    )


def test_a_lexicon_that_is_missing_or_can_not_be_read_is_told(tmp_path: Path) -> None:
    missing = a_folder(tmp_path / "a", pack=PACK.replace("words-own.tsv", "nowhere.tsv"))
    unreadable = a_folder(tmp_path / "b")
    (unreadable / "words-own.tsv").write_bytes(b"row\tany\tsold\n\xff")

    assert told(missing) == [
        f"{missing}/own.yml:20: no file nowhere.tsv beside the pack; make it, or mend the name"
    ]
    assert told(unreadable) == [f"{unreadable}/words-own.tsv:2: no UTF-8 text; save it as UTF-8"]


def test_two_lexicons_of_one_name_are_told(tmp_path: Path) -> None:
    first = a_folder(tmp_path / "a")
    second = a_folder(tmp_path / "b", pack=PACK.replace("own-leaks", "other"))

    assert told(first, second) == [
        f"{second}/own.yml:20: another lexicon is called words-own.tsv "
        f"({first}/words-own.tsv); choose another name"
    ]


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "none") == [f"{tmp_path}/none: no such file or folder; make it, or name another"]


def test_only_yaml_files_that_are_not_hidden_are_packs(folder: Path) -> None:
    for name in ("notes.txt", ".draft.yml", "own.yml~"):
        (folder / name).write_text("no pack", "utf-8")
    (folder / "more.yaml").write_text("pack: more\ntitle: M\n", "utf-8")

    assert {pack.name for pack in read_library([folder]).packs} >= {"own-leaks", "more"}


def test_a_file_is_read_once_whichever_way_it_is_named(folder: Path) -> None:
    once = read_library([folder])
    twice = read_library([folder, folder / "own.yml", folder / ".." / "rules", BUILT_IN / "common.yml"])

    assert twice == once
    assert isinstance(once, Library)


def test_a_hundred_thousand_terms_are_read(tmp_path: Path) -> None:
    terms = "\n".join(f"    - اسم رقم {number}" for number in range(100_000))
    pack = f"pack: many\ntitle: M\ngroups:\n  names:\n    ar:\n{terms}\n"

    library = read_library([a_folder(tmp_path / "a", pack=pack)])

    many = next(pack for pack in library.packs if pack.name == "many")
    assert len(many.groups[0].terms["ar"]) == 100_000
