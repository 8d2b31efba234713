"""World files, the passing of time in them, and orders from outside."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from telethon import TelegramClient
from telethon.crypto import rsa

from archiver.loopback.control import Control
from archiver.loopback.deeds import Deeds, DeedUnknown
from archiver.loopback.script import demo_script, parse_script, read_script
from archiver.loopback.server import LoopbackServer
from archiver.loopback.timeline import play
from archiver.loopback.world import World
from tests.loopback.conftest import NewClient

pytestmark = pytest.mark.asyncio

SMALL = """
seed = 3

[[account]]
phone = "+9647700000000"
code = "11111"
joined = ["sample"]

[[channel]]
handle = "sample"
title = "عيّنة"
subscribers = 50
history = 4
scam = true

[[channel]]
handle = "other"
kind = "group"

[[person]]
handle = "somebody"

[[event]]
at = 0.02
do = "edit"
channel = "sample"
post = "mine"
text = "two"

[[event]]
at = 0.01
do = "publish"
channel = "sample"
name = "mine"
text = "one"
media = "photo"

[[event]]
at = 0.03
do = "rename"
channel = "sample"
handle = "renamed"

[[event]]
at = 0.04
do = "delete"
channel = "sample"
post = "mine"
"""


async def test_a_world_file_says_who_is_there() -> None:
    world = parse_script(SMALL).world

    channel, account = world.channel("sample"), next(iter(world.accounts.values()))
    assert (channel.look.title, channel.look.subscribers, len(channel.live)) == ("عيّنة", 50, 4)
    assert (channel.look.flags, world.channel("other").look.kind) == ({"scam": True}, "group")
    assert (account.code, account.joined) == ("11111", {channel.id})
    assert [person.handle for person in world.people.values()] == ["somebody"]


async def test_events_happen_in_the_order_of_their_times() -> None:
    script = parse_script(SMALL)
    channel = script.world.channel("sample")

    await play(script, speed=10)

    assert [(one.kind, one.text) for one in channel.chronicle] == [
        ("new", "one"),
        ("edit", "two"),
        ("delete", "two"),
    ]
    assert (channel.handle, channel.versions(5)) == ("renamed", ["one", "two"])


async def test_chance_publishes_edits_and_deletes() -> None:
    script = parse_script(
        '[[channel]]\nhandle = "sample"\nhistory = 50\nsubscribers = 900\n'
        "living = {posts = 600, edits = 300, deletions = 150}"
    )
    channel = script.world.channel("sample")

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(play(script, speed=100), 0.4)

    kinds = Counter(entry.kind for entry in channel.chronicle)
    assert kinds["new"] > kinds["edit"] > kinds["delete"] > 0
    assert channel.look.subscribers != 900


async def test_a_word_that_life_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="living knows posts, edits, deletions, not pots"):
        parse_script('[[channel]]\nhandle = "sample"\nliving = {pots = 1}')


async def test_the_demo_runs_to_its_end() -> None:
    script = demo_script()
    handles = {life.handle: script.world.channel(life.handle) for life in script.lives}

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(play(script, speed=200), 0.5)

    assert len(handles) == 11
    assert handles["fadaih_plus"].look.state == "banned"
    assert handles["hack_service_krd"].look.state == "private"
    assert handles["wathaiq_leaks"].handle == "wathaiq_leaks_2"
    assert "delete" in {entry.kind for entry in handles["fadaih_plus"].chronicle}


ORDERS: list[tuple[dict[str, Any], Any]] = [
    ({"do": "publish", "text": "one"}, 3),
    ({"do": "publish", "poll": ["q", ["a", "b"]], "skip_ids": 1}, 5),
    ({"do": "publish_album", "media": ["photo", "video"], "text": "caption"}, [6, 7]),
    ({"do": "publish_random", "count": 2}, [8, 9]),
    ({"do": "edit", "post": 3, "text": "two"}, None),
    ({"do": "versions", "post": 3}, ["one", "two"]),
    ({"do": "delete", "posts": [-1, 1]}, [9, 1]),
    ({"do": "grow"}, None),
    ({"do": "rename", "handle": "renamed"}, None),
    ({"do": "title", "title": "new"}, 10),
    ({"do": "about", "about": "new"}, None),
    ({"do": "photo"}, 11),
    ({"do": "flags", "fake": True}, None),
    ({"do": "restrict", "restrictions": [["ios", "porn", "no"]]}, None),
    ({"do": "subscribers", "count": 5}, None),
    ({"do": "make_private"}, None),
    ({"do": "make_public", "handle": "public"}, None),
    ({"do": "expire_files"}, None),
    ({"do": "publish", "text": "again", "forward": "@sample"}, 12),
    ({"do": "ban"}, None),
    ({"do": "restore"}, None),
    ({"do": "expel"}, None),
    ({"do": "delete_channel"}, None),
    ({"do": "restore", "handle": "sample"}, None),
]


async def test_every_deed_can_be_ordered(world: World) -> None:
    world.add_account()
    channel = world.add_channel("sample", posts=2)
    deeds = Deeds(world)

    answers = [deeds.do({"channel": "sample", **order}) for order, _ in ORDERS]

    assert answers == [expected for _, expected in ORDERS]
    assert deeds.do({"do": "live", "channel": "sample"})["3"] == "two"
    assert deeds.do({"do": "publish", "channel": channel.id, "text": "by id"}) == 13
    added = deeds.do({"do": "add_channel", "handle": "added", "posts": 5})
    assert deeds.do({"do": "publish", "channel": "added", "text": "six"}) == 6
    assert world.channels[added].handle == "added"
    assert len(deeds.do({"do": "chronicle", "channel": "sample", "since": 3})) == len(channel.chronicle)


async def test_accounts_take_orders(world: World) -> None:
    account = world.add_account()
    account.keys[1] = None
    deeds = Deeds(world)

    for name in ("freeze", "thaw", "ban_account", "revoke", "duplicate"):
        deeds.do({"do": name, "phone": account.phone})

    assert (account.state, account.keys) == ("banned", {1: (406, "AUTH_KEY_DUPLICATED")})
    with pytest.raises(KeyError):
        deeds.do({"do": "freeze", "phone": "+0"})
    with pytest.raises(DeedUnknown):
        deeds.do({"do": "fly"})


async def test_a_scan_can_be_ordered_by_the_token_of_the_link(
    new_client: NewClient, world: World, server: LoopbackServer
) -> None:
    account = world.add_account()
    client = await new_client()
    login = await client.qr_login()
    waiting = asyncio.create_task(login.wait(5))
    await asyncio.sleep(0)

    token = base64.urlsafe_b64encode(login.token).decode().rstrip("=")
    Deeds(world).do({"do": "scan", "token": token})

    assert (await waiting).id == account.id


async def test_faults_can_be_ordered_and_nonsense_is_answered(server: LoopbackServer, world: World) -> None:
    control = Control(server, Deeds(world))

    async def ask(**order: Any) -> Any:
        answer = json.loads(await control.answer(json.dumps(order)))
        return answer["result"] if answer["ok"] else answer["error"]

    await ask(do="flood", method="a.b", seconds=3)
    await ask(do="refuse", method="a.b", code=400, message="NO")
    await ask(do="limit", method="c.d", per_second=1, burst=2)
    await ask(do="set", faults={"is_silent": True, "difference_slice": 7})
    await ask(do="refuse_connections")
    await ask(do="accept_connections")
    await ask(do="deaden")
    await ask(do="drop")

    assert (server.faults.is_silent, server.faults.difference_slice) == (True, 7)
    assert await ask(do="stats") == {"calls": {}, "called_while_flooded": {}, "connections": 0, "bugs": 0}
    assert await ask(do="world") == []
    assert await ask(do="set", faults={"check": 1}) == (
        "DeedUnknown: no knob 'check'; there are account_refusal, difference_limit, difference_slice, "
        "drops_pushes, empty_places, fills_pages, gzip_over, is_silent, slow_methods, slowness, torn_answers"
    )
    assert await ask(do="publish", channel="nowhere") == "KeyError: 'nowhere'"
    assert json.loads(await control.answer("no json"))["ok"] is False


async def test_a_server_in_another_process_is_reached_and_obeys(tmp_path: Path) -> None:
    (tmp_path / "world.toml").write_text(SMALL, "utf-8")
    session = tmp_path / "bot.session"
    command = ["-m", "archiver.loopback", str(tmp_path / "world.toml"), "--session", str(session)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    told = json.loads(await process.stdout.readline())
    rsa.add_key(told["key"], old=False)
    process.stdin.write(b'{"do": "publish", "channel": "sample", "text": "ordered"}\n')
    ordered = json.loads(await process.stdout.readline())

    client = TelegramClient(told["session"], 1, "hash")
    await client.connect()
    me, posts = await client.get_me(), await client.get_messages(1_600_000_000, 1)
    await client.disconnect()
    process.stdin.write(b'{"do": "quit"}\n')
    said, _ = await process.communicate()

    assert (told["address"], told["phone"], told["code"]) == (
        f"2@127.0.0.1:{client.session.port}",
        "+9647700000000",
        "11111",
    )
    assert ordered["ok"] is True
    assert posts[0].id >= ordered["result"]
    assert (me.phone, json.loads(said), process.returncode) == (
        "9647700000000",
        {"ok": True, "result": None},
        0,
    )


async def test_a_world_file_is_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "world.toml").write_text(SMALL, "utf-8")

    assert len(read_script(tmp_path / "world.toml").events) == 4
