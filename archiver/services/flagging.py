"""Flagging: what the rules say of revisions, of new ones as they come in and of old ones again.

Which revisions a rulebook has flagged is kept as stretches of revision ids, the flagging cursors. A cursor
covers a revision only in the transaction that writes its flags, or after it. So:

* The bot writes the flags of new revisions in the transaction that adds them, and moves up the cursor that
  stands right below them; where none does, because something below was not flagged, a new cursor begins.
* What is most likely new is flagged ahead of that transaction, while nobody waits for the archive.
* A flagger that fails on a revision is a bug of ours and loses nothing: the revision is captured, the others
  of its batch get their flags, and no cursor covers the batch. `services.reflagging` finds it later.
* Whoever flags what no cursor covers may meet flags that are there already, and leaves them alone.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from archiver.domain.findings import NewRevision
from archiver.domain.flag import Flag
from archiver.domain.ids import RunId
from archiver.domain.kept_content import kept_content
from archiver.domain.post import Content, Observation
from archiver.domain.revision import RevisionKey
from archiver.domain.rule import Rulebook
from archiver.domain.text import sound_text
from archiver.services.grouping import group_flagged
from archiver.storage import flags, rulebooks
from archiver.storage.archive import Transaction

log = structlog.get_logger()

FlagContents = Callable[[Sequence[Content]], Sequence[tuple[Flag, ...]]]
"""Contents in, the flags of each out, in the same order."""


Ahead = Mapping[int, tuple[Flag, ...]]
"""The flags of observations by their identity, which holds for as long as somebody holds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagging:
    """A rulebook, and what flags contents by it."""

    rulebook: Rulebook
    flag: FlagContents


@dataclass(frozen=True, slots=True, kw_only=True)
class Flagged:
    """The flags of some revisions; on those in ``failed`` the flagger failed."""

    flags: tuple[tuple[RevisionKey, Flag], ...]
    failed: frozenset[RevisionKey] = frozenset()


def flag_ahead(flagging: Flagging | None, observations: Iterable[Observation]) -> Ahead:
    """Return the flags that observations will have if they are news; nothing where the flagger fails."""
    if flagging is None:
        return {}
    seen = list(observations)
    contents = [_kept(each.content, sound_text(each.content.text), each.content.details()) for each in seen]
    try:
        return {id(each): own for each, own in zip(seen, flags_of(flagging, contents), strict=True)}
    except Exception:  # noqa: BLE001 - flag_new meets it again, and tells
        return {}


async def flag_new(
    tx: Transaction,
    flagging: Flagging,
    revisions: Sequence[NewRevision],
    *,
    at: datetime,
    run_id: RunId | None,
    ahead: Ahead,
) -> int:
    """Flag the newest revisions, which this transaction has just added; return how many flags that gave.

    Everything waits in the transaction: it takes no hop to the connection, unless something is flagged, which
    asks for its reposts.
    """
    if not revisions:
        return 0
    left = [new for new in revisions if id(new.observation) not in ahead]
    flagged = flag_contents(
        flagging, [(new.key, _kept(new.observation.content, new.text, new.details)) for new in left]
    )
    done = [(new.key, flag) for new in revisions for flag in ahead.get(id(new.observation), ())]
    found, digest = [*done, *flagged.flags], flagging.rulebook.digest
    await flags.record(tx, found, rulebook_digest=digest, at=at, run_id=run_id)
    await group_flagged(tx, found, {new.key: new.text for new in revisions}, at=at)
    if not flagged.failed:
        await rulebooks.advance(tx, digest, added=len(revisions))
    return len(found)


def flag_contents(flagging: Flagging, contents: Sequence[tuple[RevisionKey, Content]]) -> Flagged:
    """Return the flags of contents; where the flagger fails, the revisions alone that it fails on."""
    try:
        return Flagged(flags=_paired(flagging, contents))
    except Exception as error:  # noqa: BLE001 - a bug in flagging must not lose a post
        flagged = _one_by_one(flagging, contents)
        _tell(error, flagged.failed)
        return flagged


def flags_of(flagging: Flagging, contents: Sequence[Content]) -> Sequence[tuple[Flag, ...]]:
    """Return the flags of contents; raises ValueError for what the archive would refuse, posts and all."""
    found = flagging.flag(contents) if contents else ()
    rule_ids = {rule.id for rule in flagging.rulebook.rules} if any(found) else set()
    for own in found:
        said = {flag.rule_id for flag in own}
        if len(said) < len(own) or not said <= rule_ids:
            raise ValueError("a rule that the rulebook has not, or twice on one revision")
    return found


def _paired(
    flagging: Flagging, contents: Sequence[tuple[RevisionKey, Content]]
) -> tuple[tuple[RevisionKey, Flag], ...]:
    found = flags_of(flagging, [content for _, content in contents])
    return tuple((key, flag) for (key, _), own in zip(contents, found, strict=True) for flag in own)


def _one_by_one(flagging: Flagging, contents: Sequence[tuple[RevisionKey, Content]]) -> Flagged:
    found: list[tuple[RevisionKey, Flag]] = []
    failed: set[RevisionKey] = set()
    for each in contents:
        try:
            found += _paired(flagging, [each])
        except Exception:  # noqa: BLE001 - told once, for all of them
            failed.add(each[0])
    return Flagged(flags=tuple(found), failed=frozenset(failed))


def _tell(error: Exception, failed: frozenset[RevisionKey]) -> None:
    # no traceback with values: they are what people wrote
    log.error(
        "flagging.failed",
        revisions=[f"{key.channel_id}/{key.post_id}/{key.revision}" for key in sorted(failed)],
        error=type(error).__name__,
        where=[
            f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
    )


def _kept(content: Content, text: str, details: str) -> Content:
    """Return a content as it is kept, so that matches point at the right characters of it."""
    if text is content.text and details.isascii():
        return content
    handle = content.forward.handle if content.forward else None
    return kept_content(text, details, forwarded_from_handle=handle)
