"""One word for one thing: Telegram's own words, and those that the glossary forbids, stay outside."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import name, parsed, rooms

_NEVER = {
    "attachment": "media",
    "backup": "snapshot",
    "chat": "channel",
    "chats": "channels",
    "checksum": "digest",
    "dump": "export, or snapshot",
    "engagement": "post counts",
    "hole": "gap",
    "megagroup": "channel",
    "members": "subscribers",
    "message": "post",
    "messages": "posts",
    "msg": "post",
    "participants": "subscribers",
    "payload": "observation",
    "peer": "channel",
    "pts": "as_of",
    "purge": "redaction",
    "slug": "handle",
    "stats": "post counts",
    "username": "handle",
}

# words that are right where they stand, and why
_RIGHT = {
    ("archiver/domain/account.py", "pts"): "an account's own update state is kept in Telegram's words",
    ("archiver/storage/accounts.py", "pts"): "the same, in its columns",
    ("archiver/domain/errors.py", "message"): "what an error says",
}


@pytest.mark.parametrize("path", rooms(without=("telegram", "loopback")), ids=name)
def test_names_come_from_the_dictionary(path: Path) -> None:
    wrong = {
        found: _NEVER[word]
        for found in _names(parsed(path))
        for word in _words(found)
        if word in _NEVER and (name(path), word) not in _RIGHT
    }

    assert wrong == {}


def _names(tree: ast.Module) -> Iterator[str]:
    """Yield the names that a module gives to things; those that it takes from others are theirs."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.arg():
                yield node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.attr


def _words(identifier: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", identifier).lower().strip("_").split("_")
