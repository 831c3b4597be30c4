"""What stands around the bot that is fuzzed: a Telegram that takes whatever it is sent, and a log that is searched."""

from __future__ import annotations

import json
import re
from random import Random
from typing import Any

from telegram.request import RequestData

from bot.outside import Requests
from bot.telegram_http import AiohttpRequest
from sandbox.formatting import formatted
from tests.threats.hostile import OURS, judge

TOKEN = "7000000001:" + "F" * 35
SECRET = "only-the-fuzzer-knows"
BOT = {
    "id": 7_000_000_001,
    "is_bot": True,
    "first_name": "B",
    "username": "fuzzed_bot",
    "supports_inline_queries": True,
}
#: Now and then somebody cannot be reached.
REFUSALS = (
    (403, "Forbidden: bot was blocked by the user"),
    (400, "Bad Request: message to edit not found"),
    (400, "Bad Request: query is too old and response timeout expired or query ID is invalid"),
    (400, "Bad Request: message thread not found"),
)


class Void(AiohttpRequest):
    """Answers at once. What it is sent has to be what Telegram takes, and must hold no secret."""

    __slots__ = ("calls", "chance", "wrong")

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.chance = Random(seed)
        self.calls = 0
        self.wrong: list[str] = []

    async def initialize(self) -> None:
        """There is no pool."""

    async def shutdown(self) -> None:
        """There is no pool."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """One call."""
        name = url.rpartition("/")[2]
        parameters: dict[str, Any] = dict(request_data.parameters) if request_data else {}
        self.calls += 1
        if name == "getMe":
            return _well(BOT | {"supports_inline_queries": True})
        if name not in ("setWebhook", "setMyCommands", "deleteMyCommands"):
            self._judge(name, parameters)
            if self.chance.random() < 0.02:
                code, description = self.chance.choice(REFUSALS)
                return code, json.dumps({"ok": False, "error_code": code, "description": description}).encode()
        return _well({"message_id": self.calls, "date": 0, "chat": {"id": parameters.get("chat_id", 0)}})

    def _judge(self, name: str, parameters: dict[str, Any]) -> None:
        said = json.dumps(parameters)
        if TOKEN in said or SECRET in said:
            self.wrong.append(f"{name} holds a secret: {said[:300]}")
        for part in ("text", "caption"):
            if parameters.get("parse_mode") == "HTML" and isinstance(words := parameters.get(part), str):
                try:
                    judge(*formatted(words, "HTML"), name, OURS)
                except Exception as error:  # noqa: BLE001 - whatever it is, the seed makes it again
                    self.wrong.append(f"{name}: Telegram would not take {words[:300]!r}: {error}")


def _well(result: object) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


class Searched:
    """Where the log goes: nothing is kept but what is wrong with it."""

    _UPDATE = re.compile(r'"update": (-?\d+)')

    def __init__(self) -> None:
        self.lines = 0
        self.wrong: list[str] = []
        #: Updates that could not be handled, and why.
        self.failed: dict[int, str] = {}

    def write(self, said: str) -> int:
        """One line or more."""
        self.lines += said.count("\n")
        if TOKEN in said or SECRET in said:
            self.wrong.append("the log holds a secret")
        if '"level": "error"' in said or '"level": "critical"' in said:
            if "an update could not be handled" in said and (found := self._UPDATE.search(said)):
                self.failed[int(found[1])] = said[-700:]
            else:
                self.wrong.append(said[-1500:])
        return len(said)

    def flush(self) -> None:
        """There is nothing to flush."""

    def isatty(self) -> bool:
        """It is none."""
        return False


def wires(void: Void) -> Requests:
    """Both wires lead there."""
    return Requests(void, void)
