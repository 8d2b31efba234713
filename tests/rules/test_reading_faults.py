"""Every fault that a person can make in a pack, and what he is told."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from hypothesis import given, settings, strategies as st

from archiver.rules import example, group, reading, rule
from archiver.rules.detectors.kinds import KINDS
from archiver.rules.reading import read_pack

MAPPING = "must be a mapping of keys to values, as in key: value"
LISTED = "docs/reference/rules.md says what there is"


def faults(text: str) -> list[str]:
    return [str(fault).removeprefix("my.yml:") for fault in read_pack(dedent(text), file="my.yml").faults]


def a_group(text: str) -> str:
    return f"pack: p\ntitle: T\ngroups:\n  g: {text}\n"


def a_rule(text: str) -> str:
    return (
        "pack: p\ntitle: T\nrules:\n- {id: r, title: R, category: extortion, severity: 1}\n- "
        + indent(dedent(text).strip(), "  ").lstrip()
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["1: the file is empty; begin with pack: and title:"]),
        ("- a", [f"1: a pack {MAPPING}; here is a list"]),
        (
            "a: 'b",
            [
                "1: no YAML: found unexpected end of stream (while scanning a quoted scalar); "
                "look at the indentation (spaces only), and put a text with ': ' in it in quotes"
            ],
        ),
        ("pack: p", ["1: the pack has no title; add title: …"]),
        ("title: T", ["1: the pack has no pack; add pack: …"]),
        ("pack: p\ntitle: T\nrule: []", ["3: unknown key 'rule'; did you mean rules?"]),
        ("pack: p\ntitle:", ["2: title is empty; fill it or delete it"]),
        ("pack: p\ntitle: [T]", ["2: title must be a text; here is a list"]),
        ("pack: p\npack: p\ntitle: T", ["2: pack stands twice, first in line 1; delete one"]),
        ("pack: p\ntitle: T\n? [a]\n: b", ["3: a key of a pack is no word; quote it"]),
        ("pack: p\ntitle: T\ngroups: x", [f"3: groups {MAPPING}; here is a text"]),
        ("pack: p\ntitle: T\ngroups:", [f"3: groups {MAPPING}; here is nothing"]),
        ("pack: p\ntitle: T\nrules: []", ["3: rules is empty; fill it or delete it"]),
        ("pack: P\ntitle: T", [f"1: pack 'P' is no name; {rule.NAMES}"]),
        ("pack: near\ntitle: T", [f"1: pack 'near' is no name; {rule.NAMES}"]),
        ("pack: p\ntitle: T\ngroups:\n  not: {en: [word]}", [f"4: group 'not' is no name; {rule.NAMES}"]),
        ("standing: {a.b: perhaps}", ["1: unknown standing 'perhaps'; there is off, on, shadow"]),
        ("standing: [a.b]", [f"1: standing {MAPPING}; here is a list"]),
    ],
)  # fmt: skip
def test_a_fault_of_a_pack_is_told_with_its_line(text: str, said: list[str]) -> None:
    assert faults(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "group g holds nothing; list terms under a language, or detect: [phone]"),
        ("{match: word}", "group g holds nothing; list terms under a language, or detect: [phone]"),
        ("", f"group g {MAPPING}; here is nothing"),
        ("[a, b]", f"group g {MAPPING}; here is a list"),
        ("{de: [a]}", "unknown key 'de'; " + LISTED),
        ("{detects: [phone]}", "unknown key 'detects'; did you mean detect?"),
        ("{detect: [fone]}", "unknown detector 'fone'; did you mean phone?"),
        ("{detect: phone}", "the detector list must be a list, as in [one, two]; here is a text"),
        ("{entities: [hashtags]}", "unknown entity 'hashtags'; did you mean hashtag?"),
        ("{media: [picture]}", "unknown kind of media 'picture'; " + LISTED),
        ("{traits: [shrot]}", "unknown trait 'shrot'; did you mean short?"),
        ("{match: words, en: [ab]}", "unknown match 'words'; did you mean word?"),
        ("{en: []}", "en is empty; fill it or delete it"),
        ("{en: [ab, '']}", "an item of en is empty; fill it or delete it"),
        ("{en: [[ab]]}", "an item of en must be a text; here is a list"),
        ("{en: pay}", "en must be a list, as in [one, two]; here is a text"),
        ("{en: [a!]}", "the term 'a!' folds to 'a', less than two letters or digits; lengthen it"),
        ("{en: [ааа]}", "the term 'ааа' folds to 'a', less than two letters or digits; lengthen it"),
        ("{any: [שלום]}", "the term 'שלום' holds 'ו', of a script that rules can't read; leave it out"),
        (
            "{en: [" + 201 * "ab" + "]}",
            f"the term {20 * 'ab'!r}… is longer than 200 characters; a few words are enough",
        ),
        ("{file_names: ['*.*']}", "'*.*' is any file; say traits: [has_file] instead"),
        ("{forwarded_from: [t.me/+abc]}",
         "'t.me/+abc' is no public channel; give its @handle or https://t.me/handle"),
        ("{note: [a], en: [ab]}", "note must be a text; here is a list"),
    ],
)  # fmt: skip
def test_a_fault_of_a_group_is_told_with_its_line(text: str, said: str) -> None:
    found = read_pack(a_group(text), file="my.yml")

    assert [str(fault) for fault in found.faults] == [f"my.yml:4: {said}"]
    assert found.unsound_groups == {"g"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: x", ["5: the rule has no title; add title: …", "5: the rule has no category; add category: …",
                   "5: the rule has no severity; add severity: …"]),
        ("{id: r, title: R, category: extortion, severity: 1}",
         ["5: p.r is also the rule of line 4; give this one another id"]),
        ("x", [f"5: a rule {MAPPING}; here is a text"]),
        ("{title: R, category: extortion, severity: 1}", ["5: the rule has no id; add id: …"]),
    ],
)  # fmt: skip
def test_a_rule_that_lacks_something_is_told_with_its_line(text: str, said: list[str]) -> None:
    assert faults(a_rule(text)) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: Pay", f"5: id 'Pay' is no name; {rule.NAMES}"),
        ("category: extorsion", "6: unknown category 'extorsion'; did you mean extortion?"),
        ("severity: 5", "6: unknown severity '5'; there is 1, 2, 3, 4"),
        ("severity: high", "6: unknown severity 'high'; there is 1, 2, 3, 4"),
        ("languages: [ku]", "6: unknown language 'ku'; there is ar, ckb, en, fa, kmr, ru"),
        ("languages: ar", "6: the language list must be a list, as in [one, two]; here is a text"),
        ("when: near(a, b)", "6: when: column 10 of the condition: expected a comma and the number of words, "
         "as in near(a, b, 12), found ')'"),
        ("base: much", "6: base must be a number between -1000 and 1000, as in 0.5, not 'much'"),
        ("base: 1_0", "6: base must be a number between -1000 and 1000, as in 0.5, not '1_0'"),
        ("base: ٣", "6: base must be a number between -1000 and 1000, as in 0.5, not '٣'"),
        ("threshold: .nan", "6: threshold must be a number between -1000 and 1000, as in 0.5, not '.nan'"),
        ("threshold: inf", "6: threshold must be a number between -1000 and 1000, as in 0.5, not 'inf'"),
        ("threshold: 1e9", "6: threshold must be a number between -1000 and 1000, as in 0.5, not '1e9'"),
        ("weights: {a: x}", "6: the weight of a must be a number between -1000 and 1000, as in 0.5, not 'x'"),
        ("weights: {a b: 1}", "6: 'a b' names no group; write group, or pack.group"),
        ("weights: {a: 1, p.a: 2}", "6: p.a has two weights; delete one"),
        ("weights: [a]", f"6: weights {MAPPING}; here is a list"),
        ("lexicon: words.tsv", "6: lexicon 'words.tsv' must be file.tsv#column, a file beside the pack"),
        ("lexicon: ../w.tsv#a", "6: lexicon '../w.tsv#a' must be file.tsv#column, a file beside the pack"),
        ("standing: 'true'", "6: unknown standing 'true'; there is off, on, shadow"),
        ("references: [example.org]", "6: the reference 'example.org' is no link; begin it with https://"),
        ("examples: [a]", f"6: examples {MAPPING}; here is a list"),
        ("examples: {flags: [a]}", "6: unknown key 'flags'; did you mean flag?"),
        (
            "examples: {flag: [Exam questions: now]}",
            "6: an example that reads as a mapping; put the text in quotes, for its colon",
        ),
        ("examples: {flag: [{txt: a}]}", "6: unknown key 'txt'; did you mean text?"),
        ("examples: {flag: [{media: fotos}]}", "6: unknown kind of media 'fotos'; did you mean photo?"),
        ("examples: {flag: [{entities: [web]}]}", "6: unknown entity 'web'; " + LISTED),
        ("examples: {flag: [{forwarded_from: x}]}", "6: 'x' is no handle; give @name or https://t.me/name"),
        ("examples: {flag: [{buttons: [{link: a}]}]}", "6: unknown key 'link'; there is label, url"),
        ("examples: {benign: []}", "6: benign is empty; fill it or delete it"),
        ("note:", "6: note is empty; fill it or delete it"),
        ("note: {a: b}", "6: note must be a text; here is a mapping"),
    ],
)  # fmt: skip
def test_a_fault_of_a_rule_is_told_with_its_line(text: str, said: str) -> None:
    key = text.partition(":")[0]
    whole = {"id": "x", "title": "X", "category": "extortion", "severity": "1"}
    first, *others = [f"{name}: {value}" for name, value in whole.items() if name != key]
    lines = [text, first, *others] if key == "id" else [first, text, *others]

    found = read_pack(a_rule("\n".join(lines)), file="my.yml")

    assert [str(fault).removeprefix("my.yml:") for fault in found.faults] == [said]
    assert [each.is_sound for each in found.rules] == ([True] if key == "id" else [True, False])


def test_all_faults_are_told_at_once() -> None:
    text = """\
        pack: p
        titel: T
        groups:
          a: {detect: [fone], en: [x]}
          b: {xx: 1}
        rules:
          - id: r
            title: R
            category: leak
            severity: 9
            when: a and
            base: x
    """

    assert [int(said.partition(":")[0]) for said in faults(text)] == [2, 1, 4, 4, 5, 10, 9, 11, 12]


_keys = st.sampled_from(
    ["x", "a.b", *reading.KEYS, *group.KEYS, *rule.KEYS, *example.KEYS, *example.SIDES, *KINDS][:60]
)
_scalars = _keys | st.sampled_from(
    ["", "1", "0.5", "off", "a and b", "near(a,b,3)", "~", "أنشر", "'", "2e400"]
)
_trees: st.SearchStrategy[str] = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.lists(st.tuples(_keys, inner), max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=300)
@given(_trees, _trees)
def test_any_text_is_a_pack_or_has_faults_in_its_lines(groups: str, rules: str) -> None:
    text = f"pack: p\ntitle: T\ngroups: {groups}\nrules: [{rules}]\n"

    found = read_pack(text, file="my.yml")

    assert found.pack or found.faults
    assert {fault.line for fault in found.faults} <= {1, 2, 3, 4, 5}
