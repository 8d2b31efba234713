"""The watch list: what an operator says, and what a file says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from archiver.domain.channel import Watch, WatchState
from archiver.domain.errors import ChannelsFileInvalid, ChannelUnknown
from archiver.domain.watch_list import Entry
from archiver.services.watch_list import Changes, add, keep_equal, read_entries, set_state
from archiver.storage import watches
from archiver.storage.archive import Archive
from tests.builders import Clock

pytestmark = pytest.mark.asyncio


async def listed(archive: Archive) -> dict[str, Watch]:
    async with archive.read() as db:
        return {watch.handle: watch for watch in await watches.every(db)}


async def refuse(archive: Archive, clock: Clock, handle: str) -> None:
    async with archive.write() as tx:
        await watches.refuse(tx, handle, "a group", at=clock())


async def test_added_channels_are_watched_with_what_was_said_of_them(archive: Archive, clock: Clock) -> None:
    entry = Entry(handle="rafidain", labels=("leak", "press"), note="since spring", priority=3)

    changes = await add(archive, [entry, Entry(handle="furat")], clock=clock)

    assert changes == Changes(added=("rafidain", "furat"))
    assert await listed(archive) == {
        "rafidain": Watch(
            handle="rafidain", state=WatchState.WATCHED, added_at=clock(),
            labels=("leak", "press"), note="since spring", priority=3,
        ),
        "furat": Watch(handle="furat", state=WatchState.WATCHED, added_at=clock()),
    }  # fmt: skip


async def test_adding_again_says_more_and_takes_nothing_away(archive: Archive, clock: Clock) -> None:
    first = clock()
    await add(archive, [Entry(handle="furat", labels=("press",), note="old", priority=1)], clock=clock)
    clock.advance(timedelta(days=1))

    nothing = await add(archive, [Entry(handle="furat")], clock=clock)
    more = await add(archive, [Entry(handle="furat", note="new", priority=5)], clock=clock)

    assert (nothing, more) == (Changes(), Changes(updated=("furat",)))
    assert await listed(archive) == {
        "furat": Watch(
            handle="furat", state=WatchState.WATCHED, added_at=first,
            labels=("press",), note="new", priority=5,
        )
    }  # fmt: skip


async def test_adding_a_paused_channel_watches_it_again(archive: Archive, clock: Clock) -> None:
    await add(archive, [Entry(handle="furat")], clock=clock)
    await set_state(archive, ["furat"], WatchState.PAUSED)

    changes = await add(archive, [Entry(handle="furat")], clock=clock)

    assert changes == Changes(updated=("furat",))
    assert (await listed(archive))["furat"].state is WatchState.WATCHED


async def test_adding_a_channel_that_is_gone_does_not_say_that_it_is_back(
    archive: Archive, clock: Clock
) -> None:
    await add(archive, [Entry(handle="furat")], clock=clock)
    await set_state(archive, ["furat"], WatchState.GONE)

    assert await add(archive, [Entry(handle="furat")], clock=clock) == Changes()
    assert (await listed(archive))["furat"].state is WatchState.GONE


async def test_a_refused_handle_is_tried_again_when_a_person_adds_it_but_not_because_a_file_names_it(
    archive: Archive, clock: Clock
) -> None:
    await add(archive, [Entry(handle="furat")], clock=clock)
    await refuse(archive, clock, "furat")

    by_file = await keep_equal(archive, [Entry(handle="furat")], clock=clock)
    after_file = (await listed(archive))["furat"].refusal
    changed_file = await keep_equal(archive, [Entry(handle="furat", note="new")], clock=clock)
    after_change = (await listed(archive))["furat"].refusal
    by_person = await add(archive, [Entry(handle="furat")], clock=clock)

    assert (by_file, after_file) == (Changes(), "a group")
    assert (changed_file, after_change) == (Changes(updated=("furat",)), "a group")
    assert (by_person, (await listed(archive))["furat"].refusal) == (Changes(updated=("furat",)), None)


async def test_a_list_kept_equal_to_a_file_pauses_what_the_file_does_not_name(
    archive: Archive, clock: Clock
) -> None:
    await add(archive, [Entry(handle="rafidain", labels=("press",)), Entry(handle="furat")], clock=clock)

    changes = await keep_equal(archive, [Entry(handle="rafidain"), Entry(handle="dijla")], clock=clock)
    again = await keep_equal(archive, [Entry(handle="rafidain"), Entry(handle="dijla")], clock=clock)

    assert changes == Changes(added=("dijla",), updated=("rafidain",), paused=("furat",))
    assert again == Changes()
    assert {handle: (watch.state, watch.labels) for handle, watch in (await listed(archive)).items()} == {
        "rafidain": (WatchState.WATCHED, ()),
        "dijla": (WatchState.WATCHED, ()),
        "furat": (WatchState.PAUSED, ()),
    }


async def test_a_channel_that_the_file_names_again_is_watched_again(archive: Archive, clock: Clock) -> None:
    await keep_equal(archive, [Entry(handle="furat")], clock=clock)
    await keep_equal(archive, [], clock=clock)

    changes = await keep_equal(archive, [Entry(handle="furat")], clock=clock)

    assert changes == Changes(updated=("furat",))
    assert (await listed(archive))["furat"].state is WatchState.WATCHED


async def test_pausing_changes_all_or_none(archive: Archive, clock: Clock) -> None:
    await add(archive, [Entry(handle="furat")], clock=clock)

    with pytest.raises(ChannelUnknown) as refused:
        await set_state(archive, ["furat", "dijla"], WatchState.PAUSED)
    assert str(refused.value) == "no channel @dijla; add it with: archiver channels add @dijla"
    assert (await listed(archive))["furat"].state is WatchState.WATCHED
    await set_state(archive, ["furat"], WatchState.PAUSED)
    assert (await listed(archive))["furat"].state is WatchState.PAUSED


async def test_a_file_of_channels_is_read_by_its_ending(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("handle,labels\n@Furat,press\n", encoding="utf-8-sig")

    assert read_entries(path) == [Entry(handle="furat", labels=("press",))]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "can't read {}: No such file or directory"),
        (b"\xff\xfe", "{} is no UTF-8 text; save it as UTF-8"),
        (b"#" * (10 * 1024 * 1024 + 1), "{} is too large for a list of channels"),
        (b"furat\nt.me/+secret\n", "{}:2: 't.me/+secret' is no public channel"),
    ],
)
async def test_a_file_that_is_no_list_is_refused(
    content: bytes | None, complaint: str, tmp_path: Path
) -> None:
    path = tmp_path / "channels.txt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ChannelsFileInvalid) as refused:
        read_entries(path)
    assert str(refused.value).startswith(complaint.format(path))
