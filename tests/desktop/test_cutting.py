"""JSON that is cut is what a whole decoder reads, whatever it looks like and wherever it ends."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st

from archiver.desktop.cutting import Cutter, Items
from archiver.domain.errors import SourceUnreadable


class Post(msgspec.Struct):
    id: int
    text: Any = ""


POSTS = Items(Post)
HUGE = b"a" * (17 << 20)
DEEP_LINES = b'{"posts": [\n {"id": 1},\n {"text": ' + b"[" * 2_000 + b"]" * 2_000 + b"\n }\n]}"
TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.text(max_size=8)
    | st.sampled_from(["]", "},\n  {", '\\"']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def cut(data: bytes, *, after: int = 0, into: list[Post] | None = None) -> list[Post]:
    """Return the posts of a file ``{"others": …, "posts": […], "more": …}``."""
    cutter, found = Cutter(io.BytesIO(data), "x.json"), [] if into is None else into
    for key in cutter.fields():
        if key == "posts":
            for part in cutter.items(POSTS, after=after):
                found += part.items
        else:
            cutter.skip()
    assert cutter.peek() == b""
    return found


def a_file(
    texts: Sequence[object], *, indent: int | None, others: object = 0, is_ascii: bool = False
) -> bytes:
    posts = [{"id": number, "text": text} for number, text in enumerate(texts)]
    told = {"others": others, "posts": posts, "more": others}
    return json.dumps(told, indent=indent, ensure_ascii=is_ascii).encode()


def fault(data: bytes) -> str:
    with pytest.raises(SourceUnreadable) as caught:
        cut(data)
    return str(caught.value)


@given(
    texts=st.lists(TREES, max_size=5),
    others=TREES,
    indent=st.sampled_from([None, 0, 1, 4]),
    is_ascii=st.booleans(),
)
def test_what_is_cut_is_what_is_there(
    texts: list[object], others: object, indent: int | None, is_ascii: bool
) -> None:
    found = cut(a_file(texts, indent=indent, others=others, is_ascii=is_ascii))

    assert [each.text for each in found] == texts


@pytest.mark.parametrize("indent", [None, 1])
def test_a_file_of_many_chunks_is_cut_into_all_its_posts(indent: int | None) -> None:
    texts = [["}\n  ]", "ن" * (number % 4_000), {"a": ["]"]}] for number in range(1_500)]

    assert [each.text for each in cut(a_file(texts, indent=indent, others=texts[:50]))] == texts


def test_lines_that_end_like_a_post_within_one_mislead_nobody() -> None:
    post = '\n  {"id": 7, "text": [\n  {"a": 1\n  }, 5\n  ]\n  }'

    found = cut(f'{{\n "posts": [{",".join([post] * 9)}\n ]\n}}'.encode())

    assert found == [Post(id=7, text=[{"a": 1}, 5])] * 9


@given(
    texts=st.lists(st.text(max_size=30), min_size=1, max_size=4),
    indent=st.sampled_from([None, 1]),
    data=st.data(),
)
def test_a_file_that_is_cut_off_gives_what_is_whole_and_says_where_it_ends(
    texts: list[str], indent: int | None, data: st.DataObject
) -> None:
    whole = a_file(texts, indent=indent)
    part = whole[: data.draw(st.integers(0, len(whole) - 1))]
    seen: list[Post] = []

    with pytest.raises(SourceUnreadable, match=r"x\.json: .* at byte [\d,]+; "):
        cut(part, into=seen)

    assert [each.text for each in seen] == texts[: len(seen)]
    assert len(seen) == len(texts) or f'"id": {len(seen) + 1}'.encode() not in part


def test_what_was_gone_through_before_is_not_given_again() -> None:
    data = a_file(["a", "b", "c"], indent=None)
    end = data.index(b'"b"') + len(b'"b"}')

    assert [each.text for each in cut(data, after=end)] == ["c"]


def test_the_escapes_of_telegram_desktop_for_control_characters_are_read() -> None:
    data = rb'{"posts": [{"id": 1, "text": "a\x0Bb\\x0B"}, {"id": 2, "text": "\ud800"}]}'

    assert [each.text for each in cut(data)] == ["a\x0bb\\x0B", "\ud800"]


def test_odd_escapes_do_not_keep_posts_from_being_cut_many_at_once() -> None:
    data = a_file([f"a{number}" for number in range(100)], indent=1).replace(b'"a7"', rb'"a\x0B"')

    cutter = Cutter(io.BytesIO(data), "x.json")
    keys = cutter.fields()
    while next(keys) != "posts":
        cutter.skip()
    parts = list(cutter.items(POSTS))

    assert [len(part.items) for part in parts] == [100]
    assert parts[0].items[7].text == "a\x0b"


@pytest.mark.parametrize("indent", [None, 1])
def test_a_post_that_is_built_in_another_way_is_left_out_and_counted(indent: int | None) -> None:
    told = {"posts": [{"id": 1}, {"id": "two"}, {"number": 3}, 4, {"id": 5}]}

    cutter = Cutter(io.BytesIO(json.dumps(told, indent=indent).encode()), "x.json")
    next(cutter.fields())
    parts = list(cutter.items(POSTS))

    assert [each.id for part in parts for each in part.items] == [1, 5]
    assert sum(part.unreadable for part in parts) == 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(b"", "the file is cut off at byte 0", id="nothing"),
        pytest.param(b'{"posts": [{"id": NaN}]}', "what is no JSON at byte 18", id="NaN"),
        pytest.param(b'{"posts": [{"id": 1} {"id": 2}]}', ", was expected at byte 21", id="no-comma"),
        pytest.param(b'{"posts": [{"id": 1}, ]}', "a value was expected at byte 22", id="a-comma-too-many"),
        pytest.param(b'{"posts" [1]}', ": was expected at byte 9", id="no-colon"),
        pytest.param(b"{posts: [1]}", "a key was expected at byte 1", id="no-quotes"),
        pytest.param(b'{"posts": [{"id": 1, "text": "\xff\xfe"}]}', "no UTF-8 at byte 11", id="no-utf-8"),
        pytest.param(b'{"posts": [{"id": 1, "text": "a\nb"}]}', "no JSON at byte 31", id="a-raw-line-end"),
        pytest.param(b'{"posts": [' + b"[" * 2_000, "levels of nesting at byte 211", id="deep-in-a-post"),
        pytest.param(DEEP_LINES, "of nesting", id="deep-in-lines"),
        pytest.param(b'{"others": ' + b"[" * 2_000, "levels of nesting at byte 211", id="deep-elsewhere"),
        pytest.param(b'{"posts": ["' + HUGE, "more than 16 MiB", id="huge-in-a-post"),
        pytest.param(b'{"others": "' + HUGE, "more than 16 MiB", id="huge-elsewhere"),
    ],
)  # fmt: skip
def test_what_can_not_be_read_is_refused_with_its_place(data: bytes, said: str) -> None:
    assert said in fault(data)


def test_of_a_key_that_comes_twice_the_last_counts() -> None:
    assert cut(b'{"posts": [{"id": 1, "text": "a", "text": "b"}]}') == [Post(id=1, text="b")]
