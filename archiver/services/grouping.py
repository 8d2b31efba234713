"""Grouping: a flagged post comes into the group of the post that it is a repost of, or founds one.

A new flagged text is compared with those of flagged revisions, not with what stands there now: a post that
was edited to *sold* still finds its reposts. All revisions of a post stay in its group. It takes three
questions to the archive however many posts there are, and none where there are none; the rest waits in the
transaction that writes the flags.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from archiver.domain.flag import Flag
from archiver.domain.ids import ChannelId, PostId
from archiver.domain.reposts import Candidate, are_reposts, candidates, is_telling, sketch
from archiver.domain.revision import RevisionKey
from archiver.storage import reposts
from archiver.storage.archive import Reader, Transaction
from archiver.storage.driver import NewId

_UNNUMBERED = 1 << 62
"""What new texts and groups are counted from until SQLite gives them an id: they are the youngest."""


async def group_flagged(
    tx: Transaction,
    flagged: Iterable[tuple[RevisionKey, Flag]],
    texts: Mapping[RevisionKey, str],
    *,
    at: datetime,
) -> None:
    """Put flagged revisions into groups, unless they are in one; ``texts`` holds the text of each.

    A revision that only shadows flagged is left out: nobody is to look at it.
    """
    shown = {key: texts[key] for key, flag in flagged if not flag.is_shadow}
    held = await _held(tx, shown)
    new = {key: text for key, text in shown.items() if key not in held}
    if not new:
        return
    known = await _known(tx, new, held)
    founded: dict[int, NewId] = {}
    for key, text in new.items():
        group, values = known.place(key, text)
        if group >= _UNNUMBERED and group not in founded:
            founded[group] = await reposts.found(tx, at=at)
        await reposts.join(tx, key, founded.get(group, group), values=values, at=at)


@dataclass(slots=True, kw_only=True)
class _Known:
    """What new texts are compared with: what the archive holds, and those of them that went before."""

    posts: dict[tuple[ChannelId, PostId], int]
    holders: dict[int, list[Candidate]]
    texts: dict[int, str]

    def place(self, key: RevisionKey, text: str) -> tuple[int, list[int]]:
        """Return the group of a text, and the values that it is to be found by."""
        number, values = _UNNUMBERED + len(self.texts), sketch(text)
        group = self.posts.get((key.channel_id, key.post_id))
        if group is None:
            close = candidates(values, self.holders)
            group = next((each.group for each in close if are_reposts(text, self.texts[each.text])), number)
        self.posts[key.channel_id, key.post_id] = group
        self.texts[number] = text
        telling = [value for value in values if is_telling(self.holders.get(value, []))]
        for value in telling:
            self.holders.setdefault(value, []).append(Candidate(group, number))
        return group, telling


async def _held(db: Reader, flagged: Iterable[RevisionKey]) -> dict[RevisionKey, int]:
    channels: dict[ChannelId, set[PostId]] = {}
    for key in flagged:
        channels.setdefault(key.channel_id, set()).add(key.post_id)
    held: dict[RevisionKey, int] = {}
    for channel_id, post_ids in channels.items():
        held |= await reposts.grouped(db, channel_id, post_ids)
    return held


async def _known(db: Reader, new: Mapping[RevisionKey, str], held: Mapping[RevisionKey, int]) -> _Known:
    sketches = [sketch(text) for text in new.values()]
    values = set(chain.from_iterable(sketches))
    holders = await reposts.holders(db, values) if values else {}
    close = {each.text for values_of_one in sketches for each in candidates(values_of_one, holders)}
    texts = await reposts.texts(db, close) if close else {}
    posts = {(key.channel_id, key.post_id): group for key, group in held.items()}
    return _Known(posts=posts, holders=holders, texts=texts)
