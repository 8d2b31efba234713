"""What stands around a post of a case: its revisions, and the posts before and after it in its channel."""

from __future__ import annotations

from archiver.domain.case_post import CasePost, ShownRevision
from archiver.review import case_view
from archiver.review.api import channel, told
from archiver.review.api.call import Answer, Call
from archiver.review.api.reveal import veil_of
from archiver.review.api.schema import COUNT, ID, TEXT, TIME, many, maybe, thing
from archiver.review.pieces import Veil
from archiver.services import cases, channel_page

_REVISION = thing(
    "Revision", revision=COUNT, observed_at=TIME, edited_at=maybe(TIME), digest=TEXT, text=told.MASKED_TEXT
)
REVISIONS = thing("Revisions", channel_id=ID, post_id=ID, revisions=many(_REVISION))
SURROUNDINGS = thing(
    "Surroundings", channel_id=ID, post_id=ID, before=many(channel.POST), after=many(channel.POST)
)


async def revisions(call: Call) -> Answer:
    """Return all revisions of a post, the oldest first."""
    post, veil = await _chosen(call)
    texts = veil.many([each.text for each in post.revisions])
    return Answer(
        told={
            "channel_id": post.channel_id,
            "post_id": post.post_id,
            "revisions": [
                {**_revision(each), "text": told.text(text)}
                for each, text in zip(post.revisions, texts, strict=True)
            ],
        }
    )


async def surroundings(call: Call) -> Answer:
    """Return the five posts before a post and the five after it, in order of time."""
    post, veil = await _chosen(call)
    found = await channel_page.read_surroundings(call.desk.archive, post.channel_id, post.post_id)
    return Answer(
        told={
            "channel_id": post.channel_id,
            "post_id": post.post_id,
            "before": channel.posts(found.before, veil),
            "after": channel.posts(found.after, veil),
        }
    )


async def _chosen(call: Call) -> tuple[CasePost, Veil]:
    view = await cases.read_case(call.desk.queue, call.reviewer, call.case_id)
    veil, _ = await veil_of(call)
    return case_view.chosen_post(view, call.text("post")), veil


def _revision(shown: ShownRevision) -> dict[str, object]:
    return {
        "revision": shown.revision,
        "observed_at": told.time(shown.observed_at),
        "edited_at": told.time(shown.edited_at),
        "digest": shown.digest,
    }
