"""The tables of an export with all their columns, in the order in which files have them."""

from __future__ import annotations

from archiver.domain.export import Column, Filter, Kind, Table
from archiver.domain.export_columns import (
    CATEGORY_WORDS,
    CHANNEL_ID,
    CONTENT,
    COUNTERS,
    DIGEST,
    EDITED_AT,
    HANDLE,
    POST_ID,
    PROVENANCE,
    PUBLISHED_AT,
    REVIEW,
    REVISION,
    URL,
    VERDICT_WORDS,
)

_INTEGER, _NUMBER, _BOOLEAN, _STRING, _TIME, _LIST, _JSON = Kind
_OF_POSTS = frozenset(Filter) - {Filter.LANGUAGE, Filter.QUERY}
"""What tables without texts can be chosen by."""

POSTS = Table(
    name="posts",
    title="Posts as they stand",
    description="One row a post: its newest version, its newest counts, what rules and reviewers say of it.",
    key=("channel_id", "post_id"),
    filters=frozenset(Filter),
    columns=(
        CHANNEL_ID,
        HANDLE,
        POST_ID,
        URL,
        PUBLISHED_AT,
        EDITED_AT,
        Column(
            name="first_observed_at",
            kind=_TIME,
            is_required=True,
            description="When the archive first saw it.",
        ),
        Column(
            name="last_observed_at",
            kind=_TIME,
            is_required=True,
            description="When it was last seen to stand.",
        ),
        Column(
            name="tombstoned_at",
            kind=_TIME,
            description="When it was noticed that the post is gone; empty: it stood at the last look.",
        ),
        REVISION,
        *CONTENT,
        *COUNTERS,
        Column(
            name="categories",
            kind=_LIST,
            description=f"What its flags say, of any version and rulebook, no shadows: {CATEGORY_WORDS}.",
        ),
        Column(name="severity", kind=_INTEGER, description="Of its worst flag, 1 to 4; empty: not flagged."),
        Column(
            name="decision",
            kind=_STRING,
            description="What reviewers decided on its case, which its reposts share: "
            f"{VERDICT_WORDS}; empty: nothing yet.",
        ),
        REVIEW,
        PROVENANCE,
        DIGEST,
    ),
)

REVISIONS = Table(
    name="revisions",
    title="Every version of every post",
    description="One row a version: what a post was before each edit that was seen. Archives read it back.",
    key=("channel_id", "post_id", "revision"),
    filters=frozenset(Filter),
    columns=(
        CHANNEL_ID,
        HANDLE,
        POST_ID,
        REVISION,
        URL,
        PUBLISHED_AT,
        EDITED_AT,
        Column(
            name="observed_at", kind=_TIME, is_required=True, description="When the archive saw this version."
        ),
        *CONTENT,
        Column(
            name="details",
            kind=_JSON,
            is_required=True,
            is_masked=True,
            description="Everything but the text: entities, media, poll, buttons, reply, forward, author and "
            "others. Where it is masked, entities and the names of people are left out, the rest is masked.",
        ),
        PROVENANCE,
        DIGEST,
    ),
)

CHANNELS = Table(
    name="channels",
    title="Channels as they stand",
    description="One row a channel: what it says of itself, how it can be reached, what is archived of it.",
    key=("channel_id",),
    filters=frozenset({Filter.CHANNEL}),
    columns=(
        CHANNEL_ID,
        HANDLE,
        Column(name="handles", kind=_LIST, description="All public names that it ever held, as far as seen."),
        Column(name="title", kind=_STRING, is_masked=True, description="Its title, masked as texts are."),
        Column(
            name="about", kind=_STRING, is_masked=True, description="Its description, masked as texts are."
        ),
        Column(name="watch", kind=_STRING, description="watched, paused or gone; empty: on no watch list."),
        Column(name="labels", kind=_LIST, description="The operator's words for it; press has a meaning."),
        Column(
            name="availability",
            kind=_STRING,
            description="What the last look showed: reachable, private, banned, restricted, handle_freed …",
        ),
        Column(name="available_since", kind=_TIME, description="Since when it has been found so."),
        Column(
            name="first_observed_at", kind=_TIME, is_required=True, description="When it was first looked at."
        ),
        Column(name="is_scam", kind=_BOOLEAN, description="Telegram's mark; empty: not looked at."),
        Column(name="is_fake", kind=_BOOLEAN, description="Telegram's mark; empty: not looked at."),
        Column(name="is_verified", kind=_BOOLEAN, description="Telegram's mark; empty: not looked at."),
        Column(name="subscribers", kind=_INTEGER, description="At the newest sample; empty: never sampled."),
        Column(name="subscribers_sampled_at", kind=_TIME, description="When that was."),
        Column(
            name="posts", kind=_INTEGER, is_required=True, description="How many of its posts are archived."
        ),
        Column(
            name="tombstones", kind=_INTEGER, is_required=True, description="How many of them are gone now."
        ),
    ),
)

SUBSCRIBERS = Table(
    name="subscribers",
    title="Subscriber counts",
    description="One row a sample. Between samples nothing is known: nothing is interpolated.",
    key=("channel_id", "sampled_at"),
    filters=frozenset({Filter.CHANNEL, Filter.SINCE, Filter.UNTIL}),
    columns=(
        CHANNEL_ID,
        HANDLE,
        Column(name="sampled_at", kind=_TIME, is_required=True, description="When it was counted."),
        Column(
            name="subscribers", kind=_INTEGER, is_required=True, description="Subscribers at that moment."
        ),
    ),
)

