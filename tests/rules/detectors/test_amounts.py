"""Money, rows, sizes and deadlines, in the words of five languages."""

from __future__ import annotations

import pytest

from tests.rules.detectors.values import confidence, found, of_kind


@pytest.mark.parametrize(
    ("text", "price"),
    [
        pytest.param("السعر 250 الف دينار فقط", "250 الف دينار", id="arabic"),
        pytest.param("بـ ٢٥ ألف دولار", "٢٥ ألف دولار", id="arabic-digits"),
        pytest.param("ب٣٠٠$ وما انزل", "٣٠٠$", id="a-sign-behind"),
        pytest.param("for $1,500 only", "$1,500", id="a-sign-before"),
        pytest.param("$46 млн", "$46 млн", id="a-sign-and-millions"),
        pytest.param("400 USDT", "400 USDT", id="a-coin"),
        pytest.param("0.8 BTC", "0.8 BTC", id="a-part-of-a-coin"),
        pytest.param("5 000 руб.", "5 000 руб", id="russian"),
        pytest.param("157,8 млрд рублей", "157,8 млрд рублей", id="russian-billions"),
        pytest.param("₽199", "₽199", id="a-sign-of-roubles"),
        pytest.param("قیمت ۱۸ تومان", "۱۸ تومان", id="persian"),
        pytest.param("٢٠٠٠ دۆلارم ئەوێت، ٥٠٠ دۆلار", "٥٠٠ دۆلار", id="sorani"),
        pytest.param("١٢٠ هەزار دینار", "١٢٠ هەزار دینار", id="sorani-thousands"),
        pytest.param("5 hezar dînar", "5 hezar dînar", id="kurmanji"),
        pytest.param("200k dinar", "200k dinar", id="k"),
        pytest.param("مليون دينار", "مليون دينار", id="in-words"),
        pytest.param("ten thousand dollars", "thousand dollars", id="in-english-words"),
    ],
)
def test_a_sum_of_money_is_found(text: str, price: str) -> None:
    assert of_kind("price", text) == [price]
    assert confidence("price", text) >= 0.7


@pytest.mark.parametrize(
    ("text", "price"),
    [
        pytest.param("راتب ٧٥ الف", "٧٥ الف", id="thousands"),
        pytest.param("ب ٧٠٠ هەزار.", "٧٠٠ هەزار", id="sorani-thousands"),
        pytest.param("بيها ٢٠ ورقة", "٢٠ ورقة", id="slang"),
        pytest.param("السعر ١٤٧", "١٤٧", id="after-the-word-for-price"),
        pytest.param("biha 80", "80", id="after-the-kurdish-word"),
    ],
)
def test_a_sum_without_a_word_for_money_counts_little(text: str, price: str) -> None:
    assert of_kind("price", text) == [price]
    assert confidence("price", text) <= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "2024",
        "15%",
        "3:2",
        "القاعة ٢ يوم ١٢",
        "iPhone 15 Pro",
        "98 الف كم",
        "12 هزار نفر",
        "A54$",
        "40 дней",
        "7.10",
    ],
)
def test_other_numbers_are_no_prices(text: str) -> None:
    assert of_kind("price", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "200k lines",
        "200k+ rows",
        "٤٠ مليون سجل",
        "3 млн строк",
        "5,627,676 строк",
        "٨٨ هەزار ڕیز",
        "٥٢,٣٠٠ سجل",
        "5.4M سطر",
        "84.310 rêz",
        "۴۲ هزار ردیف",
        "Rows: 1,914,330",
        "Lines: 200k",
        "عدد الأسطر 64,207",
        "1.9 million rows",
        "٤٤٠ الف صف",
    ],
)
def test_a_number_of_rows_is_found(text: str) -> None:
    assert found(f"- {text} -", at_least=0.9) == [("bulk_rows", text)]


def test_a_number_of_people_or_accounts_counts_little() -> None:
    for text in ("٢٢ الف اسم", "402K users", "61 هزار کاربر", "84 hezar nav", "400к почт"):
        assert of_kind("bulk_rows", text) == [text]
        assert confidence("bulk_rows", text) < 0.5


@pytest.mark.parametrize(
    "text", ["3 lines", "99 rows", "سطر 5", "2019 رقم", "rows 1000", "40 million people", "5 записей"]
)
def test_few_rows_and_other_counts_are_no_bulk(text: str) -> None:
    assert of_kind("bulk_rows", text) == []


@pytest.mark.parametrize(
    "text",
    ["1.8 GB", "612 MB", "40GB", "٦ گيگا", "٩ غيغابايت", "12 ГБ", "۹ گیگ", "٨٨ ميگا", "3 TB", "190 gigs"],
)
def test_a_size_is_found(text: str) -> None:
    assert found(f"({text})") == [("file_size", text)]


@pytest.mark.parametrize("text", ["5G", "100 kb", "GB 5", "12 mbps", "4MP"])
def test_other_units_are_no_sizes(text: str) -> None:
    assert of_kind("file_size", text) == []


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        pytest.param("within 72 hours", "72 hours", id="english"),
        pytest.param("you have 48h", "48h", id="english-short"),
        pytest.param("خلال ٤٨ ساعة", "٤٨ ساعة", id="arabic"),
        pytest.param("عندكم 3 ايام", "3 ايام", id="arabic-days"),
        pytest.param("قبل يومين", "قبل يومين", id="arabic-in-words"),
        pytest.param("لە ماوەی ٢٤ کاتژمێر", "٢٤ کاتژمێر", id="sorani"),
        pytest.param("di nav 24 saetan de", "24 saetan", id="kurmanji"),
        pytest.param("تا ۲ روز", "۲ روز", id="persian"),
        pytest.param("в течение 24 часов", "24 часов", id="russian"),
        pytest.param("لحد الجمعة", "لحد الجمعة", id="until-friday-arabic"),
        pytest.param("heta yekşemê", "heta yekşemê", id="until-sunday-kurmanji"),
        pytest.param("تا سبەی", "تا سبەی", id="until-tomorrow-sorani"),
        pytest.param("до пятницы", "до пятницы", id="until-friday-russian"),
        pytest.param("before midnight", "before midnight", id="until-midnight"),
        pytest.param("48:00:00", "48:00:00", id="a-countdown"),
    ],
)
def test_a_deadline_is_found(text: str, deadline: str) -> None:
    assert found(f"ok {text} ok", at_least=0.7) == [("deadline", deadline)]


@pytest.mark.parametrize("text", ["24 часа назад", "٢٤ کاتژمێر", "Pay. 2 roj."])
def test_hours_alone_count_little(text: str) -> None:
    assert 0 < confidence("deadline", text) < 0.5


@pytest.mark.parametrize("text", ["the 5 days were long", "Friday", "2024 часов", "12:00", "день", "ساعة"])
def test_other_times_are_no_deadlines(text: str) -> None:
    assert of_kind("deadline", text) == []
