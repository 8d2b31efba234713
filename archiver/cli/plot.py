"""``archiver plot``: draws charts."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path

from archiver import wiring
from archiver.charts.rendering import PictureFormat, render
from archiver.charts.style import MOST_LINES, Spec
from archiver.cli.channel_named import channel_named
from archiver.services.plotting import Chart, Drawing, draw
from archiver.storage.series import Span


def add(parser: argparse.ArgumentParser) -> None:
    """Describe the command."""
    parser.description = (
        "Draws the archive: subscribers over time, broken where none were sampled; posts, edits, deletions "
        "and the hours of the day; flagged posts of each category. The same archive gives the same file."
    )
    parser.add_argument("chart", type=Chart, choices=tuple(Chart), metavar="CHART", help=", ".join(Chart))
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FILE",
        help="an svg, png or html file, replaced if there",
    )
    parser.add_argument(
        "--channel",
        action="append",
        default=[],
        metavar="@NAME",
        help="of this channel (repeatable)",
    )
    parser.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE", help="from the beginning of this day (UTC)"
    )
    parser.add_argument(
        "--until", type=date.fromisoformat, metavar="DATE", help="to the beginning of this day (UTC)"
    )
    parser.add_argument(
        "--compare", action="store_true", help=f"channels as lines of one picture, at most {MOST_LINES}"
    )
    parser.set_defaults(command=lambda arguments: _plot(parser, arguments))


def _plot(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> int:
    out: Path = arguments.out
    endings = [f".{each}" for each in PictureFormat]
    if out.suffix.lower() not in endings:
        parser.error(f"--out must end with {', '.join(endings)}")
    if arguments.since and arguments.until and arguments.until <= arguments.since:
        parser.error("--until must be after --since")
    is_of_each = arguments.compare or arguments.chart is Chart.SUBSCRIBERS
    if is_of_each and len(arguments.channel) > MOST_LINES:
        parser.error(f"more than {MOST_LINES} channels can't be told apart in one picture")
    spec = asyncio.run(_draw(arguments))
    _write(out, render(spec, PictureFormat(out.suffix.lower().removeprefix("."))))
    return 0


async def _draw(arguments: argparse.Namespace) -> Spec:
    async with wiring.open_archive(wiring.settings(), read_only=True) as archive:
        ids = [await channel_named(archive, text) for text in arguments.channel]
        drawing = Drawing(
            chart=arguments.chart,
            channel_ids=tuple(dict.fromkeys(ids)),
            span=Span(since=_midnight(arguments.since), until=_midnight(arguments.until)),
            is_comparison=arguments.compare,
        )
        return await draw(archive, drawing, wiring.masker())


def _write(path: Path, picture: bytes) -> None:
    """Put a file into its place, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)
