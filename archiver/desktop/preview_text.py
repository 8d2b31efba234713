"""The text of a post on a page of t.me/s: HTML becomes a text with entities as Telegram has them.

Of links the page does not say which kind of entity they were; it shows in where they lead.
"""

from __future__ import annotations

from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from archiver.desktop.formatted import Formatted
from archiver.domain.post import Entity

_KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strike", "del": "strike", "strike": "strike", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji",
}  # fmt: skip
_SEARCHES = {"#": "hashtag", "$": "cashtag"}
_DEEPEST = 200


def preview_text(node: LexborNode) -> tuple[str, tuple[Entity, ...]]:
    """Return the text below a node, with its entities in order; what nests deeper than 200 is left out."""
    whole = Formatted()
    _walk(node, whole, 0)
    return whole.text, tuple(sorted(whole.entities, key=lambda each: (each.offset, -each.length, each.kind)))


def _walk(node: LexborNode, whole: Formatted, depth: int) -> None:
    child = node.child
    while child is not None:
        _add(child, whole, depth + 1)
        child = child.next


def _add(node: LexborNode, whole: Formatted, depth: int) -> None:
    tag = node.tag or ""
    if tag == "-text":
        whole.add(node.text_content or "")
    elif tag == "br":
        whole.add("\n")
    elif depth <= _DEEPEST and node.is_element_node:
        since, before = whole.units, len(whole.entities)
        _walk(node, whole, depth)
        if "emoji" in (node.attributes.get("class") or "").split():
            # a picture of the sign within it, which is set in bold type and yet is not bold
            del whole.entities[before:]
            return
        kind, value = _kind(node, tag)
        if kind is not None:
            whole.mark(kind, since=since, value=value)


def _kind(node: LexborNode, tag: str) -> tuple[str | None, str | None]:
    if tag == "a":
        return _link((node.attributes.get("href") or "").strip(), node.text())
    if tag == "span" and "tgme_widget_message_spoiler" in (node.attributes.get("class") or ""):
        return "spoiler", None
    value = node.attributes.get("emoji-id") if tag == "tg-emoji" else None
    return _KINDS.get(tag), value


def _link(target: str, shown: str) -> tuple[str | None, str | None]:
    if shown[:1] in _SEARCHES and unquote(target).endswith(f"?q={shown}"):
        return _SEARCHES[shown[:1]], None
    if shown.startswith("@") and target.lower().endswith(f"/{shown[1:].lower()}"):
        return "mention", None
    for scheme, kind in (("mailto:", "email"), ("tel:", "phone")):
        if target.lower().startswith(scheme):
            return kind, None
    if _bare(target) == _bare(shown):
        return "url", None
    return ("text_url", target) if target else (None, None)


def _bare(address: str) -> str:
    """Return an address without what browsers add to it."""
    _, _, rest = address.partition("://")
    return unquote(rest or address).rstrip("/").lower()
