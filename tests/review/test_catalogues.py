"""Every text of ours is said in every language, with the same figures in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

import pytest
from jinja2 import Environment

from archiver.domain.excerpt import HARMLESS_KINDS
from archiver.domain.refusal import Refusal
from archiver.domain.rows import ROW
from archiver.domain.rule import LANGUAGES
from archiver.review.i18n import translations
from archiver.review.labels import HIDDEN, LABELS, LANGUAGES as TONGUES, REFUSALS, SEVERITIES
from archiver.rules.detectors.kinds import KINDS
from tests.review.catalogues import REVIEW, TRANSLATED, catalogue, said

_PLACE = re.compile(r"%\(\w+\)s")
_OWN_NAMES = {"English", "Kurmancî", "archiver", "Ctrl", "doctype", "html", "me"}
"""What is called the same in every language."""


def _first(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else text[0]


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_language_has_all_texts_and_no_other(language: str) -> None:
    known = {each.id for each in catalogue(language) if each.id}

    assert {_first(text) for text in said()} == {_first(text) for text in known}
    assert {text for text in said() if isinstance(text, tuple)} == {
        text for text in known if isinstance(text, tuple)
    }


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_left_empty_or_in_doubt(language: str) -> None:
    own = [each for each in catalogue(language) if each.id]

    assert [each.id for each in own if each.fuzzy] == []
    assert [each.id for each in own if not all(_forms(each.string))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_figures_in_a_text_are_those_of_the_english_one(language: str) -> None:
    wrong = []
    for each in catalogue(language):
        if not each.id:
            continue
        places = set(_PLACE.findall(_forms(each.id)[-1]))
        for number, form in enumerate(_forms(each.string)):
            found = set(_PLACE.findall(form))
            # "a case", "two cases": Arabic says none, one and two without a figure
            is_word = len(_forms(each.string)) > 2 and number < 3 and found == places - {"%(num)s"}
            if found != places and not is_word:
                wrong.append((each.id, form))

    assert wrong == []


def test_arabic_counts_in_six_ways() -> None:
    words = translations("ar")
    counts = (0, 1, 2, 3, 11, 100)

    forms = [words.ngettext("%(num)s case waits.", "%(num)s cases wait.", count) for count in counts]

    assert len(set(forms)) == 5  # eleven and a hundred take the same word in this one
    assert [words.ngettext("%(num)s day", "%(num)s days", count) for count in counts] == [
        "أقل من يوم", "يوم واحد", "يومان", "%(num)s أيام", "%(num)s يوماً", "%(num)s يوم",
    ]  # fmt: skip


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_number_takes_the_form_that_the_language_wants(language: str) -> None:
    words = translations(language)

    for count in range(205):
        text = words.ngettext("%(num)s post", "%(num)s posts", count) % {"num": count}
        assert "post" not in text
        assert str(count) in text or count < 3


def test_english_is_what_stands_in_the_templates() -> None:
    words = translations("en")

    assert words.gettext("Queue") == "Queue"
    assert words.ngettext("%(num)s post", "%(num)s posts", 1) == "%(num)s post"


@pytest.mark.parametrize("codes", LABELS, ids=lambda codes: codes.__name__)
def test_every_code_of_the_domain_has_a_label(codes: type[StrEnum]) -> None:
    assert set(LABELS[codes]) == set(codes)


def test_every_word_that_is_no_enumeration_has_a_label_too() -> None:
    assert set(REFUSALS) == set(Refusal)
    assert set(SEVERITIES) == {1, 2, 3, 4}
    assert set(TONGUES) == set(LANGUAGES)
    # a kind that sums others up hides nothing itself, but is named where it was found
    assert set(HIDDEN) == {*KINDS, ROW} - HARMLESS_KINDS


@pytest.mark.parametrize("name", sorted(path.name for path in (REVIEW / "templates").glob("*.html")))
def test_no_template_says_anything_past_the_catalogues(name: str) -> None:
    source = (REVIEW / "templates" / name).read_text(encoding="utf-8")
    tokens = Environment(autoescape=True).lex(source)

    bare = "".join(
        text if kind == "data" else "\0" for _, kind, text in tokens if kind in {"data", "variable_begin"}
    )
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"<[^>]*>", " ", bare))

    assert [word for word in words if word not in _OWN_NAMES and word.isascii()] == []


def _forms(told: object) -> tuple[str, ...]:
    return (told,) if isinstance(told, str) else tuple(told)  # type: ignore[arg-type]
