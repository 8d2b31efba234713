"""Which channel a file is about, and whether it is a public one."""

from __future__ import annotations

import pytest

from archiver.domain.claim import (
    NOT_CHOSEN,
    UNIDENTIFIED,
    UNKNOWN,
    Claim,
    Refused,
    Register,
    Stated,
    channel_id_of,
    identify,
)
from archiver.domain.ids import ChannelId

FIVE, SIX = ChannelId(5), ChannelId(6)
KNOWN = Register(holders={"rafidain": FIVE}, ever={FIVE: frozenset({"rafidain", "old_name"})})
NOBODY = Register()
RAFIDAIN, BY_ID = Claim(handle="rafidain"), Claim(channel_id=SIX)
PUBLIC, PRIVATE, PAGE = "public_channel", "private_channel", "preview"
HIDDEN = Refused(PRIVATE)


def of(kind: str, channel_id: ChannelId | None = None, handle: str | None = None) -> Stated:
    return Stated(kind=kind, channel_id=channel_id, handle=handle)


@pytest.mark.parametrize(
    ("stated", "claim", "register", "found"),
    [
        pytest.param(of(PUBLIC, FIVE), Claim(), NOBODY, FIVE, id="a-public-channel"),
        pytest.param(of(PUBLIC), Claim(), KNOWN, UNIDENTIFIED, id="without-an-id"),
        pytest.param(of(PUBLIC), RAFIDAIN, KNOWN, FIVE, id="without-an-id-claimed"),
        pytest.param(of(PUBLIC), RAFIDAIN, NOBODY, UNIDENTIFIED, id="claimed-and-unknown"),
        pytest.param(of(PUBLIC), BY_ID, NOBODY, SIX, id="claimed-by-id"),
        pytest.param(of(PUBLIC, FIVE), RAFIDAIN, NOBODY, FIVE, id="named"),
        pytest.param(of(PUBLIC, SIX), RAFIDAIN, KNOWN, NOT_CHOSEN, id="another"),
        pytest.param(of("personal_chat", FIVE), RAFIDAIN, KNOWN, Refused("personal_chat"), id="a-person"),
        pytest.param(of(PRIVATE, FIVE), Claim(), KNOWN, HIDDEN, id="private"),
        pytest.param(of(PRIVATE, FIVE), Claim(handle="old_name"), KNOWN, FIVE, id="public-once"),
        pytest.param(of(PRIVATE, SIX), RAFIDAIN, KNOWN, HIDDEN, id="never-public"),
        pytest.param(of(PRIVATE), RAFIDAIN, KNOWN, HIDDEN, id="private-unknown"),
        pytest.param(of(PAGE, None, "rafidain"), Claim(), KNOWN, FIVE, id="a-page-by-its-handle"),
        pytest.param(of(PAGE, None, "rafidain"), Claim(), NOBODY, UNIDENTIFIED, id="a-page-of-a-stranger"),
        pytest.param(of(PAGE, SIX, "rafidain"), Claim(), KNOWN, SIX, id="passed-on"),
        pytest.param(of(PAGE, None, "rafidain"), Claim(handle="other"), KNOWN, NOT_CHOSEN, id="other-page"),
        pytest.param(of(UNKNOWN, FIVE), Claim(), KNOWN, UNIDENTIFIED, id="of-no-known-kind"),
        pytest.param(of(UNKNOWN, FIVE), RAFIDAIN, NOBODY, FIVE, id="claimed-alone"),
    ],
)  # fmt: skip
def test_a_channel_is_identified(
    stated: Stated, claim: Claim, register: Register, found: ChannelId | Refused
) -> None:
    assert identify(stated, claim, register) == found


@pytest.mark.parametrize(
    ("told", "is_old", "found"),
    [
        (5, False, 5), ("05", False, 5), ("channel5", False, 5), (-1000000000005, False, 5),
        ("channel-1000000000005", False, 5), (5, True, 5),
        (8589934592 + 5, True, 5), (8589934592 + 5, False, 8589934597),
        (0, False, None), (-5, False, None), (True, False, None), (None, False, None), ("user5", False, None),
        ("", False, None), ("٥", False, None), (10**40, False, None), (5.5, False, None), ([5], False, None),
    ],
)  # fmt: skip
def test_ids_are_read_in_every_form(told: object, is_old: bool, found: int | None) -> None:
    assert channel_id_of(told, is_old=is_old) == found
