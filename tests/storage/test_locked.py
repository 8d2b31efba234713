"""Every function of the room, once on a file that another process holds, and once when it is free again."""

from __future__ import annotations

import inspect
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from archiver.domain.account import AccountState, FloodHold, UpdateState
from archiver.domain.channel import Availability, Watch, WatchState
from archiver.domain.errors import ArchiveLocked
from archiver.domain.findings import find
from archiver.domain.gap import Gap, GapCause, GapState
from archiver.domain.ids import PostId, RawPageId, ReviewerId, RunId
from archiver.domain.importing import sift
from archiver.domain.page import RawPage
from archiver.domain.post import PostCounts, Provenance
from archiver.domain.preferences import Preferences
from archiver.domain.query import parse
from archiver.domain.reviewer import Role
from archiver.domain.stretch import Stretch
from archiver.storage import (
    accounts,
    api_tokens,
    audit,
    audits,
    channels,
    cursors,
    flags,
    gaps,
    happenings,
    imports,
    integrity,
    keys,
    marks,
    overview,
    posts,
    raw,
    reposts,
    reviewers,
    revisions,
    rulebooks,
    runs,
    search,
    series,
    sign_ins,
    subscribers,
    watches,
)
from archiver.storage.archive import Archive
from archiver.storage.imports import ImportState, Progress
from archiver.storage.marks import Mark, MarkCursor
from archiver.storage.search import EVERYTHING, IndexCursor, Indexed
from archiver.storage.series import Span
from tests.builders import CHANNEL, NOON, Clock, a_cursor, a_flag, a_key, a_look, a_post, a_rulebook
from tests.storage.steps import ACCOUNT, observe

ROOM = (
    marks, search, series,
    api_tokens, audit, integrity, reviewers, sign_ins,
    accounts, audits, channels, cursors, flags, gaps, happenings, imports, keys, overview,
    posts, raw, reposts,
    revisions, rulebooks, runs, subscribers, watches,
)  # fmt: skip

RUN = RunId(1)
REVIEWER = ReviewerId(1)
HOLD = FloodHold(account_id=ACCOUNT, method="m", seconds=1, noticed_at=NOON, until=NOON + timedelta(hours=1))
GAP = Gap(
    channel_id=CHANNEL, cause=GapCause.UNREACHABLE, state=GapState.OPEN,
    first_post_id=None, last_post_id=None, since=NOON, until=None, opened_at=NOON,
)  # fmt: skip
SOURCE: dict[str, Any] = {
    "digest": "d" * 64, "name": "a", "kind": "desktop", "size": 1, "claims": "{}", "at": NOON,
}  # fmt: skip
PROGRESS = Progress(
    import_id=1, state=ImportState.READING, position=1, worth=Counter(), flags=0, refused=Counter()
)
FOUND = {"observed_at": NOON, "run_id": RUN}
BOOK = a_rulebook()

