"""Places are counted in words and sentences of the original."""

from __future__ import annotations

import pytest

from archiver.rules import evasion
from archiver.rules.places import Place, Places
from archiver.rules.view import View


def _places(text: str) -> Places:
    return View(["another one", text], evasion.FOLDED).places(1)


@pytest.mark.parametrize(
    ("text", "part", "place"),
    [
        pytest.param("one two three", "two", Place(1, 1, 0), id="a-word"),
        pytest.param("one two three", "two three", Place(1, 2, 0), id="two-words"),
        pytest.param("one. Two! Three", "Three", Place(2, 2, 2), id="sentences"),
        pytest.param("واحد؟ اثنان۔ ثلاثة", "ثلاثة", Place(2, 2, 2), id="arabic-and-urdu-sentences"),
        pytest.param("one\n\ntwo", "two", Place(1, 1, 1), id="lines-are-sentences"),
        pytest.param("v1.2 is out", "is", Place(2, 2, 0), id="a-dot-within-a-number-ends-nothing"),
        pytest.param("he said “no.” yes", "yes", Place(3, 3, 1), id="a-quoted-end"),
        pytest.param(
            "call +964 770 now", "+964 770", Place(1, 2, 0), id="a-sign-before-a-word-belongs-to-it"
        ),
        pytest.param("one 🔥 two", "🔥", Place(1, 1, 0), id="what-has-no-letter-stands-before-the-next-word"),
        pytest.param("كـــتاب ﷺ here", "here", Place(5, 5, 0), id="a-sign-of-many-words"),
    ],
)
def test_a_place(text: str, part: str, place: Place) -> None:
    start = text.index(part)

    assert _places(text).at(start, start + len(part)) == place


def test_words_and_sentences_of_a_text_are_counted() -> None:
    places = _places("One two. Three?\nfour")

    assert (places.words, places.sentences) == (4, 3)
    assert _places("One. Two.").sentences == 2


def test_an_empty_text_has_no_words() -> None:
    assert _places("").words == 0
    assert _places("🔥").words == 0
