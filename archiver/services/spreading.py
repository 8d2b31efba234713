"""Spreading: what newer counts of views mean for the cases of posts; it takes one question a page."""

from __future__ import annotations

from collections.abc import Container, Sequence

from archiver.domain.arrival import spread
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.post import PostCounts
from archiver.storage import cases, reposts
from archiver.storage.archive import Transaction


async def weigh_cases(
    tx: Transaction,
    channel_id: ChannelId,
    samples: Sequence[tuple[PostId, PostCounts]],
    *,
    known: Container[PostId],
) -> None:
    """Let cases weigh more whose posts more people saw; nothing is asked of posts not ``known`` before.

    What those have reached was counted when their case was opened, a moment ago.
    """
    views = {post_id: seen.views for post_id, seen in samples if seen.views and post_id in known}
    if not views:
        return
    found = await reposts.groups_between(tx, channel_id, first=min(views), last=max(views))
    most: dict[int, int] = {}
    for post_id in found.keys() & views.keys():
        most[found[post_id]] = max(views[post_id], most.get(found[post_id], 0))
    if not most:
        return
    for case_id, case in (await cases.some(tx, most)).items():
        after = spread(case, most[case_id])
        if after != case:
            await cases.weigh(tx, after)
