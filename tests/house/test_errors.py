"""The tree of errors is drawn as it grows, and every branch has a name for machines."""

from __future__ import annotations

import inspect
import re

from archiver.domain import errors
from archiver.domain.errors import ArchiverError


def _classes() -> list[type[ArchiverError]]:
    return [
        found for _, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, ArchiverError)
    ]


def _drawn(text: str) -> dict[str, str | None]:
    """Return the parent of every class in a drawing such as ``├── Name``."""
    parents: dict[str, str | None] = {}
    path: list[str] = []
    for line in text.splitlines():
        if found := re.match(r"(?P<lines>(?:[│ ]   )*(?:[├└]── )?)(?P<name>[A-Z]\w+)(?:   *\S.*)?$", line):
            depth = len(found["lines"]) // 4
            if depth or not path:
                path[depth:] = [found["name"]]
                parents[found["name"]] = path[depth - 1] if depth else None
    return parents


def test_the_drawing_of_the_errors_is_the_tree_of_their_classes() -> None:
    parents = {found.__name__: found.__base__.__name__ for found in _classes() if found.__base__}

    assert _drawn(errors.__doc__ or "") == parents | {"ArchiverError": None}


def test_every_error_has_a_code_of_its_own_that_follows_its_name() -> None:
    codes = {found.__name__: found.__dict__.get("code") for found in _classes()}

    assert codes == {name: _snake(name.removesuffix("Error")) for name in codes}
    assert len(set(codes.values())) == len(codes)


def test_no_error_of_ours_hangs_outside_the_tree() -> None:
    strangers = [
        name
        for name, found in inspect.getmembers(errors, inspect.isclass)
        if issubclass(found, BaseException) and not issubclass(found, ArchiverError)
    ]

    assert strangers == []


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
