"""Numbers of something: money, rows of data, sizes of files, and the time that a threat leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near, plain
from archiver.rules.detectors.words import EDGE, GAP, NUMBER, RIGHT, START, any_of, expression

_TIMES = any_of(
    "الف, ألف, الاف, آلاف, ألفا, مليون, ملايين, مليونين, مليوني, مليار, مليارات, مية, هەزار, هزار, ملیۆن, "
    "میلیۆن, ملیار, میلیون, ملیون, میلیارد, hezar, hezarî, milyon, milyar, thousand, million, millions, "
    "billion, mln, mio, тыс, тысяч, тысячи, тысяча, млн, миллион, миллиона, миллионов, млрд, миллиард, "
    "миллиарда, миллиардов, лям, ляма, лямов, косарь, косарей"
)
_SHORT_TIMES = rb"(?:kk?|m|" + expression("كي|ك|кк?|м|т") + rb")"
_MULTIPLIED = rb"(?: ?" + _SHORT_TIMES + rb"|" + GAP + _TIMES + rb"\.?)?"
_WHOLE_TIMES = rb"(?:" + _MULTIPLIED[:-1] + RIGHT + rb")?"
_COUNT = NUMBER + _MULTIPLIED + GAP
_THE = expression("(?:ال|من|of |in )?")

_MONEY_SIGN = rb"[$\x02-\x07]"
_MONEY = any_of(
    "دينار, دنانير, دينارا, دولار, دولارا, دولارات, يورو, درهم, دراهم, ليرة, ريال, جنيه, تيثر, تيذر, تتر, "
    "بيتكوين, دۆلار, دۆلاری, دینارە, یۆرۆ, تمەن, تومان, تومن, یورو, دلار, ریال, بیت کوین, dînar, dînarî, "
    "dolar, dolarî, dolaran, euro, ewro, toman, dollar, dollars, usd, usdt, usdc, iqd, irr, eur, gbp, "
    "pound, pounds, bucks, btc, bitcoin, bitcoins, eth, xmr, trx, bnb, ltc, monero, dinar, dinars, руб, "
    "рублей, рубля, рубль, р, доллар, доллара, долларов, бакс, бакса, баксов, евро, юсдт, тенге, гривен, "
    "биткоин, биткоина, биткоинов, лир, юаней"
)
_SLANG = any_of(
    "ورقة, ورقات, اوراق, دفتر, دفاتر, شدة, شدات, وەرەقە, دەفتەر, سکه, waraq, defter, ت, نجوم, stars, ton, тон"
)
_BEFORE_PRICES = any_of(
    "السعر, سعر, بسعر, سعره, سعرها, الاسعار, تسعيرة, الكلفة, قيمة, الحد, نرخ, نرخی, نرخەکەی, بها, بهای, "
    "قیمت, biha, bihayê, nirx, price, prices, cost, costs, цена, цены, стоимость, ценник"
)
_THOUSAND = any_of("الف, الاف, هەزار, هزار, hezar, тыс")
_MONEY_CODE = rb"(?:usdt?|eur|iqd|btc)"
_ENDS = rb"[.,!?;:)\n\f\x7f]"
_TO_SUM = rb"[ ]?[:=-]?[ ]?"

_PRICE = re.compile(
    rb"(?P<count>"
    + _COUNT
    + rb")"
    + _THE
    + rb"(?:(?P<money>"
    + _MONEY_SIGN
    + rb"|"
    + _MONEY
    + RIGHT
    + rb")|"
    + _SLANG
    + RIGHT
    + rb")"
)
_ROWS = any_of(
    "سطر, سطرا, اسطر, أسطر, سطور, سجل, سجلا, سجلات, صف, صفوف, قيد, قيود, ريكورد, ردیف, رکورد, خط, ڕیز, "
    "ڕێز, ڕیزە, تۆمار, تۆماری, دێڕ, هێڵ, rêz, rêzan, qeyd, tomar, row, rows, line, lines, record, records, "
    "entry, entries, строк, строки, строка, записей, записи, запись"
)
_PERSONS = any_of(
    "اسم, اسما, زبون, ناخب, مراجع, هوية, هويات, حساب, حسابا, حسابات, رقم, ارقام, رقما, جواز, جوازات, ناو, "
    "ژمارە, ئەکاونت, هەژمار, پاسپۆرت, nav, navan, hesab, numre, hejmar, pasaport, name, names, user, "
    "users, customer, customers, client, clients, account, accounts, login, logins, number, numbers, "
    "phone, phones, passport, passports, email, emails, mail, mails, voters, citizens, کاربر, اکانت, "
    "شماره, مشتری, номеров, аккаунтов, акков, паспортов, клиентов, пользователей, почт, логинов, юзеров, "
    "граждан"
)
_YEAR = re.compile(rb"(?:19|20)[0-9]{2}")
_ROW_WORDS = any_of(
    "عدد الاسطر, عدد السطور, عدد السجلات, عدد الصفوف, кол во строк, количество строк, количество записей, "
    "تعداد ردیف, تعداد رکورد, ژمارەی ڕیز, ژمارەی تۆمار, hejmara rêzan"
)
_ROW_LABELS = any_of(
    "الاسطر, السجلات, سجلات, rows, lines, records, entries, строк, записей, تعداد, rêz, ردیف, ڕیز"
)
_TO_COUNT = rb"(?:" + _ROW_WORDS + rb"[ ]?[:=-]{0,2}|" + _ROW_LABELS + rb"[ ]?[:=-]{1,2})[ ]?~?"
_BULK = re.compile(
    rb"(?P<count>" + _COUNT + rb")" + _THE + rb"(?:(?P<rows>" + _ROWS + rb")|" + _PERSONS + rb")" + RIGHT
)
_BULK_AFTER = re.compile(
    START + rb"(?P<all>" + _TO_COUNT + rb"(?P<count>" + NUMBER + _WHOLE_TIMES + rb"))(?![0-9])"
)

_SIZES = any_of(
    "mb, gb, tb, megabyte, megabytes, gigabyte, gigabytes, gig, gigs, giga, mega, terabyte, ميغا, "
    "ميغابايت, ميجا, ميجابايت, ميكا, ميكابايت, گيگا, گيكابايت, غيغا, غيغابايت, جيجا, جيجابايت, جيغا, "
    "جيغابايت, تيرا, تيرابايت, ميغابت, گیگ, گیگابایت, مگ, مگابایت, ترابایت, گێگا, گێگابایت, مێگا, "
    "مێگابایت, جیگا, гб, мб, тб, гиг, гига, гигов, мегабайт, мегабайта, гигабайт, гигабайта, гигабайтов, "
    "терабайт, мегов"
)


def _find_prices(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_PRICE, text.lower, ends=ends, reach=_LONGEST):
        yield Find("price", *found.span(), 0.9 if found["money"] else 0.4)


def _find_rows(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_BULK, text.lower, ends=ends, reach=_LONGEST):
        if _is_many(found["count"]) and (found["rows"] or not _YEAR.fullmatch(found["count"].strip(b" +-"))):
            yield Find("bulk_rows", *found.span(), 0.9 if found["rows"] else 0.4)


def _find_labelled_rows(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_BULK_AFTER, text.lower, ends=ends, reach=64):
        if _is_many(found["count"]):
            yield Find("bulk_rows", *found.span("all"), 0.9)


def _is_many(count: bytes) -> bool:
    """Say whether a number is a hundred or more; one that is multiplied is."""
    written = count.strip(b" \t+~-.")
    return not written[-1:].isdigit() or int(re.sub(rb"[^0-9]|[.,][0-9]{1,2}\Z", b"", written)) >= 100


_LONGEST = 80
"""How many characters a number has with its unit."""
_UP_TO = rb"[0-9]" + _MULTIPLIED + GAP + _THE
DETECTORS = (
    Detector((_UP_TO + _MONEY_SIGN, _UP_TO + rb"(?:" + _MONEY + rb"|" + _SLANG + rb")" + EDGE), _find_prices),
    plain(
        "price",
        EDGE
        + rb"(?P<found>(?:"
        + _MONEY_SIGN
        + rb"|"
        + _MONEY_CODE
        + rb")"
        + rb" ?[0-9]{1,10}(?:[.,][0-9]{1,3}){0,4}(?: [0-9]{3}){0,3}"
        + _WHOLE_TIMES
        + rb")",
        signs=(_MONEY_SIGN + rb" ?[0-9]", _MONEY_CODE + rb" ?[0-9]"),
        confidence=0.9,
        reach=8,
    ),
    plain(
        "price",
        START + rb"(?P<found>" + _TIMES + rb" ?" + _THE + _MONEY + rb")" + RIGHT,
        signs=(_TIMES + rb" ?" + _THE + _MONEY + EDGE,),
        confidence=0.7,
        reach=64,
    ),
    plain(
        "price",
        NUMBER + GAP + _THOUSAND + rb"(?= {0,2}" + _ENDS + rb")",
        signs=(rb"[0-9]" + GAP + _THOUSAND + rb" {0,2}" + _ENDS,),
        confidence=0.4,
        reach=_LONGEST,
    ),
    plain(
        "price",
        START + _BEFORE_PRICES + _TO_SUM + rb"(?P<found>" + NUMBER + _WHOLE_TIMES + rb")(?![0-9.,]*[0-9%])",
        signs=(_BEFORE_PRICES + _TO_SUM + rb"[0-9]",),
        confidence=0.5,
        reach=48,
    ),
    Detector((_UP_TO + rb"(?:" + _ROWS + rb"|" + _PERSONS + rb")" + EDGE,), _find_rows),
    Detector((_TO_COUNT + rb"[0-9]",), _find_labelled_rows),
    plain(
        "file_size",
        NUMBER + GAP + _SIZES + RIGHT,
        signs=(rb"[0-9]" + GAP + _SIZES + EDGE,),
        confidence=0.9,
        reach=_LONGEST,
    ),
)
