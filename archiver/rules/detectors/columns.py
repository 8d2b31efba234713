"""Lists of columns: three or more names of fields in a row, as sellers of data name what they have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near
from archiver.rules.detectors.words import EDGE, RIGHT, any_of, expression

_FIELDS = any_of(
    "اسم, الاسم, الاسماء, اسماء, رقم, الرقم, ارقام, الارقام, عنوان, العنوان, عناوين, العناوين, هاتف, "
    "الهاتف, هواتف, تلفون, التلفون, موبايل, الموبايل, تاريخ الولادة, تاريخ الميلاد, مواليد, المواليد, "
    "التولد, ايميل, الايميل, البريد, بريد, باسورد, الباسورد, كلمة السر, كلمة المرور, المحلة, محلة, الزقاق, "
    "زقاق, الدار, السكن, سكن, المحافظة, محافظة, القضاء, الناحية, اللقب, الكنية, اسم الاب, اسم الام, الام, "
    "الجنس, العمر, المهنة, الوظيفة, الراتب, الرتبة, البطاقة, الهوية, الجواز, جواز, الباج, الحساب, المواقع, "
    "الصورة, صورة, صور, التسلسل, رقم العائلة, المركز, القسم, الشهادة, الديانة, الحالة, المدينة, ناو, ناوی, "
    "ناڤ, ناڤێ, ژمارە, ژمارەی, تەلەفون, تەلەفۆن, مۆبایل, ناونیشان, ناڤونیشان, ئیمەیڵ, پاسۆرد, لەدایکبوون, "
    "ساڵی لەدایکبوون, تەمەن, شوێن, گەڕەک, شار, پیشە, مووچە, پلە, ڕەگەز, ژنومناڵ, وێنە, پاسپۆرت, ناسنامە, "
    "کارت, دایک, باوک, وەکیل, بەتاقە, nav, navê, paşnav, jimare, jimara, hejmar, hejmara, têlefon, "
    "telefon, mobîl, mobayl, navnîşan, navnîşana, e mail, email, şîfre, roja zayînê, zayîn, temen, gund, "
    "bajar, tax, dayik, dê, bav, wêne, mûçe, kar, pasaport, nasname, kart, dosya, name, full name, "
    "first name, last name, surname, mother name, father name, phone, phones, mobile, number, mail, "
    "address, city, street, zip, country, dob, date of birth, birth date, birth, birthday, gender, sex, "
    "age, job, salary, rank, ssn, id, national id, passport, password, pass, hash, login, user, ip, card, "
    "cvv, exp, expiry, bin, iban, account, family no, polling centre, photo, photos, birth year, mother, "
    "father, company, position, department, نام, نام خانوادگی, نام پدر, شماره, شماره تماس, همراه, تلفن, "
    "کدملی, کد ملی, شماره ملی, ایمیل, آدرس, نشانی, تاریخ تولد, تولد, شغل, تخصص, معدل, رمز, پسورد, کاربر, "
    "عکس, شهر, کدپستی, کد پستی, شماره کارت, имя, фамилия, отчество, фио, телефон, телефоны, номер, номера, "
    "адрес, адреса, почта, мыло, паспорт, паспорта, дата рождения, др, пароль, логин, город, снилс, инн, "
    "пол, возраст, должность, карта, карты, прописка, счет, счёт, хеш, хэш, индекс"
)
_CORE = any_of("اسم, رقم, ارقام, عنوان, هاتف, هواتف, تلفون, موبايل, محلة, زقاق, صورة, جواز, مواليد, تاريخ")
"""Names that a letter for "and" may stand before."""
_AND = rb" (?:" + expression("û|and|&|и") + rb") "
_PARTED = rb"[][,;|/\t\n\f+\x7f>:.)(\"'`*-]"
_SUFFIX = rb"(?:s|[\x80-\xff]{1,3})?"
_SIGNS = (
    _PARTED + rb" ?" + _FIELDS + _SUFFIX + EDGE,
    _AND + _FIELDS + _SUFFIX + EDGE,
    expression(" و(?:ال)?") + _CORE + _SUFFIX + EDGE,
)
_MARKED = re.compile(
    rb"[] [,;|/\t\n\f+\x7f>:.)(\"'`*-](?:"
    rb"(?:(?<! ) ?|(?<= )" + _AND[1:] + rb")(?P<name>" + _FIELDS + _SUFFIX + rb")"
    rb"|(?<= )" + expression("و(?:ال)?") + rb"(?P<core>" + _CORE + _SUFFIX + rb"))" + RIGHT
)  # fmt: skip
_UNMARKED = re.compile(
    EDGE + rb"(?P<name>" + _FIELDS + _SUFFIX + rb")(?: [^ ]{1,16}){0,2}"
    rb"(?:" + _PARTED + rb" ?|" + _AND + rb"| " + expression("و(?:ال)?") + rb")\Z"
)  # fmt: skip
_LETTER = re.compile(rb"[a-z\x80-\xff]")
_BETWEEN = re.compile(_PARTED)
_REACH = 64
"""How far behind a name the next one may begin."""
_LEAST = 2
"""How many names of three or more have something before them that parts them."""
_TAIL = 3
"""How many words may stand behind a name before something parts it from the next."""


def _find(text: Text, ends: Ends) -> Iterator[Find]:
    if ends is not None and not any(second - first <= 2 * _REACH for first, second in pairwise(ends)):
        return
    row: list[tuple[int, int]] = []
    strangers = 0
    for mark in near(_MARKED, text.lower, ends=ends, reach=32):
        stranger = _strangers(text.lower[row[-1][1] : mark.start()]) if row else None
        if stranger is None:
            yield from _row(text.lower, row, strangers)
            row, strangers = [], 0
        row.append(mark.span(str(mark.lastgroup)))
        strangers += stranger or 0
    yield from _row(text.lower, row, strangers)


def _unmarked(text: bytes, start: int) -> list[tuple[int, int]]:
    """Return the name before the first that something parts from it, if there is one."""
    found = _UNMARKED.search(text, max(0, start - 40), start)
    return [found.span("name")] if found else []


def _strangers(between: bytes) -> int | None:
    """Return how many parts that are no names stand between two names: 0, 1, or None where a row ends."""
    tail, *parts = _BETWEEN.split(between)
    strangers = sum(1 for part in parts if _LETTER.search(part))
    if len(between) > _REACH or len(tail.split()) > _TAIL or strangers > 1:
        return None
    return strangers


def _row(text: bytes, row: Sequence[tuple[int, int]], strangers: int) -> Iterator[Find]:
    """Yield the names as one find; parts between them make it less a list and more a record."""
    names = [*_unmarked(text, row[0][0]), *row] if len(row) == _LEAST else row
    if len(names) > _LEAST:
        confidence = 0.9 if not strangers else 0.6 if strangers * 2 < len(names) else 0.4
        yield Find("column_list", names[0][0], names[-1][1], confidence)


DETECTORS = (Detector(_SIGNS, _find, least=_LEAST),)
