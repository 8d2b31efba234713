"""Which languages a text may be in, and which one it most likely is."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given

from archiver.domain.language import language, possible_languages
from archiver.domain.rule import LANGUAGES
from tests.domain.strange_text import anything

_EVALUATION = Path(__file__).resolve().parents[1] / "evaluation"


@given(anything)
def test_every_text_may_be_in_some_language_and_is_in_one_of_ours_or_none(text: str) -> None:
    assert possible_languages(text)
    assert possible_languages(text) <= set(LANGUAGES)
    assert language(text) in {*LANGUAGES, None}


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        pytest.param("هەڕەشەی لێ کرد", {"ckb", "kmr"}, id="kurdish-letters"),
        pytest.param("شماره‌های مشترکان رایتل فروشی است", {"ckb", "fa"}, id="persian-without-an-arabic-sign"),
        pytest.param("ألقت القبض على متهم بابتزاز فتاة مقابل عدم نشر صورها", {"ar"}, id="arabic"),
        pytest.param("گال چان يدز صورة", {"ar", "ckb", "fa"}, id="iraqi-writes-gaf-and-che"),
        pytest.param("ههڕهشه", {"ckb", "kmr"}, id="legacy-kurdish"),
        pytest.param("ههرهشه", {"ar", "ckb", "fa"}, id="legacy-kurdish-without-a-sign"),
        pytest.param("هەڕەشە و ابتزاز الفتاة", {"ar", "ckb", "fa", "kmr"}, id="kurdish-and-arabic"),
        pytest.param("Слив базы клиентов", {"ru"}, id="russian"),
        pytest.param("слив базы, 50k lines", {"en", "kmr", "ru"}, id="russian-with-a-latin-word"),
        pytest.param("Wêneyên te li ba min in", {"en", "kmr"}, id="kurmanji-letters"),
        pytest.param("We have the files and you will pay for this", {"en"}, id="english-words"),
        pytest.param("3ndi logs", set(LANGUAGES), id="latin-letters-alone-may-spell-any-language"),
        pytest.param("گال", {"ar", "ckb", "fa"}, id="short-with-a-persian-letter"),
        pytest.param("سر", {"ar", "ckb", "fa"}, id="short"),
        pytest.param("ﺗﺴﺮﻳﺐ", {"ar", "ckb", "fa"}, id="presentation-forms"),
        pytest.param("𝐥𝐞𝐚𝐤", set(LANGUAGES), id="an-alphabet-of-signs"),
        pytest.param("0770 🔥", set(LANGUAGES), id="nothing-tells"),
        pytest.param("", set(LANGUAGES), id="empty"),
    ],
)
def test_the_gate_opens_for_what_letters_allow(text: str, languages: set[str]) -> None:
    assert possible_languages(text) == languages


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        pytest.param("سوف انشر كل صورك", "ar", id="arabic"),
        pytest.param("همه عکس‌هایت را منتشر می‌کنم", "fa", id="persian"),
        pytest.param("هەموو وێنەکانت بڵاو دەکەمەوە", "ckb", id="sorani"),
        pytest.param("وێنێن تە ل دەف من هەنە، دێ بەلاڤ کەم", "kmr", id="kurmanji-in-arabic-letters"),
        pytest.param("Ez ê wêneyên te belav bikim", "kmr", id="kurmanji"),
        pytest.param("I will publish all your pictures", "en", id="english"),
        pytest.param("Я опубликую твои фото", "ru", id="russian"),
        pytest.param("𝐈 𝐰𝐢𝐥𝐥 𝐩𝐮𝐛𝐥𝐢𝐬𝐡", "en", id="an-alphabet-of-signs"),
        pytest.param("日本語", None, id="no-letter-of-ours"),
        pytest.param("077 🔥", None, id="no-letter-at-all"),
    ],
)
def test_the_best_guess(text: str, guess: str | None) -> None:
    assert language(text) == guess


def test_the_labelled_posts_pass_the_gate_of_their_language_and_most_are_guessed_right() -> None:
    lines = [line for path in _EVALUATION.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    posts = [(post["language"], post["text"]) for post in map(json.loads, lines)]
    if not posts:
        pytest.skip("no labelled posts here")

    total = Counter(spoken for spoken, _ in posts)
    passed = Counter(spoken for spoken, text in posts if spoken in possible_languages(text))
    guessed = Counter(spoken for spoken, text in posts if language(text) == spoken)

    assert {spoken for spoken in total if passed[spoken] < 0.99 * total[spoken]} == set()
    assert {spoken for spoken in total if guessed[spoken] < 0.93 * total[spoken]} == set()