COUNTS = Table(
    name="counts",
    title="Counters of posts over time",
    description="One row a sample of a post's views, forwards, replies and reactions.",
    key=("channel_id", "post_id", "sampled_at"),
    filters=_OF_POSTS,
    columns=(
        CHANNEL_ID,
        HANDLE,
        POST_ID,
        Column(name="sampled_at", kind=_TIME, is_required=True, description="When it was counted."),
        *COUNTERS,
        Column(name="votes", kind=_INTEGER, description="How many took part in its poll; empty: not told."),
    ),
)

FLAGS = Table(
    name="flags",
    title="Flags",
    description="One row a flag: a rule of a rulebook that a version of a post met.",
    key=("flag_id",),
    filters=_OF_POSTS,
    columns=(
        Column(
            name="flag_id", kind=_INTEGER, is_required=True, description="The flag's number in this archive."
        ),
        CHANNEL_ID,
        HANDLE,
        POST_ID,
        REVISION,
        PUBLISHED_AT,
        Column(name="rule_id", kind=_STRING, is_required=True, description="The rule, pack.rule."),
        Column(
            name="rulebook_digest",
            kind=_STRING,
            is_required=True,
            description="Of which rulebook; flags of different ones are not to be added up.",
        ),
        Column(
            name="category",
            kind=_STRING,
            is_required=True,
            description=f"{CATEGORY_WORDS[0].upper()}{CATEGORY_WORDS[1:]}.",
        ),
        Column(name="severity", kind=_INTEGER, is_required=True, description="1 (least) to 4 (worst)."),
        Column(
            name="score", kind=_NUMBER, is_required=True, description="What the rule's weights added up to."
        ),
        Column(
            name="is_shadow",
            kind=_BOOLEAN,
            is_required=True,
            description="Whether the rule was only on trial: such a flag queues nothing.",
        ),
        Column(name="flagged_at", kind=_TIME, is_required=True, description="When the flag was made."),
        Column(name="matches", kind=_INTEGER, is_required=True, description="How many places made it."),
        Column(name="term_groups", kind=_LIST, description="Which groups of terms were found there."),
    ),
)

DECISIONS = Table(
    name="decisions",
    title="Decisions of reviewers",
    description="One row a decision, adjudication or retraction; none was ever changed.",
    key=("decision_id",),
    filters=_OF_POSTS,
    columns=(
        Column(
            name="decision_id", kind=_INTEGER, is_required=True, description="The decision's number here."
        ),
        Column(
            name="case_id", kind=_INTEGER, is_required=True, description="The case: a post with its reposts."
        ),
        Column(
            name="channel_id",
            kind=_INTEGER,
            is_required=True,
            description="The channel of the case's first post.",
        ),
        HANDLE,
        Column(name="post_id", kind=_INTEGER, is_required=True, description="The case's first post."),
        Column(
            name="posts",
            kind=_INTEGER,
            is_required=True,
            description="How many posts are in the case by now.",
        ),
        Column(
            name="round",
            kind=_INTEGER,
            is_required=True,
            description="1; one more each time it was reopened.",
        ),
        Column(
            name="kind", kind=_STRING, is_required=True, description="decision, adjudication or retraction."
        ),
        Column(name="reviewer", kind=_STRING, is_required=True, description="The reviewer's pseudonym."),
        Column(name="decided_at", kind=_TIME, is_required=True, description="When it was made."),
        Column(
            name="decision",
            kind=_STRING,
            description=f"{VERDICT_WORDS[0].upper()}{VERDICT_WORDS[1:]}; empty: a retraction.",
        ),
        Column(
            name="category", kind=_STRING, description="Of a violation, in the reviewer's eyes; the main one."
        ),
        Column(name="other_categories", kind=_LIST, description="What the violation is besides."),
        Column(name="severity", kind=_INTEGER, description="Of a violation, in the reviewer's eyes, 1 to 4."),
        Column(name="confidence", kind=_STRING, description="sure or unsure."),
        Column(name="reasons", kind=_LIST, description="Reason codes; taxonomy says of which version."),
        Column(
            name="note",
            kind=_STRING,
            is_required=True,
            is_masked=True,
            description="The reviewer's note, masked.",
        ),
        Column(name="retracts", kind=_INTEGER, description="The decision that a retraction takes back."),
        Column(
            name="is_standing",
            kind=_BOOLEAN,
            is_required=True,
            description="Whether the case stands by it now.",
        ),
        REVIEW,
        Column(
            name="taxonomy", kind=_INTEGER, is_required=True, description="The version of the words above."
        ),
    ),
)

FORWARDS = Table(
    name="forwards",
    title="Who forwards whom",
    description="One row a post that was forwarded from a channel: an edge from there to here.",
    key=("channel_id", "post_id"),
    filters=_OF_POSTS,
    columns=(
        CHANNEL_ID,
        HANDLE,
        POST_ID,
        PUBLISHED_AT,
        Column(
            name="forwarded_from_channel_id",
            kind=_INTEGER,
            is_required=True,
            description="The channel that it was forwarded from.",
        ),
        Column(
            name="forwarded_from_handle",
            kind=_STRING,
            description="That channel's public name when the post was seen, where Telegram told it.",
        ),
        Column(
            name="forwarded_from_post_id", kind=_INTEGER, description="The post's number in that channel."
        ),
    ),
)

TABLES = {
    table.name: table
    for table in (POSTS, REVISIONS, CHANNELS, SUBSCRIBERS, COUNTS, FLAGS, DECISIONS, FORWARDS)
}
