"""A pack as a person writes it."""

from __future__ import annotations

from pathlib import Path

from archiver.domain.condition import Every, Near, Not, Present
from archiver.domain.fault import Fault
from archiver.domain.flag import Category
from archiver.domain.post import Button, Content, Entity, ForwardOrigin, Media, MediaKind, Poll
from archiver.domain.rule import Boundary, Example, Group, Rule, RulePack, Standing
from archiver.rules.reading import read_pack, read_text

PACK = """\
pack: extortion
title: Extortion and ransom
note: what it is about
groups:
  threat:
    match: word
    ar: [راح انشر, "سأفضحك"]
    any: [pay or leak]
    note: first person
  paying: {detect: [wallet, iban], en: [transfer]}
  shape:
    {entities: [url, code], media: [file], file_names: ["*.sql"], forwarded_from: ["@Leaks"], traits: [short]}
rules:
  - id: pay-or-publish
    title: Pay, or we publish
    category: extortion
    severity: 4
    languages: [en, ar]
    when: >
      near(threat, paying, 12)
      and not common.satire
    base: 0.5
    weights: {shape: 0.5, common.hotline: -0.8}
    threshold: 0.6
    lexicon: words.tsv#extortion
    standing: off
    note: why it is so
    references: ["https://example.org/why"]
    examples:
      flag:
        - راح انشر
        - {text: "a😀", media: photo, file_name: x.jpg, forwarded_from: "@leaks_iq", entities: [code]}
        - {buttons: [Open, {label: Buy, url: "https://t.me/x"}], poll: [Who?, me, you]}
      benign: [good news]
"""

RULE = Rule(
    id="extortion.pay-or-publish",
    pack="extortion",
    title="Pay, or we publish",
    category=Category.EXTORTION,
    severity=4,
    languages=("ar", "en"),
    when=Every((Near(("extortion.threat", "extortion.paying"), 12), Not(Present("common.satire")))),
    base=0.5,
    weights={"extortion.shape": 0.5, "common.hotline": -0.8},
    threshold=0.6,
    lexicon="words.tsv#extortion",
    standing=Standing.OFF,
    note="why it is so",
    references=("https://example.org/why",),
    examples_flag=(
        Example(content=Content(text="راح انشر"), line=31),
        Example(
            content=Content(
                text="a😀",
                media=Media(kind=MediaKind.PHOTO, name="x.jpg"),
                forward=ForwardOrigin(handle="leaks_iq"),
                entities=(Entity(kind="code", offset=0, length=3),),
            ),
            line=32,
        ),
        Example(
            content=Content(
                text="",
                buttons=(Button(label="Open"), Button(label="Buy", url="https://t.me/x")),
                poll=Poll(question="Who?", answers=("me", "you")),
            ),
            line=33,
        ),
    ),
    examples_benign=(Example(content=Content(text="good news"), line=34),),
)


def a_group(text: str) -> str:
    return f"pack: p\ntitle: T\ngroups:\n  g: {text}\n"


def test_a_pack_is_read_whole() -> None:
    found = read_pack(PACK, file="my.yml")

    assert found.faults == ()
    assert found.pack == RulePack(
        name="extortion",
        title="Extortion and ransom",
        source="my.yml",
        groups=(
            Group(
                name="threat",
                boundary=Boundary.WORD,
                terms={"ar": ("راح انشر", "سأفضحك"), "any": ("pay or leak",)},
            ),
            Group(name="paying", detectors=("iban", "wallet"), terms={"en": ("transfer",)}),
            Group(
                name="shape",
                entities=("code", "url"),
                media=("file",),
                file_names=("*.sql",),
                forwarded_from=("leaks",),
                traits=("short",),
            ),
        ),
        rules=(RULE,),
    )


def test_a_rule_needs_four_keys() -> None:
    text = "pack: p\ntitle: T\nrules:\n- {id: x, title: X, category: sextortion, severity: 2}\n"

    found = read_pack(text, file="my.yml")

    assert found.pack
    assert found.pack.rules == (
        Rule(id="p.x", pack="p", title="X", category=Category.SEXTORTION, severity=2),
    )


def test_spellings_that_fold_to_the_same_are_one_term() -> None:
    found = read_pack(a_group("{ar: [سأنشر, سانشر, ســأنشر, انشر], fa: [سانشر]}"), file="my.yml")

    assert found.pack
    assert found.pack.groups[0].terms == {"ar": ("انشر", "سأنشر"), "fa": ("سانشر",)}


def test_words_that_yaml_takes_for_something_else_are_words() -> None:
    found = read_pack(a_group("{en: [no, yes, 007, null and void]}"), file="my.yml")

    assert found.pack
    assert found.pack.groups[0].terms == {"en": ("007", "no", "null and void", "yes")}


def test_a_file_may_hold_standings_only() -> None:
    found = read_pack("standing:\n  extortion.x: off\n  leaks.*: shadow\n", file="my.yml")

    assert (found.pack, found.faults) == (None, ())
    assert found.standings == {"extortion.x": (Standing.OFF, 2), "leaks.*": (Standing.SHADOW, 3)}


def test_a_file_that_is_no_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "my.yml"
    path.write_bytes("pack: p\ntitle: سر\n".encode("cp1256"))

    assert read_text(path, file="my.yml") == Fault("my.yml", 2, "no UTF-8 text; save it as UTF-8")


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "my.yml"
    path.write_bytes(b"\xef\xbb\xbfpack: p\n")

    assert read_text(path, file="my.yml") == "pack: p\n"


def test_a_file_that_is_too_large_or_missing_or_a_folder_is_told(tmp_path: Path) -> None:
    large = tmp_path / "large.yml"
    with large.open("wb") as file:
        file.truncate(17 * 1024 * 1024)

    found = [read_text(path, file="my.yml") for path in (large, tmp_path / "none.yml", tmp_path)]

    assert found == [
        Fault("my.yml", 0, "larger than 16 MB; split it"),
        Fault("my.yml", 0, "can't be read: no such file or directory"),
        Fault("my.yml", 0, "can't be read: is a directory"),
    ]
