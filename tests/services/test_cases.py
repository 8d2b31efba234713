"""Cases as they are read: the list, one case, and what a second reviewer must not know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from archiver.domain.case import UNDO_TIME, CaseState, Command
from archiver.domain.errors import CaseUnknown
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId
from archiver.domain.reviewer import Reviewer, Role
from archiver.domain.taxonomy import LeftBecause
from archiver.services import cases, claiming, deciding, moving
from archiver.services.cases import Filters
from archiver.services.queue import Queue
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, Clock, a_flag, a_post
from tests.desk_builders import HARMLESS, VIOLATION
from tests.services.desk_steps import OTHER_CHANNEL, a_case_of, a_queue, aim_at, decide, hire, let_flag
from tests.storage.steps import a_watch

pytestmark = pytest.mark.asyncio

THREAT = "الى مدير معمل الالبان: ادفع ٥٠٠٠ دولار قبل يوم الخميس لو ننشر كل الفواتير وصور العمال بالقناة"


async def a_team(archive: Archive, clock: Clock) -> tuple[Queue, list[Reviewer]]:
    queue = await a_queue(archive, clock)
    return queue, await hire(queue, Role.REVIEWER, Role.REVIEWER, Role.LEAD, Role.AUDITOR)


async def listed(queue: Queue, reviewer: Reviewer, **filters: object) -> list[int]:
    page = await cases.read_queue(queue, reviewer, Filters(**filters))  # type: ignore[arg-type]
    return [line.case.case_id for line in page.lines]


async def test_the_list_is_filtered_by_all_that_it_shows(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    mild = await a_case_of(queue, 1, severity=1, text=THREAT)
    english = await a_case_of(queue, 2, severity=2, text="pay or we will publish the files of your shop")
    worst = await a_case_of(queue, 3, severity=4, category=Category.SEXTORTION)
    await a_case_of(queue, 1, text=f"🔴 {THREAT}", severity=1, channel_id=OTHER_CHANNEL)

    assert await listed(queue, one) == [worst, english, mild]
    assert await listed(queue, one, severity=4) == [worst]
    assert await listed(queue, one, category=Category.EXTORTION) == [english, mild]
    assert await listed(queue, one, language="en") == [english]
    assert await listed(queue, one, channel_id=OTHER_CHANNEL) == [mild]
    assert await listed(queue, one, state=CaseState.DECIDED) == []
    assert await listed(queue, one, state=CaseState.OPEN) == [worst, english, mild]


async def test_the_list_comes_in_stretches_that_neither_miss_nor_repeat(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    for number in range(1, 12):
        await a_case_of(queue, number, severity=1 + number % 3)
    whole = await listed(queue, one)

    seen: list[int] = []
    after = None
    for _ in range(4):
        page = await cases.read_queue(queue, one, Filters(), after=after, limit=3)
        seen += [line.case.case_id for line in page.lines]
        after = page.after

    assert (seen, after) == (whole, None)


async def test_a_line_says_where_the_post_is_and_who_reads_it(archive: Archive, clock: Clock) -> None:
    queue, (one, other, *_) = await a_team(archive, clock)
    async with archive.write() as tx:
        await a_watch(tx, "rafidain")
    case_id = await a_case_of(queue, text=THREAT)
    await a_case_of(queue, 1, text=f"🔴 {THREAT}", channel_id=OTHER_CHANNEL)
    await claiming.claim(queue, other, case_id)

    (line,) = (await cases.read_queue(queue, one, Filters())).lines

    assert (line.handle, line.title, line.text, line.posts) == ("rafidain", "Rafidain", THREAT, 2)
    assert line.holder == other.pseudonym


async def test_to_the_second_reviewer_a_case_looks_as_if_nobody_had_decided(
    archive: Archive, clock: Clock
) -> None:
    queue, (one, other, lead, auditor) = await a_team(archive, clock)
    case_id = await a_case_of(queue, severity=3)
    await decide(queue, one, case_id, VIOLATION)

    for blind in (other, lead):
        view = await cases.read_case(queue, blind, case_id)
        (line,) = (await cases.read_queue(queue, blind, Filters())).lines
        for case in (view.case, line.case):
            assert (case.state, case.first_reviewer_id, case.decision_id, case.review) == (
                CaseState.OPEN, None, None, None,
            )  # fmt: skip
        assert (view.is_blind, view.decisions, view.notes, view.history) == (True, (), (), ())
        assert await listed(queue, blind, state=CaseState.SECOND_REVIEW) == []
    for seeing in (one, auditor):
        view = await cases.read_case(queue, seeing, case_id)
        assert (view.is_blind, view.case.state) == (False, CaseState.SECOND_REVIEW)
        assert [each.reviewer_id for each in view.decisions] == [one.reviewer_id]
        assert [event.kind for event in view.history] == ["decision.made", "case.claimed"]
        assert await listed(queue, seeing, state=CaseState.SECOND_REVIEW) == [case_id]
    assert await listed(queue, one) == []


async def test_a_snoozed_case_does_not_betray_that_it_was_decided_on(archive: Archive, clock: Clock) -> None:
    queue, (one, other, lead, _) = await a_team(archive, clock)
    case_id = await a_case_of(queue, severity=3)
    await decide(queue, one, case_id, VIOLATION)
    aim = await aim_at(queue, await claiming.claim(queue, other, case_id))
    await moving.snooze(queue, other, aim, until=clock() + timedelta(days=1))

    view = await cases.read_case(queue, lead, case_id)
    (line,) = (await cases.read_queue(queue, lead, Filters(state=CaseState.SNOOZED))).lines

    for case in (view.case, line.case):
        assert (case.state, case.former_state, case.decision_id) == (CaseState.SNOOZED, CaseState.OPEN, None)


async def test_a_case_comes_with_its_posts_their_revisions_and_flags(archive: Archive, clock: Clock) -> None:
    queue, (one, *_) = await a_team(archive, clock)
    flags = [a_flag(), a_flag("test.other", is_shadow=True)]
    await let_flag(queue, (a_post(7, text=THREAT, published_at=clock()), flags))
    await let_flag(queue, (a_post(7, text="تم البيع", as_of=110, published_at=clock()), []))
    await let_flag(
        queue, (a_post(2, text=f"🔴 {THREAT}", channel_id=OTHER_CHANNEL, published_at=clock()), [a_flag()])
    )

    view = await cases.read_case(queue, one, CaseId(1))

    first, second = view.posts
    assert (first.channel_id, second.channel_id, view.post_count) == (CHANNEL, OTHER_CHANNEL, 2)
    assert [each.text for each in first.revisions] == [THREAT, "تم البيع"]
    assert [each.flag.rule_id for each in view.flags[CHANNEL, first.post_id]] == ["test.rule"]
    assert view.rule_titles == {"test.rule": "a rule"}
    assert view.factors.severity == 5.0
    assert view.joined_since == frozenset()
    with pytest.raises(CaseUnknown):
        await cases.read_case(queue, one, CaseId(99))


async def test_the_buttons_are_those_of_the_reader(archive: Archive, clock: Clock) -> None:
    queue, (one, other, lead, auditor) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    await claiming.claim(queue, one, case_id)

    buttons = {
        who.reviewer_id: (await cases.read_case(queue, who, case_id)).allowed
        for who in (one, other, lead, auditor)
    }

    assert buttons == {
        1: {
            Command.CLAIM, Command.KEEP, Command.RELEASE, Command.DECIDE, Command.SKIP, Command.SNOOZE,
            Command.ESCALATE,
        },
        2: frozenset(),
        3: {Command.TAKE_OVER},
        4: frozenset(),
    }  # fmt: skip
    assert (await cases.read_case(queue, one, case_id)).is_held
    assert not (await cases.read_case(queue, other, case_id)).is_held


async def test_why_a_case_was_left_is_read_by_the_next(archive: Archive, clock: Clock) -> None:
    queue, (one, other, *_) = await a_team(archive, clock)
    case_id = await a_case_of(queue)
    aim = await aim_at(queue, await claiming.claim(queue, one, case_id))
    await moving.skip(queue, one, aim, reason=LeftBecause.LANGUAGE, note="بادینی")

    (note,) = (await cases.read_case(queue, other, case_id)).notes

    assert (note.reviewer_id, note.command, note.reason, note.note) == (1, Command.SKIP, "language", "بادینی")


async def test_ones_own_decisions_say_until_when_they_can_be_undone(archive: Archive, clock: Clock) -> None:
    queue, (one, other, *_) = await a_team(archive, clock)
    old = await decide(queue, one, await a_case_of(queue, 1), HARMLESS)
    clock.advance(UNDO_TIME + timedelta(seconds=1))
    at = clock()
    overtaken = await decide(queue, one, await a_case_of(queue, 2, severity=3), HARMLESS)
    await decide(queue, other, overtaken.case.case_id, HARMLESS)
    fresh = await decide(queue, one, await a_case_of(queue, 3), HARMLESS)
    gone = await decide(queue, one, await a_case_of(queue, 4), HARMLESS)
    await deciding.undo(queue, one, gone.decision_id)

    own = await cases.read_own(queue, one)

    assert [(each.decision.decision_id, each.undo_until) for each in own] == [
        (gone.decision_id, None),
        (fresh.decision_id, at + UNDO_TIME),
        (overtaken.decision_id, None),
        (old.decision_id, None),
    ]
    assert [each.decision.is_retracted for each in own] == [True, False, False, False]
