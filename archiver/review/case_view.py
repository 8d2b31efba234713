"""A case made ready for its page: texts masked, matches numbered, revisions compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archiver.domain.case_post import CasePost, ShownRevision
from archiver.domain.difference import difference
from archiver.domain.excerpt import HARMLESS_KINDS
from archiver.domain.flag import Field, Match, View
from archiver.domain.kept_content import kept_content
from archiver.domain.kept_flag import KeptFlag
from archiver.domain.language import language
from archiver.domain.masking import Found
from archiver.domain.post import ForwardOrigin, MediaKind
from archiver.domain.text import sound_text
from archiver.review.pieces import Piece, Veil, plain
from archiver.rules.facts import other_fields
from archiver.services.cases import CaseView

_MOST_COMPARED = 6
"""Revisions, the newest ones."""
_LEXICON = "#"
"""Stands in the name of a group that is a column of a lexicon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term of a flag, with the numbers of the places where it was found; what it added to the score.

    ``said``: how it stands in the post, where the term is a piece of a lexicon or a kind that detectors know.
    ``is_masked``: it was found in what is masked only, and would tell of it.
    """

    is_masked: bool
    group: str
    term: str
    match: Match
    numbers: tuple[int, ...]
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFlag:
    """A flag with the title of its rule, and its terms."""

    kept: KeptFlag
    title: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMedia:
    """What a post carries: described, never shown."""

    kind: MediaKind
    name: tuple[Piece, ...]
    bytes: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPost:
    """A revision of a post; ``others`` are its fields beside the text and the name of its media."""

    post: CasePost
    title: tuple[Piece, ...]
    revision: ShownRevision
    language: str | None
    text: tuple[Piece, ...]
    others: tuple[tuple[Field, tuple[Piece, ...]], ...]
    media: ShownMedia | None
    forward: ForwardOrigin | None
    flags: tuple[ShownFlag, ...]
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two revisions side by side: pieces with whether the other side has them not.

    ``is_masked``: they differ, and only in what is masked.
    """

    is_masked: bool
    old: ShownRevision
    new: ShownRevision
    before: tuple[tuple[tuple[Piece, ...], bool], ...]
    after: tuple[tuple[tuple[Piece, ...], bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where and when the text of a case was posted."""

    post: CasePost
    title: tuple[Piece, ...]
    is_new: bool
    is_shown: bool


def chosen_post(view: CaseView, wanted: str) -> CasePost:
    """Return the post of a case that was asked for as ``channel/post``, else the first."""
    for post in view.posts:
        if f"{post.channel_id}/{post.post_id}" == wanted:
            return post
    return view.posts[0]


def shown_post(view: CaseView, post: CasePost, veil: Veil) -> ShownPost:
    """Return the newest revision of a post that has flags, with what was found in it numbered."""
    kept = view.flags.get((post.channel_id, post.post_id), ())
    revision = _flagged_revision(post, kept)
    flags = _own(kept, revision.revision)
    numbers = _numbers(match for flag in flags for match in flag.flag.matches)
    content = kept_content(revision.text, revision.details)
    texts = {Field.TEXT: content.text, **dict(other_fields(content))}
    pieces = {
        part: veil.pieces(sound_text(text), _found(numbers, part), anchor="found-")
        for part, text in texts.items()
    }
    words = _words(pieces.values())
    others = tuple((part, pieces[part]) for part in (Field.BUTTONS, Field.POLL) if part in pieces)
    return ShownPost(
        post=post,
        title=veil.pieces(post.channel_title or ""),
        revision=revision,
        language=language(revision.text),
        text=pieces.get(Field.TEXT, ()),
        others=others,
        media=_media(revision, pieces.get(Field.MEDIA_NAME, ())),
        forward=content.forward,
        flags=tuple(
            _flag(view.rule_titles, flag, numbers, masked=_masked(pieces.values()), words=words)
            for flag in flags
        ),
        places=len(numbers),
    )


def compared(post: CasePost, veil: Veil) -> tuple[Compared, ...]:
    """Return the revisions of a post, each beside the one before, the newest first."""
    newest = post.revisions[-_MOST_COMPARED:]
    texts = veil.masked([revision.text for revision in newest])
    pairs = list(zip(newest, newest[1:], texts, texts[1:], strict=False))
    return tuple(_compared(*pair) for pair in reversed(pairs))


def copies(view: CaseView, shown: CasePost, veil: Veil) -> tuple[Copy, ...]:
    """Return where the text was posted, in order of time."""
    posts = sorted(view.posts, key=lambda post: post.published_at)
    titles = veil.many([post.channel_title or "" for post in posts])
    return tuple(
        Copy(
            post=post,
            title=title,
            is_new=(post.channel_id, post.post_id) in view.joined_since,
            is_shown=post is shown,
        )
        for post, title in zip(posts, titles, strict=True)
    )


def _flagged_revision(post: CasePost, kept: Sequence[KeptFlag]) -> ShownRevision:
    flagged = max((flag.key.revision for flag in kept), default=post.revisions[-1].revision)
    return next(revision for revision in post.revisions if revision.revision == flagged)


def _own(kept: Sequence[KeptFlag], revision: int) -> tuple[KeptFlag, ...]:
    """Return what the newest rulebook says of a revision, the worst first."""
    own = [flag for flag in kept if flag.key.revision == revision]
    newest = own[-1].rulebook_digest if own else None
    said = (flag for flag in own if flag.rulebook_digest == newest)
    return tuple(sorted(said, key=lambda flag: (-flag.flag.severity, -flag.flag.score)))


def _numbers(matches: Iterable[Match]) -> dict[tuple[Field, int, int], int]:
    """Number the places of matches: the text first, from its beginning on."""
    places = {(match.field, match.start, match.end) for match in matches if match.start < match.end}
    order = list(Field)
    ordered = sorted(places, key=lambda place: (order.index(place[0]), place[1], place[2]))
    return {place: number for number, place in enumerate(ordered, 1)}


def _found(numbers: Mapping[tuple[Field, int, int], int], part: Field) -> list[Found]:
    return [Found(number, start, end) for (own, start, end), number in numbers.items() if own is part]


def _masked(texts: Iterable[tuple[Piece, ...]]) -> frozenset[int]:
    """Return the numbers of the matches that touch what is masked."""
    return frozenset(number for text in texts for piece in text if piece.kind for number in piece.numbers)


def _words(texts: Iterable[tuple[Piece, ...]]) -> dict[int, str]:
    """Return what stands in the post by the number of the match, masks left out."""
    words: dict[int, str] = {}
    for piece in (piece for text in texts for piece in text if not piece.kind):
        for number in piece.numbers:
            words[number] = words.get(number, "") + piece.text
    return words


def _flag(
    titles: Mapping[str, str],
    kept: KeptFlag,
    numbers: Mapping[tuple[Field, int, int], int],
    *,
    masked: frozenset[int],
    words: Mapping[int, str],
) -> ShownFlag:
    terms: dict[tuple[str, str, Field], list[Match]] = {}
    for match in kept.flag.matches:
        terms.setdefault((match.group, match.term, match.field), []).append(match)
    return ShownFlag(
        kept=kept,
        title=titles.get(kept.flag.rule_id, kept.flag.rule_id),
        terms=tuple(
            _term(group, term, matches, numbers=_numbers_of(matches, numbers), masked=masked, words=words)
            for (group, term, _), matches in terms.items()
        ),
    )


def _term(
    group: str,
    term: str,
    matches: Sequence[Match],
    *,
    numbers: tuple[int, ...],
    masked: frozenset[int],
    words: Mapping[int, str],
) -> Term:
    is_hidden = bool(numbers) and set(numbers) <= masked and matches[0].view is not View.PLAIN
    is_said = bool(numbers) and (_LEXICON in group or term in HARMLESS_KINDS)
    said = words.get(numbers[0], "") if is_said else ""
    return Term(
        is_masked=is_hidden, group=group, term=term, match=matches[0], numbers=numbers, said=said.strip()
    )


def _numbers_of(matches: Sequence[Match], numbers: Mapping[tuple[Field, int, int], int]) -> tuple[int, ...]:
    found = (numbers.get((match.field, match.start, match.end)) for match in matches)
    return tuple(sorted({number for number in found if number is not None}))


def _media(revision: ShownRevision, name: tuple[Piece, ...]) -> ShownMedia | None:
    if revision.media_kind is None:
        return None
    return ShownMedia(kind=MediaKind(revision.media_kind), name=name, bytes=revision.media_bytes)


def _compared(old: ShownRevision, new: ShownRevision, before: str, after: str) -> Compared:
    found = difference(before, after)
    return Compared(
        is_masked=before == after and old.text != new.text,
        old=old,
        new=new,
        before=tuple((plain(piece.text), piece.is_other) for piece in found.before),
        after=tuple((plain(piece.text), piece.is_other) for piece in found.after),
    )
