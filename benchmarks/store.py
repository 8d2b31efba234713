"""How fast posts are committed: our write path, by the speed of plain sqlite3 with the same rows.

Both write pages of 100 posts into a new archive, one durable transaction a page: the raw page, revisions, posts,
counts and the cursor. Ours also looks up what is held, judges each post, makes its digest and its rows, and
compresses the page, in an event loop; plain sqlite3 is given the finished rows.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archiver.domain.channel import Fact, ChannelLook
from archiver.domain.cursor import Cursor
from archiver.domain.findings import find
from archiver.domain.ids import AccountId, ChannelId, PostId
from archiver.domain.page import Page, RawPage
from archiver.domain.post import Content, Entity, ForwardOrigin, Media, MediaKind, Observation, PostCounts, Provenance
from archiver.storage import archive as room, channels, cursors, posts, raw, runs
from archiver.storage.archive import Archive

LIMIT = 0.8
PAGE = 100
CHANNEL = ChannelId(1_200_300_400)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORDS = (
    "عاجل بغداد تسريب وثائق وزارة الداخلية أسماء الموظفين قاعدة بيانات كاملة للبيع تواصل معنا البصرة الموصل "
    "هەواڵ کوردستان سلێمانی هەولێر بەڵگەنامە ناوەکان فرۆشتن پەیوەندی "
    "Срочно сегодня правительство сообщает источник документ утечка данные область район граждане новости"
).split()


def make_page(chance: random.Random, number: int) -> Page:
    """Return a page of new posts as a channel of these days shows them: three hundred letters each."""
    first = number * PAGE + 1
    seen = tuple(make_post(chance, PostId(post_id)) for post_id in range(first, first + PAGE))
    return Page(
        channel_id=CHANNEL, observations=seen, first_id=PostId(first), last_id=PostId(first + PAGE - 1),
        as_of=1_000_000, total=first + PAGE, is_end=False,
        raw=RawPage(layer=214, data=b"".join(make_bytes(chance, post) for post in seen)),
    )  # fmt: skip


def make_post(chance: random.Random, post_id: PostId) -> Observation:
    text = " ".join(chance.choices(WORDS, k=chance.randint(5, 85)))
    published_at = NOW - timedelta(days=200) + timedelta(minutes=3 * post_id)
    media = Media(
        kind=MediaKind.PHOTO, media_id=chance.getrandbits(62), width=1280, height=720,
        bytes=chance.randint(20_000, 400_000),
    )  # fmt: skip
    forward = ForwardOrigin(
        published_at=published_at, channel_id=ChannelId(chance.randint(10**9, 2 * 10**9)), post_id=PostId(77)
    )  # fmt: skip
    return Observation(
        channel_id=CHANNEL,
        post_id=post_id,
        published_at=published_at,
        edited_at=published_at if chance.random() < 0.2 else None,
        content=Content(
            text=text,
            entities=(
                Entity(kind="bold", offset=0, length=12),
                Entity(kind="text_url", offset=20, length=9, value=f"https://t.me/example/{post_id}"),
            ),
            media=media if chance.random() < 0.6 else None,
            forward=forward if chance.random() < 0.15 else None,
        ),
        counts=PostCounts(
            views=chance.randint(100, 90_000), forwards=chance.randint(0, 300),
            reactions=(("👍", chance.randint(0, 900)), ("🔥", chance.randint(0, 90))),
        ),
        as_of=1_000_000,
    )  # fmt: skip


def make_bytes(chance: random.Random, post: Observation) -> bytes:
    """Return about what Telegram sends for a post: numbers, hashes, a file reference and the text."""
    head = struct.pack("<IIiqqi", 0x9815CEC8, 0x1A000, post.post_id, CHANNEL, chance.getrandbits(62), 1)
    return head + chance.randbytes(60) + post.content.text.encode() + bytes(100)


async def store_page(archive: Archive, page: Page, *, keep_raw: bool) -> None:
    """Commit a page as `services.capture` does."""
    async with archive.write() as tx:
        heads = await posts.heads(tx, page.channel_id, first_id=page.first_id, last_id=page.last_id)
        findings = find(page.observations, heads, now=NOW)
        kept = None
        if keep_raw and page.raw:
            kept = await raw.keep(tx, page.raw, run_id=RUN, observed_at=NOW)
        await posts.record(
            tx, findings, channel_id=page.channel_id, observed_at=NOW, provenance=Provenance.BACKFILL,
            run_id=RUN, raw_page_id=kept,
        )  # fmt: skip
        await cursors.lower(tx, page.channel_id, low_water_id=page.first_id, history_complete_at=None)
