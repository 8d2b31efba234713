"""Grouping: a flagged post comes into the group of the post that it is a repost of, or founds one.

A new flagged text is compared with those of flagged revisions, not with what stands there now: a post that
was edited to *sold* still finds its reposts. All revisions of a post stay in its group. It takes three
questions to the archive however many posts there are, and none where there are none; the rest waits in the
transaction that writes the flags. Each group has a case: `services.opening`.
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
from archiver.services.opening import Grouped, open_cases
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
    said: dict[RevisionKey, list[Flag]] = {}
    for key, flag in flagged:
        if not flag.is_shadow:
            said.setdefault(key, []).append(flag)
    if not said:
        return
    held = await _held(tx, said)
    new = {key: texts[key] for key in said if key not in held}
    known = await _known(tx, new, held)
    founded: dict[int, NewId] = {}
    groups: dict[RevisionKey, NewId | int] = {key: held[key] for key in said if key in held}
    for key, text in new.items():
        group, values = known.place(key, text)
        if group >= _UNNUMBERED and group not in founded:
            founded[group] = await reposts.found(tx, at=at)
        groups[key] = founded.get(group, group)
        await reposts.join(tx, key, groups[key], values=values, at=at)
    grouped = [
        Grouped(
            key=key, text=texts[key], flags=own, group=groups[key],
            is_held=key in held, is_edit=key in new and known.is_edit(key, texts[key]),
        )
        for key, own in said.items()
    ]  # fmt: skip
    await open_cases(tx, grouped, at=at)


@dataclass(slots=True, kw_only=True)
class _Known:
    """What new texts are compared with: what the archive holds, and those of them that went before."""

    posts: dict[tuple[ChannelId, PostId], int]
    holders: dict[int, list[Candidate]]
    texts: dict[int, str]
    earlier: dict[tuple[ChannelId, PostId], list[str]]

    def is_edit(self, key: RevisionKey, text: str) -> bool:
        """Say whether the archive holds the post with other texts only."""
        earlier = self.earlier.get((key.channel_id, key.post_id), ())
        return bool(earlier) and not any(text == each or are_reposts(text, each) for each in earlier)

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
    held: dict[RevisionKey, int] = {}
    for channel_id, post_ids in _by_channel(flagged).items():
        held |= await reposts.grouped(db, channel_id, post_ids)
    return held


async def _known(db: Reader, new: Mapping[RevisionKey, str], held: Mapping[RevisionKey, int]) -> _Known:
    sketches = [sketch(text) for text in new.values()]
    values = set(chain.from_iterable(sketches))
    holders = await reposts.holders(db, values) if values else {}
    close = {each.text for values_of_one in sketches for each in candidates(values_of_one, holders)}
    texts = await reposts.texts(db, close) if close else {}
    posts = {(key.channel_id, key.post_id): group for key, group in held.items()}
    earlier = await _earlier(db, {key for key in new if (key.channel_id, key.post_id) in posts})
    return _Known(posts=posts, holders=holders, texts=texts, earlier=earlier)


async def _earlier(db: Reader, edits: Iterable[RevisionKey]) -> dict[tuple[ChannelId, PostId], list[str]]:
    """Return the flagged texts that the posts of some new revisions had before."""
    found: dict[tuple[ChannelId, PostId], list[str]] = {}
    for channel_id, post_ids in _by_channel(edits).items():
        texts = await reposts.texts_of_posts(db, channel_id, post_ids)
        found |= {(channel_id, post_id): each for post_id, each in texts.items()}
    return found


def _by_channel(keys: Iterable[RevisionKey]) -> dict[ChannelId, set[PostId]]:
    channels: dict[ChannelId, set[PostId]] = {}
    for key in keys:
        channels.setdefault(key.channel_id, set()).add(key.post_id)
    return channels
