"""Texts in parts become texts with entities that count as Telegram does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from archiver.desktop.formatted import formatted, utf16_units
from archiver.domain.post import Entity
from archiver.domain.text import code_point_span

WORDS = st.text(st.characters(codec="utf-8"), max_size=9)
PARTS = st.lists(st.one_of(WORDS, st.builds(lambda text: {"type": "bold", "text": text}, WORDS)), max_size=6)


@given(text=st.text(max_size=40))
def test_units_are_those_of_utf_16(text: str) -> None:
    assert utf16_units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(parts=PARTS)
def test_every_entity_covers_the_part_that_it_was_made_of(parts: list[Any]) -> None:
    found = formatted(parts)

    assert found is not None
    text, entities = found
    spans = [code_point_span(text, offset=each.offset, length=each.length) for each in entities]
    bold = [part["text"] for part in parts if isinstance(part, dict) and part["text"]]
    assert text == "".join(part if isinstance(part, str) else part["text"] for part in parts)
    assert [text[start:end] for start, end in spans] == bold


@pytest.mark.parametrize(
    ("part", "entity"),
    [
        ({"type": "link", "text": "https://a.example"}, ("url", None)),
        ({"type": "text_link", "text": "here", "href": "https://a.example"}, ("text_url", "https://a.example")),
        ({"type": "strikethrough", "text": "no"}, ("strike", None)),
        ({"type": "pre", "text": "x = 1", "language": "python"}, ("pre", "python")),
        ({"type": "pre", "text": "x = 1", "language": ""}, ("pre", None)),
        ({"type": "custom_emoji", "text": "👍", "document_id": "53683"}, ("custom_emoji", "53683")),
        ({"type": "custom_emoji", "text": "👍", "document_id": "stickers/a.tgs"}, ("custom_emoji", None)),
        ({"type": "mention_name", "text": "Zaid", "user_id": 42}, ("mention_name", "42")),
        ({"type": "spoiler", "text": "secret"}, ("spoiler", None)),
        ({"type": "of_the_future", "text": "x"}, ("of_the_future", None)),
    ],
)  # fmt: skip
def test_kinds_and_values_are_telegrams(part: dict[str, Any], entity: tuple[str, str | None]) -> None:
    text = part["text"]

    made = Entity(kind=entity[0], offset=3, length=utf16_units(text), value=entity[1])
    assert formatted(["👍 ", part]) == (f"👍 {text}", (made,))


@pytest.mark.parametrize(
    "told", [None, 5, {"type": "bold", "text": "a"}, [5], [{"type": "bold"}], [{"text": 5}]]
)
def test_what_is_no_text_is_none(told: object) -> None:
    assert formatted(told) is None


def test_a_part_of_an_unreadable_kind_is_plain() -> None:
    assert formatted([{"type": 5, "text": "a"}, {"type": "bold", "text": ""}]) == ("a", ())
