"""The posts that a search found, for people and for machines: where, when, and what was found in them.

What names a person or a secret is masked, unless there is no masker.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

from rich.console import Console
from rich.text import Text

from archiver.cli.tables import number
from archiver.domain.excerpt import Piece, Place, excerpt
from archiver.domain.finding import found_places
from archiver.domain.language import language
from archiver.domain.query import Query
from archiver.services.masking import Masker
from archiver.services.searching import Found, FoundPost

_FOUND = "black on yellow"
"""Only colours: a heavier letter of another width would tear an Arabic word."""
_WIDTH_TOLD = 300
"""Characters of an excerpt for machines, and where nobody looks."""


def print_posts(found: Found, query: Query, masker: Masker | None) -> None:
    """Print two lines a post: its place, time and fate, and the text around what was found.

    The text has a line of its own: letters from right to left would put what stands beside them in disorder.
    """
    console = Console(highlight=False, soft_wrap=True)
    width = max(40, console.width - 8) if console.is_terminal else _WIDTH_TOLD
    for post, text in zip(found.posts, shown(found.posts, query, masker, width=width), strict=True):
        console.print(_head(post))
        console.print(Text("  ").append_text(text))
    told = sys.stderr
    if found.scanned:
        print(f"{number(found.scanned)} revisions are not in the index, and were read one by one", file=told)
    if not found.posts:
        print("nothing found; a * at the end of a word finds longer ones: wor*", file=told)
    elif found.has_more:
        print(f"there are more than these {number(len(found.posts))}; see them with --limit", file=told)


def as_json(found: Found, query: Query, masker: Masker | None) -> dict[str, Any]:
    """Return what docs/reference/search.md says."""
    excerpts = _excerpts(found.posts, query, masker, width=_WIDTH_TOLD)
    posts = [_told(post, pieces) for post, pieces in zip(found.posts, excerpts, strict=True)]
    return {"posts": posts, "has_more": found.has_more, "scanned": found.scanned}


def shown(posts: Sequence[FoundPost], query: Query, masker: Masker | None, *, width: int) -> Iterator[Text]:
    """Yield of each post some ``width`` characters around what was found, which stands out."""
    for pieces in _excerpts(posts, query, masker, width=width):
        yield Text.assemble(*((piece.text, _FOUND if piece.is_found else "") for piece in pieces))


def _told(post: FoundPost, pieces: Sequence[Piece]) -> dict[str, Any]:
    revision, key = post.revision, post.revision.key
    return {
        "channel_id": key.channel_id,
        "handle": revision.handle,
        "post_id": key.post_id,
        "url": f"https://t.me/{revision.handle}/{key.post_id}" if revision.handle else None,
        "revision": key.revision,
        "newest_revision": revision.newest_revision,
        "published_at": _iso(revision.published_at),
        "observed_at": _iso(revision.observed_at),
        "tombstoned_at": _iso(revision.tombstoned_at),
        "language": language(revision.text),
        "excerpt": "".join(piece.text for piece in pieces),
        "found": _found(pieces),
    }


def _found(pieces: Sequence[Piece]) -> list[list[int]]:
    ends = accumulate(len(piece.text) for piece in pieces)
    return [[end - len(piece.text), end] for piece, end in zip(pieces, ends, strict=True) if piece.is_found]


def _excerpts(
    posts: Sequence[FoundPost], query: Query, masker: Masker | None, *, width: int
) -> Iterator[tuple[Piece, ...]]:
    texts = [post.text for post in posts]
    hidden = masker.hidden(texts) if masker and texts else [()] * len(texts)
    for text, places in zip(texts, hidden, strict=True):
        found = (Place(start, end) for start, end in found_places(text, query))
        masks = (Place(place.start, place.end, place.placeholder) for place in places)
        yield excerpt(text, found=found, hidden=masks, width=width)


def _head(post: FoundPost) -> Text:
    revision, key = post.revision, post.revision.key
    place = f"@{revision.handle}" if revision.handle else str(key.channel_id)
    remarks = [
        f"{revision.published_at:%Y-%m-%d %H:%M}",
        f"in an earlier revision ({key.revision} of {revision.newest_revision})" if post.is_earlier else "",
        f"deleted by {revision.tombstoned_at:%Y-%m-%d %H:%M}" if revision.tombstoned_at else "",
    ]
    return Text.assemble((f"{place}/{key.post_id}", "bold"), ("  ".join(["", *filter(None, remarks)]), "dim"))


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
