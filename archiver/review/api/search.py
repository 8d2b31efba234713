"""Search by words in masked posts, exactly as the page searches."""

from __future__ import annotations

from archiver.domain.flag import Category
from archiver.domain.query import Choice
from archiver.domain.rule import LANGUAGES
from archiver.review.api import told
from archiver.review.api.call import Answer, Call
from archiver.review.api.problem import Invalid
from archiver.review.api.schema import BOOLEAN, COUNT, ID, TEXT, TIME, Fault, many, maybe, one_of, thing
from archiver.review.search import LIMIT, Result, Trouble, find

_FARTHEST = 25 * LIMIT
QUERY = {
    "q": {"type": "string", "minLength": 1, "maxLength": 400},
    "flagged": BOOLEAN,
    "category": one_of(Category),
    "language": one_of(LANGUAGES),
    "after": {"type": "integer", "minimum": LIMIT, "maximum": _FARTHEST},
}
_FOUND = thing(
    "FoundPost",
    channel_id=ID,
    post_id=ID,
    revision=COUNT,
    is_earlier=BOOLEAN,
    handle=maybe(TEXT),
    published_at=TIME,
    tombstoned_at=maybe(TIME),
    language=maybe(TEXT),
    case_id=maybe(ID),
    excerpt=told.MASKED_TEXT,
)
FOUND = thing("FoundPosts", posts=many(_FOUND), has_more=BOOLEAN, after=maybe(COUNT))

_SAYS = {
    Trouble.PERSONAL: "holds personal data; the desk does not tell whether that stands in a leak",
    Trouble.INVALID: "can't be read as a query: look at its brackets and quotation marks",
}


async def show(call: Call) -> Answer:
    """Return the posts that words find by what shows of them."""
    choice = Choice(is_flagged=call.given.get("flagged") is True, category=call.code("category", Category))
    passed, tongue = call.number_or_none("after") or 0, call.text("language") or None
    results, trouble, has_more = await find(call.desk, call.text("q").strip(), choice, tongue, passed=passed)
    if trouble is not None:
        raise Invalid([Fault("q", _SAYS[trouble])])
    after = passed + LIMIT if has_more and passed < _FARTHEST else None
    return Answer(told={"posts": [_result(each) for each in results], "has_more": has_more, "after": after})


def _result(result: Result) -> dict[str, object]:
    revision = result.post.revision
    return {
        "channel_id": revision.key.channel_id,
        "post_id": revision.key.post_id,
        "revision": revision.key.revision,
        "is_earlier": result.post.is_earlier,
        "handle": revision.handle,
        "published_at": told.time(revision.published_at),
        "tombstoned_at": told.time(revision.tombstoned_at),
        "language": result.language,
        "case_id": result.case_id,
        "excerpt": told.text(result.text),
    }
