"""What stands around an @: e-mail addresses, with a password behind them or without, and handles."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.rules.detectors.detector import Detector, Ends, Find, Text

_LOCAL = rb"[a-z0-9_][a-z0-9._%+-]{0,63}"
_DOMAIN = rb"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}[a-z]{2,24}"
_NAME = rb"[a-z][a-z0-9_]{3,31}"

_AT = re.compile(rb"@(?=[a-z0-9])")
_BEFORE_AT = re.compile(rb"(?<![a-z0-9_])" + _LOCAL + rb"\Z")
_AFTER_AT = re.compile(_DOMAIN + rb"(?![a-z0-9-])")
_HANDLE = re.compile(_NAME + rb"(?![a-z0-9_])(?P<more>\.[a-z])?")
_PASSWORD = re.compile(
    rb"[:;|]([^\s:;|@]{4,64})(?=[\s:;|])| ?[:;|] ?((?=[^\s]*[0-9])(?=[^\s]*[a-zA-Z])[^\s:;|@]{6,64})(?=\s)"
)


def _find(text: Text, _ends: Ends) -> Iterator[Find]:
    for found in _AT.finditer(text.lower):
        at, after = found.span()
        local = _BEFORE_AT.search(text.lower, max(0, at - 65), at)
        domain = _AFTER_AT.match(text.lower, after)
        if local and domain:
            yield from _email(text, local.start(), domain.end())
        elif (handle := _HANDLE.match(text.lower, after)) and not _is_word(text.lower[at - 1 : at]):
            name = text.lower[after : handle.end() - len(handle["more"] or b"")]
            yield Find("handle", at, after + len(name), 0.5 if handle["more"] else 0.9, name)


def _email(text: Text, start: int, end: int) -> Iterator[Find]:
    email = text.lower[start:end]
    yield Find("email", start, end, 0.95, email)
    password = _PASSWORD.match(text.exact, end)
    if password:
        is_mixed = any(48 <= symbol < 58 for symbol in password[0])
        yield Find(
            "email_password",
            start,
            start + len(text.exact[start : password.end()].rstrip(b",.")),
            0.95 if is_mixed else 0.6,
            email,
        )


def _is_word(before: bytes) -> bool:
    return bool(before) and (before.isalnum() or before[0] >= 0x80 or before in b"_./")


DETECTORS = (Detector((rb"@[a-z0-9]",), _find),)
