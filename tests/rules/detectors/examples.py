"""Texts that hold something for every detector: the seeds that the property tests cut, mix and disturb."""

from __future__ import annotations

from tests.rules.detectors.values import base58_check, iban, iranian_id, machine_readable, with_luhn

HASH = bytes(range(11, 31))
TRON = base58_check(0x41, HASH)
BITCOIN = base58_check(0x00, HASH)
CHECKED_ETHEREUM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
SEGWIT = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
TAPROOT = "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"
TON = "EQDtFpEwcFAEcRe5mLVh2N6C0x-_hJEM7W61_JLnSF74p4q2"
CARD = with_luhn("453201511283036")
IRAQI_IBAN = iban("IQ", "NBIQ850123456789012")

EXAMPLES = (
    "اتصل على 07701234567 أو ٠٧٥٠ ١٢٣ ٤٥٦٧",
    "+964 (0) 770 123 4567, (0780) 123-4567, wa.me/9647901234567 tel:+9647701112233",
    "0 7 7 0 1 2 3 4 5 6 7 / 0.7.7.0.1.2.3.4.5.6.7",
    "شماره ۰۹۱۲۳۴۵۶۷۸۹ / +98 21 2345 6789, Телефон: 8 (916) 123-45-67, +7 495 241-15-54",
    "هاتف: 066 319 1234, 00964 771 123 4567, 0771000xx14 07500004***",
    "البطاقة الوطنية: ١٩٩٠١٢٣٤٥٦٧٨، جواز سفر A12345678",
    "ID number 1985 1234 5678, passport no B-87654321",
    f"کد ملی {iranian_id('123456789')} СНИЛС 112-233-445 95, ИНН 500100732259, паспорт 45 10 123456",
    f"IDIRQ{machine_readable('A12345678')}199012345678<<<",
    f"P<IRQKADHIM<<ALI<HASAN<<<<<<<<<<<<<<<<<<<<<<<\n{machine_readable('A12345678')}IRQ9001011M3001012<<<<<<<<<<<<<<04",
    "بطاقة السكن رقم 123456, residence permit no. 98765432",
    "رقم السيارة 21 ب 44092, plate: 11 A 12345, سەیارەکەی ژمارە ٢٢١٠٠٠",
    f"card {CARD}, {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}; 4000 12** **** 9931",
    f"{IRAQI_IBAN} / " + " ".join(IRAQI_IBAN[place : place + 4] for place in range(0, 23, 4)),
    f"{TRON} {BITCOIN}\n{CHECKED_ETHEREUM},{CHECKED_ETHEREUM.lower()}",
    f"{SEGWIT} {TAPROOT} {TON}",
    base58_check(0x80, bytes(range(32)) + b"\1"),
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    "AKIAIOSFODNN7EXAMPLE ghp_" + "a1B2" * 9 + " 123456789:" + "AAb-C" * 7,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlMTIz xoxb-123456789012-abcdefABCDEF AIza"
    + "Sy_3b" * 7,
    "ali.k@example.com:Basra!1988, sara_k@mail.example | Sara123! mail me: x@y.example",
    "@some_handle https://t.me/some_channel/12 name_here.t.me tg://resolve?domain=somebody",
    "https://t.me/+AbCdEfGhIjKl t.me/joinchat/AAAAAEabcdef tg://join?invite=abcdefgh "
    "chat.whatsapp.com/AbCdEfGhIjKl",
    "http://example.com/a?b=c, www.example.org hxxps://login.example.net/x:user1:pass1234 gov.iq",
    "password: Abc123! كلمة السر: Salam@1979\nşîfre = ciya47\nпароль 1488x",
    "admin:Admin123\nroot_user:toor2020\nguest:guest99",
    "السعر 250 الف دينار أو $300، ٢٥ الف دولار، 400 USDT, ۱۸ تومان, 5 000 руб., ٥٠٠ دۆلار, 60 dolar, €20 млн",
    "ثلاثة ملايين دينار, мільйон миллионов рублей, biha 80, السعر ١٤٧. ٧٠٠ هزار",
    "200k lines, ٤٠ مليون سجل, 3 млн строк, ٨٨ هەزار ڕیز, Rows: 1,914,330; عدد الأسطر 64,207",
    "1.8 GB, ٦ گيگا, 12 ГБ, 4.2GB, ۹ گیگ, 88 ميگا",
    "ناخبين_بغداد_2023.xlsx data.sql dump.7z نجف.csv x.pdf",
    "الاسم، الرقم، العنوان / Name, Phone, Email, DOB | نام، شماره، آدرس",
    "الاسم الرباعي والمحلة والزقاق ورقم الموبايل; ФИО, номер, адрес; nav, jimare, navnîşan; "
    "ناو + مۆبایل + گەڕەک",
    "24h max, خلال 48 ساعة, ٢٤ کاتژمێر, حتى الجمعة, до пятницы, 2 roj. تا فردا, within two days, 48:00:00",
    "زين كاش ZainCash آسيا حوالة Qi Card FastPay USDT Western Union کارت به کارت QIWI رصيد اسياسيل",
    "sample of 500, عينة من البيانات, free sample, ٥٠ نموونە",
)
