"""A masked export of the demo's world holds nothing that names a person or a secret, in any spelling."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from archiver.domain.channel import Fact
from archiver.domain.export import Format
from archiver.domain.post import Button, Media, MediaKind
from archiver.loopback.script import demo_script
from archiver.rules.detectors.detectors import HIDING, Detectors
from archiver.storage import channels
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock, a_content, a_look, a_post
from tests.services.export_steps import Export, a_request, export
from tests.storage.steps import ACCOUNT, begin_run, observe

pytestmark = pytest.mark.asyncio

_LEAST_DIGITS = 9
_HANDLED = {
    "email",
    "wallet",
    "handle",
    "link",
    "invite_link",
    "email_password",
    "card",
    "iban",
    "private_key",
}
_FORMATS = (Format.CSV, Format.JSONL, Format.PARQUET)


def texts() -> list[str]:
    """Return every text that the demo publishes, by script or by chance."""
    told = tomllib.loads(files("archiver.loopback").joinpath("worlds/demo.toml").read_text("utf-8"))
    scripted = [event["text"] for event in told["event"] if "text" in event]
    world = demo_script().world
    shown = [
        channel.versions(post_id) for channel in world.channels.values() for post_id in channel.ever[-40:]
    ]
    return [*scripted, *(version for versions in shown for version in versions), *world_of_channels(told)]


def world_of_channels(told: dict[str, list[dict[str, str]]]) -> list[str]:
    return [channel["about"] for channel in told["channel"] if "about" in channel]


def plain(text: str) -> str:
    """Return a text with the digits of all scripts as ours, and without what may stand between two digits."""
    digits = "".join(
        str(unicodedata.digit(letter)) if unicodedata.category(letter) == "Nd" else letter
        for letter in text
        if unicodedata.category(letter) not in {"Cf", "Mn", "Me"}
    )
    return re.sub(r"(?<=\d)[\s.()+_/\\-]+(?=\d)", "", digits)


def numbers(found: list[str]) -> set[str]:
    return {run for text in found for run in re.findall(r"\d+", plain(text)) if len(run) >= _LEAST_DIGITS}


def named(found: list[str]) -> set[str]:
    """Return what detectors call by a name in texts: addresses, wallets, handles, links."""
    detect = Detectors(detectors=HIDING).find
    return {
        text[each.start : each.end]
        for text, places in zip(found, detect(found), strict=True)
        for each in places
        if each.kind in _HANDLED
    }


def words(made: Export) -> Iterator[str]:
    """Yield the whole of every file, as text."""
    for path in made.folder.iterdir():
        if path.suffix == ".parquet":
            yield str(pq.read_table(path, columns=_written(path)).to_pydict())
        else:
            yield path.read_text("utf-8")


def _written(path: Path) -> list[str]:
    # ids, times and digests are no text of anybody
    told = {"text", "media_name", "details", "title", "about"}
    return [name for name in pq.read_schema(path).names if name in told]


def a_file(name: str) -> Media:
    return Media(kind=MediaKind.FILE, name=name.replace("\n", " "))


async def fill(archive: Archive, found: list[str]) -> None:
    """Archive each text as a post, as the name of a file and as a button; and as what a channel says."""
    run_id = await begin_run(archive)
    facts = {Fact.TITLE: found[2], Fact.ABOUT: "\n".join(found[:30])}
    async with archive.write() as tx:
        look = a_look(CHANNEL, handles=("rafidain",), facts=facts)
        await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=NOON, run_id=run_id)
        posts = [
            a_post(number, content=a_content(text, media=a_file(text), buttons=(Button(label=text),)))
            for number, text in enumerate(found, 1)
        ]
        await observe(tx, run_id, posts)


async def test_nothing_of_the_world_s_personal_data_is_in_a_masked_export(
    archive_path: Path, tmp_path: Path
) -> None:
    found = texts()
    secret_numbers, secret_names = numbers(found), named(found)
    assert len(secret_numbers) > 8
    assert len(secret_names) > 8
    archive = await Archive.open(archive_path, clock=Clock())
    await fill(archive, found)
    await archive.close()

    made = export(archive_path, a_request(tmp_path / "out", formats=_FORMATS))
    bare = export(
        archive_path, a_request(tmp_path / "bare", formats=_FORMATS, purpose="to see that it is there")
    )

    assert _leaked(bare, secret_numbers) == secret_numbers
    assert _leaked(bare, secret_names) == secret_names
    assert _leaked(made, secret_numbers) == set()
    assert _leaked(made, secret_names) == set()
    assert not any("علان" in whole for whole in words(made))


def _leaked(made: Export, secrets: set[str]) -> set[str]:
    whole = "\n".join(words(made))
    joined = plain(whole)
    return {secret for secret in secrets if secret in whole or secret in joined}
