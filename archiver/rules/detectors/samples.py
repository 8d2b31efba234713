"""Samples of data: what sellers show to prove what they have."""

from __future__ import annotations

from archiver.rules.detectors.detector import plain
from archiver.rules.detectors.words import EDGE, RIGHT, START, any_of

_SAMPLES = any_of(
    "عينة, عينات, سامبل, نموذج, نماذج, دفعة تجريبية, نشر تجريبي, نموونە, سامپڵ, nimûne, nimûneya, sample, "
    "samples, preview, proof, نمونه, سمپل, пример, примеры, пробник, сэмпл, семпл, образец"
)
_DATA = any_of(
    "البيانات, بيانات, القاعدة, الملف, من الملف, من البيانات, من القائمة, مجانية, مجانا, داتا, داتاکە, "
    "لە داتا, belaş, data, database, rows, free, in comments, below, attached, file, included, رایگان, "
    "دیتا, دیتابیس, базы, данных, бесплатно, строк, записей"
)
_TO_DATA = rb"[ :-]{1,3}(?:of |" + any_of("من, ب, شامل, حوالي") + rb" )?"

DETECTORS = (
    plain(
        "sample",
        START + rb"(?P<found>" + _SAMPLES + _TO_DATA + rb"(?:[0-9]{1,6}|" + _DATA + RIGHT + rb"))",
        signs=(_SAMPLES + _TO_DATA + rb"(?:[0-9]|" + _DATA + EDGE + rb")",),
        confidence=0.7,
        reach=80,
    ),
    plain(
        "sample",
        EDGE + rb"(?P<found>(?:free|[0-9]{1,6}) " + _SAMPLES + rb")" + RIGHT,
        signs=(rb"(?:free|[0-9]) " + _SAMPLES + EDGE,),
        confidence=0.5,
        reach=48,
    ),
)
