"""Flagged posts find their reposts, as they come in and when the archive is flagged anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from archiver.domain.ids import ChannelId
from archiver.domain.post import Observation, Provenance
from archiver.services.capture import capture_page, capture_pages
from archiver.services.flagging import Flagging
from archiver.services.reflagging import reflag
from archiver.services.run import Run
from archiver.storage import rulebooks
from archiver.storage.archive import Transaction
from tests.builders import CHANNEL, NOON, a_page, a_post
from tests.journeys.oracle import health, rows
from tests.services.flaggers import word_flagging
from tests.services.steps import know
from tests.storage.steps import know_channel

pytestmark = pytest.mark.asyncio

OTHER = ChannelId(CHANNEL + 1)
THREAT = "الى مدير معمل الالبان: ادفع ٥٠٠٠ دولار قبل يوم الخميس لو ننشر كل الفواتير وصور العمال بالقناة"
AGAIN = f"🔴 منقول: {THREAT.replace('٥٠٠٠', '5000')}\n\nقناتنا @wathaiq_00"
OTHER_VICTIM = THREAT.replace("معمل الالبان", "مطعم الفرات")
WORDS = word_flagging("ادفع")

_GROUPS = """
SELECT channel_id, post_id, revision, repost_group_id FROM reposts ORDER BY repost_id
"""


async def flags_by(run: Run, flagging: Flagging = WORDS) -> Run:
    """Return the run as the bot would have begun it with these rules, two channels known."""
    await know(run)
    async with run.archive.write() as tx:
        await know_channel(tx, run.run_id, channel_id=OTHER)
        await rulebooks.record(tx, flagging.rulebook, at=run.clock())
    return replace(run, flagging=flagging)


async def page(run: Run, *seen: Observation) -> None:
    shown = a_page(seen, channel_id=seen[0].channel_id, as_of=seen[0].as_of)
    await capture_page(run, shown, provenance=Provenance.BACKFILL)


def grouped(path: Path) -> dict[tuple[int, int, int], int]:
    """Return the group of each flagged revision, by channel (0 or 1), post and revision."""
    return {(row[0] - CHANNEL, row[1], row[2]): row[3] for row in rows(path, _GROUPS)}


async def test_a_repost_joins_and_another_victim_does_not(run: Run) -> None:
    run = await flags_by(run)

    await page(run, a_post(1, text=THREAT), a_post(2, text="سلام"))
    await page(run, a_post(1, channel_id=OTHER, text=AGAIN))
    await page(run, a_post(3, text=OTHER_VICTIM))

    assert grouped(run.archive.path) == {(0, 1, 1): 1, (1, 1, 1): 1, (0, 3, 1): 2}
    assert health(run.archive.path) == []


async def test_posts_of_one_page_find_each_other(run: Run) -> None:
    run = await flags_by(run)
    await page(run, a_post(1, text=THREAT))

    await page(
        run,
        *(a_post(2, text=OTHER_VICTIM), a_post(3, text=AGAIN), a_post(4, text=f"{OTHER_VICTIM} #تهديد")),
        *(a_post(5, text="ادفع باقي القسط للمدرسة"), a_post(6, text="ادفع باقي القسط للمدرسة 📌")),
    )

    assert list(grouped(run.archive.path).values()) == [1, 2, 1, 2, 3, 3]


async def test_a_post_stays_in_its_group_whatever_becomes_of_its_text(run: Run) -> None:
    run = await flags_by(run)
    await page(run, a_post(1, text=THREAT))
    await page(run, a_post(1, text="ادفع باقي القسط للمدرسة قبل العطلة", as_of=110))
    await page(run, a_post(1, text="تم البيع", as_of=120))

    await page(run, a_post(1, channel_id=OTHER, text=AGAIN))
    await page(run, a_post(2, text="ادفع باقي القسط للمدرسة قبل العطلة 🔥", as_of=130))

    assert grouped(run.archive.path) == {(0, 1, 1): 1, (0, 1, 2): 1, (1, 1, 1): 1, (0, 2, 1): 1}


async def test_a_post_without_words_is_alone(run: Run) -> None:
    everything = replace(
        WORDS, flag=lambda contents: [WORDS.flag([a_post(text="ادفع").content])[0] for _ in contents]
    )
    run = await flags_by(run, everything)

    await page(run, a_post(1, text="🔥"), a_post(2, text="🔥"), a_post(3, text=""))

    assert grouped(run.archive.path) == {(0, 1, 1): 1, (0, 2, 1): 2, (0, 3, 1): 3}
    assert rows(run.archive.path, "SELECT count(*) FROM sketches") == [(0,)]


async def test_what_only_a_shadow_flags_is_in_no_group(run: Run) -> None:
    run = await flags_by(run, word_flagging("ادفع", is_shadow=True))

    await page(run, a_post(1, text=THREAT))

    assert grouped(run.archive.path) == {}


async def test_what_is_not_committed_is_not_grouped(run: Run) -> None:
    run = await flags_by(run)

    async def fail(_: Transaction) -> None:
        raise LookupError("the machine stopped here")

    with pytest.raises(LookupError):
        await capture_pages(
            run, [a_page([a_post(1, text=THREAT)])], provenance=Provenance.BACKFILL, advance=fail
        )
    await page(run, a_post(2, text=THREAT))

    assert grouped(run.archive.path) == {(0, 2, 1): 1}


async def test_reflag_groups_what_it_flags_and_moves_nothing(run: Run) -> None:
    run = await flags_by(run)
    await page(run, a_post(1, text=THREAT))
    await page(replace(run, flagging=None), a_post(2, text=AGAIN), a_post(3, text=OTHER_VICTIM))

    for digest in ("b" * 64, "c" * 64):
        await reflag(
            run.archive, word_flagging("ادفع", digest=digest), clock=lambda: NOON, progress=lambda *_: None
        )

    assert grouped(run.archive.path) == {(0, 1, 1): 1, (0, 2, 1): 1, (0, 3, 1): 2}


async def test_a_value_that_a_thousand_texts_have_gets_no_more_of_them(run: Run) -> None:
    run = await flags_by(run)
    sign = "ادفع الآن وإلا ننشر كل شي عندنا"

    for first in range(0, 1_200, 300):
        await page(run, *(a_post(first + n + 1, text=f"{sign} {100 + first + n}") for n in range(300)))

    counts = rows(run.archive.path, "SELECT max(n) FROM (SELECT count(*) AS n FROM sketches GROUP BY value)")
    assert counts == [(1_000,)]
    assert len(set(grouped(run.archive.path).values())) == 1_200
