"""All detectors together: who stays where two overlap, what a link is, and that nothing breaks them."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given, settings, strategies as st

from archiver.rules.detectors.detector import Detection, Text
from archiver.rules.detectors.detectors import ALL, Detectors
from archiver.rules.detectors.kinds import FAMILIES, KINDS, LAYERS, PERSONAL
from archiver.rules.detectors.view import view
from tests.rules.detectors.examples import CARD, EXAMPLES, TRON
from tests.rules.detectors.values import confidence, detectors, find, found, link

_any_text = st.text(st.characters(codec=None, categories=None), max_size=200)


def test_every_detector_finds_something_in_the_examples_and_every_kind_is_found() -> None:
    seen = view(EXAMPLES)
    slices = [(seen.ends[number], seen.ends[number + 1] + 1) for number in range(len(EXAMPLES))]
    texts = [Text(seen.exact[start:after], seen.lower[start:after]) for start, after in slices]

    idle = [
        place for place, detector in enumerate(ALL) if not any([*detector.find(text, None)] for text in texts)
    ]

    assert idle == []
    assert {each.kind for example in EXAMPLES for each in find(example)} == set(KINDS)


def test_more_texts_than_are_looked_at_at_once_keep_their_numbers() -> None:
    texts = ["y " * 300_000 + "07701234567", "", "z " * 300_000, CARD, "y " * 300_000 + TRON]

    assert detectors().find(texts) == [find(text) for text in texts]
    assert [*detectors().found(texts)] == [0, 3, 4]


def test_every_kind_has_its_place_among_the_others() -> None:
    assert {kind for layer in LAYERS for kind in layer} == set(KINDS) - {"bulk_personal"}
    assert set(FAMILIES) <= set(KINDS)
    assert set(FAMILIES) >= PERSONAL
    assert all(sentence.endswith(".") for sentence in KINDS.values())


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("ali@example.com:Abc123", ["email_password"], id="combo-over-e-mail"),
        pytest.param("https://t.me/+AbCdEfGhIjKl", ["invite_link"], id="invite-over-link"),
        pytest.param("https://t.me/somebody", ["handle"], id="handle-over-link"),
        pytest.param(CARD, ["card"], id="card-over-phone"),
        pytest.param("wa.me/9647701234567", ["phone"], id="phone-over-link"),
        pytest.param(f"https://tronscan.example/{TRON}", ["wallet"], id="wallet-over-link"),
        pytest.param("https://example.com/199012345678", ["link"], id="link-over-a-number-in-it"),
        pytest.param("100 USDT", ["price", "payment_service"], id="a-price-names-a-way-to-pay"),
        pytest.param("https://example.com/dump.sql", ["link", "file_name"], id="a-link-to-a-file"),
        pytest.param("password: ali@example.com:Abc123", ["email_password"], id="combo-over-password"),
    ],
)
def test_the_more_specific_stays(text: str, kinds: list[str]) -> None:
    assert [kind for kind, _ in found(text)] == kinds


def test_three_people_in_one_text_are_bulk_and_one_person_three_times_is_not() -> None:
    three = "07701234567\nali@example.com\n" + CARD

    assert found(three)[0] == ("phone", "07701234567")
    assert ("bulk_personal", three) in found(three)
    assert confidence("bulk_personal", "07701234567 0770 123 4567 +9647701234567") == 0
    assert confidence("bulk_personal", "07701234567 07801234567") == 0


def test_more_values_make_bulk_surer_and_unsure_ones_less_sure() -> None:
    many = "\n".join(f"0770123{number:04}" for number in range(12))

    assert confidence("bulk_personal", many) == 0.95
    assert confidence("bulk_personal", "199012345678 198512345678 197712345678") == 0.5


def test_a_link_is_a_keyed_digest_of_family_and_value() -> None:
    expected = hmac.new(b"a key", b"phone\0+9647701234567", hashlib.sha256).hexdigest()[:32]

    assert link("phone", "0770 123 4567") == expected
    assert detectors().find(["07701234567"])[0][0].link is None
    assert Detectors(b"another").find(["07701234567"])[0][0].link not in {None, expected}


def test_only_kinds_that_name_somebody_have_links() -> None:
    linked = {
        each.kind
        for texts in detectors(link_key=b"a key").find(EXAMPLES)
        for each in texts
        if each.link is not None
    }

    assert linked == set(FAMILIES)


def test_a_detection_holds_no_value() -> None:
    (detection,) = detectors(link_key=b"a key").find(["رقمه ٠٧٧٠١٢٣٤٥٦٧"])[0]

    assert detection == Detection("phone", 5, 16, 0.95, link("phone", "07701234567"))


def test_each_text_has_its_own_answer_in_order_however_many_there_are() -> None:
    texts = [f"{'x ' * 400}0770123{number:04}" if number % 3 else "" for number in range(400)]

    answers = detectors().find(texts)

    assert [len(answer) for answer in answers] == [1 if number % 3 else 0 for number in range(400)]
    assert {texts[number][each.start :] for number, answer in enumerate(answers) for each in answer} == {
        f"0770123{number:04}" for number in range(400) if number % 3
    }
    assert detectors().find([]) == []


def test_a_text_longer_than_a_batch_is_read_whole() -> None:
    text = "x " * 60_000 + "07701234567"

    assert [each.start for each in detectors().find(["07701234567", text, ""])[1]] == [120_000]


@given(st.lists(_any_text, max_size=4))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_every_find_stands_in_it(texts: list[str]) -> None:
    answers = detectors().find(texts)

    assert len(answers) == len(texts)
    for text, answer in zip(texts, answers, strict=True):
        assert all(0 <= each.start < each.end <= len(text) and each.kind in KINDS for each in answer)


@given(st.sampled_from(EXAMPLES), _any_text, _any_text)
@settings(max_examples=200, deadline=None)
def test_texts_beside_it_do_not_change_what_is_found_in_a_text(text: str, before: str, behind: str) -> None:
    assert detectors().find([before, text, behind])[1] == find(text)


@given(st.sampled_from(EXAMPLES), st.text(st.sampled_from("😀\u0301\n "), max_size=9))
@settings(max_examples=200, deadline=None)
def test_a_line_before_moves_what_is_found_and_nothing_else(text: str, noise: str) -> None:
    line = f"{noise}\n\n\n\n"

    moved = [(each.kind, each.start - len(line), each.end - len(line)) for each in find(line + text)]

    assert moved == [(each.kind, each.start, each.end) for each in find(text)]


@pytest.mark.parametrize(
    "piece",
    ["a", "0", "1 ", "a@", "a.", ":", "//", "http://", "a:b", "<", "password ", "name, ", "-", "١ الف "],
)
def test_no_text_takes_long(piece: str) -> None:
    """Quadratic time would take minutes here: the limit is that of the test run."""
    assert len(detectors().find([piece * (30_000 // len(piece))])) == 1
