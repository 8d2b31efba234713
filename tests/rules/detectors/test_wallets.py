"""Wallets and their keys are what their checks say; the vectors are those of the specifications."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, strategies as st

from archiver.rules.detectors import base58, keccak
from archiver.rules.detectors.bech32 import is_segwit_address
from tests.rules.detectors.examples import BITCOIN, CHECKED_ETHEREUM, SEGWIT, TAPROOT, TON, TRON
from tests.rules.detectors.values import base58_check, found, link, of_kind

_KEY = base58_check(0x80, bytes(range(1, 33)))
_MONERO = "4" + "A" + "b2C3" * 23 + "d"


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(BITCOIN, id="bitcoin"),
        pytest.param("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", id="the-first-bitcoin-address"),
        pytest.param(base58_check(0x05, bytes(range(2, 22))), id="bitcoin-script"),
        pytest.param(base58_check(0x30, bytes(range(2, 22))), id="litecoin"),
        pytest.param(base58_check(0x1E, bytes(range(2, 22))), id="dogecoin"),
        pytest.param(TRON, id="tron"),
        pytest.param(SEGWIT, id="bech32"),
        pytest.param(SEGWIT.upper(), id="bech32-in-capitals"),
        pytest.param(TAPROOT, id="bech32m"),
        pytest.param(CHECKED_ETHEREUM, id="ethereum-with-its-case"),
        pytest.param(CHECKED_ETHEREUM.lower(), id="ethereum-in-small-letters"),
        pytest.param(TON, id="ton"),
        pytest.param(_MONERO, id="monero"),
    ],
)
def test_an_address_is_found_and_one_letter_less_is_none(address: str) -> None:
    assert found(f"ادفع الى {address}، اليوم") == [("wallet", address)]
    assert of_kind("wallet", address[:-1]) == []
    assert of_kind("wallet", "x" + address) == []


@pytest.mark.parametrize("address", [BITCOIN, TRON, SEGWIT, TAPROOT, TON])
def test_two_letters_that_changed_places_are_noticed(address: str) -> None:
    place = next(place for place in range(12, 30) if address[place].lower() != address[place + 1].lower())
    wrong = address[:place] + address[place + 1] + address[place] + address[place + 2 :]

    assert of_kind("wallet", wrong) == []


def test_an_ethereum_address_with_a_wrong_case_is_none() -> None:
    assert of_kind("wallet", CHECKED_ETHEREUM.replace("A", "a", 1)) == []


def test_the_case_of_an_address_that_has_none_does_not_part_links() -> None:
    assert link("wallet", CHECKED_ETHEREUM) == link("wallet", CHECKED_ETHEREUM.lower())
    assert link("wallet", SEGWIT) == link("wallet", SEGWIT.upper())


def test_a_wallet_s_private_key_is_found_and_has_no_link() -> None:
    assert found(f"key {_KEY}") == [("private_key", _KEY)]
    assert link("private_key", _KEY) is None
    assert found(f"key {_KEY[:-1]}1") == []


@pytest.mark.parametrize(
    "address",
    [
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",
        "bc1gmk9yu",
        "1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bc1rw5uspcuh",
    ],
)
def test_bech32_refuses_what_the_specification_refuses(address: str) -> None:
    assert not is_segwit_address(address.encode())


@pytest.mark.parametrize(
    "address",
    [
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "BC1SW50QGDZ25J",
        "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
    ],
)
def test_bech32_accepts_what_the_specification_accepts(address: str) -> None:
    assert is_segwit_address(address.encode())


@given(st.binary(max_size=40))
def test_base58_gives_back_what_was_written(body: bytes) -> None:
    assert base58.decoded(base58_check(7, body).encode()) == b"\7" + body


@given(st.binary(min_size=1, max_size=40))
def test_base58_raises_nothing_and_accepts_nothing_by_chance(text: bytes) -> None:
    body = base58.decoded(text)

    assert body is None or hashlib.sha256(body).digest()


def test_keccak_is_the_one_before_the_padding_changed() -> None:
    assert keccak.keccak_256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert (
        keccak.keccak_256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    )
    with pytest.raises(ValueError, match="136 bytes are more than one block"):
        keccak.keccak_256(bytes(136))


@pytest.mark.parametrize(
    "address",
    [
        "52908400098527886E0F7030069857D2E4169EE7",
        "de709f2102306220921060314715629080e2fb77",
        "fB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "D1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ],
)
def test_the_case_of_ethereum_addresses_is_that_of_the_specification(address: str) -> None:
    assert keccak.is_checksummed(address)
