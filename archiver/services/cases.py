"""Cases as pages and programs read them: the queue, and one case with all that speaks for and against it.

Texts come as the archive holds them: whoever shows them masks them first (`services.masking`). What a second
reviewer must not know is left out here, not on the page.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from archiver.domain.audit import AuditEvent
from archiver.domain.case import UNDO_TIME, Case, CaseState, Command, allowed, can_undo, is_blind
from archiver.domain.case_note import CaseNote
from archiver.domain.case_post import CasePost
from archiver.domain.decision import Decision
from archiver.domain.flag import Category
from archiver.domain.ids import CaseId, ChannelId, PostId
from archiver.domain.kept_flag import KeptFlag
from archiver.domain.lease import Lease
from archiver.domain.priority import Factors, factors
from archiver.domain.reviewer import Reviewer, pseudonym
from archiver.domain.rights import Act, may
from archiver.services.queue import Queue
from archiver.services.sight import see
from archiver.storage import audit, case_notes, case_posts, decisions, flags, listings, rule_sheets, rulebooks
from archiver.storage.archive import Reader
from archiver.storage.listings import Line, Wanted
from archiver.storage.rule_sheets import RuleSheet

MOST_POSTS = 50
"""Posts of a case that are shown; the rest is counted."""
_MOST_EVENTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which cases to list; ``state`` ``None``: those that wait, as far as the reader may decide on them.

    Whoever decides finds under *second_review* only those on which they decided first.
    """

    state: CaseState | None = None
    severity: int | None = None
    category: Category | None = None
    language: str | None = None
    channel_id: ChannelId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list: its first post, how many posts it has, and the pseudonym of who holds it.

    ``case`` shows a case that waits for a second decision as open to whoever may not know.
    """

    case: Case
    handle: str | None
    title: str | None
    text: str
    media_name: str | None
    posts: int
    holder: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A stretch of the list; ``after`` is where the next one begins, ``None`` at the end."""

    lines: tuple[CaseLine, ...]
    after: tuple[float, CaseId] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """All that a page of a case shows.

    ``posts`` are the first 50 of ``post_count``, ``flags`` those of each that are no shadows, the oldest
    first; ``joined_since`` are posts that came after the decision that stands. ``decisions`` are those of all
    rounds, what was taken back too. For a blind second reviewer (``is_blind``) decisions, notes and history
    are empty, and ``case`` looks as if nobody had decided. ``rule_titles`` are those of the flags' rules.
    """

    case: Case
    posts: tuple[CasePost, ...]
    post_count: int
    flags: Mapping[tuple[ChannelId, PostId], tuple[KeptFlag, ...]]
    rule_titles: Mapping[str, str]
    joined_since: frozenset[tuple[ChannelId, PostId]]
    decisions: tuple[Decision, ...]
    notes: tuple[CaseNote, ...]
    history: tuple[AuditEvent, ...]
    lease: Lease | None
    factors: Factors
    allowed: frozenset[Command]
    is_held: bool
    is_blind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDecision:
    """A decision of the reader's own, and until when it can be taken back, ``None`` where it can't."""

    decision: Decision
    undo_until: datetime | None


async def read_queue(
    queue: Queue,
    reviewer: Reviewer,
    filters: Filters,
    *,
    after: tuple[float, CaseId] | None = None,
    limit: int = 50,
) -> CasePage:
    """Return a stretch of the list, the most urgent first; ``after`` is that of the stretch before."""
    state, decides = filters.state, may(reviewer.role, Act.DECIDE)
    if decides and state is CaseState.OPEN:
        state = None
    is_own = decides and state in {None, CaseState.SECOND_REVIEW}
    wanted = Wanted(
        state=state,
        severity=filters.severity,
        category=filters.category,
        language=filters.language,
        channel_id=filters.channel_id,
        reviewer_id=reviewer.reviewer_id if is_own else None,
        after=after,
        limit=limit + 1,
    )
    async with queue.archive.read() as db:
        found = await listings.lines(db, wanted, now=queue.clock())
    page = found[:limit]
    lines = tuple(_line(line, reviewer) for line in page if not _is_given(line, reviewer))
    last = page[-1].case if len(found) > limit else None
    return CasePage(lines=lines, after=(last.priority, last.case_id) if last else None)


