"""What a block of a page of t.me/s says of its post."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from archiver.desktop.preview_text import preview_text
from archiver.domain.ids import PostId
from archiver.domain.post import Button, Content, Entity, ForwardOrigin, Media, MediaKind, Poll, Reply

_CLASS = "tgme_widget_message"
_TEXT = f".{_CLASS}_text.js-message_text, .{_CLASS}_text"
_KINDS = {
    f".{_CLASS}_poll": MediaKind.POLL,
    f".{_CLASS}_roundvideo_player, .{_CLASS}_roundvideo": MediaKind.ROUND_VIDEO,
    f".{_CLASS}_voice_player, .{_CLASS}_voice": MediaKind.VOICE,
    f".{_CLASS}_sticker_wrap, .{_CLASS}_sticker": MediaKind.STICKER,
    f".{_CLASS}_video_player, .{_CLASS}_video": MediaKind.VIDEO,
    f".{_CLASS}_photo_wrap": MediaKind.PHOTO,
    f".{_CLASS}_document_icon.audio, .{_CLASS}_audio, .{_CLASS}_audio_player": MediaKind.AUDIO,
    f".{_CLASS}_document_wrap, .{_CLASS}_document": MediaKind.FILE,
    f".{_CLASS}_venue_wrap": MediaKind.VENUE,
    f".{_CLASS}_location_wrap, .{_CLASS}_location": MediaKind.LOCATION,
    f".{_CLASS}_contact": MediaKind.CONTACT,
    f".{_CLASS}_game": MediaKind.GAME,
    f".{_CLASS}_invoice_wrap": MediaKind.INVOICE,
}
"""What a post carries, by what is drawn for it; the telling ones first."""

_SERVICES = (
    (re.compile(r"Channel created", re.IGNORECASE), "channel_created"),
    (re.compile(r"Channel (?:photo|picture) (?:updated|changed)", re.IGNORECASE), "photo_changed"),
    (re.compile(r"Channel (?:photo|picture) removed", re.IGNORECASE), "photo_removed"),
    (re.compile(r"Channel name was changed to «(?P<detail>.*)»", re.IGNORECASE | re.DOTALL), "title_changed"),
    (re.compile(r".*\bpinned\b", re.IGNORECASE | re.DOTALL), "post_pinned"),
)
_SINGLE = re.compile(r"https?://t\.me/(?:s/)?[A-Za-z0-9_]+/(\d{1,10})(?:\?.*)?")
_LINK = re.compile(r"https?://t\.me/(?:s/)?([A-Za-z0-9_]+)/(\d{1,10})(?:[?#].*)?")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})")


def content(node: LexborNode) -> Content:
    """Return the content of a block's own post."""
    text, entities = _text(node)
    if "service_message" in (node.attributes.get("class") or "").split():
        return _service(text)
    return Content(
        text=text,
        entities=entities,
        media=_media(node),
        poll=_poll(node),
        buttons=tuple(_buttons(node)),
        reply=_reply(node),
        forward=_forward(node),
        author=_words(node, f".{_CLASS}_from_author") or None,
    )


def is_hidden(node: LexborNode) -> bool:
    """Say whether a block shows nothing of its post but that it is there: "Please open Telegram to view"."""
    return (
        node.css_first(".message_media_not_supported") is not None
        and node.css_first(_TEXT) is None
        and _media(node) is None
    )


def album(node: LexborNode) -> dict[int, Content]:
    """Return the posts of which a block shows only pictures; they have no texts."""
    found: dict[int, Content] = {}
    for link in node.css(f".{_CLASS}_grouped_wrap a[href]"):
        place = _SINGLE.fullmatch(link.attributes.get("href") or "")
        if place is not None:
            is_video = f"{_CLASS}_video" in (link.attributes.get("class") or "")
            kind = MediaKind.VIDEO if is_video else MediaKind.PHOTO
            found[int(place[1])] = Content(text="", media=Media(kind=kind))
    return found


def _text(node: LexborNode) -> tuple[str, tuple[Entity, ...]]:
    own = (each for each in node.css(_TEXT) if not _is_quoted(each, node))
    found = next(own, None)
    return ("", ()) if found is None else preview_text(found)


def _is_quoted(found: LexborNode, block: LexborNode) -> bool:
    """Say whether a text is that of the post which this one answers, shown above it."""
    above: LexborNode | None = found
    while above is not None and above.mem_id != block.mem_id:
        if f"{_CLASS}_reply" in (above.attributes.get("class") or "").split():
            return True
        above = above.parent
    return "js-message_reply_text" in (found.attributes.get("class") or "")


def _service(text: str) -> Content:
    said = text.strip()
    for pattern, action in _SERVICES:
        if found := pattern.match(said):
            return Content(text="", action=action, action_detail=found.groupdict().get("detail"))
    return Content(text="", action="unknown")


def _media(node: LexborNode) -> Media | None:
    kind = next((kind for drawn, kind in _KINDS.items() if node.css_first(drawn) is not None), None)
    if kind is None:
        return None
    name = _words(node, f".{_CLASS}_document_title") or None
    if kind is MediaKind.AUDIO:
        performer = _words(node, f".{_CLASS}_document_extra") or None
        return Media(kind=kind, title=name, performer=performer, seconds=_seconds(node))
    return Media(kind=kind, name=name if kind is MediaKind.FILE else None, seconds=_seconds(node))


def _seconds(node: LexborNode) -> float | None:
    found = _CLOCK.fullmatch(
        _words(node, ".message_video_duration, .tgme_widget_message_voice_duration, time.js-message_duration")
    )
    if found is None:
        return None
    return float(int(found[1] or 0) * 3600 + int(found[2]) * 60 + int(found[3]))


def _poll(node: LexborNode) -> Poll | None:
    if node.css_first(f".{_CLASS}_poll") is None:
        return None
    kind = _words(node, f".{_CLASS}_poll_type").lower()
    return Poll(
        question=_words(node, f".{_CLASS}_poll_question"),
        answers=tuple(each.text().strip() for each in node.css(f".{_CLASS}_poll_option_text")),
        is_quiz="quiz" in kind,
        is_closed="final" in kind or "closed" in kind,
    )


def _buttons(node: LexborNode) -> list[Button]:
    return [
        Button(label=each.text().strip(), url=each.attributes.get("href") or None)
        for each in node.css(f"a.{_CLASS}_inline_button, button.{_CLASS}_inline_button")
    ]


def _reply(node: LexborNode) -> Reply | None:
    found = _linked(node, f"a.{_CLASS}_reply")
    return None if found is None else Reply(post_id=found[1])


def _forward(node: LexborNode) -> ForwardOrigin | None:
    name = _words(node, f".{_CLASS}_forwarded_from_name")
    if not name:
        return None
    author = _words(node, f".{_CLASS}_forwarded_from_author") or None
    found = _linked(node, f"a.{_CLASS}_forwarded_from_name")
    if found is None:
        return ForwardOrigin(name=name, author=author)
    return ForwardOrigin(handle=found[0], post_id=found[1], author=author)


def _linked(node: LexborNode, drawn: str) -> tuple[str, PostId] | None:
    link = node.css_first(drawn)
    found = _LINK.fullmatch((link.attributes.get("href") or "") if link is not None else "")
    return None if found is None else (found[1].lower(), PostId(int(found[2])))


def _words(node: LexborNode, drawn: str) -> str:
    found = node.css_first(drawn)
    return "" if found is None else found.text().strip()
