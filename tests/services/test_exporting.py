"""An export holds what the archive held at one moment, masked, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
import pytest_asyncio
from frictionless import validate

from archiver.domain.errors import ExportExists, FilterImpossible, QueryInvalid
from archiver.domain.export import Choice, Format
from archiver.domain.export_tables import POSTS, TABLES
from archiver.domain.flag import Category
from archiver.domain.ids import ChannelId
from archiver.domain.taxonomy import Verdict
from archiver.services import exporting
from archiver.storage import keys
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, Clock
from tests.desk_builders import VIOLATION
from tests.journeys.oracle import rows
from tests.services.export_steps import ARABIC, KEY, LEAK, ONE_MORE, PHONE, Export, a_request, export, fill

pytestmark = pytest.mark.asyncio

DAY = timedelta(days=1)
TABULAR = (Format.CSV, Format.JSONL, Format.PARQUET)


@pytest_asyncio.fixture
async def filled(archive_path: Path) -> AsyncIterator[Path]:
    """Give an archive that is filled and closed."""
    archive = await Archive.open(archive_path, clock=Clock())
    await fill(archive, Clock())
    await archive.close()
    yield archive_path


async def test_a_spreadsheet_keeps_every_digit(filled: Path, tmp_path: Path) -> None:
    album_id = 302_497_333_017_313_306
    with closing(sqlite3.connect(filled)) as db:
        db.execute("DROP TRIGGER revisions_keep")
        db.execute("UPDATE revisions SET album_id = ?", (album_id,))
        db.commit()

    told = export(filled, a_request(tmp_path / "out", "posts")).rows("posts")

    numbers = [value for row in told for value in row.values() if str(value).lstrip("-").isdigit()]
    assert {row["album_id"] for row in told} == {f"a{album_id}"}
    assert [number for number in numbers if len(str(number)) > 15] == []


async def test_posts_have_every_column_of_the_contract(filled: Path, tmp_path: Path) -> None:
    found = export(filled, a_request(tmp_path / "out", "posts")).rows("posts")

    at = "2026-03-01T12:00:00.000000Z"
    digest = rows(filled, "SELECT digest FROM revisions WHERE post_id = 1 AND revision = 2")[0][0]
    assert [*found[0]] == [column.name for column in POSTS.columns]
    assert found[0] == {
        "channel_id": CHANNEL, "handle": "rafidain", "post_id": 1, "url": "https://t.me/rafidain/1",
        "published_at": "2026-02-26T12:00:00.000000Z", "edited_at": at, "first_observed_at": at,
        "last_observed_at": at, "tombstoned_at": None, "revision": 2, "text": f"{ARABIC}!", "language": "ar",
        "album_id": None, "reply_to_post_id": None, "forwarded_from_channel_id": None,
        "forwarded_from_handle": None, "forwarded_from_post_id": None, "media_kind": None, "media_name": None,
        "media_bytes": None, "views": 10, "forwards": None, "replies": None, "reactions": None,
        "categories": None, "severity": None, "decision": None, "review": None, "provenance": "live",
        "digest": digest,
    }  # fmt: skip
    assert found[3]["tombstoned_at"] == at


async def test_a_flagged_and_decided_post_says_so_and_shows_no_number(filled: Path, tmp_path: Path) -> None:
    found = export(filled, a_request(tmp_path / "out", "posts")).rows("posts")[1]

    assert found["text"].startswith(LEAK.split(PHONE)[0] + "[phone:")
    assert (found["categories"], found["severity"]) == (["personal_data_leak"], 2)
    assert (found["decision"], found["review"]) in {("violation", "enough"), ("violation", "single")}
    assert found["digest"] is None


async def test_names_of_files_and_details_are_masked_as_well(filled: Path, tmp_path: Path) -> None:
    made = export(filled, a_request(tmp_path / "out", "posts", "revisions"))

    assert made.column("posts", "media_name")[2].startswith("list [phone:") or (
        made.column("posts", "media_name")[2] == "[file_name]"
    )
    details = made.column("revisions", "details")[3]
    assert details["buttons"][0][0].startswith("call [phone:")
    assert not any(PHONE.encode() in data for data in made.bytes().values())


async def test_every_table_has_its_rows(filled: Path, tmp_path: Path) -> None:
    made = export(filled, a_request(tmp_path / "out"))

    assert made.done.as_json()["rows"] == {
        "posts": 4, "revisions": 5, "channels": 2, "subscribers": 1, "counts": 4, "flags": 1, "decisions": 1,
        "forwards": 1,
    }  # fmt: skip
    for name, table in TABLES.items():
        found = made.rows(name)
        assert all([*row] == [column.name for column in table.columns] for row in found)
        assert all(
            row[column.name] is not None for row in found for column in table.columns if column.is_required
        )
        key = [[row[column] for column in table.key] for row in found]
        assert key == sorted(key)
    assert made.rows("subscribers")[0]["subscribers"] == 1234
    assert made.rows("flags")[0]["term_groups"] == ["test.words"]
    assert made.rows("decisions")[0]["is_standing"] is True
    assert made.rows("decisions")[0]["reviewer"].startswith("R-")
    assert made.rows("forwards")[0]["forwarded_from_handle"] == "elsewhere"
    assert [row["posts"] for row in made.rows("channels")] == [4, 0]


async def test_a_decision_is_found_by_each_of_its_categories(archive_path: Path, tmp_path: Path) -> None:
    archive = await Archive.open(archive_path, clock=Clock())
    others = (Category.PERSONAL_DATA_LEAK, Category.DOXXING_THREAT)
    await fill(archive, Clock(), ruling=replace(VIOLATION, others=others))
    await archive.close()

    asked = {
        category: export(
            archive_path, a_request(tmp_path / category, "decisions", choice=Choice(category=category))
        ).rows("decisions")
        for category in (Category.EXTORTION, Category.DOXXING_THREAT, Category.SEXTORTION)
    }

    [row] = asked[Category.EXTORTION]
    assert (row["category"], row["other_categories"]) == (
        "extortion",
        ["personal_data_leak", "doxxing_threat"],
    )
    assert asked[Category.DOXXING_THREAT] == [row]
    assert asked[Category.SEXTORTION] == []


@pytest.mark.parametrize(
    ("choice", "post_ids"),
    [
        pytest.param(Choice(channels=(CHANNEL,)), [1, 2, 3, 4], id="channel"),
        pytest.param(Choice(channels=(ChannelId(CHANNEL + 1),)), [], id="channel-without-posts"),
        pytest.param(Choice(since=NOON - DAY), [3, 4], id="since"),
        pytest.param(Choice(until=NOON - DAY), [1, 2], id="until-is-exclusive"),
        pytest.param(Choice(languages=("en",)), [3, 4], id="language"),
        pytest.param(Choice(languages=("ar", "ckb")), [1, 2], id="languages"),
        pytest.param(Choice(is_flagged=True), [2], id="flagged"),
        pytest.param(Choice(category=Category.PERSONAL_DATA_LEAK), [2], id="category"),
        pytest.param(Choice(category=Category.SEXTORTION), [], id="another-category"),
        pytest.param(Choice(severity=2), [2], id="severity"),
        pytest.param(Choice(severity=3), [], id="severity-too-high"),
        pytest.param(Choice(decision=Verdict.VIOLATION), [2], id="decision"),
        pytest.param(Choice(decision=Verdict.CANNOT_TELL), [], id="another-decision"),
        pytest.param(Choice(query="كهرباء"), [1], id="query"),
        pytest.param(Choice(query="city OR خبر", languages=("en",)), [3], id="query-and-language"),
    ],
)
async def test_rows_can_be_chosen(filled: Path, tmp_path: Path, choice: Choice, post_ids: list[int]) -> None:
    made = export(filled, a_request(tmp_path / "out", "posts", choice=choice))

    assert made.column("posts", "post_id") == post_ids
    assert made.json("manifest.json")["query"] == {
        "tables": ["posts"], "formats": ["jsonl"], **choice.as_json(),
    }  # fmt: skip


async def test_what_can_t_be_chosen_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    nowhere = tmp_path / "no.db"
    with pytest.raises(FilterImpossible):
        export(nowhere, a_request(tmp_path / "out", "posts", "channels", choice=Choice(is_flagged=True)))
    with pytest.raises(QueryInvalid):
        export(nowhere, a_request(tmp_path / "out", "posts", choice=Choice(query='"')))

    assert list(tmp_path.iterdir()) == []


async def test_two_exports_of_one_state_are_the_same_to_the_byte(filled: Path, tmp_path: Path) -> None:
    first = export(filled, a_request(tmp_path / "a", formats=Format))
    second = export(filled, a_request(tmp_path / "b", formats=Format))

    assert first.bytes() == second.bytes()
    assert len(first.bytes()) == 3 * len(TABLES) + 1 + 5


async def test_what_is_not_chosen_may_change_and_the_table_stays(filled: Path, tmp_path: Path) -> None:
    choice = Choice(until=NOON - DAY)
    first = export(filled, a_request(tmp_path / "a", "posts", formats=TABULAR, choice=choice))
    subprocess.run(
        [
            "sqlite3",
            str(filled),
            "UPDATE posts SET last_observed_at = last_observed_at + 1000000000 WHERE post_id = 4",
        ],
        check=True,
    )
    second = export(filled, a_request(tmp_path / "b", "posts", formats=TABULAR, choice=choice))

    assert first.done.state.snapshot_id != second.done.state.snapshot_id
    before, after = first.bytes(), second.bytes()
    assert {name for name in before if before[name] != after[name]} == {
        "COMPLETENESS.json", "COMPLETENESS.md", "README.md", "datapackage.json", "manifest.json",
    }  # fmt: skip


async def test_another_key_gives_other_pseudonyms_and_nothing_else(filled: Path, tmp_path: Path) -> None:
    first = export(filled, a_request(tmp_path / "a", "posts")).rows("posts")
    second = export(filled, a_request(tmp_path / "b", "posts"), key=b"x" * 32).rows("posts")

    assert first[1]["text"] != second[1]["text"]
    assert len(first[1]["text"]) == len(second[1]["text"])
    assert first[0] == second[0]


async def test_the_manifest_has_the_size_and_digest_of_every_other_file(filled: Path, tmp_path: Path) -> None:
    made = export(filled, a_request(tmp_path / "out", formats=Format))

    told = {file["name"]: (file["bytes"], file["sha256"]) for file in made.json("manifest.json")["files"]}
    held = made.bytes()
    held.pop("manifest.json")
    assert told == {name: (len(data), hashlib.sha256(data).hexdigest()) for name, data in held.items()}


async def test_frictionless_finds_it_valid(filled: Path, tmp_path: Path) -> None:
    made = export(filled, a_request(tmp_path / "out", formats=Format))

    report = validate(str(made.folder / "datapackage.json"))

    assert report.valid, report.flatten(["title", "message"])
    described = made.json("datapackage.json")["resources"]
    assert len(described) == 3 * len(TABLES) + 1
    assert all(
        field["description"] for each in described for field in each.get("schema", {"fields": ()})["fields"]
    )


async def test_duckdb_and_pandas_read_the_same_from_every_format(filled: Path, tmp_path: Path) -> None:
    folder = export(filled, a_request(tmp_path / "out", "posts", formats=TABULAR)).folder

    texts = [json.loads(line)["text"] for line in (folder / "posts.jsonl").read_text("utf-8").splitlines()]
    with duckdb.connect() as db:
        for name in ("posts.csv", "posts.jsonl", "posts.parquet"):
            sql = f"SELECT text, published_at FROM '{folder / name}' ORDER BY channel_id, post_id"  # noqa: S608
            found = db.execute(sql).fetchall()
            assert [row[0].removeprefix("'") for row in found] == texts
            assert all(row[1].year == 2026 for row in found)
    csv = pd.read_csv(folder / "posts.csv", parse_dates=["published_at"])
    assert [text.removeprefix("'") for text in csv["text"]] == texts
    assert csv.columns[0] == "channel_id"
    assert list(pd.read_json(folder / "posts.jsonl", lines=True)["text"]) == texts
    assert list(pd.read_parquet(folder / "posts.parquet")["text"]) == texts


async def test_parquet_is_typed(filled: Path, tmp_path: Path) -> None:
    folder = export(filled, a_request(tmp_path / "out", "posts", formats=[Format.PARQUET])).folder

    file = pq.ParquetFile(folder / "posts.parquet")
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types["published_at"] == "timestamp[us, tz=UTC]"
    assert types["categories"] == "list<element: string>"
    assert types["views"] == "int64"
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert file.read(["categories"]).to_pydict()["categories"] == [None, ["personal_data_leak"], None, None]


async def test_a_graph_of_forwards(filled: Path, tmp_path: Path) -> None:
    folder = export(filled, a_request(tmp_path / "out", "forwards", formats=[Format.GEXF])).folder

    text = (folder / "forwards.gexf").read_text("utf-8")
    assert f'<node id="{CHANNEL}" label="elsewhere"/>' in text
    assert f'<edge id="0" source="{CHANNEL}" target="{CHANNEL}" weight="1"/>' in text


async def test_an_empty_archive_has_empty_tables(archive_path: Path, tmp_path: Path) -> None:
    await (await Archive.open(archive_path, clock=Clock())).close()

    made = export(archive_path, a_request(tmp_path / "out", formats=Format))

    assert set(made.done.as_json()["rows"].values()) == {0}  # type: ignore[attr-defined]
    assert pq.read_table(made.folder / "posts.parquet").num_rows == 0
    assert validate(str(made.folder / "datapackage.json")).valid


async def test_a_folder_that_is_there_is_refused(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(ExportExists):
        export(filled, a_request(tmp_path / "out"))


async def test_unmasked_says_so_and_is_entered_before_anything_is_written(
    archive_path: Path, tmp_path: Path
) -> None:
    archive = await Archive.open(archive_path, clock=Clock())
    await fill(archive, Clock())
    choice = Choice(query="خبر OR تسريب")
    request = a_request(tmp_path / "out", "posts", "revisions", choice=choice, purpose="a court asked")
    assert await exporting.permit(archive, request, at=NOON, fresh=KEY) is None
    await archive.close()

    made = export(archive_path, request)

    assert made.column("posts", "text") == [f"{ARABIC}!", LEAK]
    assert all(made.column("posts", "digest"))
    assert made.json("manifest.json")["masked"] is False
    assert "not masked" in (made.folder / "README.md").read_text("utf-8")
    [(actor, target, details)] = rows(
        archive_path, "SELECT actor, target, details FROM audit_events WHERE kind = 'export.unmasked'"
    )
    assert (actor, target) == ("archiver export", "export out")
    told = json.loads(details)
    assert told["purpose"] == "a court asked"
    assert "خبر" not in details


async def test_the_key_is_made_once_and_never_shown(archive_path: Path, tmp_path: Path) -> None:
    archive = await Archive.open(archive_path, clock=Clock())
    request = a_request(tmp_path / "out", "posts")
    first = await exporting.permit(archive, request, at=NOON, fresh=b"1" * 32)
    second = await exporting.permit(archive, request, at=NOON, fresh=b"2" * 32)
    async with archive.read() as db:
        held = await keys.find(db, keys.PSEUDONYMS)
        assert await keys.find(db, keys.LINKS) is None
    await archive.close()

    made = export(archive_path, request, key=b"1" * 32)

    assert first == second == held == b"1" * 32
    shown = made.json("manifest.json")["pseudonym_key"]
    assert len(shown) == 16
    assert not any(("1" * 32).encode() in data for data in made.bytes().values())


WRITER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
number = 100
print("writing", flush=True)
while True:
    number += 1
    db.execute("BEGIN IMMEDIATE")
    for sql in sys.argv[2:]:
        db.execute(sql, (number,))
    db.execute("COMMIT")
"""


async def test_an_export_of_a_live_archive_is_of_one_moment(filled: Path, tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(filled), *ONE_MORE], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        made = [export(filled, a_request(tmp_path / name, "posts", "revisions")) for name in "abc"]
    finally:
        writer.kill()
        writer.communicate()

    counts = [len(each.rows("posts")) for each in made]
    assert counts[0] < counts[1] < counts[2]
    for each in made:
        _check_one_moment(each)


def _check_one_moment(made: Export) -> None:
    posts = made.rows("posts")
    newest = {(row["post_id"], row["revision"]) for row in posts}
    assert newest <= {(row["post_id"], row["revision"]) for row in made.rows("revisions")}
    assert made.json("manifest.json")["snapshot"]["posts"] == len(posts)
    [channel, _] = made.json("COMPLETENESS.json")["channels"]
    assert channel["present"]["count"] + channel["tombstoned"]["count"] == len(posts)
