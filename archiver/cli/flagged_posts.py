"""The posts that were flagged last, for people: where, as what, and the characters that say so.

What names a person or a secret is masked, whether a rule asked for it or not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from archiver.domain.excerpt import HARMLESS_KINDS, Piece, Place, excerpt
from archiver.domain.flag import Field, Flag, Match, View
from archiver.domain.ids import ChannelId
from archiver.domain.revision import RevisionKey
from archiver.rules.detectors.kinds import KINDS
from archiver.services.masking import Masker
from archiver.storage import flags, reposts
from archiver.storage.archive import Reader
from archiver.storage.flags import FlaggedRevision

_HIDDEN = KINDS.keys() - HARMLESS_KINDS

_FOUND = "black on yellow"
"""Only colours: a heavier letter of another width would tear an Arabic word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlaggedPost:
    """A revision with what the newest rulebook says of it; ``linked`` counts the posts that show a link.

    ``elsewhere`` names the other channels that posted the same text.
    """

    revision: FlaggedRevision
    flags: tuple[Flag, ...]
    linked: Mapping[str, int]
    elsewhere: tuple[str, ...]


async def read(db: Reader, *, limit: int) -> list[FlaggedPost]:
    """Return the newest of the posts that were flagged last."""
    return [await _flagged(db, revision) for revision in await flags.newest(db, limit=limit)]


def table(posts: Sequence[FlaggedPost], masker: Masker, *, width: int) -> Table:
    """Return a line a post: its place, categories, severity, and ``width`` characters around the matches."""
    lines = Table(box=None, show_header=False)
    for post in posts:
        worst = max(post.flags, key=lambda flag: flag.severity)
        categories = {flag.category for flag in post.flags} - {worst.category}
        lines.add_row(
            Text(
                f"{_channel(post.revision.handle, post.revision.key.channel_id)}/{post.revision.key.post_id}"
            ),
            Text(worst.category + (f" +{len(categories)}" if categories else "")),
            str(worst.severity),
            _text(_excerpt(post, masker, width)),
            Text(f"also in {', '.join(post.elsewhere)}" if post.elsewhere else "", style="dim"),
        )
    return lines


def masked(text: str, masker: Masker, *, width: int) -> Text:
    """Return the beginning of a text in one line, with what names a person or a secret masked."""
    return _text(excerpt(text, found=(), hidden=_masked(text, masker), width=width))


def _channel(handle: str | None, channel_id: ChannelId) -> str:
    return f"@{handle}" if handle else str(channel_id)


async def _flagged(db: Reader, revision: FlaggedRevision) -> FlaggedPost:
    kept = await flags.of_post(db, revision.key.channel_id, revision.key.post_id)
    own = [each for each in kept if each.key == revision.key and not each.flag.is_shadow]
    said = tuple(each.flag for each in own if each.rulebook_digest == own[-1].rulebook_digest)
    links = {match.link for flag in said for match in flag.matches if match.link}
    linked = {link: await flags.count_linked(db, link) for link in links}
    elsewhere = await _elsewhere(db, revision.key)
    return FlaggedPost(revision=revision, flags=said, linked=linked, elsewhere=elsewhere)


async def _elsewhere(db: Reader, key: RevisionKey) -> tuple[str, ...]:
    group_id = await reposts.group_of(db, key.channel_id, key.post_id)
    posts = await reposts.posts_of(db, group_id) if group_id is not None else []
    others = (post for post in posts if post.channel_id != key.channel_id)
    return tuple(dict.fromkeys(_channel(post.handle, post.channel_id) for post in others))


def _excerpt(post: FlaggedPost, masker: Masker, width: int) -> tuple[Piece, ...]:
    matches = [match for flag in post.flags for match in flag.matches]
    is_name = bool(post.revision.media_name) and not any(match.field is Field.TEXT for match in matches)
    field, text = Field.TEXT, post.revision.text
    if is_name:
        field, text = Field.MEDIA_NAME, post.revision.media_name or ""
    own = [match for match in matches if match.field is field]
    found = [Place(match.start, match.end) for match in own]
    hidden = [*_detectors_matches(own, post.linked), *_masked(text, masker)]
    return excerpt(text, found=found, hidden=hidden, width=width)


def _detectors_matches(matches: Sequence[Match], linked: Mapping[str, int]) -> Iterator[Place]:
    for match in matches:
        if match.view is View.PLAIN and match.term in _HIDDEN:
            posts = linked.get(match.link or "", 1)
            yield Place(match.start, match.end, f"[{match.term}{f' ×{posts}' if posts > 1 else ''}]")


def _masked(text: str, masker: Masker) -> Iterator[Place]:
    for hidden in masker.hidden([text])[0]:
        yield Place(hidden.start, hidden.end, hidden.placeholder)


def _text(pieces: Sequence[Piece]) -> Text:
    return Text.assemble(*((piece.text, _FOUND if piece.is_found else "") for piece in pieces))
