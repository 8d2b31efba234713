"""What exports read: whole statements, in the order of their tables' keys, and the values that choose rows.

The reader of these statements (`export.snapshot`) is told the type of a column by its first rows: a text that
may be absent comes as ``=text``, and as an empty one where it is.

Rows with texts have more columns than their table: what their marks say, as `domain.export.Mark` explains it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from archiver.domain.export import Choice, Table
from archiver.storage import keys
from archiver.storage.moment import micros

# every channel with the handle that it is watched by, else one that it holds
NAMES = """
WITH names AS MATERIALIZED (
    SELECT c.channel_id, coalesce(
        (SELECT min(w.handle) FROM watches AS w WHERE w.channel_id = c.channel_id),
        (SELECT min(h.handle) FROM channel_handles AS h
            WHERE h.channel_id = c.channel_id AND h.is_held = 1 AND h.observed_at = (
                SELECT max(l.observed_at) FROM channel_handles AS l
                WHERE l.channel_id = h.channel_id AND l.handle = h.handle
            ))
    ) AS handle
    FROM channels AS c
)
"""
_HANDLE = "coalesce('=' || n.handle, '') AS handle"
_URL = "coalesce('=https://t.me/' || n.handle || '/' || p.post_id, '') AS url"
CHANNELS_CHOSEN = """
    {0}.channel_id BETWEEN :first_channel AND :last_channel
    AND (:channels = '' OR instr(:channels, ',' || {0}.channel_id || ',') > 0)
"""
_POSTS_CHOSEN = (
    CHANNELS_CHOSEN.format("p")
    + """
    AND p.published_at >= :since AND p.published_at < :until
"""
)
_FLAGGED = """
    AND (:severity = 0 OR EXISTS (
        SELECT 1 FROM flags AS f
        WHERE f.channel_id = p.channel_id AND f.post_id = p.post_id AND f.is_shadow = 0
            AND f.severity >= :severity AND (:category = '' OR f.category = :category)
    ))
"""
# a post is of the case of its reposts, and what was decided on that was decided on it
_CASE = """
LEFT JOIN cases AS c ON c.case_id = (
    SELECT s.repost_group_id FROM reposts AS s
    WHERE s.channel_id = p.channel_id AND s.post_id = p.post_id LIMIT 1
)
LEFT JOIN decisions AS d ON d.decision_id = c.decision_id
"""
_DECIDED = """
    AND (:decision = '' OR d.verdict = :decision)
"""
_CONTENT = """
    r.text, coalesce('=a' || r.album_id, '') AS album_id, r.reply_to_post_id, r.forwarded_from_channel_id,
    coalesce('=' || r.forwarded_from_handle, '') AS forwarded_from_handle, r.forwarded_from_post_id,
    coalesce('=' || r.media_kind, '') AS media_kind, coalesce('=' || r.media_name, '') AS media_name,
    r.media_bytes,
    CASE WHEN m.revision_id IS NULL THEN '' ELSE '=' || coalesce(m.language, '') END AS mark,
    coalesce('=' || m.masked_text, '') AS masked_text,
    coalesce('=' || m.masked_media_name, '') AS masked_media_name
"""
_VERSION = """
JOIN revisions AS r ON r.channel_id = p.channel_id AND r.post_id = p.post_id AND r.revision = p.revision
"""
# the version is compared once, not row by row
_MARKED = """
LEFT JOIN revision_marks AS m ON m.revision_id = r.revision_id
    AND (SELECT b.version FROM mark_cursor AS b) = :marks
