"""The files of the project, read once, for the tests that look at the house itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARCHIVER = ROOT / "archiver"
REFERENCE = ROOT / "docs" / "reference"

_FOLDERS = ("archiver", "migrations", "tests", "benchmarks", "docs", ".ci")


@cache
def files() -> tuple[Path, ...]:
    """Return every file that people wrote, and none that a machine made."""
    inside = [path for folder in _FOLDERS for path in (ROOT / folder).rglob("*")]
    found = [
        path for path in [*ROOT.iterdir(), *inside] if path.is_file() and "__pycache__" not in path.parts
    ]
    made = {".pyc", ".gz", ".db", ".session", ".ttf", ".mo", ".png"}
    return tuple(
        sorted(
            path
            for path in found
            if path.suffix not in made and path.name != ".env" and not path.name.startswith(".coverage")
        )
    )


@cache
def modules() -> tuple[Path, ...]:
    """Return every Python file."""
    return tuple(path for path in files() if path.suffix == ".py" or path.name == "pins")


def rooms(*, without: tuple[str, ...] = ()) -> tuple[Path, ...]:
    """Return the modules of the archiver, some rooms left out."""
    inside = [path for path in modules() if path.is_relative_to(ARCHIVER)]
    return tuple(path for path in inside if path.relative_to(ARCHIVER).parts[0] not in without)


@cache
def parsed(path: Path) -> ast.Module:
    """Return a module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def name(path: Path) -> str:
    """Return a file's path as people write it, from the root."""
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions of a module, methods and inner ones too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@cache
def reference() -> str:
    """Return the whole text of docs/reference; empty while nothing is written there."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(REFERENCE.glob("*.md")))
