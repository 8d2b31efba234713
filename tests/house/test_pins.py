"""What is installed is pinned exactly: the project's own requirements, and all that they bring along."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement

from tests.house.tree import ROOT


def _roots() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = project["project"]["dependencies"]
    extras = project["project"]["optional-dependencies"].values()
    build = project["build-system"]["requires"]
    lines = dict.fromkeys(line for part in (runtime, *extras, build) for line in part)
    return [Requirement(line) for line in lines]


def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if not line.startswith("#"))


def _key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("requirement", _roots(), ids=str)
def test_a_requirement_is_pinned_to_a_version_that_it_allows(requirement: Requirement) -> None:
    assert requirement.specifier.contains(_pins()[_key(requirement.name)])


def test_everything_that_the_requirements_bring_along_is_pinned() -> None:
    assert _closure(_roots()) - _pins().keys() == set()


def test_the_pins_are_sorted() -> None:
    assert list(_pins()) == sorted(_pins())


def _closure(roots: Iterable[Requirement]) -> set[str]:
    """Return the distributions that an installation takes on this machine."""
    reached: set[tuple[str, frozenset[str]]] = set()
    waiting = list(roots)
    while waiting:
        requirement = waiting.pop()
        node = (_key(requirement.name), frozenset(requirement.extras))
        if node in reached:
            continue
        reached.add(node)
        for line in requires(requirement.name) or ():
            child = Requirement(line)
            extras = [{"extra": extra} for extra in requirement.extras or {""}]
            if child.marker is None or any(child.marker.evaluate(extra) for extra in extras):
                waiting.append(child)
    return {name for name, _ in reached}
