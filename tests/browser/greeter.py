"""A bot of a few lines, speaking plain Bot API, for tests of the page alone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any

import aiohttp

from tests.browser.devtools import PATIENCE

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Opening hours", "callback_data": "toast"}, {"text": "Rules", "callback_data": "alert"}],
        [{"text": "Next page", "callback_data": "edit"}],
    ]
}


def found(query: str) -> dict[str, Any]:
    """What this bot finds for an inline query."""
    content = {"message_text": f"Found: {query}"}
    return {"type": "article", "id": "1", "title": f"Send {query}", "input_message_content": content}


class Greeter:
    """Greets at Start, answers presses and inline queries, repeats texts; `updates` keeps what it was told."""

    def __init__(self, url: str, token: str) -> None:
        self.updates: list[dict[str, Any]] = []
        self._told = asyncio.Condition()
        self._base = f"{url}/bot{token}/"

    async def __aenter__(self) -> Greeter:
        self._session = aiohttp.ClientSession()
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._session.close()

    async def call(self, method: str, **params: Any) -> Any:
        """Call a method; returns its result, raises AssertionError with Telegram's words."""
        async with self._session.post(self._base + method, json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def heard(self, wanted: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until an update like this has come."""
        async with self._told:
            await asyncio.wait_for(self._told.wait_for(lambda: any(map(wanted, self.updates))), PATIENCE)

    async def _run(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=20):
                offset = update["update_id"] + 1
                async with self._told:
                    self.updates.append(update)
                    self._told.notify_all()
                await self._answer(update)

    async def _answer(self, update: dict[str, Any]) -> None:
        if query := update.get("callback_query"):
            await self._pressed(query)
        elif inline := update.get("inline_query"):
            await self.call("answerInlineQuery", inline_query_id=inline["id"], results=[found(inline["query"])])
        elif text := update.get("message", {}).get("text"):
            await self._heard(update["message"], text)

    async def _pressed(self, query: dict[str, Any]) -> None:
        words = {"toast": "Open until 18:00.", "alert": "Please be quiet."}.get(query["data"])
        await self.call(
            "answerCallbackQuery", callback_query_id=query["id"], text=words, show_alert=words == "Please be quiet."
        )
        if query["data"] == "edit":
            place = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
            await self.call("editMessageText", text="The second page.", reply_markup=KEYBOARD, **place)

    async def _heard(self, message: dict[str, Any], text: str) -> None:
        chat_id, name = message["chat"]["id"], message["from"]["first_name"]
        topic = {"message_thread_id": message["message_thread_id"]} if message.get("is_topic_message") else {}
        if text == "/start":
            greeting = f"Hello <b>{name}</b>, the code is <tg-spoiler>7419</tg-spoiler>."
            await self.call("sendMessage", chat_id=chat_id, text=greeting, parse_mode="HTML", reply_markup=KEYBOARD)
        else:
            await self.call("sendMessage", chat_id=chat_id, text=f"You wrote: {text}", **topic)
