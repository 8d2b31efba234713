"""What tests of the desk do again and again: hire people, let posts be flagged, claim and decide."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from archiver.domain.case import Case
from archiver.domain.decision import Ruling
from archiver.domain.errors import CommandRefused
from archiver.domain.flag import Category, Flag
from archiver.domain.ids import CaseId, ChannelId, RunId
from archiver.domain.post import Observation
from archiver.domain.refusal import Refusal
from archiver.domain.reviewer import Reviewer, Role
from archiver.domain.revision import RevisionKey
from archiver.services import claiming, deciding
from archiver.services.claiming import Hold
from archiver.services.deciding import Aim, Decided
from archiver.services.grouping import group_flagged
from archiver.services.queue import Queue
from archiver.storage import cases, flags, reviewers, rulebooks
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, Clock, a_flag, a_post, a_rule, a_rulebook
from tests.desk_builders import HARMLESS
from tests.storage.steps import begin_run, know_channel, observe

OTHER_CHANNEL = ChannelId(CHANNEL + 1)
RULES = ("test.rule", "test.other")
BOOK = a_rulebook(rules=[a_rule(rule_id) for rule_id in RULES])


async def a_queue(archive: Archive, clock: Clock, *, seed: int = 1) -> Queue:
    """Return a desk on an archive that knows two channels and a rulebook."""
    async with archive.write() as tx:
        await rulebooks.record(tx, BOOK, at=clock())
    run_id = await begin_run(archive, at=clock())
    async with archive.write() as tx:
        await know_channel(tx, run_id, at=clock())
        await know_channel(tx, run_id, channel_id=OTHER_CHANNEL, at=clock())
    return Queue(archive=archive, clock=clock, fresh=random.Random(seed).randbytes)


async def hire(queue: Queue, *roles: Role) -> list[Reviewer]:
    """Add people; their passwords serve nobody."""
    async with queue.archive.write() as tx:
        return [
            await reviewers.add(tx, f"{role}{number}", role=role, password="none", at=queue.clock())  # noqa: S106
            for number, role in enumerate(roles)
        ]


async def a_team(archive: Archive, clock: Clock) -> tuple[Queue, list[Reviewer]]:
    """Return a desk with two reviewers and two leads."""
    queue = await a_queue(archive, clock)
    return queue, await hire(queue, Role.REVIEWER, Role.REVIEWER, Role.LEAD, Role.LEAD)


async def undrawn(queue: Queue) -> None:
    """Take the random share out of the test: no case of it is drawn by this key."""
    async with queue.archive.write() as tx:
        await tx.execute(
            "INSERT INTO keys (name, key, made_at) VALUES ('second_reviews', :key, 0)", {"key": b"undrawn"}
        )


async def let_flag(
    queue: Queue, *found: tuple[Observation, Sequence[Flag]], digest: str = BOOK.digest
) -> None:
    """Archive looks at posts of one channel, with the flags of those that are news."""
    now = queue.clock()
    said = {(post.channel_id, post.post_id): own for post, own in found}
    async with queue.archive.write() as tx:
        findings = await observe(tx, RunId(1), [post for post, _ in found], at=now)
        new = {each.key: each.text for each in findings.revisions}
        flagged = [(key, flag) for key in new for flag in said[key.channel_id, key.post_id]]
        await flags.record(tx, flagged, rulebook_digest=digest, at=now, run_id=RunId(1))
        await group_flagged(tx, flagged, new, at=now)


async def let_flag_again(queue: Queue, key: RevisionKey, text: str, *found: Flag, digest: str) -> None:
    """Let another rulebook flag a revision that the archive holds, as ``archiver reflag`` does."""
    flagged, now = [(key, flag) for flag in found], queue.clock()
    async with queue.archive.write() as tx:
        await flags.record(tx, flagged, rulebook_digest=digest, at=now, run_id=None)
        await group_flagged(tx, flagged, {key: text}, at=now)


async def a_case_of(
    queue: Queue,
    post_id: int = 7,
    *,
    text: str | None = None,
    severity: int = 2,
    category: Category = Category.EXTORTION,
    channel_id: int = CHANNEL,
    **post: Any,
) -> CaseId:
    """Let one post be flagged; return its case."""
    told = text or f"ادفع {post_id * 7919} دولار لو ننشر صور {post_id}"
    observation = a_post(
        post_id,
        text=told,
        channel_id=channel_id,
        published_at=post.pop("published_at", queue.clock()),
        **post,
    )
    await let_flag(queue, (observation, [a_flag(severity=severity, category=category)]))
    async with queue.archive.read() as db:
        row = await db.fetch_one(
            "SELECT repost_group_id FROM reposts WHERE channel_id = :channel_id AND post_id = :post_id",
            {"channel_id": channel_id, "post_id": post_id},
        )
    assert row is not None
    return CaseId(row[0])


async def case_of(queue: Queue, case_id: CaseId) -> Case:
    async with queue.archive.read() as db:
        case = await cases.get(db, case_id)
    assert case is not None
    return case


async def aim_at(queue: Queue, hold: Hold) -> Aim:
    """Return what a command of the holder is aimed at, the case as it is now."""
    case = await case_of(queue, hold.lease.case_id)
    return Aim(case_id=case.case_id, token=hold.token, version=case.version)


async def decide(queue: Queue, reviewer: Reviewer, case_id: CaseId, ruling: Ruling = HARMLESS) -> Decided:
    """Claim a case and decide on it."""
    hold = await claiming.claim(queue, reviewer, case_id)
    return await deciding.decide(queue, reviewer, await aim_at(queue, hold), ruling=ruling)


def refused(word: Refusal) -> Any:
    """Expect that a command is refused for a reason."""
    return pytest.raises(CommandRefused, check=lambda error: error.refusal is word)