"""
_NAMED = "LEFT JOIN names AS n ON n.channel_id = p.channel_id"

_POSTS_FROM = f"FROM posts AS p {_VERSION} {_CASE}"
_POSTS_WHERE = f"WHERE {_POSTS_CHOSEN} {_FLAGGED} {_DECIDED}"
_POSTS = f"""{NAMES}
SELECT p.channel_id, {_HANDLE}, p.post_id, {_URL}, p.published_at, r.edited_at,
    p.first_observed_at, p.last_observed_at, p.tombstoned_at, p.revision, {_CONTENT},
    k.views, k.forwards, k.replies, coalesce('=' || k.reactions, '') AS reactions,
    coalesce('=' || (SELECT group_concat(e.category) FROM (
        SELECT DISTINCT f.category FROM flags AS f
        WHERE f.channel_id = p.channel_id AND f.post_id = p.post_id AND f.is_shadow = 0 ORDER BY f.category
    ) AS e), '') AS categories,
    (SELECT max(f.severity) FROM flags AS f
        WHERE f.channel_id = p.channel_id AND f.post_id = p.post_id AND f.is_shadow = 0) AS severity,
    coalesce('=' || d.verdict, '') AS decision, coalesce('=' || c.review, '') AS review,
    r.provenance, '=' || r.digest AS digest
{_POSTS_FROM} {_NAMED} {_MARKED}
LEFT JOIN post_counts AS k ON k.channel_id = p.channel_id AND k.post_id = p.post_id AND k.sampled_at = (
    SELECT max(m.sampled_at) FROM post_counts AS m
    WHERE m.channel_id = p.channel_id AND m.post_id = p.post_id
)
{_POSTS_WHERE} ORDER BY p.channel_id, p.post_id
"""  # noqa: S608 - our own constants

_REVISIONS_FROM = f"""
FROM posts AS p JOIN revisions AS r ON r.channel_id = p.channel_id AND r.post_id = p.post_id {_CASE}
"""
_REVISIONS = f"""{NAMES}
SELECT p.channel_id, {_HANDLE}, p.post_id, r.revision, {_URL}, p.published_at, r.edited_at, r.observed_at,
    {_CONTENT}, r.details, r.provenance, '=' || r.digest AS digest
{_REVISIONS_FROM} {_NAMED} {_MARKED} {_POSTS_WHERE} ORDER BY p.channel_id, p.post_id, r.revision
"""

_CHANNELS = f"""{NAMES}
SELECT c.channel_id, {_HANDLE},
    coalesce('=' || (SELECT group_concat(e.handle) FROM (
        SELECT DISTINCT h.handle FROM channel_handles AS h
        WHERE h.channel_id = c.channel_id ORDER BY h.handle
    ) AS e), '') AS handles,
    coalesce('=' || (SELECT t.value FROM channel_facts AS t
        WHERE t.channel_id = c.channel_id AND t.fact = 'title'
        ORDER BY t.observed_at DESC LIMIT 1), '') AS title,
    coalesce('=' || (SELECT t.value FROM channel_facts AS t
        WHERE t.channel_id = c.channel_id AND t.fact = 'about'
        ORDER BY t.observed_at DESC LIMIT 1), '') AS about,
    coalesce('=' || w.state, '') AS watch, coalesce('=' || w.labels, '') AS labels,
    coalesce('=' || a.availability, '') AS availability, a.observed_at AS available_since,
    c.first_observed_at,
    (SELECT t.value = '1' FROM channel_facts AS t WHERE t.channel_id = c.channel_id AND t.fact = 'is_scam'
        ORDER BY t.observed_at DESC LIMIT 1) AS is_scam,
    (SELECT t.value = '1' FROM channel_facts AS t WHERE t.channel_id = c.channel_id AND t.fact = 'is_fake'
        ORDER BY t.observed_at DESC LIMIT 1) AS is_fake,
    (SELECT t.value = '1' FROM channel_facts AS t
        WHERE t.channel_id = c.channel_id AND t.fact = 'is_verified'
        ORDER BY t.observed_at DESC LIMIT 1) AS is_verified,
    s.subscribers, s.sampled_at AS subscribers_sampled_at,
    (SELECT count(*) FROM posts AS p WHERE p.channel_id = c.channel_id) AS posts,
    (SELECT count(*) FROM posts AS p
        WHERE p.channel_id = c.channel_id AND p.tombstoned_at IS NOT NULL) AS tombstones
