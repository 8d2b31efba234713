"""Where folded characters come from, counted in code points of the original."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.domain.folding import fold
from tests.domain.strange_text import anything


@pytest.mark.parametrize(
    ("text", "part", "found"),
    [
        pytest.param("قال تـــســرّيــبٌ!", "تسريب", "تـــســرّيــبٌ", id="tatweel-and-marks-of-the-last-letter"),
        pytest.param("سرّيييي.", "سري", "سرّيييي", id="repeats-of-the-last-letter"),
        pytest.param(
            "le\u200ba\u200ck\u200d \u200dnow", "leak", "le\u200ba\u200ck\u200d", id="zero-width-at-the-end"
        ),
        pytest.param("\u202bleak", "leak", "leak", id="zero-width-at-the-beginning-stays-out"),
        pytest.param("a&amp;b &#1587;&#1585; c", "سر", "&#1587;&#1585;", id="an-entity-is-inside-whole"),
        pytest.param("كلا ﻻ", "لا", "لا", id="the-first-of-two"),
        pytest.param("سﻻم", "سل", "سﻻ", id="half-a-ligature-is-the-whole"),
        pytest.param("سﻻم", "ام", "ﻻم", id="its-other-half-too"),
        pytest.param("حﷺ.", "حصلي", "حﷺ", id="the-beginning-of-a-sign-of-many-words"),
        pytest.param("<b>l</b>eak</b> x", "leak", "l</b>eak</b>", id="tags-around-and-within"),
        pytest.param("end", "end", "end", id="up-to-the-end"),
        pytest.param("end  ", "end", "end", id="not-beyond-the-end"),
    ],
)
def test_a_span_is_what_a_reader_would_mark(text: str, part: str, found: str) -> None:
    folded = fold(text)
    start = folded.text.index(part)

    first, last = folded.span(start, start + len(part))

    assert text[first:last] == found


@given(anything)
def test_starts_go_forward_and_end_within_the_text(text: str) -> None:
    folded = fold(text)

    assert len(folded.starts) == len(folded.text) + 1
    assert list(folded.starts) == sorted(folded.starts)
    assert folded.starts[-1] <= len(text)


@given(anything.filter(lambda text: "&" not in text and "<" not in text and fold(text).text), st.data())
def test_the_span_of_a_stretch_folds_to_it(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))

    first, last = folded.span(start, end)

    # a ligature that is cut brings the rest of its letters
    assert folded.text[start:end].strip() in fold(text[first:last]).text