CALLS: dict[Callable[..., Any], tuple[tuple[Any, ...], dict[str, Any]]] = {
    accounts.put_state: ((ACCOUNT, AccountState.CONNECTED), {"detail": None, "at": NOON}),
    accounts.put_update_state: ((ACCOUNT, UpdateState(pts=1, qts=1, date=NOON, seq=1)), {}),
    accounts.get: ((ACCOUNT,), {}),
    accounts.every: ((), {}),
    accounts.add_hold: ((HOLD,), {}),
    accounts.holds: ((NOON,), {}),
    accounts.spend: ((ACCOUNT, "m"), {"day": NOON.date()}),
    accounts.spent: ((ACCOUNT, "m"), {"day": NOON.date()}),
    audits.record: ((CHANNEL,), {"told": 1, "held": 1, "audited_at": NOON, "run_id": RUN}),
    channels.record_look: ((a_look(),), {"account_id": ACCOUNT, **FOUND}),
    channels.put_access: ((ACCOUNT, CHANNEL), {"access_hash": 1, "is_joined": True, "observed_at": NOON}),
    channels.set_availability: ((CHANNEL, Availability.BANNED), {"detail": None, **FOUND}),
    channels.facts: ((CHANNEL,), {}),
    channels.handles: ((CHANNEL,), {}),
    channels.holders: (("rafidain",), {}),
    channels.reach: ((CHANNEL,), {}),
    channels.reaches: ((), {}),
    channels.out_since: ((CHANNEL,), {}),
    channels.all_handles: ((), {}),
    channels.accesses: ((ACCOUNT,), {}),
    api_tokens.add: (
        (REVIEWER,),
        {"label": "l", "digest": "d", "made_at": NOON, "expires_at": NOON},
    ),
    api_tokens.find: (("d",), {}),
    api_tokens.of_reviewer: ((REVIEWER,), {}),
    api_tokens.revoke: ((1,), {"reviewer_id": REVIEWER, "at": NOON}),
    audit.append: ((), {"at": NOON, "actor": "R-01", "kind": "a.b", "target": "c 1", "details": {}}),
    audit.head: ((), {}),
    audit.after: ((0,), {"limit": 9}),
    audit.newest: ((), {"limit": 9}),
    audit.of_target: (("c 1",), {"limit": 9}),
    integrity.file_faults: ((), {}),
    integrity.reference_faults: ((), {}),
    integrity.counts: ((), {}),
    integrity.changed_revisions: ((), {"above": 0, "limit": 9}),
    reviewers.add: (("somebody",), {"role": Role.LEAD, "password": "p", "at": NOON}),
    reviewers.named: (("zahra",), {}),
    reviewers.get: ((REVIEWER,), {}),
    reviewers.everybody: ((), {}),
    reviewers.has_another: ((REVIEWER, [Role.LEAD]), {}),
    reviewers.set_password: ((REVIEWER, "p"), {}),
    reviewers.set_disabled: ((REVIEWER, NOON), {}),
    reviewers.set_code: ((REVIEWER, None), {}),
    reviewers.spend_step: ((REVIEWER, 7), {}),
    reviewers.set_preferences: ((REVIEWER, Preferences()), {}),
    sign_ins.add: ((REVIEWER,), {"cookie_digest": "d", "at": NOON}),
    sign_ins.find: (("d",), {}),
    sign_ins.open_of: ((REVIEWER,), {}),
    sign_ins.see: ((1, NOON), {}),
    sign_ins.end: ((1,), {"reviewer_id": REVIEWER, "at": NOON}),
    sign_ins.end_all: ((REVIEWER,), {"at": NOON}),
    sign_ins.failures: (("s",), {}),
    sign_ins.fail: (("s",), {"at": NOON, "forgotten": NOON}),
    sign_ins.forget: (("s",), {"forgotten": NOON}),
    cursors.get: ((CHANNEL,), {}),
    cursors.every: ((), {}),
    cursors.put: ((a_cursor(),), {}),
    cursors.advance: ((CHANNEL,), {"as_of": 1, "high_water_id": 1, "looked_at": NOON}),
    cursors.lower: ((CHANNEL,), {"low_water_id": 1, "history_complete_at": None}),
    cursors.set_rescan: ((CHANNEL,), {"rescan_id": 1, "rescan_began_at": NOON}),
    cursors.finish_rescan: ((CHANNEL,), {"at": NOON}),
    cursors.set_recent_rescan: ((CHANNEL,), {"at": NOON}),
    flags.record: (
        ([(a_key(1), a_flag())],),
        {"rulebook_digest": BOOK.digest, "at": NOON, "run_id": RUN},
    ),
    flags.held: (([1],), {}),
    flags.newest: ((), {"limit": 9}),
    flags.of_post: ((CHANNEL, PostId(1)), {}),
    flags.counts_since: ((NOON,), {}),
    flags.count_linked: (("0" * 32,), {}),
    gaps.open_gap: ((GAP,), {"run_id": RUN}),
    gaps.close: ((1,), {"state": GapState.REPAIRED, "at": NOON}),
    gaps.record_lost: (
        (CHANNEL, [PostId(5)]),
        {"cause": GapCause.DELETED_UNSEEN, "since": None, "until": NOON, "at": NOON, "run_id": RUN},
    ),
    gaps.lost_ids: ((CHANNEL,), {"first_id": 1, "last_id": 9}),
    gaps.open_gaps: ((), {}),
    gaps.of_channel: ((CHANNEL,), {}),
    happenings.latest: ((), {"limit": 9}),
    imports.begin: ((), SOURCE | {"digest": "e" * 64}),
    imports.note: ((PROGRESS,), {"at": NOON}),
    imports.texts: ((CHANNEL, [PostId(1)]), {}),
    imports.record: (
        (sift([a_post(10, as_of=0)], {}, {}),),
        {"channel_id": CHANNEL, "import_id": 1, "observed_at": NOON, "made_at": None},
    ),
    imports.note_channel: ((a_look(),), {"at": NOON}),
    imports.register: ((), {}),
    keys.find: ((keys.LINKS,), {}),
    keys.obtain: ((keys.LINKS,), {"fresh": b"secret", "at": NOON}),
    overview.every_channel: ((), {}),
    overview.channel: (("rafidain",), {}),
    overview.every_account: ((NOON,), {}),
    overview.totals: ((), {}),
    posts.heads: ((CHANNEL,), {"first_id": 1, "last_id": 9}),
    posts.heads_of: ((CHANNEL, [PostId(1)]), {}),
    posts.record: (
        (find([a_post(8)], {}, now=NOON),),
        {"channel_id": CHANNEL, "provenance": Provenance.LIVE, "raw_page": None, **FOUND},
    ),
    posts.add_revisions: (
        (CHANNEL, find([a_post(9)], {}, now=NOON).revisions),
        {"provenance": Provenance.LIVE, **FOUND},
    ),
    posts.add_counts: ((CHANNEL, [(PostId(1), PostCounts(views=1))]), {"sampled_at": NOON}),
    posts.bury: (
        (CHANNEL, [PostId(1)]),
        {"as_of": 200, "noticed_at": NOON, "evidence": "told", "run_id": RUN},
    ),
    posts.newest_ids: ((CHANNEL, 9), {}),
    posts.id_before: ((CHANNEL, NOON), {}),
    posts.count_live: ((CHANNEL,), {}),
    posts.due_channels: ((NOON,), {}),
    posts.hourly_rate: ((CHANNEL, NOON), {}),
    raw.keep: ((RawPage(layer=214, data=b"bytes"),), FOUND),
    raw.read_raw: ((RawPageId(1),), {}),
    reposts.found: ((), {"at": NOON}),
    reposts.join: ((a_key(1), 1), {"values": (1, 2), "at": NOON}),
    reposts.grouped: ((CHANNEL, [PostId(1)]), {}),
    reposts.holders: (([1],), {}),
    reposts.texts: (([1],), {}),
    reposts.texts_of_posts: ((CHANNEL, [PostId(1)]), {}),
    reposts.group_of: ((CHANNEL, PostId(1)), {}),
    reposts.groups_between: ((CHANNEL,), {"first": PostId(1), "last": PostId(9)}),
    reposts.posts_of: ((1,), {}),
    revisions.within: ((Stretch(1, 9),), {"limit": 9}),
    revisions.chosen: ((), {"above": 0, "since": NOON, "channel_id": CHANNEL, "limit": 9}),
    revisions.newest_id: ((), {}),
    rulebooks.record: ((a_rulebook("b" * 64),), {"at": NOON}),
    rulebooks.titles: (([("test.rule", BOOK.digest)],), {}),
    rulebooks.seen: ((BOOK.digest,), {}),
    rulebooks.count_unseen: ((BOOK.digest,), {}),
    rulebooks.advance: ((BOOK.digest,), {"added": 1}),
    rulebooks.mark_seen: ((BOOK.digest, Stretch(1, 1)), {}),
    series.channels: ((), {}),
    series.subscribers: ((CHANNEL, Span()), {}),
    series.posts: (([CHANNEL], Span()), {}),
    series.edits: (([CHANNEL], Span()), {}),
    series.deletions: (([CHANNEL], Span()), {}),
    series.flagged: (([CHANNEL], Span()), {}),
    series.flags: (([CHANNEL], Span()), {}),
    series.hours: (([CHANNEL], Span()), {}),
    marks.cursor: ((), {}),
    marks.add: (([Mark(1, "ar", None, None)],), {"reached": MarkCursor("1", 1)}),
    marks.clear: ((), {"version": "1"}),
    marks.languages: (([1],), {"version": "1"}),
    search.cursor: ((), {}),
    search.texts: ((), {"above": 0, "limit": 9}),
    search.add: (([Indexed(1, "words", "cores")],), {"reached": IndexCursor("1", 1)}),
    search.clear: ((), {"version": "1"}),
    search.hits: ((parse("word"),), {"choice": EVERYTHING, "limit": 9}),
    search.tail: ((), {"above": 0, "choice": EVERYTHING, "limit": 9}),
    search.found: (([1],), {}),
    search.newest_of: (([1],), {}),
    runs.begin: ((), {"at": NOON, "version": "0", "layer": 1}),
    runs.beat: ((RUN,), {"at": NOON}),
    runs.end: ((RUN,), {"at": NOON}),
    runs.latest: ((), {}),
    runs.every: ((), {}),
    subscribers.record: ((CHANNEL, 5), {"sampled_at": NOON, "run_id": RUN}),
    subscribers.latest_samples: ((), {}),
    watches.every: ((), {}),
    watches.get: (("rafidain",), {}),
    watches.of_channel: ((CHANNEL,), {}),
    watches.put: ((Watch(handle="rafidain", state=WatchState.WATCHED, added_at=NOON),), {}),
    watches.set_state: (("rafidain", WatchState.PAUSED), {}),
    watches.bind: (("rafidain", CHANNEL), {"at": NOON}),
    watches.refuse: (("rafidain", "a group"), {"at": NOON}),
}


