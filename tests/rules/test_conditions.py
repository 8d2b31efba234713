"""Conditions as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.domain.condition import AtLeast, Condition, Every, Near, Not, Present, SameSentence, Some
from archiver.rules.conditions import CALLS, Misread, parse

A, B, C = Present("p.a"), Present("p.b"), Present("p.c")


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("a", A),
        ("  common.news-2\n", Present("common.news-2")),
        ("not a", Not(A)),
        ("not not a", Not(Not(A))),
        ("a or b and c", Some((A, Every((B, C))), 1)),
        ("(a or b) and c", Every((Some((A, B), 1), C))),
        ("not a and b", Every((Not(A), B))),
        ("not (a and b)", Not(Every((A, B)))),
        ("a and b and c", Every((A, B, C))),
        ("any(a, b)", Some((A, B), 1)),
        ("all(a, not b)", Every((A, Not(B)))),
        ("atleast(2, a, b or c, c)", Some((A, Some((B, C), 1), C), 2)),
        ("count(a) >= 1", AtLeast(("p.a",), 1)),
        ("count(a, q.b)>=3", AtLeast(("p.a", "q.b"), 3)),
        ("near(a, b, 0)", Near(("p.a", "p.b"), 0)),
        ("near(a, q.b, c, 12)", Near(("p.a", "q.b", "p.c"), 12)),
        ("sentence(a, b, c)", SameSentence(("p.a", "p.b", "p.c"))),
        ("any(a, near(b, c, 3))", Some((A, Near(("p.b", "p.c"), 3)), 1)),
        ("nota", Present("p.nota")),
        ("a\n  and\tb", Every((A, B))),
    ],
)
def test_a_condition_is_read(text: str, condition: Condition) -> None:
    assert parse(text, pack="p") == condition


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "column 1 of the condition: expected the name of a group, found the end"),
        ("a and", "column 6 of the condition: expected the name of a group, found the end"),
        ("a b", "column 3 of the condition: expected and, or, or the end, found 'b'"),
        ("a )", "column 3 of the condition: expected and, or, or the end, found ')'"),
        ("(a or b", "column 8 of the condition: expected ')', found the end"),
        ("and (a)", "column 1 of the condition: and is a word of conditions and names no group"),
        ("a and near", "column 7 of the condition: near is a word of conditions and names no group"),
        ("p.not", "column 1 of the condition: p.not is a word of conditions and names no group"),
        ("naer(a, b, 3)", "column 1 of the condition: unknown function 'naer'; did you mean near?"),
        (
            "foo(a)",
            "column 1 of the condition: unknown function 'foo'; "
            "there is all, any, atleast, count, near, sentence",
        ),
        ("a AND b", "column 3 of the condition: what is 'AND b'? names are small letters, digits, - and _"),
        ("a . b", "column 3 of the condition: what is '. b'? names are small letters, digits, - and _"),
        (
            "near(a, b)",
            "column 10 of the condition: expected a comma and the number of words, as in near(a, b, 12), "
            "found ')'",
        ),
        ("near(a, 3)", "column 1 of the condition: near takes 2 to 6 groups, not 1"),
        ("near(a, b, 3, c)", "column 13 of the condition: expected ')', found ','"),
        ("near(a, b, 201)", "column 12 of the condition: 201 is not between 0 and 200"),
        ("near(a, b, 9999999999999999)", "column 12 of the condition: 999999999999 is not between 0 and 200"),
        (f"near(a, b, {5_000 * '9'})", "column 12 of the condition: 999999999999 is not between 0 and 200"),
        ("near(a, p.a, 3)", "column 1 of the condition: near names p.a twice; once is enough"),
        ("near(a, not b, 3)", "column 9 of the condition: not is a word of conditions and names no group"),
        ("sentence(a)", "column 1 of the condition: sentence takes 2 to 6 groups, not 1"),
        (
            "count(a, b)",
            "column 12 of the condition: expected >= and a number, as in count(a, b) >= 3, found the end",
        ),
        ("count(a) >= 0", "column 13 of the condition: 0 is not between 1 and 1,000"),
        ("count(a) >= b", "column 13 of the condition: expected a whole number, found 'b'"),
        ("count(a, b, a) >= 2", "column 1 of the condition: count names p.a twice; once is enough"),
        (
            "atleast(3, a, b)",
            "column 12 of the condition: 3 of 2 can never hold; add parts or lower the number",
        ),
        ("atleast(a, b)", "column 9 of the condition: expected a whole number, found 'a'"),
        ("any()", "column 5 of the condition: expected the name of a group, found ')'"),
        ("(" * 60 + "a" + ")" * 60, "column 42 of the condition: nested deeper than 40"),
        ("not " * 60 + "a", "column 165 of the condition: nested deeper than 40"),
        ("a " * 5_001, "column 1 of the condition: longer than 10,000 characters; split the rule"),
    ],
)
def test_a_condition_that_does_not_parse_shows_the_column_and_the_way_out(text: str, said: str) -> None:
    with pytest.raises(Misread) as refused:
        parse(text, pack="p")

    assert str(refused.value) == said


_words = st.sampled_from(["a", "p.b", "and", "or", "not", "(", ")", ",", ">=", "3", " ", *CALLS, "\n", "ا"])


@given(st.text(max_size=40) | st.lists(_words, max_size=25).map("".join))
def test_any_text_is_a_condition_or_misread(text: str) -> None:
    try:
        found = parse(text, pack="p")
    except Misread:
        return

    assert parse(_written(found), pack="p") == found


def _written(condition: Condition) -> str:
    match condition:
        case Present(group):
            return group
        case Near(groups, words):
            return f"near({', '.join(groups)}, {words})"
        case SameSentence(groups):
            return f"sentence({', '.join(groups)})"
        case AtLeast(groups, number):
            return f"count({', '.join(groups)}) >= {number}"
        case Some() | Every() | Not():
            return _combined(condition)


def _combined(condition: Some | Every | Not) -> str:
    match condition:
        case Some(parts, number):
            return f"atleast({number}, {', '.join(map(_written, parts))})"
        case Every(parts):
            return f"all({', '.join(map(_written, parts))})"
        case Not(part):
            return f"not ({_written(part)})"


@given(
    st.recursive(
        st.sampled_from([A, Near(("p.a", "p.b"), 3), SameSentence(("p.a", "q.b")), AtLeast(("p.c",), 2)]),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, min_size=1, max_size=3).map(tuple).map(Every),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: Some(tuple(parts), len(parts))),
        ),
        max_leaves=8,
    )
)
def test_a_condition_that_is_written_out_is_read_back(condition: Condition) -> None:
    assert parse(_written(condition), pack="q") == condition
