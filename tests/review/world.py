"""The archive that tests of the desk begin with: three channels, posts that are flagged, a login a role."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from argon2 import PasswordHasher

from archiver import wiring
from archiver.domain.channel import Fact, Watch, WatchState
from archiver.domain.ids import ChannelId, RunId
from archiver.domain.post import Observation, PostCounts
from archiver.domain.reviewer import Role
from archiver.services import people, reflagging
from archiver.services.flagging import Flagging
from archiver.services.passwords import Passwords
from archiver.services.people import COMMAND, People
from archiver.settings import Settings
from archiver.storage import channels, subscribers, watches
from archiver.storage.archive import Archive
from tests.builders import NOON, Clock, a_look, a_post
from tests.storage.steps import ACCOUNT, begin_run, bury, observe

PRESS, LEAKS, MARKET = ChannelId(1_100), ChannelId(1_200), ChannelId(1_300)
PHONE, CARD = "0770 123 4567", "4539 1488 0343 6467"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> https://evil.example/\u202egnp.exe"
PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who are made up

THREAT = f"ادفع 500 دولار خلال 24 ساعة وإلا ننشر صورك ومحادثاتك للجميع. تواصل {PHONE}"
"""Extortion, flagged in LEAKS and again, as a repost, in MARKET."""
HOSTILE_THREAT = f"{HOSTILE} {THREAT.replace('500', '900')} {HOSTILE} \u202eexe.gnp"
LEAK = f"""تسريب قاعدة بيانات موظفي الوزارة، الاسم والهاتف والبطاقة:
علي حسن كاظم | {PHONE} | بغداد الكرادة | {CARD}
سعاد مهدي جاسم | 0771 765 4321 | البصرة العشار
حيدر عبد الأمير صالح | 0772 333 4444 | بغداد الدورة"""
SALE = f"Full database of 40,000 citizens for sale: names, phones, national IDs. Sample: Ali Hassan {PHONE}"
KURDISH = f"داتابەیسی دەنگدەرانی ڕانیە بۆ فرۆشتن: ناوی سیانی، ژمارەی مۆبایل، ژمارەی کارتی نیشتمانی. {PHONE}"
PLAIN = "صباح الخير، أخبار الطقس لهذا اليوم"

_TITLES = {PRESS: "صحافة الرافدين", LEAKS: HOSTILE, MARKET: "Bazar"}
_HANDLES = {PRESS: "rafidain_press", LEAKS: "basra_leaks", MARKET: "data_bazar"}
_POSTS: tuple[tuple[ChannelId, int, str], ...] = (
    *((PRESS, number, f"{PLAIN} {number}") for number in range(1, 8)),
    (PRESS, 8, SALE),
    *((LEAKS, number, f"{PLAIN} {number}") for number in range(1, 6)),
    (LEAKS, 6, THREAT),
    (LEAKS, 7, LEAK),
    (LEAKS, 8, HOSTILE_THREAT),
    (LEAKS, 9, KURDISH),
    (MARKET, 1, SALE.replace("40,000", "75,000")),
    (MARKET, 2, THREAT),
)


def cheap_passwords() -> Passwords:
    """Return what keeps passwords in a millisecond."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def build(path: Path) -> None:
    """Make the archive."""
    clock = Clock()
    archive = await Archive.open(path, clock=clock)
    try:
        run_id = await begin_run(archive)
        for channel_id in (PRESS, LEAKS, MARKET):
            await _channel(archive, channel_id, run_id)
        await _edit_and_bury(archive, run_id)
        await reflagging.reflag(archive, _flagging(), clock=clock, progress=lambda done, total: None)
        keeper = People(archive=archive, clock=clock, passwords=cheap_passwords(), random=Random(1))
        for role in Role:
            await people.add(keeper, role, role=role, password=PASSWORD, by=COMMAND)
        await people.add(keeper, "second", role=Role.REVIEWER, password=PASSWORD, by=COMMAND)
    finally:
        await archive.close()


async def _channel(archive: Archive, channel_id: ChannelId, run_id: RunId) -> None:
    handle = _HANDLES[channel_id]
    look = a_look(channel_id, handles=(handle,), facts={Fact.TITLE: _TITLES[channel_id]})
    labels = ("press",) if channel_id == PRESS else ()
    async with archive.write() as tx:
        await channels.record_look(tx, look, account_id=ACCOUNT, observed_at=NOON, run_id=run_id)
        watch = Watch(handle=handle, state=WatchState.WATCHED, added_at=NOON, labels=labels)
        await watches.put(tx, watch)
        await watches.bind(tx, handle, channel_id, at=NOON)
        for day in range(1, 6):
            at, count = NOON - timedelta(days=day), 1_000 + 70 * day
            await subscribers.record(tx, channel_id, count, sampled_at=at, run_id=run_id)
        await observe(tx, run_id, [_post(*each) for each in _POSTS if each[0] == channel_id])


async def _edit_and_bury(archive: Archive, run_id: RunId) -> None:
    later = NOON + timedelta(minutes=5)
    edited = _post(LEAKS, 7, f"{LEAK} وهناك المزيد", edited_at=later, as_of=110)
    async with archive.write() as tx:
        await observe(tx, run_id, [edited], at=later)
        await bury(tx, run_id, [2], channel_id=MARKET, at=later)


def _post(
    channel_id: ChannelId, post_id: int, text: str, *, edited_at: datetime | None = None, as_of: int = 100
) -> Observation:
    return a_post(
        post_id,
        text=text,
        channel_id=channel_id,
        published_at=NOON - timedelta(hours=20 - post_id),
        edited_at=edited_at,
        counts=PostCounts(views=100 * post_id),
        as_of=as_of,
    )


@cache
def _flagging() -> Flagging:
    """Return the built-in rules; loading them takes a second."""
    rules = wiring.rulebook(Settings(_env_file=None))
    return Flagging(rulebook=rules, flag=wiring.flagger(rules, link_key=b"k" * 32).flag)