FROM channels AS c LEFT JOIN names AS n ON n.channel_id = c.channel_id
LEFT JOIN watches AS w ON w.channel_id = c.channel_id AND w.handle = n.handle
LEFT JOIN channel_availability AS a ON a.channel_id = c.channel_id AND a.observed_at = (
    SELECT max(o.observed_at) FROM channel_availability AS o WHERE o.channel_id = c.channel_id
)
LEFT JOIN subscriber_counts AS s ON s.channel_id = c.channel_id AND s.sampled_at = (
    SELECT max(o.sampled_at) FROM subscriber_counts AS o WHERE o.channel_id = c.channel_id
)
WHERE {CHANNELS_CHOSEN.format("c")} ORDER BY c.channel_id
"""  # noqa: S608 - our own constants

_SUBSCRIBERS_FROM = "FROM subscriber_counts AS s"
_SUBSCRIBERS_WHERE = f"""
WHERE {CHANNELS_CHOSEN.format("s")} AND s.sampled_at >= :since AND s.sampled_at < :until
"""
_SUBSCRIBERS = f"""{NAMES}
SELECT s.channel_id, {_HANDLE}, s.sampled_at, s.subscribers
{_SUBSCRIBERS_FROM} LEFT JOIN names AS n ON n.channel_id = s.channel_id
{_SUBSCRIBERS_WHERE} ORDER BY s.channel_id, s.sampled_at
"""

_COUNTS_FROM = f"""
FROM posts AS p JOIN post_counts AS k ON k.channel_id = p.channel_id AND k.post_id = p.post_id {_CASE}
"""
_COUNTS = f"""{NAMES}
SELECT p.channel_id, {_HANDLE}, p.post_id, k.sampled_at, k.views, k.forwards, k.replies,
    coalesce('=' || k.reactions, '') AS reactions, k.votes
{_COUNTS_FROM} {_NAMED} {_POSTS_WHERE} ORDER BY p.channel_id, p.post_id, k.sampled_at
"""

_FLAGS_FROM = f"""
FROM flags AS f JOIN posts AS p ON p.channel_id = f.channel_id AND p.post_id = f.post_id {_CASE}
"""
_FLAGS_WHERE = f"""
WHERE {_POSTS_CHOSEN} {_DECIDED}
    AND (:severity = 0 OR f.is_shadow = 0 AND f.severity >= :severity)
    AND (:category = '' OR f.category = :category)
"""
_FLAGS = f"""{NAMES}
SELECT f.flag_id, f.channel_id, {_HANDLE}, f.post_id, f.revision, p.published_at, f.rule_id,
    f.rulebook_digest, f.category, f.severity, f.score, f.is_shadow, f.flagged_at,
    (SELECT count(*) FROM matches AS m WHERE m.flag_id = f.flag_id) AS matches,
    coalesce('=' || (SELECT group_concat(e.term_group) FROM (
        SELECT DISTINCT m.term_group FROM matches AS m WHERE m.flag_id = f.flag_id ORDER BY m.term_group
    ) AS e), '') AS term_groups
{_FLAGS_FROM} {_NAMED} {_FLAGS_WHERE} ORDER BY f.flag_id
"""  # noqa: S608 - our own constants

_DECISIONS_FROM = """
FROM decisions AS d JOIN cases AS c ON c.case_id = d.case_id
JOIN posts AS p ON p.channel_id = c.channel_id AND p.post_id = c.post_id
JOIN reviewers AS v ON v.reviewer_id = d.reviewer_id
"""
_DECISIONS_WHERE = f"""
WHERE {_POSTS_CHOSEN} {_DECIDED}
    AND (:severity = 0 OR d.severity >= :severity)
    AND (:category = '' OR d.category = :category OR EXISTS (
        SELECT 1 FROM decision_categories AS o
        WHERE o.decision_id = d.decision_id AND o.category = :category
    ))