async def read_case(queue: Queue, reviewer: Reviewer, case_id: CaseId) -> CaseView:
    """Return a case with all that belongs to it; raises CaseUnknown."""
    now = queue.clock()
    async with queue.archive.read() as db:
        sight = await see(db, reviewer, case_id, now=now)
        blind = sight.is_calibration or is_blind(sight.case, sight.facts)
        posts = await case_posts.of_case(db, case_id, limit=MOST_POSTS)
        said = {(post.channel_id, post.post_id): await _flags(db, post) for post in posts}
        rules = {(each.flag.rule_id, each.rulebook_digest) for own in said.values() for each in own}
        every = [] if blind else await decisions.of_case(db, case_id)
        events = [] if blind else await audit.of_target(db, f"case {case_id}", limit=_MOST_EVENTS)
        notes = [] if blind else await case_notes.of_case(db, case_id)
        return CaseView(
            case=_as_undecided(sight.case) if blind else sight.case,
            posts=tuple(posts),
            post_count=await case_posts.count(db, case_id),
            flags=said,
            rule_titles=await rulebooks.titles(db, rules),
            joined_since=_joined_since(sight.case, posts, every),
            decisions=tuple(every),
            notes=tuple(notes),
            history=tuple(events),
            lease=sight.facts.lease,
            factors=factors_of(sight.case, now),
            allowed=allowed(sight.case, sight.facts),
            is_held=sight.facts.holds,
            is_blind=blind,
        )


async def read_rule_sheets(
    queue: Queue, rules: Collection[tuple[str, str]]
) -> dict[tuple[str, str], RuleSheet]:
    """Return some rules, by id and digest of the rulebook, as they were when they flagged."""
    async with queue.archive.read() as db:
        return await rule_sheets.some(db, rules)


async def read_own(
    queue: Queue, reviewer: Reviewer, *, limit: int = 50, before: int | None = None
) -> list[OwnDecision]:
    """Return the reviewer's own decisions, the newest first, or those before one."""
    now = queue.clock()
    async with queue.archive.read() as db:
        own = await decisions.of_reviewer(db, reviewer.reviewer_id, limit=limit, before=before)
        return [OwnDecision(decision=each, undo_until=await _undo_until(db, each, now)) for each in own]


def factors_of(case: Case, now: datetime) -> Factors:
    """Return what makes a case's priority now."""
    return factors(
        severity=case.severity,
        audience=case.audience,
        precision=case.precision,
        published_at=case.published_at,
        now=now,
    )


def _line(line: Line, reviewer: Reviewer) -> CaseLine:
    case, decides = line.case, may(reviewer.role, Act.DECIDE)
    is_anothers = case.first_reviewer_id not in {None, reviewer.reviewer_id}
    is_over = case.state in {CaseState.DECIDED, CaseState.DISPUTED}
    return CaseLine(
        case=_as_undecided(case) if decides and is_anothers and not is_over else case,
        handle=line.handle,
        title=line.title,
        text=line.text,
        media_name=line.media_name,
        posts=line.posts,
        holder=pseudonym(line.holder_id) if line.holder_id and case.state is not CaseState.DECIDED else None,
    )


def _is_given(line: Line, reviewer: Reviewer) -> bool:
    """Say whether a decided case is given to the reader just now, blind."""
    return line.case.state is CaseState.DECIDED and line.holder_id == reviewer.reviewer_id


def _as_undecided(case: Case) -> Case:
    """Return a case as it looks to those who must not know that somebody decided."""
    former = CaseState.OPEN if case.former_state is CaseState.SECOND_REVIEW else case.former_state
    state = CaseState.OPEN if case.state is CaseState.SECOND_REVIEW else case.state
    return replace(
        case, state=state, former_state=former, first_reviewer_id=None, decision_id=None, review=None
    )


async def _flags(db: Reader, post: CasePost) -> tuple[KeptFlag, ...]:
    kept = await flags.of_post(db, post.channel_id, post.post_id)
    return tuple(each for each in kept if not each.flag.is_shadow)


def _joined_since(
    case: Case, posts: list[CasePost], every: list[Decision]
) -> frozenset[tuple[ChannelId, PostId]]:
    stands = next((each for each in every if each.decision_id == case.decision_id), None)
    if stands is None:
        return frozenset()
    return frozenset(
        (post.channel_id, post.post_id) for post in posts if post.repost_id > stands.as_of_repost
    )


async def _undo_until(db: Reader, decision: Decision, now: datetime) -> datetime | None:
    until = decision.decided_at + UNDO_TIME
    if decision.is_retracted or until < now:
        return None
    live = await decisions.of_round(db, decision.case_id, decision.round)
    newest = live[-1] if live else None
    fits = can_undo(decision, newest, reviewer_id=decision.reviewer_id, now=now)
    return until if fits else None
