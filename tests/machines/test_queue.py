"""Whatever reviewers, pages, the clock and the bot do, in whatever order: the promises of the queue hold.

Hypothesis draws what happens: posts, reposts and edits that are flagged, claims, pages that open and close,
beats, decisions with tokens old and new, skips, snoozes, escalations, undos, bulk decisions, people who leave
and come back, cases that are marked for calibration, and time that passes. After each step the tables are
asked whether all is as it must be; at the end the audit log is verified. What the desk refuses is part of the
game; anything else that is raised is a bug.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from archiver.domain.errors import CommandRefused
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Role
from archiver.domain.taxonomy import LeftBecause, MovedBecause, WrongMatch
from archiver.services import bulk, calibrating, claiming, deciding, moving, second_looks
from archiver.services.claiming import Hold
from archiver.services.deciding import Aim
from archiver.services.verifying import verify_chain
from archiver.storage import leases, reviewers
from archiver.storage.archive import Archive
from tests.builders import Clock
from tests.desk_builders import HARMLESS, UNTOLD, VIOLATION
from tests.journeys.oracle import health, rows
from tests.machines.queue_promises import broken_promises
from tests.services.desk_steps import OTHER_CHANNEL, a_case_of, a_queue, hire

T = TypeVar("T")

PEOPLE = st.integers(0, 4)
PICKS = st.integers(0, 30)
RULINGS = st.sampled_from(
    [
        VIOLATION, replace(VIOLATION, severity=2), replace(VIOLATION, severity=4, note="n"), HARMLESS, UNTOLD,
        replace(VIOLATION, category=Category.SEXTORTION, note="n"),
        replace(HARMLESS, wrong_rules={"test.rule": WrongMatch.NAME}), replace(HARMLESS, reasons=()),
    ]
)  # fmt: skip
TEXTS = (
    "الى مدير معمل الالبان: ادفع ٥٠٠٠ دولار قبل يوم الخميس لو ننشر كل الفواتير وصور العمال بالقناة",
    "ادفع لصاحب المطعم لو تنحرق صورته ويا اهله كلهم هسه قبل نهاية اليوم والشهر",
    "pay five hundred before friday or the files of your shop and family go public here",
)

_OLD_LEASE = """
INSERT INTO leases (
    case_id, reviewer_id, token_digest, claimed_at, expires_at, severity, way, ended_at, ended_by
) VALUES (1, 5, :token_digest, 0, 0, 1, 'asked', 0, 'release')
"""


class QueueMachine(RuleBasedStateMachine):
    """One archive, five people, and every token that was ever given."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "archive.db"
        self.clock = Clock()
        self.holds: list[tuple[int, Hold, int]] = []
        self.bulks: list[tuple[int, str]] = []
        self.seen: dict[int, tuple[int, int]] = {}
        self.posts = 0

    def do(self, work: Awaitable[T]) -> T | Refusal:
        """Run something in the machine's own event loop; return what is refused as a word."""

        async def run() -> T:
            return await work

        try:
            return self.loop.run(run())
        except CommandRefused as refused:
            return refused.refusal

    @initialize()
    def begin(self) -> None:
        self.loop.run(self._begin())

    async def _begin(self) -> None:
        self.archive = await Archive.open(self.path, clock=self.clock)
        self.queue = await a_queue(self.archive, self.clock)
        roles = (Role.REVIEWER, Role.REVIEWER, Role.LEAD, Role.LEAD, Role.AUDITOR)
        self.people = await hire(self.queue, *roles)
        for severity in (1, 2, 3, 4):
            await self._post(0, severity)

    async def _post(self, text: int, severity: int) -> None:
        self.posts += 1
        told = TEXTS[text] if text else None
        await a_case_of(self.queue, self.posts, severity=severity, text=told)

    @rule(text=st.integers(0, 2), severity=st.integers(1, 4))
    def publish(self, text: int, severity: int) -> None:
        self.do(self._post(text, severity))

    @rule(text=st.integers(0, 2), severity=st.integers(1, 4), is_elsewhere=st.booleans())
    def edit(self, text: int, severity: int, *, is_elsewhere: bool) -> None:
        """Let a post read otherwise, in its own channel, or stand in another."""
        channel = {"channel_id": OTHER_CHANNEL} if is_elsewhere else {}
        look: dict[str, Any] = {
            "as_of": 200 + self.posts,
            "severity": severity,
            "text": TEXTS[text],
            **channel,
        }
        self.posts += 1
        self.do(a_case_of(self.queue, 1 + self.posts % 5, **look))

    @rule(seconds=st.sampled_from([1, 20, 31, 300, 601, 901, 2_800, 90_000]))
    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    @rule(who=PEOPLE)
    def claim_next(self, who: int) -> None:
        self._keep(who, self.do(claiming.claim_next(self.queue, self.people[who])))

    @rule(who=PEOPLE, pick=PICKS)
    def claim(self, who: int, pick: int) -> None:
        self._keep(who, self.do(claiming.claim(self.queue, self.people[who], self._case(pick))))

    @rule(who=PEOPLE, pick=PICKS)
    def take_over(self, who: int, pick: int) -> None:
        work = claiming.take_over(self.queue, self.people[who], self._case(pick), reason=MovedBecause.DANGER)
        self._keep(who, self.do(work))

    @rule(pick=PICKS)
    def open_page(self, pick: int) -> None:
        if self.holds:
            who, hold, _ = self.holds[-1 - pick % len(self.holds)]
            self._keep(who, self.do(claiming.open_view(self.queue, self.people[who], hold.lease.case_id)))

    @rule(pick=PICKS, deed=st.sampled_from([claiming.beat, claiming.leave, claiming.release]))
    def tend(self, pick: int, deed: Any) -> None:
        if self.holds:
            who, hold, _ = self.holds[-1 - pick % len(self.holds)]
            self.do(deed(self.queue, self.people[who], hold.lease.case_id, token=hold.token))

    @rule(pick=PICKS, ruling=RULINGS, is_last_word=st.booleans())
    def decide(self, pick: int, ruling: Any, *, is_last_word: bool) -> None:
        """Decide with a token, which may be old: it is obeyed where its case is held, or repeats."""
        if not self.holds:
            return
        who, hold, version = self.holds[-1 - pick % len(self.holds)]
        aim = Aim(case_id=hold.lease.case_id, token=hold.token, version=version)
        held, before = self._holder(aim.case_id), self._count("decisions")
        current = self._version(aim.case_id)
        deed = deciding.adjudicate if is_last_word else deciding.decide

        found = self.do(deed(self.queue, self.people[who], aim, ruling=ruling))

        if self._count("decisions") > before:
            assert held == self.people[who].reviewer_id
            assert current == version
        else:
            assert isinstance(found, Refusal) or found.decision_id <= before

    @rule(
        pick=PICKS, how=st.sampled_from(["skip", "snooze", "escalate", "return"]), ahead=st.integers(-1, 40)
    )
    def move(self, pick: int, how: str, ahead: int) -> None:
        if not self.holds:
            return
        who, hold, version = self.holds[-1 - pick % len(self.holds)]
        aim = Aim(case_id=hold.lease.case_id, token=hold.token, version=version)
        common = (self.queue, self.people[who], aim)
        match how:
            case "skip":
                self.do(moving.skip(*common, reason=list(LeftBecause)[pick % len(LeftBecause)]))
            case "snooze":
                self.do(moving.snooze(*common, until=self.clock() + timedelta(minutes=ahead)))
            case "escalate":
                self.do(moving.escalate(*common, reason=MovedBecause.PRESS))
            case _:
                self.do(moving.return_case(*common, reason=MovedBecause.MISTAKE))

    @rule(who=PEOPLE, pick=PICKS)
    def undo(self, who: int, pick: int) -> None:
        newest = self._count("decisions")
        if newest:
            work = deciding.undo(self.queue, self.people[who], max(1, newest - pick % 4))
            self._keep(who, self.do(work))

    @rule(who=PEOPLE, pick=PICKS, is_wake=st.booleans())
    def bring_back(self, who: int, pick: int, *, is_wake: bool) -> None:
        case_id = self._case(pick)
        version, person = self.seen[case_id][1], self.people[who]
        if is_wake:
            self.do(moving.wake(self.queue, person, case_id, version=version))
        else:
            reason = MovedBecause.CHANGED
            self.do(moving.reopen(self.queue, person, case_id, version=version, reason=reason))

    @rule(who=PEOPLE, ruling=RULINGS, is_undo=st.booleans())
    def in_bulk(self, who: int, ruling: Any, *, is_undo: bool) -> None:
        if is_undo and self.bulks:
            who, name = self.bulks.pop()
            self.do(bulk.undo_all(self.queue, self.people[who], name))
            return
        versions = {CaseId(case_id): version for case_id, (_, version) in self.seen.items()}
        done = self.do(bulk.decide_all(self.queue, self.people[who], versions, ruling=ruling))
        if not isinstance(done, Refusal):
            self.bulks.append((who, done.bulk))

    @rule(who=PEOPLE, ruling=RULINGS)
    def decide_next(self, who: int, ruling: Any) -> None:
        """Decide on whatever is given, at once."""
        self.claim_next(who)
        self.decide(0, ruling, is_last_word=False)

    @rule(who=st.integers(0, 1), pick=PICKS, is_end=st.booleans())
    def calibrate(self, who: int, pick: int, *, is_end: bool) -> None:
        """Mark a decided case, or take that back; let the next claim be of one, if it can."""
        decided = rows(self.path, "SELECT case_id FROM cases WHERE state = 'decided'")
        if not decided:
            return
        case_id, lead = CaseId(decided[pick % len(decided)][0]), self.people[2 + pick % 2]
        if is_end:
            self.do(calibrating.unmark(self.queue, lead, case_id))
        else:
            self.do(calibrating.mark(self.queue, lead, case_id, note="n"))
        self.do(self._until_calibration())
        self.claim_next(who)

    async def _until_calibration(self) -> None:
        """Let leases that nobody holds any more be counted, so that the tenth of twenty comes next."""
        async with self.archive.write() as tx:
            while (await leases.count(tx) + 1) % 20 != 10:
                await tx.execute(_OLD_LEASE, {"token_digest": str(await leases.count(tx))})

    @rule(who=st.integers(0, 3))
    def leave_alone(self, who: int) -> None:
        """Let all but one go."""
        self.do(self._employ({who}))

    @rule()
    def come_back(self) -> None:
        """Let all work again: nothing that wants two stays closed by one."""
        self.do(self._employ({0, 1, 2, 3, 4}))

        alone = "SELECT case_id FROM cases WHERE state = 'decided' AND review = 'single'"
        assert rows(self.path, alone) == []

    async def _employ(self, team: set[int]) -> None:
        async with self.archive.write() as tx:
            for number, person in enumerate(self.people):
                left_at = None if number in team else self.clock()
                await reviewers.set_disabled(tx, person.reviewer_id, left_at)
        for number in team if len(team) > 1 else ():
            await second_looks.recall_all(self.archive, self.people[number], at=self.clock())

    @invariant()
    def promises_hold(self) -> None:
        assert broken_promises(self.path, self.clock) == []

    @invariant()
    def rounds_and_versions_only_grow(self) -> None:
        now = {row[0]: row[1:] for row in rows(self.path, "SELECT case_id, round, version FROM cases")}
        assert all(
            now[case_id] >= before and now[case_id][1] >= before[1] for case_id, before in self.seen.items()
        )
        self.seen = now

    def teardown(self) -> None:
        if hasattr(self, "archive"):
            assert self.loop.run(verify_chain(self.archive)).broken is None
            assert health(self.path) == []
            self.loop.run(self.archive.close())
        self.loop.close()
        self.folder.cleanup()

    def _keep(self, who: int, found: Hold | Refusal | None) -> None:
        """Remember a hold, with the version of its case that was on the screen."""
        if isinstance(found, Hold):
            self.holds.append((who, found, self._version(found.lease.case_id)))

    def _version(self, case_id: CaseId) -> int:
        return int(rows(self.path, "SELECT version FROM cases WHERE case_id = ?", case_id)[0][0])

    def _case(self, pick: int) -> CaseId:
        return CaseId(1 + pick % len(self.seen))

    def _holder(self, case_id: int) -> int | None:
        sql = "SELECT reviewer_id FROM leases WHERE case_id = ? AND ended_at IS NULL AND expires_at > ?"
        found = rows(self.path, sql, case_id, int(self.clock().timestamp() * 1e6))
        return found[0][0] if found else None

    def _count(self, table: str) -> int:
        return int(rows(self.path, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - our own names


TestQueue = QueueMachine.TestCase
TestQueue.settings = settings(
    max_examples=25, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
