"""Deadlines: hours and days that somebody is given, and until when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near, plain
from archiver.rules.detectors.words import EDGE, LEFT, RIGHT, START, any_of

_SPANS = any_of(
    "يوم, ايام, يوما, اسبوع, اسابيع, ڕۆژ, ڕۆژی, ڕۆژە, هەفتە, روز, روزه, هفته, roj, rojan, rojên, hefte, "
    "heftiyan, day, days, week, weeks, сутки, суток, день, дня, дней, неделя, недели, недель, неделю"
)
_HOURS = any_of(
    "ساعة, ساعات, سعات, سەعات, سەعاتی, کاتژمێر, کاتژمێری, ساعت, ساعته, saet, saetan, saetê, seet, seetan, "
    "hour, hours, hr, hrs, h, час, часа, часов"
)
_WORDED = any_of(
    "ساعتين, يومين, ساعة, ساعات, يوم, اسبوع, ايام, دوو ڕۆژ, دوو سەعات, ڕۆژێک, سەعاتێک, دو روز, دو ساعت, "
    "یک روز, یک ساعت, یک هفته, du roj, du rojan, du saetan, saetekê, rojekê, sê rojan, two days, "
    "three days, two hours, an hour, one hour, one day, one week, a day, a week, двух дней, двух суток, "
    "суток, часа, одного дня, недели, трех дней"
)
_WITHIN = any_of(
    "خلال, بظرف, ظرف, في غضون, امامك, أمامك, امامكم, لديك, لديكم, عندك, عندكم, معك, مهلة, المهلة, باقيلك, "
    "باقي, بقي, قبل, بعد, لمدة, فقط, لە ماوەی, ماوەی, لە ماوە, لەماوەی, هەتا, تا, تەنیا, تەنها, پاش, دوای, "
    "کاتت, مهلت, طی, در عرض, di nav, di, heta, hetanî, tenê, piştî, dema te, within, in, have, has, only, "
    "next, last, another, deadline, ultimatum, expires in, ends in, after, less than, в течение, через, "
    "осталось, остается, даю, даем, у тебя, у вас, срок, есть, ровно"
)
_SOON = any_of(
    "خلال, بظرف, في غضون, قبل, مهلة, امامك, لديك, عندك, معك, لە ماوەی, ماوەی, تا, هەتا, مهلت, ظرف, di nav, "
    "heta, within, in, you have, в течение, через, у тебя"
)
_TO_SPAN = rb"[ -]{0,2}"

_UNTIL = any_of(
    "حتى, لحد, لغاية, الى غاية, قبل, ليوم, لغايه, امامك حتى, تا, هەتا, پێش, بۆ, heta, hetanî, berî, till, "
    "until, til, by, before, до, к, не позднее, تا قبل از, موعد, اخر موعد, آخر موعد, مهلت تا"
)
_MOMENTS = any_of(
    "الجمعة, الخميس, الاربعاء, الثلاثاء, الاثنين, الاحد, السبت, صلاة الجمعة, مغرب الخميس, الغد, غد, غدا, "
    "بكرة, باچر, باجر, الليلة, منتصف الليل, الفجر, الصبح, الصباح, المغرب, العصر, الظهر, المساء, "
    "نهاية الاسبوع, نهاية اليوم, نهاية الشهر, يوم الجمعة, يوم الخميس, يوم الاربعاء, يوم الثلاثاء, "
    "يوم الاثنين, يوم الاحد, يوم السبت, هەینی, شەممە, یەکشەممە, دووشەممە, سێشەممە, چوارشەممە, پێنجشەممە, "
    "سبەی, سبەینێ, بەیانی, ئێوارە, نیوەشەو, ئەمشەو, کۆتایی هەفتە, جمعه, شنبه, یکشنبه, دوشنبه, سه شنبه, "
    "چهارشنبه, پنجشنبه, فردا, امشب, شب, آخر هفته, ظهر, صبح, عصر, înê, îne, şemî, şemiyê, yekşem, yekşemê, "
    "duşem, duşemê, sêşem, sêşemê, çarşem, çarşemê, pêncşem, pêncşemê, sibê, sibe, êvarî, êvarê, "
    "nîvê şevê, îşev, dawiya heftiyê, dawiya hefteyê, friday, saturday, sunday, monday, tuesday, "
    "wednesday, thursday, tomorrow, tonight, midnight, noon, end of the week, end of week, end of day, "
    "the end of the week, morning, понедельника, вторника, среды, четверга, пятницы, субботы, воскресенья, "
    "понедельнику, пятнице, завтра, завтрашнего дня, утра, вечера, полуночи, конца недели, конца дня, "
    "обеда, выходных"
)
_USUAL = frozenset({b"12", b"24", b"36", b"48", b"72", b"96"})

_TIME = re.compile(
    rb"(?P<number>[0-9](?<![0-9A-Za-z_@#/].)(?<![0-9][.,:/].)[0-9]{0,2})"
    + _TO_SPAN
    + rb"(?:(?P<hours>"
    + _HOURS
    + rb")|"
    + _SPANS
    + rb")"
    + RIGHT
)
_WITHIN_BEFORE = re.compile(START + _WITHIN + rb"[ :,\x7f-]{1,3}(?:[a-z\x80-\xff]{1,8} )?\Z")
_BEFORE = 30
_ALONE_BEFORE, _ALONE_AFTER = re.compile(rb"[.!?\n\f\x7f][ ]{0,2}\Z"), re.compile(rb"[ ]{0,2}[.!?\n\f\x7f]")


def _find_times(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_TIME, text.lower, ends=ends, reach=32):
        start, end = found.span()
        if _WITHIN_BEFORE.search(text.lower, max(0, start - _BEFORE), start):
            yield Find("deadline", start, end, 0.8)
        elif (found["hours"] and found["number"] in _USUAL) or _is_alone(text.lower, start, end):
            yield Find("deadline", start, end, 0.4)


def _is_alone(text: bytes, start: int, end: int) -> bool:
    return bool(_ALONE_BEFORE.search(text, max(0, start - 3), start) and _ALONE_AFTER.match(text, end))


_UNTIL_THEN = rb"(?:" + _UNTIL + rb" {1,2}" + _MOMENTS + rb"|" + _SOON + rb" {1,2}" + _WORDED + rb")"

DETECTORS = (
    Detector((rb"[0-9]" + _TO_SPAN + rb"(?:" + _HOURS + rb"|" + _SPANS + rb")" + EDGE,), _find_times),
    plain(
        "deadline",
        START + rb"(?P<found>" + _UNTIL_THEN + rb")" + RIGHT,
        signs=(_UNTIL + rb" {1,2}" + _MOMENTS + EDGE, _SOON + rb" {1,2}" + _WORDED + EDGE),
        confidence=0.7,
        reach=96,
    ),
    plain(
        "deadline",
        rb"[2-9]" + LEFT + rb"[0-9](?<=24|36|48|72|96):00(?::00)?(?![0-9:])",
        signs=(rb"(?:24|36|48|72|96):00",),
        confidence=0.7,
        reach=8,
    ),
)
