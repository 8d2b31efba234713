"""Templates: Jinja2, everything escaped, a name that is not there is an error.

Every template sees: ``reviewer`` (or none), ``preferences`` (or none), ``acts`` (what the reviewer may do),
``language``, ``direction``, ``path``, ``now`` (UTC), ``zone``, ``keys(preferences)`` (what keys do),
``static("desk.css")`` (the address of a file), ``_`` and ``ngettext``, and what `review.speech` says numbers,
times and codes with: ``when(at)``, ``ago(at)``, ``number(5)``, ``word(code)`` …
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from archiver.review.shortcuts import keys
from archiver.review.speech import Speech

_RIGHT_TO_LEFT = frozenset({"ar", "ckb"})

Translations = Callable[[str], gettext.NullTranslations]
"""A language in, its catalogue out."""


class Rendering:
    """Makes pages of templates."""

    def __init__(self, static: Callable[[str], str], translations: Translations) -> None:
        """``static`` gives the address of a file of ours."""
        self._translations = translations
        self._templates = Environment(
            loader=PackageLoader("archiver.review", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._templates.globals |= {"static": static, "keys": keys}

    def render(self, template: str, context: Mapping[str, object]) -> str:
        """Return a page; ``context`` holds at least ``language``."""
        language = str(context["language"])
        words = self._translations(language)
        zone, now = cast("ZoneInfo", context["zone"]), cast("datetime", context["now"])
        return self._templates.get_template(template).render(
            {
                "direction": "rtl" if language in _RIGHT_TO_LEFT else "ltr",
                "_": words.gettext,
                "gettext": words.gettext,
                "ngettext": words.ngettext,
                **Speech(language, words, zone=zone, now=now).context(),
                **context,
            }
        )
