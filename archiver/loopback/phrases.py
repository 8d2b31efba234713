"""Sentences in the languages of the world, ordinary ones and the ugly ones that the archive is made for."""

from __future__ import annotations

import random
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def sentence(language: str, rng: random.Random, *, kind: str = "news") -> str:
    """Return a sentence of a kind (``news``, ``leak``, ``title``), its blanks filled."""
    book = _book()[language]
    template = rng.choice(book[kind])
    return str(
        template.format(
            place=rng.choice(book["places"]), thing=rng.choice(book["things"]), n=rng.randint(2, 98)
        )
    )


def languages() -> list[str]:
    """Return the languages there are sentences in."""
    return list(_book())


@cache
def _book() -> dict[str, Any]:
    return tomllib.loads(files("archiver.loopback").joinpath("worlds/phrases.toml").read_text("utf-8"))
