"""Many texts at once have the language that each has alone."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from archiver.domain.language import WORDS, language
from archiver.rules.languages import Languages
from tests.domain.strange_text import anything

_EVALUATION = Path(__file__).resolve().parents[1] / "evaluation"

languages = Languages()


@given(st.lists(anything))
def test_texts_of_every_kind(texts: list[str]) -> None:
    assert languages.of(texts) == [language(text) for text in texts]


@given(
    st.lists(
        st.lists(st.sampled_from(sorted({word for words in WORDS.values() for word in words}))).map(" ".join)
    )
)
def test_words_that_tell_a_language(texts: list[str]) -> None:
    assert languages.of(texts) == [language(text) for text in texts]


@pytest.mark.parametrize("name", ["train-ar-iq", "train-ckb", "train-kmr", "train-fa-ru", "train-en"])
def test_real_posts_and_their_words_thrown_together(name: str) -> None:
    lines = (_EVALUATION / f"{name}.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    words = " ".join(texts).split()
    chance = random.Random(1)
    texts += [" ".join(chance.choices(words, k=chance.randint(1, 9))) for _ in range(200)]

    assert languages.of(texts) == [language(text) for text in texts]


def test_a_text_too_long_to_be_counted_is_asked_about_alone() -> None:
    texts = ["سلام " * 20_000, "hello there", ""]

    assert languages.of(texts) == [language(text) for text in texts]
