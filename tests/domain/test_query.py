"""Queries: what people type becomes a tree of folded words, or a line that says where it breaks off."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, strategies as st

from archiver.domain.errors import QueryInvalid
from archiver.domain.folding import fold
from archiver.domain.query import (
    DEEPEST,
    LONGEST,
    MOST_TERMS,
    Either,
    Every,
    Query,
    Term,
    Without,
    parse,
    terms_of,
)
from tests.domain.strange_text import anything

queries = st.lists(
    st.sampled_from(
        ["AND", "OR", "NOT", "(", ")", '"', "“", "»", "*", "٭", " ", "؟", "كتاب", "leak", "a-b", "\u200f"]
    )
    | anything,
    max_size=12,
).map("".join)


def word(text: str, *, is_prefix: bool = False) -> Term:
    return Term((fold(text).text,), is_exact=False, is_prefix=is_prefix)


def phrase(*words: str, is_prefix: bool = False) -> Term:
    return Term(tuple(fold(each).text for each in words), is_exact=True, is_prefix=is_prefix)


def read(text: str) -> tuple[Query | None, str]:
    try:
        return parse(text), ""
    except QueryInvalid as error:
        return None, str(error)


A, B, C = word("alpha"), word("beta"), word("gamma")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("كتاب", word("كتاب")),
        ("alpha beta", Every((A, B))),
        ("alpha AND beta", Every((A, B))),
        ("alpha OR beta gamma", Either((A, Every((B, C))))),
        ("alpha NOT beta", Without(A, B)),
        ("alpha AND NOT beta", Without(A, B)),
        ("NOT alpha beta", Without(B, A)),
        ("alpha NOT beta NOT gamma", Without(A, Either((B, C)))),
        ("(alpha OR beta) gamma", Every((Either((A, B)), C))),
        ("alpha NOT (beta OR gamma)", Without(A, Either((B, C)))),
        ("alp*", word("alp", is_prefix=True)),
        ('"alpha beta"', phrase("alpha", "beta")),
        ('"alpha"', phrase("alpha")),
        ('"alpha be"*', phrase("alpha", "be", is_prefix=True)),
        ("“alpha beta”", phrase("alpha", "beta")),
        ("«alpha beta»", phrase("alpha", "beta")),
        ("„alpha beta“", phrase("alpha", "beta")),
        ("alpha؟ ؟", A),
        ("alpha, (beta)!", Every((A, B))),
        ("user@example.com", phrase("user", "example", "com")),
        ("or and not", Every((word("or"), word("and"), word("not")))),
        ('"AND"', phrase("and")),
        ("\u200falpha\u200f \u200fOR\u200f beta", Either((A, B))),
        ("alpha\tOR\nbeta", Either((A, B))),
        ("٠٧٧٠", word("0770")),
    ],
)  # fmt: skip
def test_a_query_is_read_as_its_language_says(text: str, asked: object) -> None:
    assert parse(text) == asked


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no letter"),
        ("؟ !", "no letter"),
        ("AND", "at place 1 a word should stand, not AND"),
        ("alpha OR", "at place 9 a word should stand, not the end"),
        ("alpha AND OR beta", "at place 11 a word should stand, not OR"),
        ("alpha ()", "at place 8 a word should stand, not )"),
        ("NOT alpha", "at place 1 NOT has nothing to take away from"),
        ("alpha OR NOT beta", "at place 10 NOT has nothing"),
        ('alpha "beta', "the quotation mark at place 7"),
        ("(alpha", "the ( at place 1 is not closed"),
        ("alpha) beta", "the ) at place 6 closes nothing"),
        ("*", "the * at place 1 has no word before it"),
        ("alpha *", "the * at place 7 has no word before it"),
        ("al*pha", "the * at place 3 is within a word"),
        ("al**", "the * at place 3 is within a word"),
        ('"al*"', "the * at place 4 is within quotation marks"),
        ("؟* alpha", "at place 1 there is no letter"),
        ("(" * (DEEPEST + 1) + "a", f"the bracket at place {DEEPEST + 1} is too deep"),
        ("a " * (MOST_TERMS + 1), f"more than {MOST_TERMS} words"),
        ("a" * (LONGEST + 1), "more than 2,000 characters"),
    ],
)
def test_what_can_not_be_read_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(QueryInvalid, match=re.escape(said)):
        parse(text)


@given(queries)
def test_any_text_is_a_query_of_folded_words_or_refused_in_one_line(text: str) -> None:
    asked, refusal = read(text)

    assert "\n" not in refusal
    for term in terms_of(asked) if asked else ():
        assert term.words
        assert all(each == fold(each).text and " " not in each and each for each in term.words)
        assert term.is_exact or len(term.words) == 1


def test_brackets_beside_each_other_are_not_deep() -> None:
    assert parse("(alpha) " * (DEEPEST + 1)) == Every((A,) * (DEEPEST + 1))


def test_what_is_taken_away_is_nothing_to_be_found_by() -> None:
    assert list(terms_of(parse("alpha OR (beta NOT gamma)"))) == [A, B]
