"""Labelled posts: what people say of posts, a JSON object a line, to measure rules by.

    {"id": "a-1", "text": "…", "label": "flag", "categories": ["extortion"], "language": "ar"}

``label`` is ``flag`` or ``benign``. Of a flag without ``categories`` nobody said which. Any other field is
kept as it is, to group by.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archiver.domain.errors import LabelledPostsInvalid
from archiver.domain.fault import Fault
from archiver.domain.flag import Category

_LABELS = {"flag": True, "benign": False}
_OWN = frozenset({"id", "text", "label", "categories"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPost:
    """A post and what a person says of it; ``fields`` are the other fields, as text."""

    id: str
    text: str
    is_flag: bool
    categories: frozenset[Category] | None
    fields: Mapping[str, str]


def parse_labelled_posts(text: str, *, name: str) -> list[LabelledPost]:
    """Return the posts of a file, at least one; raises LabelledPostsInvalid with every wrong line."""
    posts: list[LabelledPost] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for number, line in _lines(text):
        try:
            post = _post(_object(line))
        except _Wrong as wrong:
            faults.append(Fault(name, number, str(wrong)))
            continue
        if first.setdefault(post.id, number) != number:
            said = f"the id {post.id[:60]!r} is that of line {first[post.id]} too; ids are unique"
            faults.append(Fault(name, number, said))
        posts.append(post)
    if not posts and not faults:
        faults.append(Fault(name, 0, 'no posts; write a line for each: {"id": …, "text": …, "label": …}'))
    if faults:
        raise LabelledPostsInvalid(faults)
    return posts


class _Wrong(Exception):
    """What is wrong with a line, for people."""


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        if line.strip():
            yield number, line


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _Wrong("no JSON; write one object a line") from error
    if not isinstance(found, dict):
        raise _Wrong('no JSON object; write {"id": …, "text": …, "label": …}')
    return found


def _post(found: dict[str, Any]) -> LabelledPost:
    label = _text(found, "label")
    if label not in _LABELS:
        raise _Wrong(f"the label {label[:30]!r} is neither flag nor benign")
    text = found.get("text")
    if not isinstance(text, str):
        raise _Wrong('no text; add "text": "…", empty where the post has none')
    is_flag = _LABELS[label]
    return LabelledPost(
        id=_text(found, "id"),
        text=text,
        is_flag=is_flag,
        categories=_categories(found.get("categories"), is_flag=is_flag),
        fields={key: _shown(value) for key, value in found.items() if key not in _OWN},
    )


def _text(found: dict[str, Any], key: str) -> str:
    value = found.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise _Wrong(f'no {key}; add "{key}": "…"')
    return value


def _categories(value: object, *, is_flag: bool) -> frozenset[Category] | None:
    if value is None:
        return None if is_flag else frozenset()
    if not isinstance(value, list):
        raise _Wrong('categories must be a list, as in "categories": ["extortion"]')
    if value and not is_flag:
        raise _Wrong("a benign post has no categories; empty the list, or label the post flag")
    known = tuple(Category)
    for word in value:
        if word not in known:
            raise _Wrong(f"unknown category {str(word)[:40]!r}; docs/glossary.md lists those there are")
    return frozenset(Category(word) for word in value) or (None if is_flag else frozenset())


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
