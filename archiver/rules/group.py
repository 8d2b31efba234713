"""Read a group of a pack: terms by language, and all else that makes it present."""

from __future__ import annotations

from collections.abc import Mapping

from archiver.domain.channel import parse_handle
from archiver.domain.errors import HandleInvalid
from archiver.domain.post import MediaKind
from archiver.domain.rule import ANY_LANGUAGE, ENTITY_KINDS, LANGUAGES, TRAITS, Boundary, Group
from archiver.rules.detectors.kinds import KINDS
from archiver.rules.nodes import Node, Pairs, Scalar
from archiver.rules.phrase import different, wrong_with
from archiver.rules.sheet import Sheet

_TERMS = (*LANGUAGES, ANY_LANGUAGE)
_WORDS = {
    "detect": ("detector", KINDS),
    "entities": ("entity", ENTITY_KINDS),
    "media": ("kind of media", tuple(MediaKind)),
    "traits": ("trait", TRAITS),
}
_PATTERNS = ("file_names", "forwarded_from")

KEYS = ("match", *_TERMS, *_WORDS, *_PATTERNS, "note")
"""The keys of a group."""


def read_group(sheet: Sheet, name: str, node: Node) -> Group:
    """Return the group as far as it can be read; what can't is a fault of the sheet."""
    keys = sheet.keys(node, KEYS, what=f"group {name}")
    words = {
        key: sheet.words(keys[key], known, what=what) if key in keys else ()
        for key, (what, known) in _WORDS.items()
    }
    if "note" in keys:
        sheet.text(keys["note"], what="note")
    if isinstance(node, Pairs) and _written(node) <= {"match", "note"}:
        sheet.fault(node.line, f"group {name} holds nothing; list terms under a language, or detect: [phone]")
    return Group(
        name=name,
        boundary=_boundary(sheet, keys),
        terms=_terms(sheet, keys),
        detectors=words["detect"],
        entities=words["entities"],
        media=words["media"],
        traits=words["traits"],
        file_names=_file_names(sheet, keys),
        forwarded_from=_handles(sheet, keys),
    )


def _written(node: Pairs) -> set[str]:
    return {key.text for key, _ in node.pairs if isinstance(key, Scalar)}


def _boundary(sheet: Sheet, keys: Mapping[str, Node]) -> Boundary:
    word = sheet.word(keys["match"], tuple(Boundary), what="match") if "match" in keys else None
    return Boundary(word) if word else Boundary.CLITIC


def _terms(sheet: Sheet, keys: Mapping[str, Node]) -> Mapping[str, tuple[str, ...]]:
    return {language: _phrases(sheet, keys[language], language) for language in _TERMS if language in keys}


def _phrases(sheet: Sheet, node: Node, language: str) -> tuple[str, ...]:
    phrases = []
    for phrase, line in sheet.texts(node, what=language):
        wrong = wrong_with(phrase)
        if wrong is None:
            phrases.append(phrase)
        else:
            sheet.fault(line, wrong)
    return different(phrases)


def _file_names(sheet: Sheet, keys: Mapping[str, Node]) -> tuple[str, ...]:
    if "file_names" not in keys:
        return ()
    patterns = set()
    for pattern, line in sheet.texts(keys["file_names"], what="file_names"):
        if pattern.strip("*?. "):
            patterns.add(pattern)
        else:
            sheet.fault(line, f"{pattern!r} is any file; say traits: [has_file] instead")
    return tuple(sorted(patterns))


def _handles(sheet: Sheet, keys: Mapping[str, Node]) -> tuple[str, ...]:
    if "forwarded_from" not in keys:
        return ()
    handles = set()
    for text, line in sheet.texts(keys["forwarded_from"], what="forwarded_from"):
        try:
            handles.add(parse_handle(text))
        except HandleInvalid as error:
            sheet.fault(line, str(error))
    return tuple(sorted(handles))
