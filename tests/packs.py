"""Folders of rules in which the built-in ones are silent, so that a test knows what will be flagged."""

from __future__ import annotations

from pathlib import Path

from archiver.rules.rulebook import read_library

RULE = """\
pack: {name}
title: Our own
groups:
  word: {{ar: [{word}]}}
rules:
  - {{id: said, title: It says the word, category: extortion, severity: 4, when: word}}
"""


def quiet_folder(path: Path) -> Path:
    """Make a folder for ``ARCHIVER_RULES`` that switches all built-in rules off; return it."""
    path.mkdir(exist_ok=True)
    names = [pack.name for pack in read_library().packs if pack.rules]
    lines = "".join(f"  {name}.*: off\n" for name in names)
    (path / "quiet.yml").write_text(f"standing:\n{lines}", "utf-8")
    return path


def put_rules(folder: Path, **words: str) -> Path:
    """Write a rule ``NAME.said`` for each word, in force alone; return their folder."""
    quiet_folder(folder)
    for name, word in words.items():
        (folder / f"{name}.yml").write_text(RULE.format(name=name, word=word), "utf-8")
    return folder
