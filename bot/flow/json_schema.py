"""The JSON Schema of a flow file: what an editor needs to complete keys and to underline slips."""

from __future__ import annotations

import json
from typing import Any

from bot.flow.actions_http import METHODS
from bot.flow.inputs import FILES, MAX_LENGTH, InputType
from bot.flow.messages import ALBUM_SIZES, POLL_SIZES
from bot.flow.reader import LANGUAGE, NAME
from bot.flow.reference import ACTIONS, TABLES, Key

Schema = dict[str, Any]
_STRING: Schema = {"type": "string", "minLength": 1}
_NAME: Schema = {"type": "string", "pattern": f"^{NAME.pattern}$"}
_TEXT: Schema = {"anyOf": [_STRING, {"$ref": "#/$defs/languages"}]}
#: An editor shows TOML's dates and times as texts, or as values of their own.
_WHEN: Schema = {"type": ["string", "object"]}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _list(of: Schema, low: int = 0, high: int | None = None) -> Schema:
    sizes = {"minItems": low} | ({} if high is None else {"maxItems": high})
    return {"type": "array", "items": of, **sizes}


def _tables(name: str) -> Schema:
    """A list of tables, or one table."""
    return {"anyOf": [_ref(name), _list(_ref(name))]}


_MEDIA_ITEM = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": _STRING}
_FILE: Schema = {"enum": [str(kind) for kind in FILES]}
_KINDS: dict[str, Schema] = {
    "string": _STRING,
    "block": _NAME,
    "variable": _NAME,
    "rule": _STRING,
    "media": _STRING,
    "label32": {"type": "string", "minLength": 1, "maxLength": 32},
    "text": _TEXT,
    "html": _TEXT,
    "address": _TEXT,
    "label": {"anyOf": [{"const": True}, _TEXT]},
    "flag": {"type": "boolean"},
    "always": {"const": True},
    "number": {"type": "number"},
    "limit": {"anyOf": [{"type": "number"}, _WHEN]},
    "amount": {"anyOf": [{"type": "number"}, _TEXT]},
    "value": {"anyOf": [{"type": ["string", "number", "boolean"]}, _WHEN, _ref("languages")]},
    "any": {},
    "clock": _WHEN,
    "hours": _list(_WHEN, 2, 2),
    "columns": {"type": "integer", "minimum": 1, "maximum": 8},
    "tries": {"type": "integer", "minimum": 1, "maximum": 100},
    "length": {"type": "integer", "minimum": 1, "maximum": MAX_LENGTH},
    "words": {"anyOf": [_STRING, _list(_STRING)]},
    "options": _list(_TEXT, 1, 50),
    "point": _list({"type": "number"}, 2, 2),
    "album": _list({"anyOf": [_STRING, _MEDIA_ITEM]}, ALBUM_SIZES.start, ALBUM_SIZES.stop - 1),
    "files": {"anyOf": [_FILE, _list(_FILE, 1)]},
    "inputs": {"enum": [str(kind) for kind in InputType]},
    "methods": {"type": "string", "enum": [*METHODS, *map(str.lower, METHODS)]},
    "json": {"type": "object"},
    "store": {"type": "object", "additionalProperties": {"type": "string"}},
    "actions": {"anyOf": [_STRING, _tables("action")]},
    "branches": _list(_ref("branch"), 2, 20),
    "input": _tables("input"),
    "connections": _tables("connection"),
    "keywords": _tables("keyword"),
    "commands": _tables("command"),
    "links": _tables("link"),
    "say": {"anyOf": [_ref("said"), _list(_ref("said"))]},
    "blocks": {"type": "object", "propertyNames": _NAME, "minProperties": 1, "additionalProperties": _ref("block")},
    "variables": {
        "type": "object",
        "propertyNames": _NAME,
        "additionalProperties": {"anyOf": [_STRING, _ref("variable")]},
    },
}


def schema() -> Schema:
    """The whole schema, as JSON has it."""
    tables = {name: _table(keys) for name, keys in TABLES.items()}
    tables["message"]["properties"]["options"]["maxItems"] = POLL_SIZES.stop - 1
    flow = tables.pop("flow")
    actions = [_table(keys, {"do": {"const": word}}) for word, keys in ACTIONS.items()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A conversation for frontdesk",
        **flow,
        "$defs": {
            "languages": {
                "type": "object",
                "minProperties": 1,
                "propertyNames": {"pattern": f"^{LANGUAGE.pattern}$"},
                "additionalProperties": _STRING,
            },
            "said": {"anyOf": [_TEXT, _ref("message"), _ref("action")]},
            "action": {"oneOf": actions},
            **tables,
        },
    }


def written() -> str:
    """The schema as the file `flow.schema.json` has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _table(keys: tuple[Key, ...], fixed: Schema | None = None) -> Schema:
    properties = {**(fixed or {}), **{key.name: _property(key) for key in keys}}
    needed = [*(fixed or {}), *(key.name for key in keys if key.needed)]
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }


def _property(key: Key) -> Schema:
    known = _KINDS.get(key.kind)
    return {"description": key.meaning, **(known if known is not None else {"enum": key.kind.split("|")})}
