"""Tables and figures for people."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text


class Table:
    """A plain table on standard output; cells are text, never markup."""

    def __init__(self, *columns: str) -> None:
        """``columns`` are the headings."""
        self._table = RichTable(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            self._table.add_column(column, overflow="fold")

    def add(self, *cells: str) -> None:
        """Add a row."""
        self._table.add_row(*(Text(printable(cell)) for cell in cells))

    def print(self) -> None:
        """Print the table as wide as it is where nobody looks, else as wide as the terminal."""
        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=200)
        console.print(self._table)


def printable(text: str) -> str:
    """Return the text with U+FFFD for control characters: a channel's title must not steer a terminal."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) == "Cc" else c for c in text)


def number(value: int | None) -> str:
    """Return a count with thin groups, ``-`` for none."""
    return "-" if value is None else f"{value:,}"


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago something was: ``12 s``, ``3 min``, ``5 h``, ``2 d``; ``never`` for none."""
    if moment is None:
        return "never"
    seconds = max(0, int((now - moment).total_seconds()))
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}"
    return f"{seconds} s"
