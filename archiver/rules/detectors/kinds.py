"""The kinds of values that detectors find, whose value is linked, and which of two that overlap stays."""

from __future__ import annotations

KINDS = {
    "phone": "A telephone number: any with a plus, those of Iraq, Iran and Russia as dialled at home.",
    "national_id": "A number of an identity card: Iraqi (12 digits), Iranian and Russian with check digits.",
    "passport": "A passport number: a letter and eight digits, a Russian one, or a machine-readable line.",
    "residence_card": "A number after the words for a housing or residence card.",
    "iban": "An international bank account number with the right length and check digits.",
    "card": "A number of a payment card with a right check digit; half hidden ones with less confidence.",
    "email": "An e-mail address.",
    "email_password": "An e-mail address with a password behind it, as in combo lists.",
    "wallet": "An address of Bitcoin and its kin, Ethereum, TRON or TON with a right check, or of Monero.",
    "private_key": "A private key in PEM, or of a Bitcoin wallet.",
    "api_token": "A token of a service: Amazon, GitHub, Telegram bots, Slack, Google, web tokens and others.",
    "password_pair": "A password after the word for one, or a name with a password in a line of its own.",
    "vehicle_plate": "A number plate after the words for one.",
    "invite_link": "A link that lets whoever has it into a closed group or channel.",
    "link": "Any other link, or a host name.",
    "handle": "A public name of an account or channel: @name, t.me/name.",
    "price": "A sum of money in digits or words; without a word for money the confidence is low.",
    "bulk_rows": "A number of rows, records, accounts or the like, from a hundred on.",
    "file_size": "A size of a file from megabytes up.",
    "file_name": "A name of a file that holds data: tables, archives, databases, documents.",
    "column_list": "Three or more names of fields in a row.",
    "sample": "A sample that is offered as a proof.",
    "bulk_personal": "Three or more different phones, e-mails, ids or cards in one text, first to last.",
    "deadline": "A time within which or until which something must be done.",
    "payment_service": "The name of a way to pay.",
}
"""Each kind, and what it is in a sentence."""

FAMILIES = {
    "phone": "phone",
    "national_id": "national_id",
    "passport": "passport",
    "residence_card": "residence_card",
    "iban": "iban",
    "card": "card",
    "email": "email",
    "email_password": "email",
    "wallet": "wallet",
    "vehicle_plate": "vehicle_plate",
    "invite_link": "invite_link",
    "handle": "handle",
}
"""The kinds whose values are linked, and under which name: two kinds of one family are linked with each
other."""

PERSONAL = frozenset({"phone", "email", "email_password", "national_id", "passport", "card", "iban"})
"""What `bulk_personal` counts."""

LAYERS = (
    (
        "private_key",
        "email_password",
        "iban",
        "wallet",
        "api_token",
        "invite_link",
        "email",
        "password_pair",
        "handle",
        "link",
        "card",
        "residence_card",
        "passport",
        "national_id",
        "vehicle_plate",
        "phone",
    ),
    ("deadline", "file_size", "bulk_rows", "price"),
    ("sample",),
    ("payment_service",),
    ("file_name",),
    ("column_list",),
)
"""Kinds of one layer compete for characters: the one that is named first stays. Layers don't disturb each
other."""
