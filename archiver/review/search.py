"""Search by words, in what the reader may see: a post is found by what shows of it, not by what is masked.

The index holds whole texts. So what it finds is looked at again masked, and a query that holds personal data
is not asked at all: the desk must not tell whether a number stands in a leak.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from starlette.responses import Response

from archiver.domain.errors import QueryInvalid
from archiver.domain.finding import found_places, meets
from archiver.domain.flag import Category
from archiver.domain.language import language
from archiver.domain.masking import Found as FoundAt
from archiver.domain.query import Choice, Query, parse
from archiver.domain.rule import LANGUAGES
from archiver.review import pages
from archiver.review.desk import Desk
from archiver.review.pieces import Piece, Veil, around
from archiver.review.visit import Visit
from archiver.rules.folded import folded
from archiver.services.searching import FoundPost, Wanted, cases_of, search_archive

LIMIT = 40
"""Posts that are found at once; those that do not show are left out of them."""
_WIDTH = 320


class Trouble(StrEnum):
    """Why nothing was looked for."""

    PERSONAL = "personal"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A post with the stretch around what was found in it, and its case if it was flagged."""

    post: FoundPost
    case_id: int | None
    text: tuple[Piece, ...]
    language: str | None


async def show(visit: Visit) -> Response:
    """Show the form, and what the words find."""
    asked = visit.request.query_params
    words = asked.get("q", "").strip()[:400]
    tongue, category = asked.get("language"), asked.get("category")
    choice = Choice(
        is_flagged=asked.get("flagged") == "yes",
        category=Category(category) if category in set(Category) else None,
    )
    results, trouble, has_more = await find(
        visit.desk, words, choice, tongue if tongue in LANGUAGES else None
    )
    return visit.page(
        "search.html",
        words=words,
        results=results,
        trouble=trouble,
        has_more=has_more,
        choice=choice,
        tongue_chosen=tongue,
        languages=LANGUAGES,
        categories=pages.CATEGORIES,
    )


async def find(
    desk: Desk, words: str, choice: Choice, tongue: str | None, *, passed: int = 0
) -> tuple[list[Result], Trouble | None, bool]:
    """Return what words find after the first ``passed``, why nothing was looked for, and if there is more."""
    if not words:
        return [], None, False
    if desk.masker.hidden([words])[0]:
        return [], Trouble.PERSONAL, False
    try:
        query = parse(words)
    except QueryInvalid:
        return [], Trouble.INVALID, False
    wanted = Wanted(query=query, choice=choice, language=tongue, limit=passed + LIMIT)
    found = await search_archive(desk.archive, folded, wanted)
    return await _shown(desk, found.posts[passed:], query), None, found.has_more


async def _shown(desk: Desk, posts: Sequence[FoundPost], query: Query) -> list[Result]:
    """Return the posts that are found by what shows of them."""
    masker = desk.masker
    masked = folded(masker.masked([post.text for post in posts])) if posts else []
    shows = [post for post, text in zip(posts, masked, strict=True) if meets(text.split(" "), query)]
    veil = Veil(masker)
    return [
        Result(
            post=post,
            case_id=case_id,
            text=_excerpt(post, query, veil),
            language=language(post.revision.text),
        )
        for post, case_id in zip(shows, await cases_of(desk.archive, shows), strict=True)
    ]


def _excerpt(post: FoundPost, query: Query, veil: Veil) -> tuple[Piece, ...]:
    places = enumerate(found_places(post.text, query), 1)
    return around(veil.pieces(post.text, [FoundAt(number, *place) for number, place in places]), _WIDTH)
