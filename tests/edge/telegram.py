"""Telegram as a script: a request object that answers what a test has laid out, and remembers what it was asked."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from telegram.error import TelegramError
from telegram.request import BaseRequest, RequestData

from bot.telegram_http import AiohttpRequest
from bot.wire import Wire

TOKEN = "7000000001:" + "T" * 35
Answer = Any | TelegramError | Callable[[dict[str, Any]], Any]


class ScriptedTelegram(BaseRequest):
    """Answers each method from its queue; the last answer stays. Without one it answers a message."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.files: list[dict[str, Any]] = []
        self._answers: defaultdict[str, deque[Answer]] = defaultdict(deque)
        self._message_id = 1000

    def will_answer(self, method: str, *answers: Answer) -> None:
        """The answers of the next calls: a result, an error to raise, or (code, description) of a refusal."""
        self._answers[method].extend(answers)

    def asked(self, method: str) -> list[dict[str, Any]]:
        """The parameters of all calls of a method."""
        return [parameters for name, parameters in self.calls if name == method]

    def wire(self) -> Wire:
        """A line to this Telegram."""
        return Wire(self, "https://telegram.test", TOKEN)

    @property
    def read_timeout(self) -> float:
        return 1.0

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        return AiohttpRequest.parse_json_payload(payload)

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        parameters: dict[str, Any] = dict(request_data.parameters) if request_data else {}
        self.calls.append((name, parameters))
        self.files.append(dict(request_data.multipart_data) if request_data and request_data.contains_files else {})
        return self._reply(self._next(name), parameters)

    def _next(self, name: str) -> Answer:
        waiting = self._answers[name]
        if not waiting:
            self._message_id += 1
            return {"message_id": self._message_id}
        return waiting.popleft() if len(waiting) > 1 else waiting[0]

    @staticmethod
    def _reply(answer: Answer, parameters: dict[str, Any]) -> tuple[int, bytes]:
        if isinstance(answer, TelegramError):
            raise answer
        if callable(answer):
            answer = answer(parameters)
        if isinstance(answer, tuple):
            code, description, *more = answer
            refusal = {"ok": False, "error_code": code, "description": description}
            return code, json.dumps(refusal | ({"parameters": more[0]} if more else {})).encode()
        return 200, json.dumps({"ok": True, "result": answer}).encode()
