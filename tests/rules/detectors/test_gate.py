"""The gate calls every detector that would find something, and who calls does not change what is found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from archiver.rules.detectors.detector import Text
from archiver.rules.detectors.detectors import ALL
from archiver.rules.detectors.gate import gate
from archiver.rules.detectors.view import view
from tests.rules.detectors.examples import EXAMPLES
from tests.rules.detectors.values import detectors

_GATES = {backend: gate(ALL, backend) for backend in ("hyperscan", "re2")}

_example = st.sampled_from(EXAMPLES)
_cut = st.builds(
    lambda text, first, length: text[first : first + length], _example, st.integers(0, 60), st.integers(1, 90)
)
_noise = st.text(
    st.sampled_from("0123456789 .,:;|/-+*()@_\n\tabTEx٠٧ـ\u200f\u0650😀والй\0\x0c"), max_size=6
) | st.text(max_size=3)
_texts = st.lists(_example | _cut | _noise, max_size=7).map("".join)


@given(st.lists(_texts, min_size=1, max_size=4))
@settings(max_examples=400, deadline=None)
def test_both_backends_find_the_same(texts: list[str]) -> None:
    assert detectors("hyperscan").find(texts) == detectors("re2").find(texts)


@given(st.lists(_texts, min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
def test_no_detector_would_find_anything_without_being_called(texts: list[str]) -> None:
    seen = view(texts)

    for backend, own_gate in _GATES.items():
        calls = own_gate(seen)
        for number in range(len(texts)):
            start, after = seen.ends[number], seen.ends[number + 1] + 1
            text = Text(seen.exact[start:after], seen.lower[start:after])
            for place, detector in enumerate(ALL):
                ends = [end for end, mask in calls.get(number, []) if mask >> place & 1]
                freely = list(detector.find(text, None))
                assert not freely or len(ends) >= (1 if backend == "re2" else detector.least)
                if ends and backend == "hyperscan":
                    assert list(detector.find(text, ends)) == freely


@pytest.mark.parametrize("backend", ["hyperscan", "re2"])
def test_the_text_that_a_value_stands_in_is_called_and_no_other(backend: str) -> None:
    texts = ["", "07701234567", "nothing", "", "اتصل ٠٧٧٠١٢٣٤٥٦٨", "x"]

    assert sorted(_GATES[backend](view(texts))) == [1, 4]


def test_a_backend_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no backend regex; there are hyperscan and re2"):
        gate(ALL, "regex")
