"""Whatever happens, in whatever order: in the end the archive holds what the channel's own log says.

Hypothesis draws what happens: posts, edits, deletions, albums, lost pushes, broken lines, restarts, deaths in
the middle of work, flood waits, differences in slices or too long to tell, and work side by side. The bot's
services run against a loopback server over TCP. After a last look and a whole re-scan the archive is compared
with the world's log, which is the oracle. A rule flags each post with one word, and fails on another; a last
reflag flags what came in unflagged.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from archiver.domain.clock import utc_now
from archiver.domain.errors import ConnectionLost, FloodWait
from archiver.loopback.server import LoopbackServer
from archiver.loopback.world import World
from archiver.services.backfill import backfill
from archiver.services.reflagging import reflag
from archiver.services.rescan import rescan_recent, rescan_whole
from archiver.services.sync import sync
from tests.journeys.oracle import differences, health, rows
from tests.machines.bot import open_bot, read_page, take_pushes, write_page
from tests.machines.flag_oracle import flag_differences, flags_wanted
from tests.machines.promises import ghosts, unexplained, unread_past
from tests.services.flaggers import POISON, said, word_flagging

T = TypeVar("T")

_FLAGGING = word_flagging("معدل")

CUTS = (ConnectionLost, FloodWait)
"""What ends the bot's work early and is no bug."""

_METHODS = ("messages.getHistory", "updates.getChannelDifference", "channels.getMessages")


