"""Flagged posts as people see them: the matches stand out, and the leak is not published again."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.segment import Segment

from archiver.cli import flagged_posts
from archiver.domain.excerpt import HARMLESS_KINDS
from archiver.domain.flag import Category, Field, Flag, Match, View
from archiver.domain.ids import ChannelId, RunId
from archiver.domain.post import Content, Media, MediaKind
from archiver.domain.rule import Rulebook
from archiver.rules.detectors.detectors import Detectors
from archiver.rules.detectors.kinds import KINDS
from archiver.services.masking import Masker
from archiver.storage import flags, reposts, rulebooks
from archiver.storage.archive import Archive
from tests.builders import CHANNEL, NOON, a_content, a_flag, a_key, a_match, a_post, a_rule, a_rulebook
from tests.storage.steps import a_watch, begin_run, know_channel, observe

pytestmark = pytest.mark.asyncio

PHONE, WALLET = "0770 000 0021", "T9yD14Nj9j7xAB4dbGeiX9h8unkKHxuWwb"
TEXT = f"آخر إنذار، اتصل {PHONE} أو حوّل إلى {WALLET} وإلا نشرنا الصور"
LINK = "1" * 32

BOOK = a_rulebook(rules=[a_rule(f"test.{name}") for name in ("rule", "other", "shade")])
LATER = a_rulebook("b" * 64, rules=BOOK.rules)

masker = Masker(Detectors().find)


def at(text: str, part: str, *, term: str | None = None, link: str | None = None) -> Match:
    """Return a match of a part of a text; with ``term`` it is a detector's."""
    start, view = text.index(part), View.PLAIN if term else View.FOLDED
    return a_match(start, start + len(part), term=term or part, view=view, link=link)


async def put(
    archive: Archive, content: Content, *found: Flag, post_id: int = 7, book: Rulebook = BOOK
) -> None:
    run_id: RunId = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id)
        if post_id == 7:
            await a_watch(tx, "rafidain")
        await observe(tx, run_id, [a_post(post_id, content=content)])
        await rulebooks.record(tx, book, at=NOON)
        await flags.record(
            tx,
            [(a_key(post_id), flag) for flag in found],
            rulebook_digest=book.digest,
            at=NOON,
            run_id=run_id,
        )


async def shown(archive: Archive, *, width: int = 200) -> list[Segment]:
    async with archive.read() as db:
        posts = await flagged_posts.read(db, limit=8)
    console = Console(width=250, color_system="standard", force_terminal=True)
    return list(console.render(flagged_posts.table(posts, masker, width=width)))


def line(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments).rstrip()


def standing_out(segments: list[Segment]) -> list[str]:
    return [segment.text for segment in segments if segment.style and segment.style.bgcolor]


async def test_the_matches_stand_out_and_detectors_are_shown_by_their_kind(archive: Archive) -> None:
    flag = a_flag(severity=4, matches=(at(TEXT, PHONE, term="phone"), at(TEXT, "نشرنا")))
    await put(archive, a_content(TEXT), flag)

    segments = await shown(archive)

    assert line(segments).split()[:3] == ["@rafidain/7", "extortion", "4"]
    assert standing_out(segments) == ["[phone]", "نشرنا"]
    assert TEXT.replace(PHONE, "[phone]").replace(WALLET, "[wallet]") in line(segments)


async def test_what_no_rule_asked_for_is_masked_all_the_same(archive: Archive) -> None:
    await put(archive, a_content(TEXT), a_flag(matches=(at(TEXT, "إنذار"),)))

    segments = await shown(archive)

    assert standing_out(segments) == ["إنذار"]
    assert "0021" not in line(segments)
    assert WALLET not in line(segments)


async def test_a_value_that_other_posts_show_says_in_how_many(archive: Archive) -> None:
    flag = a_flag(matches=(at(TEXT, WALLET, term="wallet", link=LINK),))
    await put(archive, a_content(TEXT), flag)
    await put(archive, a_content(TEXT), flag, post_id=8)

    assert standing_out(await shown(archive)) == ["[wallet ×2]", "[wallet ×2]"]


async def test_a_post_is_one_line_whatever_flagged_it_and_shadows_are_not_seen(archive: Archive) -> None:
    await put(
        archive, a_content("ادفع أو ننشر"),
        a_flag(severity=2, matches=(at("ادفع أو ننشر", "ننشر"),)),
        a_flag("test.other", category=Category.SEXTORTION, severity=3, matches=(at("ادفع أو ننشر", "ادفع"),)),
        a_flag("test.shade", severity=4, is_shadow=True, matches=(at("ادفع أو ننشر", "أو"),)),
    )  # fmt: skip

    segments = await shown(archive)

    assert line(segments).split()[:4] == ["@rafidain/7", "sextortion", "+1", "3"]
    assert standing_out(segments) == ["ادفع", "ننشر"]


async def test_a_post_that_stands_in_another_channel_says_where(archive: Archive) -> None:
    other = ChannelId(CHANNEL + 1)
    await put(archive, a_content("ادفع أو ننشر"), a_flag(matches=(at("ادفع أو ننشر", "ننشر"),)))
    run_id = await begin_run(archive)
    async with archive.write() as tx:
        await know_channel(tx, run_id, channel_id=other)
        await observe(tx, run_id, [a_post(3, channel_id=other, text="ادفع أو ننشر 🔥")])
        await observe(tx, run_id, [a_post(9, text="ادفع أو ننشر ✅")])
        group_id = await reposts.found(tx, at=NOON)
        for key in (a_key(3, channel_id=other), a_key(7), a_key(9)):
            await reposts.join(tx, key, group_id, values=(), at=NOON)

    assert line(await shown(archive)).endswith(f"also in {other}")


async def test_the_newest_rulebook_has_the_word(archive: Archive) -> None:
    await put(archive, a_content("ادفع أو ننشر"), a_flag(matches=(at("ادفع أو ننشر", "ننشر"),)))
    await put(archive, a_content("ادفع أو ننشر"), a_flag(matches=(at("ادفع أو ننشر", "ادفع"),)), book=LATER)

    assert standing_out(await shown(archive)) == ["ادفع"]


async def test_the_name_of_a_file_is_shown_where_the_match_is_in_it(archive: Archive) -> None:
    named = a_content("", media=Media(kind=MediaKind.FILE, name="voters_karkh.csv"))
    await put(archive, named, a_flag(matches=(a_match(0, 6, term="voters", field=Field.MEDIA_NAME),)))

    segments = await shown(archive)

    assert "voters" not in "".join(KINDS)
    assert line(segments).endswith("[file_name]")
    assert standing_out(segments) == ["[file_name]"]


async def test_the_beginning_of_any_text_can_be_masked() -> None:
    found = flagged_posts.masked(f"اتصل {PHONE} الآن وليس غداً", masker, width=14)

    assert found.plain == "اتصل [phone]…"


async def test_what_is_shown_as_it_stands_are_kinds_of_detectors() -> None:
    assert KINDS.keys() > HARMLESS_KINDS
