"""The table of the API: its routes and its OpenAPI document are made of these rows, and of nothing else."""

from __future__ import annotations

from archiver.domain.rights import Act
from archiver.review.api import case, channel, figures, queue, search, told, work
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
        does="Read a case, masked; `post` (channel_id/post_id) chooses which of its posts is shown whole.",
        query=case.QUERY,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/claim", work.claim, Act.DECIDE, told.HOLD,
        does="Claim this case.",
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
        "POST", "/cases/{case_id}/skip", work.skip, Act.DECIDE, work.MOVED,
        does="Leave the case to others for a day.",
        body=work.SKIP,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/snooze", work.snooze, Act.DECIDE, work.MOVED,
        does="Put the case off for some hours.",
        body=work.SNOOZE,
    ),
    ApiRoute(
        "POST", "/cases/{case_id}/escalate", work.escalate, Act.DECIDE, work.MOVED,
        does="Bring the case to the leads.",
        body=work.ESCALATION,
    ),
    ApiRoute(
        "POST", "/decisions/{decision_id}/undo", work.undo, Act.DECIDE, work.UNDONE,
        does="Take an own decision back, within 15 minutes; the case is held again if there is room for it.",
    ),
    ApiRoute(
        "GET", "/channels", channel.every, Act.READ_CASES, channel.LIST,
        does="List the channels that are watched.",
    ),
    ApiRoute(
        "GET", "/channels/{channel_id}", channel.show, Act.READ_CASES, channel.VIEW,
        does="Read what the archive holds of a channel; `before` asks for older posts.",
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
    ),
)  # fmt: skip
