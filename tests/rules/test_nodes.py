"""YAML as a tree of texts that know their lines, and the YAML that is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.rules.nodes import Items, NoYaml, Pairs, Scalar, compose


def a_text(text: str, line: int = 1) -> Scalar:
    return Scalar(text, line, is_empty=False)


def test_every_scalar_is_the_text_that_stands_there() -> None:
    found = compose("standing: off\nen: [no, '007', 1e3, \"a\\nb\"]\n? x\n: ~\n")

    assert found == Pairs(
        (
            (a_text("standing"), a_text("off")),
            (
                a_text("en", 2),
                Items((a_text("no", 2), a_text("007", 2), a_text("1e3", 2), a_text("a\nb", 2)), 2),
            ),
            (a_text("x", 3), Scalar("~", 4, is_empty=True)),
        ),
        1,
    )


def test_a_key_that_stands_twice_is_there_twice() -> None:
    found = compose("a: 1\na: 2\n")

    assert found == Pairs(((a_text("a"), a_text("1")), (a_text("a", 2), a_text("2", 2))), 1)


@pytest.mark.parametrize(("text", "is_empty"), [("", True), ("null", True), ("''", False), ("'null'", False)])
def test_nothing_is_told_from_an_empty_text(text: str, *, is_empty: bool) -> None:
    found = compose(f"a: {text}")

    assert found == Pairs(((a_text("a"), Scalar(text.strip("'"), 1, is_empty)),), 1)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~"])
def test_an_empty_document_is_nothing(text: str) -> None:
    assert compose(text) is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: &x [1]\nb: *x", 1, "an anchor or alias, 'x'; write it out, or put * in quotes"),
        ("a: 1\nb: *x", 2, "an anchor or alias, 'x'; write it out, or put * in quotes"),
        (
            "a: !!python/object/apply:os.system [ls]",
            1,
            "a tag, 'tag:yaml.org,2002:python/object/apply:os.system'; put ! in quotes: a pack holds texts, "
            "lists and mappings only",
        ),
        ("a: 1\n---\nb: 2", 2, "a second document; a file is one pack, without ---"),
        ("a:\n  - " + "[" * 13 + "]" * 13, 2, "nested deeper than 12"),
        ("a: b\nc: \x00", 2, "the character U+0000, which YAML does not allow; delete it"),
        ("ا:\nb: \x1b[31m", 2, "the character U+001B, which YAML does not allow; delete it"),
        ("a: \ud800", 1, "the character U+D800, which YAML does not allow; delete it"),
    ],
)
def test_what_a_pack_does_not_need_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(NoYaml) as refused:
        compose(text)

    assert (refused.value.line, str(refused.value)) == (line, said)


@pytest.mark.parametrize(
    ("text", "line"), [("a: 'b", 1), ("a: b: c", 1), ("a: 1\nb: [1", 2), ("a:\n\tb: 1", 2), ("[" * 20_000, 1)]
)
def test_what_is_no_yaml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(NoYaml, match=r"^(no YAML: |nested deeper than)") as refused:
        compose(text)

    assert refused.value.line in {line, line + 1}


@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>'\"#%@?~, \n\t", max_size=60))
def test_any_text_is_a_tree_or_no_yaml(text: str) -> None:
    try:
        found = compose(text)
    except NoYaml as error:
        line = error.line
    else:
        line = found.line if found else 1

    assert 1 <= line <= text.count("\n") + text.count("\r") + text.count("\x85") + 2
