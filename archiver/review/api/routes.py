"""The table of the API: its routes and its OpenAPI document are made of these rows, and of nothing else."""

from __future__ import annotations

from archiver.domain.rights import Act
from archiver.review.api import (
    around,
    bulk,
    calibration,
    case,
    channel,
    figures,
    moves,
    own,
    queue,
    reveal,
    search,
    stretch,
    told,
    work,
)
from archiver.review.api.call import ApiRoute

PREFIX = "/api/v1"

ROUTES: tuple[ApiRoute, ...] = (
    ApiRoute(
        "GET", "/queue", queue.show, Act.READ_CASES, queue.LIST,
        does="List what waits, the most urgent first; `after` of an answer asks for the next stretch.",
        query=queue.LIST_QUERY,
    ),
    ApiRoute(
        "GET", "/queue/counts", queue.count, Act.READ_CASES, queue.COUNTS,
        does="Count what waits, by severity, category and language, and all cases by state.",
    ),
    ApiRoute(
        "POST", "/claims", work.claim_next, Act.DECIDE, told.HOLD,
        does="Claim the case whose turn it is, or get another token of the one that is held already.",
    ),
    ApiRoute(
        "GET", "/cases/{case_id}", case.show, Act.READ_CASES, case.VIEW,
        does="Read a case, masked; `post` (channel_id/post_id) chooses which of its posts is shown whole, "
        "`unmasked` asks for all as it is, while a reveal lasts.",
        query=case.QUERY,
    ),
    ApiRoute(
        "GET", "/cases/{case_id}/revisions", around.revisions, Act.READ_CASES, around.REVISIONS,
        does="Read all revisions of a post of the case, the oldest first.",
        query=case.QUERY,
    ),
    ApiRoute(
        "GET", "/cases/{case_id}/surroundings", around.surroundings, Act.READ_CASES, around.SURROUNDINGS,
        does="Read the posts before and after a post of the case in its channel, five each.",
        query=case.QUERY,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/claim", work.claim, Act.DECIDE, told.HOLD,
        does="Claim this case.",
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/take-over", work.take_over, Act.LEAD, told.HOLD,
        does="Claim what another holds.",
        body=work.TAKE_OVER,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/beat", work.beat, Act.DECIDE, work.LEASE,
        does="Hold the case longer; send it while somebody works on it.",
        body=work.HOLDING,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/release", work.release, Act.DECIDE, work.RELEASED,
        does="Give the case back.",
        body=work.HOLDING,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/decide", work.decide, Act.DECIDE, work.DECIDED,
        does="Decide. Category and severity go with a violation; with any other verdict they are left out.",
        body=work.RULING,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/adjudicate", work.adjudicate, Act.LEAD, work.DECIDED,
        does="Say the last word on a disputed case, with a note.",
        body=work.RULING,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/skip", moves.skip, Act.DECIDE, moves.MOVED,
        does="Leave the case to others for a day.",
        body=moves.SKIP,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/snooze", moves.snooze, Act.DECIDE, moves.MOVED,
        does="Put the case off for some hours.",
        body=moves.SNOOZE,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/escalate", moves.escalate, Act.DECIDE, moves.MOVED,
        does="Bring the case to the leads.",
        body=moves.MOVE,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/return", moves.return_case, Act.LEAD, moves.MOVED,
        does="Give a disputed or escalated case, which one holds, back to all, in a new round.",
        body=moves.MOVE,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/wake", moves.wake, Act.DECIDE, moves.MOVED,
        does="Bring a snoozed case back; before its time only leads may.",
        body=moves.WAKING,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/reopen", moves.reopen, Act.LEAD, moves.MOVED,
        does="Open a decided case again, in a new round.",
        body=moves.REOPENING,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/calibrate", calibration.mark, Act.LEAD, calibration.MARKED,
        does="Mark a decided case as a calibration: it is given, blind, to who has not decided on it.",
        body=calibration.MARK,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/calibrate/end", calibration.end, Act.LEAD, calibration.MARKED,
        does="Let it be a calibration no longer; what was answered stays.",
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/reveal", reveal.reveal, Act.REVEAL, reveal.REVEALED,
        does="Let the case be read unmasked for ten minutes; the audit log says by whom and what for.",
        body=reveal.REVEAL,
    ),
    ApiRoute(
        "POST", "/bulk/preview", bulk.preview, Act.DECIDE, bulk.PREVIEW,
        does="Say which of these cases could be decided at once, at which versions, and why not the others.",
        body=bulk.CHOICE,
    ),
    ApiRoute(
        "POST", "/bulk", bulk.decide, Act.DECIDE, bulk.DONE,
        does="Decide alike on the cases of a preview; those that have changed since are left out.",
        body=bulk.RULING,
    ),
    ApiRoute(
        "POST", "/bulk/{bulk}/undo", bulk.undo, Act.DECIDE, bulk.DONE,
        does="Take back what was decided at once, within 15 minutes.",
    ),
    ApiRoute(
        "GET", "/decisions", own.show, Act.DECIDE, own.LIST,
        does="List the reviewer's own decisions, the newest first, and until when each can be taken back.",
        query=own.QUERY,
    ),
    ApiRoute(
        "POST", "/decisions/{decision_id}/undo", work.undo, Act.DECIDE, work.UNDONE,
        does="Take an own decision back, within 15 minutes; the case is held again if there is room for it.",
    ),
    ApiRoute(
        "GET", "/channels", channel.every, Act.READ_CASES, channel.LIST,
        does="List the channels that are watched.",
        query=stretch.QUERY,
    ),
    ApiRoute(
        "GET", "/channels/{channel_id}", channel.show, Act.READ_CASES, channel.VIEW,
        does="Read what the archive holds of a channel; `after` asks for older posts.",
        query=channel.QUERY,
    ),
    ApiRoute(
        "GET", "/posts", search.show, Act.SEARCH, search.FOUND,
        does="Search by words in masked posts; a query that holds personal data is refused.",
        query=search.QUERY, needs=("q",),
    ),
    ApiRoute(
        "GET", "/agreement", figures.agreement, Act.READ_CASES, figures.AGREEMENT,
        does="Tell how far the first two decisions on a case agree.",
        query=figures.QUERY,
    ),
    ApiRoute(
        "GET", "/rules", figures.rules, Act.READ_CASES, figures.RULES,
        does="Tell how often each version of each rule was right.",
        query=stretch.QUERY,
    ),
)  # fmt: skip
