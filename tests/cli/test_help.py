"""Help that teaches, and what is wrong usage."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from archiver import __version__
from archiver.cli.main import COMMANDS, load
from tests.cli.conftest import Archiver

FIRST_STEPS = ["demo", "login", "channels add @name", "run", "status"]


def _parsers(words: tuple[str, ...], parser: argparse.ArgumentParser) -> Iterator[tuple[str, ...]]:
    yield words
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for verb, inner in action.choices.items():
                yield from _parsers((*words, verb), inner)


def _commands() -> Iterator[tuple[str, ...]]:
    for name in COMMANDS:
        parser = argparse.ArgumentParser()
        load(name).add(parser)
        yield from _parsers((name,), parser)


def _untold(words: tuple[str, ...]) -> Iterator[str]:
    """Yield what a command's help leaves unexplained."""
    parser = argparse.ArgumentParser()
    load(words[0]).add(parser)
    for verb in words[1:]:
        (verbs,) = (each for each in parser._actions if isinstance(each, argparse._SubParsersAction))
        parser = verbs.choices[verb]
    if not (parser.description or "").endswith("."):
        yield "the command itself"
    for action in parser._actions:
        if not action.help and not isinstance(action, argparse._SubParsersAction):
            yield str(action.metavar or action.dest)


@pytest.mark.parametrize("words", list(_commands()), ids=" ".join)
def test_the_help_of_a_command_says_what_it_does_and_what_each_option_means(
    archiver: Archiver, words: tuple[str, ...]
) -> None:
    found = archiver(*words, "--help")

    assert (found.code, found.err, list(_untold(words))) == (0, "", [])
    assert found.out.startswith(f"usage: archiver {' '.join(words)} [-h]")


def test_the_first_help_names_every_command_and_the_first_steps(archiver: Archiver) -> None:
    found = archiver("--help")

    assert (found.code, found.err) == (0, "")
    assert [name for name, does in COMMANDS.items() if f"{name:11}{does}" not in found.out] == []
    assert [step for step in FIRST_STEPS if f"  archiver {step}  " not in found.out] == []


def test_the_version_is_told(archiver: Archiver) -> None:
    assert archiver("--version") == (0, f"archiver {__version__}\n", "")


@pytest.mark.parametrize(
    "words",
    [
        (), ("nope",), ("--nope",), ("--deb", "status"), ("channels",), ("channels", "add"),
        ("channels", "add", "@rafidain", "--priority", "high"), ("status", "more"),
        ("demo", "--seconds", "soon"),
    ],
)  # fmt: skip
def test_wrong_usage_exits_with_2_and_shows_the_right_one(archiver: Archiver, words: tuple[str, ...]) -> None:
    found = archiver(*words)

    usage, *_, said = found.err.splitlines()
    assert (found.code, found.out) == (2, "")
    assert usage.startswith("usage: archiver ")
    assert said.startswith("archiver")
    assert ": error: " in said
