"""What detectors find is hidden, and a value has one pseudonym however it is spelled."""

from __future__ import annotations

import pytest

from archiver.domain.excerpt import HARMLESS_KINDS
from archiver.domain.masking import Hidden
from archiver.domain.rows import COLUMNS
from archiver.rules.detectors.detectors import HIDING, Detectors
from archiver.services.masking import PSEUDONYM_DIGITS, Masker, pseudonym

plain = Masker(Detectors(detectors=HIDING).find)
named = Masker(Detectors(link_key=b"k" * 32).find, pseudonym)

SPELLINGS = (
    "07701234567", "0770 123 4567", "+964 770 123 4567", "٠٧٧٠١٢٣٤٥٦٧", "۰۷۷۰-۱۲۳-۴۵۶۷", "00964(770)1234567",
    "０７７０１２３４５６７", "0️⃣7️⃣7️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣", "0.7.7.0.1.2.3.4.5.6.7",
)  # fmt: skip


def test_values_are_hidden_and_harmless_finds_are_not() -> None:
    text = "السعر 60$ خلال 24 ساعة، USDT، راسلني someone@example.org"

    assert plain.masked([text]) == [text.replace("someone@example.org", "[email]")]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_number_has_the_same_pseudonym(spelling: str) -> None:
    first, other = named.masked([f"اتصل {SPELLINGS[0]} الآن", f"اتصل {spelling} الآن"])

    assert first == other
    assert len(first.split("phone:")[1].split("]")[0]) == PSEUDONYM_DIGITS


def test_another_value_and_another_key_have_other_pseudonyms() -> None:
    strange = Masker(Detectors(link_key=b"x" * 32).find, pseudonym)

    masked = [*named.masked(["07701234567", "07701234568"]), *strange.masked(["07701234567"])]
    assert len(set(masked)) == 3


def test_an_address_with_a_password_is_one_mask_with_the_address_s_pseudonym() -> None:
    alone, with_password = named.masked(["someone@example.org", "someone@example.org:Passw0rd1"])

    assert with_password == alone.replace("[email:", "[email_password:")


def test_rows_of_a_list_are_hidden_beside_their_values() -> None:
    text = "علي حسن 07701234567\nسارة كاظم 07701234568\nDana Aziz 07701234569"

    assert plain.masked([text]) == ["[row] [phone]\n[row] [phone]\n[row] [phone]"]


def test_a_row_s_values_keep_their_places_and_kinds() -> None:
    text = "Dana 07701234567 199012345678 البطاقة الوطنية"

    assert [each.kind for each in plain.hidden([text])[0]] == ["row", "phone", "national_id", "row"]


def test_texts_are_answered_in_their_order_and_what_has_nothing_to_hide_stays() -> None:
    texts = ["لا شيء هنا", "07701234567", ""]

    assert plain.hidden(texts) == [(), (Hidden("phone", 0, 11),), ()]
    assert plain.masked(texts) == ["لا شيء هنا", "[phone]", ""]


def test_a_long_number_that_is_nothing_known_is_hidden_and_a_known_one_keeps_its_kind() -> None:
    texts = ["الهوية ٠٠٠٠٠٠٠٠٠٠١٧", "0770 123 4567", "السعر 25000000 دينار", "2026-03-01 12:00"]

    assert plain.masked(texts) == ["الهوية [long_number]", "[phone]", texts[2], texts[3]]


def test_the_detectors_that_hide_find_whatever_all_detectors_find_that_is_not_harmless() -> None:
    everything, hiding = Detectors(), Detectors(detectors=HIDING)
    texts = [" ".join(SPELLINGS), "x@example.org:Passw0rd1 t.me/+AbCdEfGhIjKlMnOp list.sql @handle 60$ 24h"]

    for one, other in zip(everything.find(texts), hiding.find(texts), strict=True):
        harmful = [each for each in one if each.kind not in HARMLESS_KINDS]
        assert [each for each in other if each.kind not in {COLUMNS, "long_number"}] == harmful
        assert harmful
