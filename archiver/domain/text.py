"""Text as it comes over the wire and text as the archive can keep it."""

from __future__ import annotations

from collections.abc import Sequence


def sound_texts(texts: Sequence[str]) -> Sequence[str]:
    """Return the texts, each as `sound_text` has it."""
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return [sound_text(text) for text in texts]
    return texts


def sound_text(text: str) -> str:
    """Return the text with lone surrogates replaced by U+FFFD, so that it has a UTF-8 form.

    A string without them comes back as it is. The exact bytes stay in the raw page.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def code_point_span(text: str, *, offset: int, length: int) -> tuple[int, int]:
    """Return the (start, end) in code points of a span that counts UTF-16 units.

    ``text`` is sound (`sound_text`). A span that reaches beyond it, or cuts a surrogate pair, is clipped or
    widened to whole characters; an empty one stays empty.
    """
    units = text.encode("utf-16-le", "surrogatepass")
    start = _characters(units[: 2 * max(offset, 0)])
    end = _characters(units[: 2 * max(offset + length, 0)], is_end=True) if length > 0 else start
    return min(start, len(text)), min(max(start, end), len(text))


def _characters(units: bytes, *, is_end: bool = False) -> int:
    """Count the characters of whole UTF-16 units; half a pair counts only where it ends a span."""
    text = units.decode("utf-16-le", "surrogatepass") if _is_whole(units) else None
    if text is not None:
        return len(text)
    return len(units[:-2].decode("utf-16-le", "surrogatepass")) + (1 if is_end else 0)


def _is_whole(units: bytes) -> bool:
    last = int.from_bytes(units[-2:], "little")
    return not 0xD800 <= last <= 0xDBFF
