"""Where a call, an answer or an update departs from the Bot API's specification: noted, shown, and fatal in tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from sandbox.shapes import JSON
from sandbox.specification import METHODS, native, problems, required

KEPT = 200
#: Parameters that Telegram took before and still takes, though its specification does not name them any more.
STILL_TAKEN = {
    "reply_to_message_id": "Integer",
    "allow_sending_without_reply": "Boolean",
    "disable_web_page_preview": "Boolean",
    "correct_option_id": "Integer",
    "thumb": "InputFile|String",
}
#: Of these a bot that was written for an older Bot API may not know all fields; what is missing counts as not given.
_GROWING = ("ChatAdministratorRights",)


class DepartedFromSpecification(Exception):
    """Something was not as the specification has it; one line for each departure."""


_LACKING = tuple(f"is missing; {name} requires it" for name in _GROWING)


class Departures:
    """The last departures; `total` counts them all, `on_change` hears of each."""

    def __init__(self) -> None:
        self._kept: deque[JSON] = deque(maxlen=KEPT)
        self.total = 0
        self.on_change: Callable[[JSON], None] = lambda departure: None

    def call(self, method: str, params: JSON, uploads: Iterable[str]) -> None:
        """Check the parameters of a call that was carried out."""
        known = METHODS.get(method.lower())
        if known is not None:
            self._note("call", known["name"], wrong_parameters(known["fields"], params, frozenset(uploads)))

    def answer(self, method: str, result: Any) -> None:
        """Check the result of a method."""
        known = METHODS.get(method.lower())
        if known is not None:
            self._note("answer", known["name"], problems(known["returns"], result, "result"))

    def update(self, payload: JSON) -> None:
        """Check an update."""
        kind = next((name for name in payload if name != "update_id"), "update")
        self._note("update", kind, problems("Update", payload, "update"))

    def all(self) -> list[JSON]:
        """What is kept, oldest first: {"what": "call" | "answer" | "update", "name", "problems"}."""
        return list(self._kept)

    def clear(self) -> None:
        """Forget them, for tests that depart on purpose."""
        self._kept.clear()
        self.total = 0

    def refuse(self) -> None:
        """Raises DepartedFromSpecification where there is any."""
        if self.total:
            lines = [f"{one['what']} {one['name']}: {'; '.join(one['problems'])}" for one in self._kept]
            raise DepartedFromSpecification("\n".join(lines))

    def _note(self, what: str, name: str, found: list[str]) -> None:
        if found:
            self.total += 1
            departure = {"what": what, "name": name, "problems": found}
            self._kept.append(departure)
            self.on_change(departure)


def wrong_parameters(fields: dict[str, str], params: JSON, uploads: frozenset[str]) -> list[str]:
    """What is wrong with the parameters of a call."""
    wrong: list[str] = []
    for name, value in params.items():
        word = fields.get(name) or STILL_TAKEN.get(name)
        if word is None:
            wrong.append(f"{name} is no parameter of this method")
            continue
        expression, _ = required(word)
        wrong += [one for one in problems(expression, native(expression, value), name) if not one.endswith(_LACKING)]
    given = params.keys() | uploads
    return wrong + [f"{name} is missing" for name, word in fields.items() if word.endswith("!") and name not in given]
