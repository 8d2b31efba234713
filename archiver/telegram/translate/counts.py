"""What Telegram counts of a post; never a reason for a revision."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

from archiver.domain.post import PostCounts
from archiver.domain.text import sound_text

_POLL, _EMOJI = types.MessageMediaPoll, types.ReactionEmoji


def counts(message: Any) -> PostCounts:
    """Return a post's counters; ``None`` where this answer did not tell them."""
    replies, reactions, media = message.replies, message.reactions, message.media
    return PostCounts(
        views=message.views,
        forwards=message.forwards,
        replies=None if replies is None else replies.replies,
        reactions=() if reactions is None else tuple([_reaction(one) for one in reactions.results]),
        votes=media.results.total_voters if type(media) is _POLL else None,
    )


def _reaction(found: Any) -> tuple[str, int]:
    reaction, count = found.reaction, found.count
    kind = type(reaction)
    if kind is _EMOJI:
        return sound_text(reaction.emoticon), count
    if kind is types.ReactionCustomEmoji:
        return f"custom:{reaction.document_id}", count
    return ("paid" if kind is types.ReactionPaid else "other"), count
