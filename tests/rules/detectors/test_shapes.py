"""Names of files, lists of columns, samples, and ways to pay."""

from __future__ import annotations

import pytest

from tests.rules.detectors.values import confidence, found, of_kind


@pytest.mark.parametrize(
    "name",
    [
        "karkh_voters_2025_FULL.rar",
        "بطاقات_سكن_الكرخ_2023.xlsx",
        "nexweşxane_azadî_2023.xlsx",
        "dump.sql",
        "users.csv",
        "part3.7z",
        "data.zip",
        "logs.txt",
        "archive.json",
        "سجل.pdf",
        "base.db",
        "kolej.XLSX",
        "هەڵەبجە.xlsx",
        "backup.tar.gz",
    ],
)
def test_a_name_of_a_file_is_found(name: str) -> None:
    assert found(f"حملوا «{name}» الآن") == [("file_name", name)]


def test_tables_are_surer_than_archives_and_archives_than_documents() -> None:
    assert (
        confidence("file_name", "a1.sql")
        > confidence("file_name", "a1.zip")
        > confidence("file_name", "a1.pdf")
    )
    assert confidence("file_name", "https://a.example/report.pdf") < 0.5


@pytest.mark.parametrize(
    "text", [".csv", "the csv", "end.Text", "a.csvx", "df = open(x).sql", "item.zipped", "... .zip"]
)
def test_other_dots_are_no_file_names(text: str) -> None:
    assert of_kind("file_name", text) == []


@pytest.mark.parametrize(
    "columns",
    [
        "Name, Phone, Email",
        "name|phone|password",
        "full name / mother name / dob",
        "الاسم، الرقم، العنوان",
        "الاسم الرباعي والمحلة والزقاق ورقم",
        "اسم ورقم وصورة",
        "ناو، ناونیشان، ژمارە",
        "ناوی سیانی + مۆبایل + گەڕەک",
        "nav, jimare, navnîşan",
        "نام، شماره تماس، آدرس",
        "ФИО, номер, адрес",
        "email:password:ip",
        "Name\n2. Phone\n3. Email",
        "Name, phone and e-mail",
        "ا\u200bلاسم ; الهـــاتف ; العنوان",
    ],
)
def test_three_names_of_fields_in_a_row_are_a_list_of_columns(columns: str) -> None:
    assert found(f"عندنا: {columns}.", at_least=0.9) == [("column_list", columns)]


def test_a_list_with_other_words_in_it_counts_less() -> None:
    full, mixed = "name, phone, address", "name, hobby, phone, colour, address"

    assert confidence("column_list", full) > confidence("column_list", mixed) > 0
    assert confidence("column_list", "name, a, b, phone, c, d, address") == 0


@pytest.mark.parametrize(
    "text",
    [
        "name and phone",
        "his name is Ali, he has a phone",
        "اسمه علي ورقمه سبعة",
        "the city, the street",
        "номер телефона",
    ],
)
def test_two_names_or_a_sentence_are_no_list(text: str) -> None:
    assert of_kind("column_list", text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Sample of 500",
        "عينة ٥",
        "سامبل ٢٠٠",
        "free sample",
        "nimûneya 50",
        "نمونه رایگان",
        "٥٠ نموونە",
        "пример базы",
    ],
)
def test_a_sample_is_found(text: str) -> None:
    assert found(f"- {text} -") == [("sample", text)]


def test_an_example_of_anything_is_no_sample() -> None:
    assert found("for example, the sample rate; نموذج جميل, к примеру") == []


@pytest.mark.parametrize(
    "service",
    [
        "زين كاش",
        "زينكاش",
        "زەین کاش",
        "ZainCash",
        "zain-cash",
        "آسيا حوالة",
        "ئاسیا حەواڵە",
        "Asia Hawala",
        "Qi Card",
        "كي كارد",
        "FastPay",
        "فاست باي",
        "USDT",
        "تيثر",
        "TRC20",
        "Western Union",
        "ويسترن يونيون",
        "آسياسيل رصيد",
        "کارت به کارت",
        "QIWI",
        "PayPal",
        "биткоин",
        "kartên asiacell",
    ],
)
def test_a_way_to_pay_is_found(service: str) -> None:
    assert found(f"الدفع {service} فقط") == [("payment_service", service)]


def test_a_way_to_pay_inside_another_word_is_none() -> None:
    assert found("mqiwix usdtx شزينكاشة") == []
