"""Ways to pay, by name: mobile wallets, cards, phone credit, coins, transfers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.rules.detectors.detector import Detector, Ends, Find, Text, near
from archiver.rules.detectors.words import EDGE, RIGHT, START, any_of

_SERVICES = any_of(
    "زين كاش, زين كش, زەین کاش, زەینکاش, zain cash, zaîn cash, zeyn cash, اسيا حوالة, آسيا حوالة, "
    "آسيا حواله, ئاسیا حەواڵە, asia hawala, asiahawala, كي كارد, کی کارد, كيو كارد, qi card, qicard, "
    "ماستر كارد الرافدين, ماستر الرافدين, ماستر الرشيد, فاست باي, فاست پەی, فاستپەی, fast pay, fastpay, "
    "ناس باي, nass pay, nasspay, first iraqi bank, سوبر كي, super qi, نيو كارد, رصيد اسيا, رصيد اسياسيل, "
    "رصيد زين, رصيد اثير, رصيد كورك, كارت اسيا, كارت آسيا, كارت اسياسيل, كارت زين, كارت اثير, كارت كورك, "
    "اسياسيل رصيد, آسياسيل رصيد, آسياسيل كارت, حول رصيد, كارتات اسيا, کارتی ئاسیا, کارتی کۆڕەک, "
    "کارتی زەین, کارتی مۆبایل, باڵانسی ئاسیا, kartên asiacell, kart asiacell, karta asiacell, "
    "asiacell card, korek card, zain card, usdt, usdc, trc20, erc20, bep20, tether, تيثر, تيذر, تیتر, تتر, "
    "یو اس دی تی, юсдт, btc, bitcoin, بيتكوين, بیت کوین, بیتکوین, биткоин, биткойн, bîtkoîn, monero, xmr, "
    "مونيرو, монеро, ethereum, ايثيريوم, эфириум, litecoin, toncoin, crypto, كريبتو, کریپتو, крипта, "
    "криптой, крипту, криптовалюта, رمزارز, binance, binance pay, بايننس, باينانس, بایننس, western union, "
    "ويسترن يونيون, وسترن یونیون, moneygram, موني جرام, موني غرام, paypal, بايبال, پی پال, paysafe, "
    "paysafecard, perfect money, بيرفكت موني, پرفکت مانی, payeer, webmoney, вебмани, qiwi, киви, юмани, "
    "юmoney, yoomoney, сбп, на карту сбера, сбербанк онлайн, перевод на карту, на тинькофф, کارت به کارت, "
    "کارت بکارت, شماره کارت, stc pay, اس تي سي باي, ستي سي باي, vodafone cash, فودافون كاش, skrill, "
    "neteller, revolut, cash app, cashapp, gift card, gift cards, itunes card, steam card, بطاقات ايتونز, "
    "بطاقة ستيم, apple pay, fib, اف اي بي, ئێف ئای بی, nasswallet, nass wallet, ناس واليت, نەس والێت"
)
_BY_NAME = re.compile(START + rb"(?P<service>" + _SERVICES + rb")" + RIGHT)
_COMMON = re.compile(
    any_of(
        "crypto, كريبتو, کریپتو, крипта, крипту, криптой, криптовалюта, bitcoin, биткоин, биткойн, "
        "fib, بيتكوين, btc, ethereum, эфириум, binance, paypal, شماره کارت, киви, сбп, сбербанк онлайн"
    )
)
"""What is as often news as a way to pay."""


def _find(text: Text, ends: Ends) -> Iterator[Find]:
    for found in near(_BY_NAME, text.lower, ends=ends, reach=80):
        start, end = found.span("service")
        yield Find("payment_service", start, end, 0.6 if _COMMON.fullmatch(found["service"]) else 0.9)


DETECTORS = (Detector((_SERVICES + EDGE,), _find),)
