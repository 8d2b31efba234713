"""Text of every kind for hypothesis: lone surrogates, NUL, marks, ligatures, HTML and look-alikes too."""

from __future__ import annotations

from hypothesis import strategies as st

anything = st.text(
    st.characters(exclude_categories=())
    | st.sampled_from("ـلاﻻﷺ&#;<>/bi 1٢ｅéЕеꓮ\u200d\u0651\ud800\0½ßĳ😀آa")
    | st.sampled_from("ابتثجحدرسعفقكلمنهويٮںڡٯ abcdefgh013457@$!*._")
)
