"""The part of JSON Schema that our schema uses: what does not fit, as paths."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, Any] = {"string": str, "object": dict, "array": list, "boolean": bool, "integer": int}


def faults(value: object, schema: dict[str, Any], root: dict[str, Any], path: str = "") -> Iterator[str]:
    """Where a value does not fit."""
    if "$ref" in schema:
        yield from faults(value, root["$defs"][schema["$ref"].rsplit("/", 1)[1]], root, path)
    if "type" in schema and not any(_is(value, name) for name in _listed(schema["type"])):
        yield f"{path}: {value!r} is no {schema['type']}"
        return
    for word in ("anyOf", "oneOf"):
        if word in schema and not any(not list(faults(value, one, root)) for one in schema[word]):
            yield f"{path}: {value!r} is none of {word}"
    if ("const" in schema and value != schema["const"]) or ("enum" in schema and value not in schema["enum"]):
        yield f"{path}: {value!r} is not allowed"
    if isinstance(value, int) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{path}: {value} is out of range"
    match value:
        case str():
            yield from _text(value, schema, path)
        case dict():
            yield from _table(value, schema, root, path)
        case list():
            yield from _array(value, schema, root, path)


def _listed(types: str | list[str]) -> list[str]:
    return [types] if isinstance(types, str) else types


def _is(value: object, name: str) -> bool:
    if name == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if name == "object" and hasattr(value, "isoformat"):
        return True  # a date or a time of TOML's own
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def _text(value: str, schema: dict[str, Any], path: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path}: {value!r} does not look like {schema['pattern']}"
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**6):
        yield f"{path}: {value!r} has the wrong length"


def _table(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], path: str) -> Iterator[str]:
    for key in schema.get("required", []):
        if key not in value:
            yield f"{path}: {key} is missing"
    if not schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", 10**6):
        yield f"{path}: the wrong number of keys"
    for key, inner in value.items():
        yield from faults(key, schema.get("propertyNames", {}), root, f"{path}.{key}")
        known = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
        if known is False:
            yield f"{path}: {key} is not known"
        else:
            yield from faults(inner, known, root, f"{path}.{key}")


def _array(value: list[Any], schema: dict[str, Any], root: dict[str, Any], path: str) -> Iterator[str]:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", 10**6):
        yield f"{path}: the wrong number of items"
    for place, item in enumerate(value):
        yield from faults(item, schema.get("items", {}), root, f"{path}.{place}")
