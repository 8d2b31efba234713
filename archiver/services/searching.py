"""Searching: the posts that a query finds, the best first.

What the index holds is asked of it; what came after its cursor is read one by one, so that a post is found as
soon as it is archived, and an archive that can't be written is searched whole. What was read one by one
stands first, the newest first: it has no score that could be compared.

A post is found once: by its newest revision if that is what was asked for, else by an earlier one that was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archiver.domain.finding import meets
from archiver.domain.language import language
from archiver.domain.query import Choice, Query
from archiver.services import marking
from archiver.services.indexing import Fold, reached, searched_text
from archiver.storage import marks, reposts, revisions, search
from archiver.storage.archive import Archive, Reader
from archiver.storage.search import EVERYTHING, FoundRevision, Hit

_WINDOW = 500
"""How many revisions are taken from the index to begin with: among them the newer of equals come first."""
_WIDER = 10
_SCAN = 2_000
_READ = 100
"""How many posts are read at once, until there are as many as are wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to search for: a query, where, in which language the posts are to be, and how many at most."""

    query: Query
    choice: Choice = EVERYTHING
    language: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPost:
    """A post that a query finds, and the revision that it is found by."""

    revision: FoundRevision

    @property
    def is_earlier(self) -> bool:
        """Say that the post was edited since, and no longer is what was asked for."""
        return self.revision.key.revision < self.revision.newest_revision

    @property
    def text(self) -> str:
        """Return what was searched."""
        return searched_text(self.revision.text, self.revision.media_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The posts, whether there are more, and how many revisions no index holds and were read one by one."""

    posts: tuple[FoundPost, ...]
    has_more: bool
    scanned: int


async def search_archive(archive: Archive, fold: Fold, wanted: Wanted) -> Found:
    """Return the best posts, in one snapshot."""
    async with archive.read() as db:
        above, newest = await reached(db), await revisions.newest_id(db)
        tail = await _scan(db, fold, wanted, above=above) if above < newest else []
        posts = await _best(db, fold, wanted, tail, is_begun=above > 0)
    limit = wanted.limit
    return Found(posts=tuple(posts[:limit]), has_more=len(posts) > limit, scanned=newest - above)


async def cases_of(archive: Archive, posts: Sequence[FoundPost]) -> list[int | None]:
    """Return the case of each post, ``None`` where it was not flagged."""
    async with archive.read() as db:
        return [
            await reposts.group_of(db, post.revision.key.channel_id, post.revision.key.post_id)
            for post in posts
        ]


async def _scan(db: Reader, fold: Fold, wanted: Wanted, *, above: int) -> list[Hit]:
    """Return what a query finds above the cursor."""
    found: list[Hit] = []
    while batch := await search.tail(db, above=above, choice=wanted.choice, limit=_SCAN):
        folded = fold([searched_text(each.text, each.media_name) for each, _ in batch])
        found += [
            hit
            for (_, hit), words in zip(batch, folded, strict=True)
            if meets(words.split(" "), wanted.query)
        ]
        above = batch[-1][0].revision_id
    return found


async def _best(
    db: Reader, fold: Fold, wanted: Wanted, tail: Sequence[Hit], *, is_begun: bool
) -> list[FoundPost]:
    """Return one post more than wanted, if there is one, from as small a part of the index as will do."""
    window = max(_WINDOW, 2 * wanted.limit)
    while True:
        hits = await search.hits(db, wanted.query, choice=wanted.choice, limit=window) if is_begun else []
        posts = await _read(db, fold, wanted, _ranked([*tail, *hits]))
        if len(posts) > wanted.limit or len(hits) < window:
            return posts
        window *= _WIDER


def _ranked(hits: Iterable[Hit]) -> list[Hit]:
    """Return of each post its newest revision that was found, in the order of the posts' best ones."""
    posts: dict[tuple[int, int], tuple[Hit, float]] = {}
    for hit in hits:
        place = hit.channel_id, hit.post_id
        held, score = posts.get(place, (hit, hit.score))
        posts[place] = max(held, hit, key=lambda each: each.revision), min(score, hit.score)
    ranked = sorted(posts.values(), key=lambda each: (each[1], -each[0].published_at))
    return [hit for hit, _ in ranked]


async def _read(db: Reader, fold: Fold, wanted: Wanted, hits: Sequence[Hit]) -> list[FoundPost]:
    """Return the first posts in the language that is wanted, one more than wanted if there is one."""
    posts: list[FoundPost] = []
    size = _READ if wanted.language else wanted.limit + 1
    for start in range(0, len(hits), size):
        chosen = hits[start : start + size]
        found = await search.found(db, [hit.revision_id for hit in chosen])
        newer = await _newest_that_meet(db, fold, wanted.query, chosen)
        whole = [newer.get(hit.revision_id) or found[hit.revision_id] for hit in chosen]
        known = await _languages(db, whole) if wanted.language else {}
        posts += [FoundPost(revision=each) for each in whole if _speaks(each, wanted.language, known)]
        if len(posts) > wanted.limit:
            break
    return posts[: wanted.limit + 1]


async def _newest_that_meet(
    db: Reader, fold: Fold, query: Query, hits: Iterable[Hit]
) -> dict[int, FoundRevision]:
    """Return the newest revision in the stead of an earlier one, where a query finds it as well."""
    earlier = [hit.revision_id for hit in hits if hit.revision < hit.newest_revision]
    if not earlier:
        return {}
    newest_ids = await search.newest_of(db, earlier)
    newest = list((await search.found(db, list(newest_ids.values()))).values())
    folded = fold([searched_text(each.text, each.media_name) for each in newest])
    met = {
        each.revision_id: each
        for each, words in zip(newest, folded, strict=True)
        if meets(words.split(" "), query)
    }
    return {old: met[new] for old, new in newest_ids.items() if new in met}


async def _languages(db: Reader, found: Sequence[FoundRevision]) -> dict[int, str | None]:
    """Return the languages of those revisions that have a mark."""
    return await marks.languages(db, [each.revision_id for each in found], version=marking.version())


def _speaks(revision: FoundRevision, wanted: str | None, known: Mapping[int, str | None]) -> bool:
    if wanted is None:
        return True
    if revision.revision_id in known:
        return known[revision.revision_id] == wanted
    return language(revision.text) == wanted
