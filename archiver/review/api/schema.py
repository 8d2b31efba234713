"""Schemas: what goes in and out, told in JSON Schema and checked by it.

One dictionary is both: the OpenAPI document shows it, and `faults` refuses by it what a program sends. Only
the words that stand in `faults` may be used for what goes in. A schema with a ``title`` is a component of the
document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from archiver.domain.decision import LONGEST_NOTE

Schema = Mapping[str, Any]

LARGEST_ID = 10**18 - 1

TEXT: Schema = {"type": "string"}
TIME: Schema = {"type": "string", "format": "date-time"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
ID: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
SEVERITY: Schema = {"type": "integer", "enum": [1, 2, 3, 4]}
BOOLEAN: Schema = {"type": "boolean"}
NOTE: Schema = {"type": "string", "maxLength": LONGEST_NOTE}
VERSION: Schema = {"type": "integer", "minimum": 1, "maximum": 10**9}
TOKEN: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}

_TYPES = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
_NAMES = {"string": "a text", "integer": "a whole number", "boolean": "true or false", "array": "a list"}


class Fault(NamedTuple):
    """What is wrong with what was sent, and in which field."""

    field: str
    says: str


def one_of(words: Iterable[str]) -> Schema:
    """Return the schema of some words, or of those of an enum."""
    return {"type": "string", "enum": [str(word) for word in words]}


def many(schema: Schema, **limits: int) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": schema, **limits}


def maybe(schema: Schema) -> Schema:
    """Return the schema of what may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def each(schema: Schema) -> Schema:
    """Return the schema of values under names of any kind."""
    return {"type": "object", "additionalProperties": schema}


def thing(title: str, /, *, may_lack: Iterable[str] = (), **properties: Schema) -> Schema:
    """Return the schema of a thing that has these properties and no others."""
    lacking = set(may_lack)
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in lacking],
        "additionalProperties": False,
    }


def faults(value: object, schema: Schema, *, at: str = "") -> Iterator[Fault]:
    """Yield what of a value is not as a schema says."""
    kind = schema["type"]
    if not isinstance(value, _TYPES[kind]) or (kind == "integer" and isinstance(value, bool)):
        yield Fault(at, f"must be {_NAMES.get(kind, 'an object')}")
    elif "enum" in schema and value not in schema["enum"]:
        yield Fault(at, f"must be one of {', '.join(str(word) for word in schema['enum'])}")
    else:
        yield from _INNER.get(kind, _nothing)(value, schema, at)


def _nothing(_value: Any, _schema: Schema, _at: str) -> Iterator[Fault]:
    yield from ()


def _of_text(value: str, schema: Schema, at: str) -> Iterator[Fault]:
    if len(value) > schema.get("maxLength", len(value)) or len(value) < schema.get("minLength", 0):
        yield Fault(at, f"must have {schema.get('minLength', 0)} to {schema['maxLength']} characters")
    if not re.search(schema.get("pattern", "").replace("$", r"\Z"), value):
        yield Fault(at, f"must match {schema['pattern']}")


def _of_number(value: int, schema: Schema, at: str) -> Iterator[Fault]:
    low, high = schema.get("minimum", value), schema.get("maximum", value)
    if not low <= value <= high:
        yield Fault(at, f"must be from {low} to {high}")


def _of_list(value: list[object], schema: Schema, at: str) -> Iterator[Fault]:
    if len(value) > schema["maxItems"]:
        yield Fault(at, f"must have {schema['maxItems']} elements at most")
        return
    for number, inner in enumerate(value):
        yield from faults(inner, schema["items"], at=f"{at}/{number}")


def _of_object(value: dict[str, object], schema: Schema, at: str) -> Iterator[Fault]:
    known, others = schema.get("properties", {}), schema["additionalProperties"]
    for name in schema.get("required", ()):
        if name not in value:
            yield Fault(f"{at}/{name}".lstrip("/"), "is missing")
    for name, inner in value.items():
        place = f"{at}/{name[:80]}".lstrip("/")
        if name in known or others:
            yield from faults(inner, known.get(name, others), at=place)
        else:
            yield Fault(place, "is not known here")


_INNER: dict[str, Callable[[Any, Schema, str], Iterator[Fault]]] = {
    "string": _of_text,
    "integer": _of_number,
    "array": _of_list,
    "object": _of_object,
}
