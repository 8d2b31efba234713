"""The catalogues of the desk's languages: `locale/*/LC_MESSAGES/desk.po`, read when they are first asked for.

The .po files are what ships: no second file that could fall behind, no step to build one. English is the text
in the templates itself. Strings stand in templates as ``_("…")`` or ``ngettext("…", "…", n)``, in code as
``marked("…")`` and ``marked_many("…", "…")``.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCE = "en"
"""The language that templates are written in."""


def marked(text: str) -> str:
    """Return a text as it is: it is translated where it is shown."""
    return text


def marked_many(one: str, many: str) -> tuple[str, str]:
    """Return both forms of a text as they are: the one for a number is chosen where it is shown."""
    return one, many


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the words of a language of `domain.preferences.LANGUAGES`."""
    if language == SOURCE:
        return gettext.NullTranslations()
    file = resources.files("archiver.review") / "locale" / language / "LC_MESSAGES" / "desk.po"
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(file.read_bytes()), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
