"""What the pages say, gathered from the templates and the code, and the catalogues that translate it."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from archiver.domain.preferences import LANGUAGES
from archiver.review.i18n import SOURCE

REVIEW = Path(str(resources.files("archiver.review")))
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE)

_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "marked": None, "marked_many": (1, 2)}
_OPTIONS = {"silent": "false", "trimmed": "true"}

Text = str | tuple[str, str]
"""A text, or both forms of one that counts something."""


@cache
def said() -> frozenset[Text]:
    """Return all texts of ours that a page may show."""
    found: set[Text] = set()
    for path in sorted(REVIEW.glob("*.py")):
        with path.open("rb") as file:
            found |= {_text(each[1]) for each in extract("python", file, keywords=_KEYWORDS)}
    for path in sorted((REVIEW / "templates").glob("*.html")):
        with path.open("rb") as file:
            found |= {_text(each[2]) for each in babel_extract(file, list(_KEYWORDS), [], _OPTIONS)}
    return frozenset(text for text in found if text)


@cache
def catalogue(language: str) -> Catalog:
    """Return what ships for a language."""
    with (REVIEW / "locale" / language / "LC_MESSAGES" / "desk.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _text(told: object) -> Text:
    """Return what a call gives a text by: one, or the two forms before the number."""
    if isinstance(told, str):
        return told
    parts = told if isinstance(told, tuple | list) else ()  # a variable was marked elsewhere
    texts = [each for each in parts if isinstance(each, str)]
    return (texts[0], texts[1]) if len(texts) > 1 else (texts[0] if texts else "")