"""  # noqa: S608 - our own constants
_DECISIONS = f"""{NAMES}
SELECT d.decision_id, d.case_id, c.channel_id, {_HANDLE}, c.post_id,
    (SELECT count(*) FROM (
        SELECT DISTINCT s.channel_id, s.post_id FROM reposts AS s WHERE s.repost_group_id = c.case_id
    )) AS posts,
    d.round, d.kind, v.pseudonym AS reviewer, d.decided_at, coalesce('=' || d.verdict, '') AS decision,
    coalesce('=' || d.category, '') AS category,
    coalesce('=' || (SELECT group_concat(e.category) FROM (
        SELECT o.category FROM decision_categories AS o
        WHERE o.decision_id = d.decision_id ORDER BY o.number
    ) AS e), '') AS other_categories,
    d.severity, coalesce('=' || d.confidence, '') AS confidence,
    coalesce('=' || (SELECT group_concat(e.reason) FROM (
        SELECT o.reason FROM decision_reasons AS o WHERE o.decision_id = d.decision_id ORDER BY o.number
    ) AS e), '') AS reasons,
    d.note, d.retracts, c.decision_id IS d.decision_id AS is_standing,
    CASE WHEN c.decision_id IS d.decision_id THEN coalesce('=' || c.review, '') ELSE '' END AS review,
    d.taxonomy
{_DECISIONS_FROM} {_NAMED} {_DECISIONS_WHERE} ORDER BY d.decision_id
"""  # noqa: S608 - our own constants

_FORWARDS_WHERE = f"{_POSTS_WHERE} AND r.forwarded_from_channel_id IS NOT NULL"
_FORWARDS = f"""{NAMES}
SELECT p.channel_id, {_HANDLE}, p.post_id, p.published_at, r.forwarded_from_channel_id,
    coalesce('=' || r.forwarded_from_handle, '') AS forwarded_from_handle, r.forwarded_from_post_id
{_POSTS_FROM} {_NAMED} {_FORWARDS_WHERE} ORDER BY p.channel_id, p.post_id
"""

_STATEMENTS = {
    "posts": (_POSTS, _POSTS_FROM + _POSTS_WHERE),
    "revisions": (_REVISIONS, _REVISIONS_FROM + _POSTS_WHERE),
    "channels": (_CHANNELS, f"FROM channels AS c WHERE {CHANNELS_CHOSEN.format('c')}"),
    "subscribers": (_SUBSCRIBERS, _SUBSCRIBERS_FROM + _SUBSCRIBERS_WHERE),
    "counts": (_COUNTS, _COUNTS_FROM + _POSTS_WHERE),
    "flags": (_FLAGS, _FLAGS_FROM + _FLAGS_WHERE),
    "decisions": (_DECISIONS, _DECISIONS_FROM + _DECISIONS_WHERE),
    "forwards": (_FORWARDS, _POSTS_FROM + _FORWARDS_WHERE),
}

STANDING_KEY = f"SELECT key FROM keys WHERE name = '{keys.PSEUDONYMS}'"  # noqa: S608 - our own constant

_FIRST, _LAST = -(2**63), 2**63 - 1


@dataclass(frozen=True, slots=True)
class Statement:
    """A whole statement with the values of its named parameters, whole numbers or texts."""

    sql: str
    values: Mapping[str, int | str]


def rows(table: Table, choice: Choice, *, marks: str) -> Statement:
    """Return what gives the chosen rows of a table: all its columns but those that are made.

    ``marks`` is the version of the marks that are believed.
    """
    return Statement(_STATEMENTS[table.name][0], {**values(choice), "marks": marks})


def count(table: Table, choice: Choice) -> Statement:
    """Return what gives the number of these rows."""
    return Statement(f"SELECT count(*) AS rows {_STATEMENTS[table.name][1]}", values(choice))


def values(choice: Choice) -> dict[str, int | str]:
    """Return the values that make a choice; those that choose nothing let everything pass."""
    return {
        "first_channel": min(choice.channels, default=_FIRST),
        "last_channel": max(choice.channels, default=_LAST),
        "channels": "".join(f",{channel_id}," for channel_id in sorted(choice.channels)),
        "since": micros(choice.since) if choice.since else _FIRST,
        "until": micros(choice.until) if choice.until else _LAST,
        "severity": choice.severity or int(choice.is_flagged or choice.category is not None),
        "category": choice.category or "",
        "decision": choice.decision or "",
    }