class CaptureMachine(RuleBasedStateMachine):
    """One channel, one archive, one bot that is used by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "archive.db"
        self.world = World(seed=3)
        self.account = self.world.add_account()
        self.number = self.begun_at = 0
        self.is_begun = self.is_flooded = self.is_cut_off = False

    def do(self, work: Awaitable[T]) -> T:
        """Run something in the machine's own event loop."""

        async def run() -> T:
            return await work

        return self.loop.run(run())

    @initialize(
        history=st.integers(0, 230), slices=st.sampled_from([None, None, 1, 7]),
        page_size=st.sampled_from([None, None, 30]), has_empty_places=st.booleans(),
    )  # fmt: skip
    def begin(
        self, history: int, slices: int | None, page_size: int | None, *, has_empty_places: bool
    ) -> None:
        self.channel = self.world.add_channel("machine", posts=history)
        self.account.joined.add(self.channel.id)
        self.do(self._serve())
        self.server.faults.difference_slice = slices
        self.server.faults.page_size = page_size
        self.server.faults.empty_places = has_empty_places
        self.do(self._open())
        if history % 4:
            self.do(self._sync())

    # -- what a channel does

    @rule(count=st.sampled_from([1, 1, 1, 2, 5, 30, 101, 140]))
    def posts(self, count: int) -> None:
        for _ in range(count):
            self.channel.publish(self._text("خبر"))

    @rule(position=st.floats(0, 1))
    def edit(self, position: float) -> None:
        # Telegram lets nobody edit a service post
        shelf = self.channel.shelf
        if standing := [post_id for post_id in shelf.live if shelf.get(post_id).action is None]:
            self.channel.edit(_pick(standing, position), self._text("معدل"))

    @rule(position=st.floats(0, 1), count=st.sampled_from([1, 1, 3, 40]))
    def delete(self, position: float, count: int) -> None:
        standing = list(self.channel.shelf.live)
        start = int(position * max(0, len(standing) - count))
        if doomed := standing[start : start + count]:
            self.channel.delete(*doomed)

    @rule()
    def post_what_the_rules_fail_on(self) -> None:
        self.channel.publish(self._text(f"معدل {POISON}"))

    @rule()
    def post_and_delete(self) -> None:
        self.channel.delete(self.channel.publish(self._text("لحظة")))

    @rule()
    def edit_back_and_forth(self) -> None:
        post_id = self.channel.publish("أ")
        self.channel.edit(post_id, "ب")
        self.channel.edit(post_id, "أ")

    @rule()
    def album_and_service_posts(self) -> None:
        self.channel.publish_album([{"media": "photo"}, {"media": "video"}], self._text("ألبوم"))
        self.channel.set_title(self._text("عنوان"))

    @rule(skipped=st.integers(1, 4))
    def post_out_of_order(self, skipped: int) -> None:
        late = self.channel.shelf.newest_id + 1
        self.channel.publish(self._text("سابق"), skip_ids=skipped)
        self.channel.publish(self._text("متأخر"), post_id=late)

    # -- what the network does

    @rule(drops=st.booleans())
    def lose_pushes(self, drops: bool) -> None:
        self.server.faults.drops_pushes = drops

    @rule(deeds=st.lists(st.sampled_from(["post", "edit", "delete", "moment"]), min_size=1, max_size=4))
    def miss_some_pushes(self, deeds: list[str]) -> None:
        """Some pushes are lost, and the next one shows the hole."""
        self.server.faults.drops_pushes = True
        for number, deed in enumerate(deeds):
            self._happen(deed, number * 5)
        self.server.faults.drops_pushes = False
        self.posts(1)
        self.take_pushes()

    @rule(
        edits=st.integers(0, 2), deleted=st.integers(0, 3), moments=st.integers(0, 2),
        old=st.lists(st.tuples(st.sampled_from(["edit", "delete"]), st.integers(0, 19)), max_size=3),
    )  # fmt: skip
    def be_away_for_long(self, edits: int, deleted: int, moments: int, old: list[tuple[str, int]]) -> None:
        """More happens than Telegram will list, to posts that we hold too."""
        self.server.faults.drops_pushes = True
        for deed, number in old:
            self._happen(deed, number)
        for _ in range(moments):
            self.post_and_delete()
        self.posts(101)
        newest = self.channel.shelf.newest_id
        for number in range(edits):
            self.channel.edit(newest - number, self._text("معدل"))
        for number in range(deleted):
            self.channel.delete(newest - 50 - number)
        self.server.faults.drops_pushes = False
        self.sync()

    @precondition(lambda self: self.is_begun)
    @rule(is_past=st.booleans())
    def a_page_takes_its_time(self, is_past: bool) -> None:
        """A page of history is written after what happened since it was read."""
        self._try(self._late_page(is_past=is_past))

    @rule()
    def drop_the_line(self) -> None:
        self.server.drop_lines()

    @precondition(lambda self: not self.is_flooded)
    @rule(method=st.sampled_from(_METHODS))
    def flood(self, method: str) -> None:
        # waited out for real, so once is enough
        self.is_flooded = True
        self.server.faults.flood(method, 1)

    @rule()
    def tear_an_answer(self) -> None:
        self.server.faults.torn_answers += 1

    # -- what the bot does

    @rule()
    def take_pushes(self) -> None:
        self.do(take_pushes(self.run))

    @rule()
    def sync(self) -> None:
        self._try(self._sync())
        if not self.is_cut_off:
            assert unexplained(self.path, self.channel, since=self.begun_at) == []

    @rule()
    def read_further_back(self) -> None:
        self._try(backfill(self.run, self.access))

    @precondition(lambda self: self.is_begun)
    @rule(is_whole=st.booleans())
    def look_again(self, is_whole: bool) -> None:
        self._try(rescan_whole(self.run, self.access) if is_whole else rescan_recent(self.run, self.access))

    @precondition(lambda self: self.is_begun)
    @rule(calls=st.integers(1, 4), work=st.sampled_from(["sync", "backfill", "recent", "whole"]))
    def die_at_work(self, calls: int, work: str) -> None:
        """A kill in the middle: after so many calls, before the answer to the last one is written."""
        self.is_cut_off = True
        last = self._calls() + calls
        self.do(self._die(self._work(work), lambda: self._calls() >= last))

    @precondition(lambda self: self.is_begun)
    @rule()
    def die_halfway_into_the_past(self) -> None:
        """A kill as soon as some of the past is written."""
        before = self._low_water()
        self.do(self._die(backfill(self.run, self.access), lambda: self._low_water() != before))

    @precondition(lambda self: self.is_begun)
    @rule(deeds=st.lists(st.sampled_from(["post", "edit", "delete", "moment"]), min_size=1, max_size=6))
    def work_side_by_side(self, deeds: list[str]) -> None:
        """Pushes, a difference, a re-scan and the past are archived while the channel lives on."""
        self._try(self._side_by_side(deeds))

    @rule()
    def restart(self) -> None:
        self.do(self._close())
        self.do(self._open())

    @invariant()
    def a_history_that_is_complete_was_read(self) -> None:
        if self.is_begun:
            assert unread_past(self.path, self.channel) == []

    def teardown(self) -> None:
        """Look for the last time, and compare with the oracle."""
        try:
            if hasattr(self, "run"):
                self.do(self._settle())
                if not self._has_open_gap():
                    # the promise: where the ledger shows no gap, nothing is missing, before any re-scan
                    assert differences(self.path, self.channel, since=self.begun_at) == []
                self.do(self._rescan())
                assert not self._has_open_gap()
                assert differences(self.path, self.channel, since=self.begun_at) == []
                self._check_flags()
                assert health(self.path) == []
                assert self.server.bugs == 0
        finally:
            self.do(self._end())
            self.loop.close()
            self.folder.cleanup()

    def _check_flags(self) -> None:
        assert flag_differences(self.path, "معدل") == []
        self.do(reflag(self.run.archive, _FLAGGING, clock=utc_now, progress=lambda _done, _total: None))
        assert said(self.path) == flags_wanted(self.path, "معدل")

    # -- the parts

    def _try(self, work: Awaitable[Any]) -> None:
        """Do a piece of the bot's work; a line that broke, or a flood wait, ends it early."""
        try:
            self.do(work)
        except CUTS:
            self.is_cut_off = True

    def _text(self, word: str) -> str:
        self.number += 1
        return f"{word} {self.number}"

    async def _serve(self) -> None:
        self.server = LoopbackServer(self.world)
        await self.server.start()
        self.server.sign_in_file(Path(self.folder.name) / "machine.session", self.account)

    async def _open(self) -> None:
        self.run, self.access = await open_bot(self.path, self.server)

    async def _close(self) -> None:
        await self.run.line.close()
        await self.run.archive.close()

    async def _end(self) -> None:
        if hasattr(self, "run"):
            await self._close()
        if hasattr(self, "server"):
            await self.server.stop()

    async def _sync(self) -> None:
        if not self.is_begun:
            # what came and went before the first look is no loss of ours
            self.begun_at = self.channel.pts
        await sync(self.run, self.access)
        self.is_begun = True

    async def _late_page(self, *, is_past: bool) -> None:
        page = await read_page(self.run, self.access, is_past=is_past)
        for post_id in [seen.post_id for seen in page.observations][:40:20]:
            self._change(post_id)
        await take_pushes(self.run)
        await sync(self.run, self.access)
        await write_page(self.run, page, is_past=is_past)
        if not self._has_open_gap():
            assert ghosts(self.path, self.channel, [seen.post_id for seen in page.observations]) == []

    def _change(self, post_id: int) -> None:
        """Edit one, and delete the one before it."""
        shelf = self.channel.shelf
        if post_id in shelf and shelf.get(post_id).action is None:
            self.channel.edit(post_id, self._text("معدل"))
        if post_id - 1 in shelf:
            self.channel.delete(post_id - 1)

    def _work(self, name: str) -> Awaitable[Any]:
        match name:
            case "sync":
                return self._sync()
            case "backfill":
                return backfill(self.run, self.access)
            case "recent":
                return rescan_recent(self.run, self.access)
            case _:
                return rescan_whole(self.run, self.access)

    async def _die(self, work: Awaitable[Any], is_time: Callable[[], bool]) -> None:
        task = asyncio.ensure_future(work)
        while not task.done() and not is_time():
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await self._close()
        await self._open()

    def _calls(self) -> int:
        return sum(len(times) for times in self.server.calls.values())

    def _low_water(self) -> list[tuple[Any, ...]]:
        return rows(self.path, "SELECT low_water_id FROM cursors")

    async def _side_by_side(self, deeds: list[str]) -> None:
        works = [asyncio.ensure_future(self._work(name)) for name in ("sync", "whole", "backfill")]
        for number, deed in enumerate(deeds):
            self._happen(deed, number)
            await take_pushes(self.run)
        outcomes = await asyncio.gather(*works, return_exceptions=True)
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        # what ends work early is told last: it is none of the bugs that this may have found
        for failure in sorted(failures, key=lambda failure: isinstance(failure, CUTS)):
            raise failure

    def _happen(self, deed: str, number: int) -> None:
        match deed:
            case "post":
                self.posts(1)
            case "edit":
                self.edit(1 - number / 20)
            case "delete":
                self.delete(1 - number / 20, 1)
            case _:
                self.post_and_delete()

    async def _settle(self) -> None:
        self.server.faults.drops_pushes = False
        self.server.faults.torn_answers = 0
        self.server.faults.forgive()
        await self._close()
        await self._open()
        await self._sync()
        while await backfill(self.run, self.access):
            pass

    async def _rescan(self) -> None:
        # one that was under way when a gap opened does not close it: the bot begins another at once
        for _ in range(2):
            while await rescan_whole(self.run, self.access):
                pass

    def _has_open_gap(self) -> bool:
        return rows(self.path, "SELECT 1 FROM gaps WHERE state = 'open'") != []


def _pick(standing: list[int], position: float) -> int:
    return standing[min(len(standing) - 1, int(position * len(standing)))]


CaptureMachine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    phases=(Phase.explicit, Phase.generate),  # an example takes a second: a failure is shown as it was drawn
    suppress_health_check=list(HealthCheck),
)
TestWhateverHappens = pytest.mark.timeout(240)(CaptureMachine.TestCase)
