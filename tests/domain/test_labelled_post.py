"""Posts that people labelled, a JSON object a line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from archiver.domain.errors import LabelledPostsInvalid
from archiver.domain.flag import Category
from archiver.domain.labelled_post import LabelledPost, parse_labelled_posts


def a_line(**fields: object) -> str:
    line = {"id": "a-1", "text": "ادفع", "label": "flag", "categories": ["extortion"]} | fields
    return json.dumps({key: value for key, value in line.items() if value is not None}, ensure_ascii=False)


def test_a_line_is_a_post_and_other_fields_are_kept_as_text() -> None:
    text = (
        "\ufeff"
        + a_line(language="ar", evasion=True, rank=2)
        + "\n\n"
        + a_line(id=7, label="benign", categories=[])
    )

    assert parse_labelled_posts(text, name="x.jsonl") == [
        LabelledPost(
            id="a-1",
            text="ادفع",
            is_flag=True,
            categories=frozenset({Category.EXTORTION}),
            fields={"language": "ar", "evasion": "true", "rank": "2"},
        ),
        LabelledPost(id="7", text="ادفع", is_flag=False, categories=frozenset(), fields={}),
    ]


def test_a_flag_without_categories_has_unknown_ones_and_a_benign_post_has_none() -> None:
    text = "\n".join(
        [
            a_line(categories=None),
            a_line(id="b", categories=[]),
            a_line(id="c", label="benign", categories=None),
        ]
    )

    assert [post.categories for post in parse_labelled_posts(text, name="x")] == [None, None, frozenset()]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "x:1: no JSON; write one object a line"),
        ("[" * 100_000, "x:1: no JSON; write one object a line"),
        ("[1]", 'x:1: no JSON object; write {"id": …, "text": …, "label": …}'),
        (a_line(label=None), 'x:1: no label; add "label": "…"'),
        (a_line(label="leak"), "x:1: the label 'leak' is neither flag nor benign"),
        (a_line(label=["flag"]), 'x:1: no label; add "label": "…"'),
        (a_line(id=None), 'x:1: no id; add "id": "…"'),
        (a_line(id=True), 'x:1: no id; add "id": "…"'),
        (a_line(id=""), 'x:1: no id; add "id": "…"'),
        (a_line(text=None), 'x:1: no text; add "text": "…", empty where the post has none'),
        (a_line(text=3), 'x:1: no text; add "text": "…", empty where the post has none'),
        (a_line(categories="extortion"), 'x:1: categories must be a list, as in "categories": ["extortion"]'),
        (a_line(categories=["leak"]), "x:1: unknown category 'leak'; docs/glossary.md lists those there are"),
        (
            a_line(categories=[["a"]]),
            "x:1: unknown category \"['a']\"; docs/glossary.md lists those there are",
        ),
        (
            a_line(label="benign"),
            "x:1: a benign post has no categories; empty the list, or label the post flag",
        ),
        (f"\n{a_line()}\n{a_line()}", "x:3: the id 'a-1' is that of line 2 too; ids are unique"),
        ("\n \n", 'x: no posts; write a line for each: {"id": …, "text": …, "label": …}'),
    ],
)
def test_a_wrong_line_is_refused_with_its_number(line: str, said: str) -> None:
    with pytest.raises(LabelledPostsInvalid) as refused:
        parse_labelled_posts(line, name="x")

    assert str(refused.value) == said


def test_every_wrong_line_is_told_the_first_in_words() -> None:
    with pytest.raises(LabelledPostsInvalid) as refused:
        parse_labelled_posts(f"{a_line(label='x')}\n{a_line()}\n{{\n[]", name="x")

    assert [fault.line for fault in refused.value.faults] == [1, 3, 4]
    assert str(refused.value) == ("x:1: the label 'x' is neither flag nor benign (and 2 more: mend them too)")


@given(st.text(max_size=60) | st.text('{}[]":,\n0atfnul', max_size=60))
def test_any_text_is_posts_or_refused(text: str) -> None:
    try:
        posts = parse_labelled_posts(text, name="x")
    except LabelledPostsInvalid:
        return

    assert len({post.id for post in posts}) == len(posts)