def named(function: Callable[..., Any]) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def public_functions(module: ModuleType) -> set[str]:
    return {
        named(function)
        for name, function in inspect.getmembers(module, inspect.iscoroutinefunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


def test_the_table_holds_every_function_of_the_room() -> None:
    assert {named(function) for function in CALLS} == set().union(*map(public_functions, ROOM))


@pytest.mark.asyncio
@pytest.mark.parametrize("function", CALLS, ids=named)
async def test_a_locked_file_is_said_to_be_locked_and_works_when_it_is_free(
    archive: Archive, run_id: RunId, function: Callable[..., Any]
) -> None:
    async with archive.write() as tx:
        await observe(tx, run_id, [a_post(1)], raw_page=RawPage(layer=214, data=b"bytes"))
        await rulebooks.record(tx, BOOK, at=NOON)
        await reposts.found(tx, at=NOON)
        await imports.begin(tx, **SOURCE)
        await reviewers.add(tx, "zahra", role=Role.REVIEWER, password="p", at=NOON)  # noqa: S106
    await archive.close()
    impatient = await Archive.open(archive.path, clock=Clock(), busy_seconds=0.01)
    positional, named_values = CALLS[function]

    async def call() -> None:
        async with impatient.write() as tx:
            await function(tx, *positional, **named_values)

    with closing(sqlite3.connect(archive.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ArchiveLocked):
            await call()
        other.execute("ROLLBACK")
    await call()
    await impatient.close()
