"""The words of rules that come from elsewhere are still those of elsewhere."""

from __future__ import annotations

from telethon.tl import types

from archiver.domain.rule import ENTITY_KINDS, TRAITS, TRAITS_OF_NOTHING
from archiver.telegram.translate.words import word


def test_the_kinds_of_entities_are_those_of_telegrams_schema() -> None:
    prefix = "MessageEntity"

    kinds = {word(name, without=prefix) for name in vars(types) if name.startswith(prefix)}

    assert set(ENTITY_KINDS) == kinds


def test_the_traits_of_nothing_are_traits() -> None:
    assert TRAITS.keys() > TRAITS_OF_NOTHING
