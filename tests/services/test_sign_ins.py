"""Signing in, where time matters: how much work a refusal costs, and what happens meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Event
from typing import Literal

import pytest
from argon2 import PasswordHasher

from archiver.domain.reviewer import Role
from archiver.services import api_tokens, people, sign_ins
from archiver.services.passwords import Passwords
from archiver.services.people import COMMAND, People
from archiver.services.sign_ins import Attempt, TooSoon, Welcome, Wrong
from archiver.storage import reviewers
from archiver.storage.archive import Archive
from tests.builders import NOON, Clock
from tests.journeys.oracle import rows

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who are made up


class NotingHasher(PasswordHasher):
    """Argon2id that notes what it was asked to compare with."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.asked: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - its name there
        """Note, then look."""
        self.asked.append(str(hash))
        return super().verify(hash, password)


def a_keeper(archive: Archive, hasher: PasswordHasher | None = None, *, clock: Clock | None = None) -> People:
    cheap = hasher or PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return People(archive=archive, clock=clock or Clock(), passwords=Passwords(cheap), random=Random(1))


def an_attempt(name: str = "zahra", password: str = PASSWORD) -> Attempt:
    return Attempt(name=name, password=password, code="", address="::1")


@pytest.mark.asyncio
async def test_who_is_unknown_wrong_or_disabled_costs_the_desk_the_same_work(archive: Archive) -> None:
    hasher = NotingHasher()
    keeper = a_keeper(archive, hasher)
    closed = await people.add(keeper, "closed", role=Role.LEAD, password=PASSWORD, by=COMMAND)
    await people.disable(keeper, closed.reviewer_id, by=COMMAND)
    await people.add(keeper, "open", role=Role.LEAD, password=PASSWORD, by=COMMAND)

    names = ("open", "closed", "nobody", "no name!")
    answers = [
        await sign_ins.sign_in(keeper, an_attempt(name, "another"), former_cookie=None) for name in names
    ]

    assert answers == [Wrong()] * 4
    assert len(hasher.asked) == 4
    assert {kept.rpartition("$")[0].rpartition("$")[0] for kept in hasher.asked} == {
        "$argon2id$v=19$m=8,t=1,p=1"
    }


@pytest.mark.asyncio
async def test_failures_count_no_more_after_an_hour_without_one(archive: Archive) -> None:
    clock = Clock()
    keeper = a_keeper(archive, clock=clock)

    async def fail(name: str) -> object:
        return await sign_ins.sign_in(keeper, an_attempt(name, "wrong"), former_cookie=None)

    first = [await fail("zahra") for _ in range(6)]
    clock.advance(timedelta(hours=1))
    later = [await fail("zahra") for _ in range(6)]

    assert first == later == [Wrong()] * 5 + [TooSoon(timedelta(seconds=2))]


@pytest.mark.asyncio
async def test_who_signs_in_takes_old_failures_of_others_away(archive: Archive, archive_path: Path) -> None:
    clock = Clock()
    keeper = a_keeper(archive, clock=clock)
    await people.add(keeper, "zahra", role=Role.LEAD, password=PASSWORD, by=COMMAND)
    for name in ("one", "two"):
        await sign_ins.sign_in(keeper, an_attempt(name), former_cookie=None)
    clock.advance(timedelta(hours=1))
    await sign_ins.sign_in(keeper, an_attempt("three"), former_cookie=None)

    await sign_ins.sign_in(keeper, an_attempt(), former_cookie=None)

    assert rows(archive_path, "SELECT count(*) FROM sign_in_failures") == [(1,)]


@pytest.mark.asyncio
async def test_a_disabled_login_opens_nothing_whatever_still_stands(archive: Archive) -> None:
    keeper = a_keeper(archive)
    zahra = await people.add(keeper, "zahra", role=Role.LEAD, password=PASSWORD, by=COMMAND)
    entered = await sign_ins.sign_in(keeper, an_attempt(), former_cookie=None)
    token = await api_tokens.make(keeper, zahra, label="nightly", lasts=timedelta(days=1), by=COMMAND)
    assert isinstance(entered, Welcome)
    assert (await sign_ins.present(keeper, entered.cookie), await api_tokens.holder(keeper, token)) != (
        None,
        None,
    )

    async with archive.write() as tx:
        await reviewers.set_disabled(tx, zahra.reviewer_id, NOON)

    assert await sign_ins.present(keeper, entered.cookie) is None
    assert await api_tokens.holder(keeper, token) is None


@pytest.mark.asyncio
async def test_a_token_acts_for_its_reviewer_until_its_day(archive: Archive) -> None:
    clock = Clock()
    keeper = a_keeper(archive, clock=clock)
    zahra = await people.add(keeper, "zahra", role=Role.LEAD, password=PASSWORD, by=COMMAND)
    token = await api_tokens.make(keeper, zahra, label="nightly", lasts=timedelta(days=1), by=COMMAND)

    clock.advance(timedelta(days=1) - timedelta(microseconds=1))
    assert await api_tokens.holder(keeper, token) == zahra
    assert await api_tokens.holder(keeper, token[:-1]) is None
    assert [each.label for each in await api_tokens.live_of(keeper, zahra)] == ["nightly"]
    clock.advance(timedelta(microseconds=1))
    assert await api_tokens.holder(keeper, token) is None
    assert await api_tokens.live_of(keeper, zahra) == []


class SlowHasher(PasswordHasher):
    """Argon2id that looks at a password only when it is told to."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.has_begun, self.may_go_on = Event(), Event()

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - its name there
        """Wait, then look."""
        self.has_begun.set()
        assert self.may_go_on.wait(20)
        return super().verify(hash, password)


@pytest.mark.asyncio
@pytest.mark.parametrize("deed", ["disable", "reset"])
async def test_who_is_shut_out_while_the_password_is_looked_at_stays_out(archive: Archive, deed: str) -> None:
    hasher = SlowHasher()
    keeper = a_keeper(archive, hasher)
    zahra = await people.add(keeper, "zahra", role=Role.LEAD, password=PASSWORD, by=COMMAND)

    entering = asyncio.create_task(sign_ins.sign_in(keeper, an_attempt(), former_cookie=None))
    await asyncio.to_thread(hasher.has_begun.wait, 20)
    if deed == "disable":
        await people.disable(keeper, zahra.reviewer_id, by=COMMAND)
    else:
        await people.reset_password(keeper, zahra.reviewer_id, password="another long one", by=COMMAND)  # noqa: S106
    hasher.may_go_on.set()

    assert await entering == Wrong()
