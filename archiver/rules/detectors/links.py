"""Links, and what they lead to: a closed group, an account, a telephone, a login, anything else.

A link is found by a sign in its midst, a scheme or the end of a host name, and read from there in both
directions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.rules.detectors import numbering
from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near

_TOP = (
    rb"com|net|org|info|biz|io|ru|su|ir|iq|krd|tr|sy|lb|jo|sa|ae|uk|eu|fr|nl|cn|ua|kz|tv|xyz|"
    rb"top|site|online|shop|store|club|app|dev|icu|gov|edu|onion|news|agency|example"
)
_WORDLIKE_TOP = rb"me|gg|dog|co|de|in|to|us|by|cc|ws|live|link|pro|media"
"""Tops of names that are words of some language as well: only with a path behind them."""
_SCHEMES = rb"http|https|hxxp|hxxps|ftp|tg|android"
_SIGNS = (
    rb"(?:" + _SCHEMES + rb")://",
    rb"tel:\+?[0-9]{8}",
    rb"www\.[a-z0-9]",
    rb"[a-z0-9]\.(?:" + _TOP + rb")[^a-z0-9]",
    rb"[a-z0-9]\.t\.me[^a-z0-9]",
    rb"[a-z0-9]\.(?:" + _WORDLIKE_TOP + rb")/[a-z0-9+]",
)
_MIDST = re.compile(
    rb"[:.](?:(?:" + b"|".join(rb"(?<=%s:)" % scheme for scheme in _SCHEMES.split(b"|")) + rb")//"
    rb"|(?<=tel:)\+?[0-9]{8}|(?<=www\.)[a-z0-9]"
    rb"|(?<=[a-z0-9]\.)(?:(?:"
    + _TOP
    + rb")(?![a-z0-9-]|\.[a-z0-9])|(?<=[a-z0-9]\.t\.)me(?![a-z0-9-])|(?:"
    + _WORDLIKE_TOP
    + rb")(?=/[a-z0-9+])))"
)
_SCHEME = re.compile(rb"(?<![a-z0-9])(?:tel|" + _SCHEMES + rb")\Z")
_HOST = re.compile(
    rb"(?<![0-9a-z@._-])[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?){0,4}\Z"
)
_LONGEST_HOST = 96
_REST = re.compile(rb"[^\s<>\"\x7f\x80-\xff]{0,2000}")
_PATH = re.compile(rb"(?:[/?#:][^\s<>\"\x7f\x80-\xff]{0,2000})?")
_SENTENCE_ENDS = b".,;:!?)]}'\"*_"

_NAME = rb"(?P<name>[a-z][a-z0-9_]{3,31})(?![a-z0-9_-])"
_TELEGRAM = rb"(?:[a-z]{2,7}://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/"
_INVITE = re.compile(
    _TELEGRAM + rb"(?:\+|joinchat/|addlist/)(?P<code>[a-z0-9_-]{6,64})"
    rb"|tg://join\?invite=(?P<join>[a-z0-9_-]{6,64})"
    rb"|(?:https?://)?chat\.whatsapp\.com/(?:invite/)?(?P<whatsapp>[a-z0-9]{10,32})"
    rb"|(?:https?://)?discord(?:\.gg|(?:app)?\.com/invite)/(?P<discord>[a-z0-9-]{2,32})"
)
_ACCOUNT = re.compile(
    _TELEGRAM + rb"(?:s/)?" + _NAME + rb"|(?:https?://)?" + _NAME.replace(b"<name>", b"<host>") + rb"\.t\.me"
    rb"|tg://resolve\?domain=" + _NAME.replace(b"<name>", b"<domain>")
)
_TELEPHONE = re.compile(
    rb"(?:https?://)?(?:wa\.me/|(?:api\.|web\.)?whatsapp\.com/send/?\?phone=)\+?(?P<digits>[0-9]{8,15})"
    rb"|tel:\+?(?P<tel>[0-9]{8,15})"
)
_LOGIN = re.compile(rb"(?<=[a-z0-9/])[:|;](?!//)[^\s:|;/]{3,64}[:|;](?!//)[^\s:|;]{4,64}\Z")
"""A name and a password behind a link, as thieves of logins sell them."""
_NOBODY = frozenset(
    b"joinchat addlist addstickers addemoji addtheme share proxy socks login invoice setlanguage boost "
    b"giftcode contact confirmphone".split()
)
"""First words of Telegram's own links (https://core.telegram.org/api/links)."""


def _find(text: Text, ends: Ends) -> Iterator[Find]:
    after = 0
    for midst in near(_MIDST, text.lower, ends=ends, reach=16):
        span = _span(text.lower, midst) if midst.start() >= after else None
        if span:
            after = span[1]
            yield from _read(text, *span)


def _span(text: bytes, midst: re.Match[bytes]) -> tuple[int, int] | None:
    """Return where the link begins and ends that this sign stands in; None where it is no link."""
    place = midst.start()
    if text[place] == 0x3A:
        scheme = _SCHEME.search(text, max(0, place - 8), place)
        end = _end(text, _REST.match(text, midst.end()))
        return (scheme.start(), end) if scheme and end > midst.end() else None
    host = _HOST.search(text, max(0, place - _LONGEST_HOST), place)
    if host is None:
        return None
    rest = _REST if host[0].startswith(b"www") else _PATH
    return host.start(), _end(text, rest.match(text, midst.end()))


def _end(text: bytes, rest: re.Match[bytes] | None) -> int:
    end = rest.end() if rest else 0
    while text[end - 1] in _SENTENCE_ENDS:
        end -= 1
    return end


def _read(text: Text, start: int, end: int) -> Iterator[Find]:
    link = text.lower[start:end]
    if found := _TELEPHONE.match(link):
        digits = found["digits"] or found["tel"]
        number = numbering.international(digits.decode())
        if number:
            yield Find("phone", start + found.end() - len(digits), start + found.end(), 0.98, number.encode())
    elif found := _INVITE.match(link):
        place = start + found.start(str(found.lastgroup))
        yield Find("invite_link", start, start + found.end(), 0.95, text.exact[place : start + found.end()])
    elif (found := _ACCOUNT.match(link)) and found[str(found.lastgroup)] not in _NOBODY:
        yield Find("handle", start, start + found.end(), 0.9, found[str(found.lastgroup)])
    elif b"?" not in link and _LOGIN.search(link):
        yield Find("password_pair", start, end, 0.8)
    else:
        yield Find("link", start, end, 0.9)


DETECTORS = (Detector(_SIGNS, _find),)
