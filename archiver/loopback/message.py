"""A post in Telegram's words: the bytes of a Message or a MessageService."""

from __future__ import annotations

from typing import Any

from telethon.tl import types as t

from archiver.loopback.post import Forward, Post


def message_bytes(post: Post, *, channel_id: int, is_post: bool, reference: bytes) -> bytes:
    """Return a post as it goes over the wire; ``reference`` is today's key to its files."""
    peer = t.PeerChannel(channel_id)
    if post.action is not None:
        return _service_bytes(post, peer, is_post=is_post)
    return _bytes(
        t.Message(
            id=post.id,
            peer_id=peer,
            date=post.at,
            message=post.text if post.raw_text is None else post.raw_text,
            post=is_post,
            entities=list(post.entities) or None,
            media=_opened(post.media, reference),
            edit_date=post.edited_at,
            grouped_id=post.album_id,
            fwd_from=_forward(post.forward),
            reply_to=_reply(post.reply_to),
            reply_markup=_buttons(post.buttons),
            post_author=post.author,
            via_bot_id=post.via_bot_id,
            views=post.views,
            forwards=post.forwards,
            replies=replies(post),
            reactions=reactions(post),
        )
    )


def reactions(post: Post) -> Any:
    """Return the reactions to a post, ``None`` for none."""
    counted = [t.ReactionCount(t.ReactionEmoji(emoji), count) for emoji, count in post.reactions]
    return t.MessageReactions(counted) if counted else None


def replies(post: Post) -> Any:
    """Return how many replied to a post, ``None`` where nobody can."""
    return None if post.replies is None else t.MessageReplies(post.replies, 0)


def _service_bytes(post: Post, peer: Any, *, is_post: bool) -> bytes:
    return _bytes(
        t.MessageService(
            id=post.id,
            peer_id=peer,
            date=post.at,
            action=post.action,
            post=is_post,
            reply_to=_reply(post.reply_to),
        )
    )


def _bytes(found: Any) -> bytes:
    data: bytes = found._bytes()
    return data


def _opened(media: Any, reference: bytes) -> Any:
    for name in ("photo", "document"):
        held = getattr(media, name, None)
        if isinstance(held, t.Photo | t.Document):
            held.file_reference = reference
    return media


def _forward(found: Forward | None) -> Any:
    if found is None:
        return None
    origin = None if found.channel_id is None else t.PeerChannel(found.channel_id)
    return t.MessageFwdHeader(date=found.at, from_id=origin, from_name=found.name, channel_post=found.post_id)


def _reply(post_id: int | None) -> Any:
    return None if post_id is None else t.MessageReplyHeader(reply_to_msg_id=post_id)


def _buttons(buttons: tuple[tuple[str, str], ...]) -> Any:
    rows = [
        t.KeyboardInlineButtonRow([t.KeyboardInlineButton(label, t.InlineButtonTypeUrl(url))])
        for label, url in buttons
    ]
    return t.ReplyInlineMarkup(rows) if rows else None
