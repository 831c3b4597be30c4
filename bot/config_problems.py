"""What is wrong with a config, in the operator's words: the key, the fault, the fix."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.problem import CannotStart

#: What to say for pydantic's kinds of errors; {…} are filled from the error's context.
SENTENCES = {
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number, without quotes",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "float_type": "must be a number, without quotes",
    "string_type": 'must be text in quotes ("…")',
    "path_type": 'must be a path in quotes ("…")',
    "frozen_set_type": "must be a list, such as [1, 2]",
    "model_type": "must be a table",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "value_error": "{error}",
    "string_pattern_mismatch": 'must be a language such as "en" or "pt-br"',
}
#: What to do about a key that is missing.
FIXES = {"telegram.token": 'write the token that @BotFather gave you: token = "123456789:AA…"'}


class ConfigError(CannotStart):
    """The configuration cannot be used; `str()` is the whole text for the operator."""

    def __init__(self, path: Path, problems: Sequence[str]) -> None:
        self.path = path
        self.problems = tuple(problems)
        super().__init__("\n".join([f"{path} cannot be used:", *(f"  {problem}" for problem in self.problems)]))

    @classmethod
    def missing(cls, path: Path) -> ConfigError:
        """There is no file: one sentence that says what writes it, or which to copy and which line to fill."""
        error = cls(path, ["is missing"])
        copied = f"There is no {path}: run `frontdesk init`, or copy config.example.toml to {path}"
        error.args = (f'{copied} and put your bot\'s token into its line token = "…".',)
        return error


def describe(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """One line for each problem, in the order of the keys."""
    return [_line(detail, model) for detail in error.errors(include_url=False, include_input=False)]


def _line(detail: ErrorDetails, model: type[BaseModel]) -> str:
    names = [part for part in detail["loc"] if isinstance(part, str)]
    key = ".".join(names)
    if detail["type"] == "missing":
        return f"{key}  is missing; {_fix(key)}"
    if detail["type"] == "extra_forbidden":
        return f"{key}  is not a setting.{_suggestion(names, model)}"
    context: dict[str, Any] = detail.get("ctx", {})
    sentence = SENTENCES.get(detail["type"])
    return f"{key}  {sentence.format(**context) if sentence else detail['msg']}"


def _fix(key: str) -> str:
    return FIXES.get(key) or FIXES.get(f"{key}.token") or "add it"


def _suggestion(names: Sequence[str], model: type[BaseModel]) -> str:
    """The nearest key of the same table; or the table that has a key of this name."""
    table = model
    for name in names[:-1]:
        inner = table.model_fields[name].annotation
        assert isinstance(inner, type) and issubclass(inner, BaseModel)
        table = inner
    near = difflib.get_close_matches(names[-1], table.model_fields, n=1)
    if near:
        return f" Did you mean {'.'.join([*names[:-1], near[0]])}?"
    elsewhere = [key for key in keys(model) if key.rpartition(".")[2] == names[-1]]
    if elsewhere:
        return f" Did you mean {elsewhere[0]}?"
    return f" Here you can set {', '.join(table.model_fields)}."


def keys(model: type[BaseModel], before: str = "") -> list[str]:
    """All keys of a model, dotted: "telegram.webhook.port"."""
    found: list[str] = []
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            found += keys(inner, f"{before}{name}.")
        else:
            found.append(before + name)
    return found
