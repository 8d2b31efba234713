"""The reference can't rot: docs/reference has what the program has, and no page speaks of what it has not."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from archiver import settings
from archiver.cli.main import COMMANDS, load
from archiver.domain import errors
from tests.house.tree import REFERENCE, ROOT, files, name, parsed, reference, rooms

_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}

written = pytest.mark.skipif(not any(REFERENCE.glob("*.md")), reason="docs/reference is not written yet")


def _pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def _missing(words: Iterable[str], *, spelled: str = "`{}`") -> list[str]:
    return sorted({word for word in words if spelled.format(word) not in reference()})


def _parsers() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield every command and subcommand with its own parser."""
    for command in COMMANDS:
        parser = argparse.ArgumentParser(prog=f"archiver {command}")
        load(command).add(parser)
        yield from _below(f"archiver {command}", parser)


def _below(words: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield words, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for sub, inner in action.choices.items():
                yield from _below(f"{words} {sub}", inner)


def _events() -> Iterator[tuple[str, str]]:
    """Yield where a line is logged, and its event; ``?`` where the event is no plain text."""
    for path in rooms():
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in _LEVELS
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"log", "_log"}
            ):
                first = node.args[0] if node.args else None
                text = first.value if isinstance(first, ast.Constant) else "?"
                yield f"{name(path)}:{node.lineno}", str(text)


def _tables() -> set[str]:
    text = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((ROOT / "migrations").rglob("*.sql"))
    )
    return set(
        re.findall(r"^CREATE (?:VIRTUAL )?(?:TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)", text, re.MULTILINE)
    )


def test_log_events_are_a_noun_and_what_happened_to_it() -> None:
    wrong = [(place, event) for place, event in _events() if not re.fullmatch(r"[a-z_]+\.[a-z_]+", event)]

    assert wrong == []


@written
def test_every_command_and_option_is_in_the_reference() -> None:
    found = dict(_parsers())
    options = {
        option
        for parser in found.values()
        for action in parser._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help"
    }

    assert _missing(found, spelled="{}") == []
    assert _missing(options, spelled="{}") == []


@written
def test_every_setting_is_in_the_reference() -> None:
    assert _missing(settings.names()) == []


@written
def test_every_table_is_in_the_reference() -> None:
    assert _missing(_tables()) == []


@written
def test_every_log_event_is_in_the_reference() -> None:
    assert _missing(event for _, event in _events()) == []


@written
def test_every_error_code_is_in_the_reference() -> None:
    classes = [found for found in vars(errors).values() if isinstance(found, type)]
    codes = [found.code for found in classes if issubclass(found, errors.ArchiverError)]

    assert _missing(codes) == []


@pytest.mark.parametrize("page", _pages(), ids=name)
def test_a_page_speaks_of_commands_and_settings_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    # a command as it is typed: at the start of a line of code, or in code within a sentence
    typed = set(re.findall(r"(?:^(?: {4})?(?:\$ )?|`)archiver ([a-z]+)\b", _code(text), re.MULTILINE))
    named = set(re.findall(r"\bARCHIVER_[A-Z_]*[A-Z]\b(?!_|…)", text))
    assert (
        typed - COMMANDS.keys(),
        named - set(settings.names()) - {"ARCHIVER_BROWSER_TESTS", "ARCHIVER_SCREENSHOTS"},
    ) == (
        set(),
        set(),
    )


@pytest.mark.parametrize("page", _pages(), ids=name)
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))

    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert broken == []


def _code(text: str) -> str:
    """Return the code of a page: its fenced blocks, and the stretches between backticks."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"(`[^`\n]+)`", text)
    return "\n".join([*blocks, *spans])
