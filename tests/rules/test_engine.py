"""Both engines find every literal at every place."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from archiver.rules import engine

letters = st.lists(st.sampled_from([b"_", b"a", b"b", b"\x80", b"\xc1"]), min_size=1, max_size=5).map(
    b"".join
)


def _everywhere(literals: list[bytes], buffer: bytes) -> list[tuple[int, int]]:
    return sorted(
        (end, number)
        for number, literal in enumerate(literals)
        for end in range(len(literal), len(buffer) + 1)
        if buffer[:end].endswith(literal)
    )


@pytest.mark.parametrize("backend", engine.BACKENDS)
@given(
    literals=st.lists(letters, unique=True, max_size=6), buffer=st.lists(letters, max_size=12).map(b"".join)
)
def test_all_literals_are_found_at_all_places_in_order(
    backend: engine.Backend, literals: list[bytes], buffer: bytes
) -> None:
    numbers, ends = engine.build(literals, backend).find(buffer)

    assert list(zip(ends.tolist(), numbers.tolist(), strict=True)) == _everywhere(literals, buffer)


@pytest.mark.parametrize("backend", engine.BACKENDS)
def test_an_engine_forgets_what_it_found_before(backend: engine.Backend) -> None:
    built = engine.build([b"ab"], backend)
    built.find(b"abab")

    assert [each.tolist() for each in built.find(b"xab")] == [[0], [3]]
