"""Columns that several tables of an export share."""

from __future__ import annotations

from archiver.domain.export import Column, Kind

_INTEGER, _STRING, _TIME, _JSON = Kind.INTEGER, Kind.STRING, Kind.TIME, Kind.JSON

CHANNEL_ID = Column(
    name="channel_id",
    kind=_INTEGER,
    is_required=True,
    description="Telegram's id of the channel, without -100.",
)
HANDLE = Column(
    name="handle",
    kind=_STRING,
    description="The channel's public name as it is watched, else one that it holds; without @.",
)
POST_ID = Column(
    name="post_id", kind=_INTEGER, is_required=True, description="The post's number within its channel."
)
URL = Column(
    name="url", kind=_STRING, description="Where the post stands or stood: https://t.me/handle/post_id."
)
PUBLISHED_AT = Column(
    name="published_at",
    kind=_TIME,
    is_required=True,
    description="When the channel published the post; Telegram's claim.",
)
EDITED_AT = Column(
    name="edited_at", kind=_TIME, description="When it was edited last, as Telegram claims; empty: never."
)
REVISION = Column(
    name="revision",
    kind=_INTEGER,
    is_required=True,
    description="Which version of the post this is; 1 is the first that was seen.",
)
CONTENT = (
    Column(
        name="text",
        kind=_STRING,
        is_required=True,
        is_masked=True,
        description="The text as it was published; masked, unless the manifest says otherwise.",
    ),
    Column(
        name="language",
        kind=_STRING,
        is_made=True,
        description="The language that the text is most likely in, a guess: ar, ckb, kmr, fa, ru or en.",
    ),
    Column(
        name="album_id",
        kind=_STRING,
        description="The same for posts that were published together: a, and a number of up to 19 digits, "
        "which spreadsheets would round if it stood alone.",
    ),
    Column(
        name="reply_to_post_id",
        kind=_INTEGER,
        description="The post that this one answers, of the same channel.",
    ),
    Column(
        name="forwarded_from_channel_id",
        kind=_INTEGER,
        description="The channel that it was forwarded from; empty where it was none, or a hidden one.",
    ),
    Column(
        name="forwarded_from_handle",
        kind=_STRING,
        description="That channel's public name when the post was seen, where Telegram told it.",
    ),
    Column(name="forwarded_from_post_id", kind=_INTEGER, description="The post's number in that channel."),
    Column(
        name="media_kind",
        kind=_STRING,
        description="What the post carries: photo, video, file, poll and so on; empty: nothing.",
    ),
    Column(
        name="media_name",
        kind=_STRING,
        is_masked=True,
        description="The name of the file, masked as texts are.",
    ),
    Column(
        name="media_bytes", kind=_INTEGER, description="The size of the file, or of a photo's largest form."
    ),
)
COUNTERS = (
    Column(name="views", kind=_INTEGER, description="Views; empty: Telegram did not say."),
    Column(name="forwards", kind=_INTEGER, description="How often it was forwarded; empty: not told."),
    Column(name="replies", kind=_INTEGER, description="Comments below it; empty: not told."),
    Column(
        name="reactions",
        kind=_JSON,
        description="Reactions with their counts, [[emoji, count], …]; empty: not told.",
    ),
)
PROVENANCE = Column(
    name="provenance",
    kind=_STRING,
    is_required=True,
    description="How this version reached the archive: live, catch_up, backfill, rescan or import.",
)
DIGEST = Column(
    name="digest",
    kind=_STRING,
    is_telling=True,
    description="SHA-256 of the text and all details; the same for the same content. Empty where something "
    "of the row was masked: guesses could be proved by it.",
)
CATEGORY_WORDS = (
    "personal_data_leak, state_document_leak, credential_leak, extortion, sextortion, doxxing_threat, "
)
CATEGORY_WORDS += "hacking_service or account_takeover_ad"
VERDICT_WORDS = "violation, not_a_violation or cannot_tell"
REVIEW = Column(
    name="review",
    kind=_STRING,
    description="How many people stand behind the decision: enough (one, and one is enough), single (one, "
    "where two are needed), double, adjudicated; empty: none.",
)
