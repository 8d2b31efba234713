"""Keccak-256 as Ethereum uses it: SHA-3 before its padding was changed.

The standard library has only the later padding (https://keccak.team/keccak_specs_summary.html). An address is
one block, so no more than one block is read here.
"""

from __future__ import annotations

from itertools import accumulate, repeat

_MASK = (1 << 64) - 1
_RATE = 136
_STATE = list[int]


def keccak_256(data: bytes) -> bytes:
    """Return the digest of less than 136 bytes."""
    if len(data) >= _RATE:
        raise ValueError(f"{len(data)} bytes are more than one block")
    padded = bytearray(data.ljust(_RATE, b"\0"))
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [int.from_bytes(padded[place : place + 8], "little") for place in range(0, _RATE, 8)]
    state = [*lanes, *repeat(0, 25 - len(lanes))]
    for constant in _CONSTANTS:
        state = _rounded(state, constant)
    return b"".join(lane.to_bytes(8, "little") for lane in state[:4])


def is_checksummed(address: str) -> bool:
    """Say whether the case of an address's 40 hex digits is right (https://eips.ethereum.org/EIPS/eip-55)."""
    digest = keccak_256(address.lower().encode()).hex()
    right = "".join(
        symbol.upper() if int(nibble, 16) >= 8 else symbol
        for symbol, nibble in zip(address.lower(), digest, strict=False)
    )
    return right == address


def _rounded(state: _STATE, constant: int) -> _STATE:
    """Take one of the 24 steps: theta, rho and pi, chi, iota; written flat, because this is what costs."""
    p, q, r, s, t = [v ^ w ^ x ^ y ^ z for v, w, x, y, z in zip(*_rows(state), strict=True)]
    mixed = [
        t ^ (q << 1 & _MASK | q >> 63),
        p ^ (r << 1 & _MASK | r >> 63),
        q ^ (s << 1 & _MASK | s >> 63),
        r ^ (t << 1 & _MASK | t >> 63),
        s ^ (p << 1 & _MASK | p >> 63),
    ]
    moved = [
        ((lane := state[source] ^ mixed[column]) << turn | lane >> rest) & _MASK
        for source, column, turn, rest in _MOVES
    ]
    woven: _STATE = []
    for v, w, x, y, z in _rows(moved):
        woven += (v ^ ~w & x, w ^ ~x & y, x ^ ~y & z, y ^ ~z & v, z ^ ~v & w)
    woven[0] ^= constant
    return woven


def _rows(state: _STATE) -> list[_STATE]:
    return [state[0:5], state[5:10], state[10:15], state[15:20], state[20:25]]


def _moves() -> list[tuple[int, int, int, int]]:
    """Return for each lane which comes there (pi), its column, its turn (rho), and what is left of 64."""
    turns = {0: 0}
    x, y = 1, 0
    for turn in accumulate(range(1, 25)):
        turns[x + 5 * y] = turn % 64
        x, y = y, (2 * x + 3 * y) % 5
    sources = [(x + 3 * y) % 5 + 5 * x for y in range(5) for x in range(5)]
    return [(source, source % 5, turns[source], 64 - turns[source]) for source in sources]


def _constants() -> list[int]:
    """Return what each round adds (iota): bits of a shift register."""
    found, register = [], 1
    for _ in range(24):
        constant = 0
        for bit in range(7):
            constant |= (register & 1) << (1 << bit) - 1
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        found.append(constant)
    return found


_MOVES = _moves()
_CONSTANTS = _constants()
