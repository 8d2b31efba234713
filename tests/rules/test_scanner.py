"""Phrases are found wherever they stand and however they are disguised, at the exact place."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies as st

from archiver.domain.flag import View
from archiver.domain.folding import fold
from archiver.domain.rule import Boundary
from archiver.rules import engine
from archiver.rules.scanner import VIEWS, Phrase, Scan, Scanner
from tests.domain.strange_text import anything

PHRASES = (
    "سننشر صورك",
    "تسريب",
    "قاعدة بيانات",
    "هەڕەشە",
    "password",
    "combo list",
    "слив базы",
    "belav bikim",
)
SCANNERS = {
    backend: Scanner([Phrase(text=text, boundary=Boundary.WORD) for text in PHRASES], backend)
    for backend in engine.BACKENDS
}
SCANNER = SCANNERS[engine.BACKENDS[0]]

_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u202e\u0301"
_ARABIC_INVISIBLE = _INVISIBLE + "ـ\u064e\u0651\u0670"
_LOOKS = {
    "ك": "کڪگ",
    "ي": "یىئ",
    "ا": "أإآٱ",
    "ة": "هە",
    "ه": "ھہ",
    "p": "рＰ𝐩",
    "a": "аＡ𝔞",
    "o": "оοＯ",
    "s": "ѕ🅂ś",
}

around = anything.filter(lambda text: "<" not in text and "&" not in text)


def _rows(scan: Scan) -> list[tuple[int, str, int, int, View]]:
    columns = (scan.texts, scan.phrases, scan.starts, scan.ends, scan.views)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [(text, PHRASES[phrase], start, end, VIEWS[view]) for text, phrase, start, end, view in rows]


def _disguised(phrase: str, data: st.DataObject) -> str:
    """Return the phrase in look-alikes, with repeats and invisible signs behind its letters."""
    parts = []
    for letter in phrase:
        looks = data.draw(st.sampled_from([letter, letter.upper(), *_LOOKS.get(letter, "")]))
        is_arabic = unicodedata.name(letter).startswith("ARABIC")
        hidden = data.draw(
            st.text(st.sampled_from(_ARABIC_INVISIBLE if is_arabic else _INVISIBLE), max_size=2)
        )
        repeats = data.draw(st.integers(1, 3)) if letter.isalpha() else 1
        parts.append(looks * repeats + hidden)
    return "".join(parts)


@given(before=around, after=around, phrase=st.sampled_from(PHRASES), data=st.data())
def test_a_phrase_in_disguise_is_found_at_its_place(
    before: str, after: str, phrase: str, data: st.DataObject
) -> None:
    disguised = _disguised(phrase, data)
    text = f"{before} {disguised} {after}"
    start = len(before) + 1

    found = _rows(SCANNER.scan([text]))

    assert (0, phrase, start, start + len(disguised), View.FOLDED) in found
    assert fold(text[start : start + len(disguised)]).text == fold(phrase).text


@given(
    st.lists(st.lists(st.sampled_from([*PHRASES, " ", "\n"]) | anything, max_size=6).map("".join), max_size=6)
)
def test_all_backends_find_the_same_and_a_batch_what_its_texts_alone(texts: list[str]) -> None:
    together = {backend: _rows(scanner.scan(texts)) for backend, scanner in SCANNERS.items()}
    alone = [(number, *row[1:]) for number, text in enumerate(texts) for row in _rows(SCANNER.scan([text]))]

    assert all(found == alone for found in together.values())


@given(st.lists(st.sampled_from([*PHRASES, " ", "x"]) | anything, max_size=6).map("".join))
def test_what_is_found_folded_folds_to_its_phrase_and_is_in_order(text: str) -> None:
    rows = _rows(SCANNER.scan([text]))

    assert rows == sorted(rows, key=lambda row: (row[0], row[2], row[3]))
    assert all(0 <= start < end <= len(text) for _, _, start, end, _ in rows)
    assert all(
        fold(phrase).text in fold(text[start:end]).text
        for _, phrase, start, end, view in rows
        if view is View.FOLDED and "&" not in text and "<" not in text
    )


@pytest.mark.parametrize("separator", [" ", ".", "_", " - ", "😀", "👁️", "\n", "*", "\u200f ", "ـ "])
@pytest.mark.parametrize("phrase", ["تسريب", "password", "هەڕەشە", "слив базы"])
def test_letters_apart_are_found(phrase: str, separator: str) -> None:
    apart = separator.join(phrase.replace(" ", ""))
    text = f"before🔥 {apart} something"

    rows = _rows(SCANNER.scan([text]))

    assert [(row[1], text[row[2] : row[3]].rstrip("\u200fـ "), row[4]) for row in rows] == [
        (phrase, apart, View.UNSPACED)
    ]


@pytest.mark.parametrize(
    ("text", "found", "view"),
    [
        pytest.param("س ن ن ش ر ص و ر ك الان", "س ن ن ش ر ص و ر ك", View.UNSPACED, id="all-words-apart"),
        pytest.param("راح س ن ن ش ر صورك هنا", "س ن ن ش ر صورك", View.UNSPACED, id="one-word-of-two-apart"),
        pytest.param("تـ ـسـ ـريـ ـب كبير", "تـ ـسـ ـريـ ـب", View.UNSPACED, id="syllables-apart"),
        pytest.param("new pass🔥word here", "pass🔥word", View.UNSPACED, id="an-emoji-within"),
        pytest.param("new pass👨‍💻word here", "pass👨‍💻word", View.UNSPACED, id="an-emoji-of-several"),
        pytest.param("my p@ssw0rd", "p@ssw0rd", View.LEET, id="leet"),
        pytest.param("my pa$$word!", "pa$$word", View.LEET, id="doubled-signs"),
        pytest.param("C0MB0 L1ST fresh", "C0MB0 L1ST", View.LEET, id="leet-words"),
        pytest.param(
            "the pаssw\u200b0rd", "pаssw\u200b0rd", View.LEET, id="leet-with-look-alikes-and-zero-width"
        ),
        pytest.param("هذا ٮسرٮٮ حدٮد", "ٮسرٮٮ", View.DOTLESS, id="dotless"),
        pytest.param("تسرٮب", "تسرٮب", View.DOTLESS, id="dotless-in-part"),
        pytest.param("ڡاعده ٮٮاٮاٮ", "ڡاعده ٮٮاٮاٮ", View.DOTLESS, id="dotless-words"),
        pytest.param("ٮـسرٮـــٮ", "ٮـسرٮـــٮ", View.DOTLESS, id="dotless-with-tatweel"),
        pytest.param("<b>p</b><b>a</b>ssword", "p</b><b>a</b>ssword", View.FOLDED, id="bold-by-html"),
    ],
)
def test_a_disguise_is_seen_through(text: str, found: str, view: View) -> None:
    rows = _rows(SCANNER.scan([text]))

    assert [(text[start:end], seen) for _, _, start, end, seen in rows] == [(found, view)]


@pytest.mark.parametrize(
    "text",
    [
        "comb o list",
        "mail pass@word.example now",
        "see example.org/p4ssword",
        "pass word",
        "تسر يب",
        "ٮاتسريب",
    ],
)
def test_what_is_no_disguise_is_left_alone(text: str) -> None:
    assert _rows(SCANNER.scan([text])) == []


def test_gaps_are_left_out_only_where_letters_stood_apart() -> None:
    assert _rows(SCANNER.scan(["c0mbolist", "x y z v w"])) == []


def test_finds_stand_in_order_whatever_they_were_read_from() -> None:
    rows = _rows(SCANNER.scan(["p a s s w o r d تسريب pa$$word"]))

    assert [(row[1], row[4]) for row in rows] == [
        ("password", View.UNSPACED),
        ("تسريب", View.FOLDED),
        ("password", View.LEET),
    ]


def test_an_accident_of_short_words_is_not_a_disguise() -> None:
    scanner = Scanner([Phrase(text="into if", boundary=Boundary.WORD)])

    assert len(scanner.scan(["so is in to if it is"]).phrases) == 0


@pytest.mark.parametrize("text", ["p a s s w o r d", "p4ssword", "pass🔥word"])
def test_a_phrase_that_may_not_be_disguised_is_found_plainly_only(text: str) -> None:
    scanner = Scanner([Phrase(text="password", boundary=Boundary.WORD, may_be_disguised=False)])

    assert len(scanner.scan([text]).phrases) == 0
    assert len(scanner.scan(["PASSWORD"]).phrases) == 1


def test_phrases_that_fold_alike_are_all_found() -> None:
    scanner = Scanner(
        [
            Phrase(text="صورة", boundary=Boundary.WORD),
            Phrase(text="صوره", boundary=Boundary.CLITIC),
            Phrase(text="صور", boundary=Boundary.PART),
        ]
    )

    assert scanner.scan(["الصورة"]).phrases.tolist() == [2, 1]
    assert sorted(scanner.scan(["صورة"]).phrases.tolist()) == [0, 1, 2]


def test_many_long_texts_are_read_in_parts_and_none_is_lost() -> None:
    texts = ["x" * 3_000 + " password " + "y " * 100_000 for _ in range(5)]

    scan = SCANNER.scan(texts)

    assert len(scan.parts) > 1
    assert [(row[0], row[2]) for row in _rows(scan)] == [(number, 3_001) for number in range(5)]
    assert scan.places(4).at(3_001, 3_009).first == 1


def test_a_scan_shows_texts_with_their_disguise_undone() -> None:
    (part,) = SCANNER.scan(["plain", "p a s s w o r d", "combo l1st"]).parts

    assert part.undone == {1: 0, 2: 1}
    assert part.read is not None
    assert [len(text) for text in part.read.texts] == [15, 10, 10]
    assert [b"_pasword_" in part.read.buffer, b"_list_" in part.read.buffer] == [True, True]
    assert SCANNER.scan(["plain"]).parts[0].read is None


def test_no_texts_and_no_phrases_are_fine() -> None:
    assert len(SCANNER.scan([]).texts) == 0
    assert len(Scanner([]).scan(["تسريب p a s s w o r d ٮسرٮٮ"]).texts) == 0


@pytest.mark.parametrize("text", ["", "🔥", "a", "ء", "...", "日本", "leak 日本"])
def test_a_phrase_that_cannot_be_looked_for_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError, match="cannot look for") as refusal:
        Scanner([Phrase(text=text, boundary=Boundary.WORD)])

    assert repr(text) in str(refusal.value)
