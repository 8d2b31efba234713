"""What a lexicon says of a text: the same alone and among others, with its language and its words."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, strategies as st

from archiver.domain.rule import Boundary, Lexicon
from archiver.rules.scanner import Phrase, Scanner
from archiver.rules.weighing import Weighing, Weight
from tests.domain.strange_text import anything

SCANNER = Scanner([Phrase(text="nothing", boundary=Boundary.WORD)], "ahocorasick")
WEIGHING = Weighing(
    Lexicon(
        columns=("any", "extortion", "sextortion"),
        base=(-1.0, 0.0, -0.5),
        rows={
            "=سنشر": (3.0, 1.0, 0.0), "سنشر": (0.25, 0.0, 0.0), "_صور": (2.0, -1.0, 2.0),
            "=pay now": (4.0, 0.5, 0.0), "_pay": (0.5, 0.5, 0.0), "pay_": (0.125, 0.0, 0.0),
            "=now": (-1.0, 0.0, 0.0),
        },
        groups={"t.news": (-2.0, 0.0, 0.0), "t.pay": (0.5, 1.0, 0.0)},
        languages={"ar": 0.25, "ckb": 0.5, "en": -0.5},
    )
)  # fmt: skip
WORDS = ["سننشر", "صورك", "pay", "now", "now!", "ێمە", "ادفع", "س ن ن ش ر", "p4y", "now", "ku", "the and you"]
texts = st.lists(
    st.lists(st.sampled_from(WORDS) | anything, max_size=9).map(" ".join), min_size=1, max_size=9
)


def weights(told: Sequence[str], *, learnt: bool) -> list[Weight]:
    weighed = WEIGHING.weigh(SCANNER.scan(told))
    if learnt:
        weighed.learn_languages(range(len(told)))
    return [weighed.of(number, ["t.pay"]) for number in range(len(told))]


@given(texts)
def test_a_text_weighs_the_same_alone_and_among_others(told: list[str]) -> None:
    among = weights(told, learnt=True)
    alone = [weights([text], learnt=False)[0] for text in told]

    assert [each.whole for each in among] == [each.whole for each in alone]
    assert [each.columns for each in among] == [each.columns for each in alone]
    assert [[*each.matches("w#extortion")] for each in among] == [
        [*each.matches("w#extortion")] for each in alone
    ]


@given(texts)
def test_nothing_weighs_more_than_it_may(told: list[str]) -> None:
    weighed = WEIGHING.weigh(SCANNER.scan(told))

    for number in range(len(told)):
        one = weighed.of(number, ["t.news", "t.pay"])
        assert one.whole <= one.most <= weighed.most(number, ["t.news", "t.pay"])


def test_the_language_of_a_text_adds_its_part() -> None:
    (arabic, english, neither) = weights(["سننشر", "the pay", "12"], learnt=False)

    assert [each.whole for each in (arabic, english, neither)] == [
        -1 + 3.25 / 2**0.5 + 0.25 + 0.5,
        -1 + 0.625 / 2**0.5 - 0.5 + 0.5,
        -1 + 0.5,
    ]


def test_the_words_that_weigh_most_are_shown_with_the_row_that_weighs_most() -> None:
    text = "pay! صُورك x now"
    ((one,)) = weights([text], learnt=False)
    shown = [(match.term, text[match.start : match.end], match.weight) for match in one.matches("w#any")]

    assert shown == [("_صور", "صُورك", 1.0), ("_pay", "pay", 0.3125)]


def test_of_many_words_eight_are_shown() -> None:
    (one,) = weights([" ".join(f"pay صور{number}" for number in "123456789")], learnt=False)

    assert [match.term for match in one.matches("w#any")] == ["_صور"] * 8


def test_a_text_speaks_for_its_likeliest_category_where_it_speaks_for_none() -> None:
    mute = Weighing(
        Lexicon(
            columns=("any", "extortion", "sextortion"), base=(0.0, -2.0, -1.0), rows={"=pay": (1.0, 0.5, 0.0)}
        )
    )
    one = mute.weigh(SCANNER.scan(["pay"])).of(0, [])

    assert one.columns == {"any", "sextortion"}
