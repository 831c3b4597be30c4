"""Groups as tests play them: their members write, press and rule, and one waits for what the bot says there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aiohttp

from sandbox.client_waits import PATIENCE, find_button, message_id, present, until
from sandbox.shapes import JSON

if TYPE_CHECKING:
    from sandbox.client import Client, Person


class Group:
    """One group; remembers up to which message it was heard, in each topic and over all. `thread` 0 is General."""

    def __init__(self, client: Client, card: JSON) -> None:
        self._client = client
        self.card = card
        self.id: int = card["id"]
        self._heard: dict[int | None, int] = {}

    async def write(
        self, who: Person, text: str, thread: int = 0, reply_to: JSON | int | None = None, **how: Any
    ) -> JSON:
        """Write a text; `how` may be anonymous=True or forwarded_from=ID."""
        answered = message_id(reply_to) if reply_to is not None else 0
        return await self._do("write", who, text=text, thread=thread, reply_to=answered, **how)

    async def edit(self, who: Person, message: JSON | int, text: str) -> JSON:
        """Edit a text or caption of one's own."""
        return await self._do("edit", who, message_id=message_id(message), text=text)

    async def delete(self, who: Person, message: JSON | int) -> None:
        """Delete a message; the bot hears nothing of it."""
        await self._do("delete", who, message_id=message_id(message))

    async def react(self, who: Person, message: JSON | int, emoji: str) -> JSON:
        """React to a message, or take the reaction back ("")."""
        return await self._do("react", who, message_id=message_id(message), emoji=emoji)

    async def vote(self, who: Person, message: JSON | int, *options: int) -> JSON:
        """Vote in a poll, or take the vote back."""
        return await self._do("vote", who, message_id=message_id(message), options=list(options))

    async def send_file(
        self, who: Person, data: bytes, name: str = "file.bin", kind: str = "document", caption: str = "", **place: int
    ) -> JSON:
        """Send a file; `place` may be thread and reply_to."""
        form = aiohttp.FormData()
        for field, value in {"kind": kind, "caption": caption, "person": who.id, **place}.items():
            form.add_field(field, str(value))
        form.add_field("file", data, filename=name)
        return await self._client.request("POST", f"/sim/groups/{self.id}/file", data=form)

    async def press(
        self, who: Person, label_or_data: str, message: JSON | int | None = None, wait: float = PATIENCE
    ) -> JSON:
        """Press an inline button, as in a private chat; the bot's answer."""
        query = await self.press_only(who, label_or_data, message)
        return await self._client.get(f"/sim/queries/{query}", wait=wait)

    async def press_only(self, who: Person, label_or_data: str, message: JSON | int | None = None) -> int:
        """Press without waiting; returns the query id."""
        number, data = find_button(await self.chat(500), label_or_data, message, who.card["first_name"])
        query = await self._do("press", who, message_id=number, callback_data=data)
        return int(query["query_id"])

    async def member(
        self, who: Person | str, status: str, rights: list[str] | None = None, by: Person | None = None
    ) -> None:
        """Add, promote, demote, restrict, remove or kick somebody, or "bot"; no rights means all there are."""
        body = {"person": who if isinstance(who, str) else who.id, "status": status, "rights": rights}
        self.card = await self._post("member", {**body, "by": by.id if by else None})

    async def kick_bot(self) -> None:
        """The bot is removed and may not come back by itself."""
        await self.member("bot", "kicked")

    async def migrate(self) -> Group:
        """The basic group becomes a supergroup, which is returned."""
        return Group(self._client, await self._post("migrate", {}))

    async def forum(self, on: bool = True) -> Group:
        """Switch topics on or off; a basic group becomes a supergroup for that, which is returned."""
        return Group(self._client, await self._post("forum", {"on": on}))

    async def make_topic(self, who: Person, name: str) -> int:
        """A new topic; its thread id."""
        return int((await self._do("topics", who, name=name))["id"])

    async def topic(self, change: str, thread: int, by: Person | None = None, **details: str) -> None:
        """`change` a topic: edit (name, emoji), close, reopen, delete; General (1) also hide, unhide."""
        await self._post("topic", {"change": change, "topic": thread or 1, "by": by.id if by else None, **details})

    async def topics(self) -> list[JSON]:
        """The topics without General: {"id", "name", "closed", "color", "emoji"?}."""
        found: list[JSON] = (await self.chat(1))["group"]["topics"]
        return found

    async def chat(self, limit: int = 100, thread: int | None = None) -> JSON:
        """What is in the group, or in one topic."""
        return await self._client.get(f"/sim/groups/{self.id}/chat", limit=limit, **_in(thread))

    async def until(self, holds: Callable[[JSON], Any], timeout: float = PATIENCE, thread: int | None = None) -> JSON:
        """The chat as soon as `holds(chat)` is true of it; raises AssertionError after `timeout`."""
        path = f"/sim/groups/{self.id}/chat"
        return await until(self._client, path, holds, timeout, self.card["title"], **_in(thread))

    async def heard(self, n: int = 1, thread: int | None = None, timeout: float = PATIENCE) -> list[JSON]:
        """The next `n` messages of the bot since the last time (in this topic), oldest first; waits for them."""
        chat = await self.until(lambda chat: len(self._new(chat, thread)) >= n, timeout, thread)
        return self._remember(self._new(chat, thread)[:n], thread)

    async def heard_so_far(self, thread: int | None = None) -> list[JSON]:
        """The messages of the bot since the last time (in this topic), without waiting."""
        return self._remember(self._new(await self.chat(500, thread), thread), thread)

    async def changed(self, message: JSON, timeout: float = PATIENCE) -> JSON:
        """The message as soon as it differs from `message`; {} when it was deleted."""
        return present(await self.until(lambda chat: present(chat, message) != message, timeout), message)

    def _new(self, chat: JSON, thread: int | None) -> list[JSON]:
        seen = self._heard.get(thread, 0)
        return [m for m in chat["messages"] if m["from"] == "bot" and m["id"] > seen and "service" not in m]

    def _remember(self, messages: list[JSON], thread: int | None) -> list[JSON]:
        if messages:
            self._heard[thread] = messages[-1]["id"]
        return messages

    async def _do(self, action: str, who: Person, **body: Any) -> JSON:
        return await self._post(action, {"person": who.id, **body})

    async def _post(self, action: str, body: JSON) -> JSON:
        return await self._client.post(f"/sim/groups/{self.id}/{action}", body)


def _in(thread: int | None) -> dict[str, int]:
    return {} if thread is None else {"thread": thread}
