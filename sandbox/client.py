"""People as tests play them: over real HTTP, waiting for what comes instead of sleeping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import aiohttp
import orjson

from sandbox.client_groups import Group
from sandbox.client_waits import PATIENCE, find_button, message_id, present, until
from sandbox.shapes import JSON


class Client:
    """The people's side of a sandbox at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session: aiohttp.ClientSession | None = None

    async def person(self, first_name: str, **details: Any) -> Person:
        """Somebody new; details are last_name, username, language, phone, id, role."""
        card = await self.post("/sim/people", {"first_name": first_name, **details})
        return Person(self, card)

    async def group(
        self, title: str, creator: Person, *members: Person, bot: str = "administrator", **details: Any
    ) -> Group:
        """A new group; details are rights (of the bot; all where none are named), supergroup, forum, username, id."""
        ids = [member.id for member in members]
        body = {"title": title, "creator": creator.id, "members": ids, "bot": bot, **details}
        return Group(self, await self.post("/sim/groups", body))

    async def clock(self, ahead: float) -> None:
        """Set the sandbox's clock ahead by so many seconds, in all."""
        await self.post("/sim/clock", {"ahead": ahead})

    async def state(self) -> JSON:
        """The bot, the people, what is emulated and what is not."""
        return await self.get("/sim/state")

    async def log(self, after: int = 0, method: str | None = None) -> list[JSON]:
        """The Bot API calls after a number, of one method or all."""
        entries: list[JSON] = (await self.get("/sim/log", after=after))["entries"]
        return [entry for entry in entries if method is None or entry["method"] == method]

    async def fault(self, **rule: Any) -> JSON:
        """A rule of misbehaviour; what can stand in it is told at `sandbox.faults.Faults.add`."""
        return await self.post("/sim/faults", rule)

    async def mend(self, rule_id: int | None = None) -> None:
        """Take back one rule, or all; held calls go on."""
        await self.request("DELETE", "/sim/faults" if rule_id is None else f"/sim/faults/{rule_id}")

    async def get(self, path: str, **query: int | float) -> JSON:
        """GET as JSON; raises RuntimeError with the server's sentence."""
        return await self.request("GET", path, params={name: str(value) for name, value in query.items()})

    async def post(self, path: str, body: JSON | None = None) -> JSON:
        """POST JSON; raises RuntimeError with the server's sentence."""
        return await self.request("POST", path, data=orjson.dumps(body or {}), headers=_JSON_HEADER)

    async def request(self, method: str, path: str, **how: Any) -> JSON:
        """Any request of the people's side; raises RuntimeError with the server's sentence."""
        if self._session is None:
            self._session = aiohttp.ClientSession()
        async with self._session.request(method, self._url + path, **how) as response:
            body: JSON = orjson.loads(await response.read())
            if response.status != 200:
                raise RuntimeError(body.get("error", f"{path} answered {response.status}"))
            return body

    async def close(self) -> None:
        """Hang up."""
        if self._session:
            await self._session.close()


_JSON_HEADER = {"Content-Type": "application/json"}


class Person:
    """One person with a phone; remembers up to which message they have heard the bot."""

    def __init__(self, client: Client, card: JSON) -> None:
        self._client = client
        self.card = card
        self.id: int = card["id"]
        self._heard = 0

    async def start(self, payload: str = "") -> JSON:
        """Press Start, or open a deep link with this payload."""
        return await self._do("start", payload=payload)

    async def write(self, text: str, reply_to: int | None = None) -> JSON:
        """Write a text, which is also how a button of a reply keyboard is pressed."""
        return await self._do("write", text=text, reply_to=reply_to)

    async def edit(self, message: JSON | int, text: str) -> JSON:
        """Edit a text or caption of one's own."""
        return await self._do("edit", message_id=message_id(message), text=text)

    async def delete(self, message: JSON | int) -> None:
        """Delete a message for both sides; the bot hears nothing of it."""
        await self._do("delete", message_id=message_id(message))

    async def press(self, label_or_data: str, message: JSON | int | None = None, wait: float = PATIENCE) -> JSON:
        """Press the inline button with this label (or data) in the newest message that has it, or in `message`.

        With `message`, data that no button has is sent all the same, as a client may. Returns the answer of the bot
        {"answered", "text"?, "alert"?, "url"?}, waiting `wait` seconds for it.
        """
        message_id, data = await self._find(label_or_data, message)
        query = await self._do("press", message_id=message_id, callback_data=data)
        return await self._client.get(f"/sim/queries/{query['query_id']}", wait=wait)

    async def press_place(self, message: JSON | int, row: int, column: int) -> JSON:
        """Press the button at this place, without waiting: {"query_id"}, or {"asked"} where it was to pay."""
        return await self._do("press", message_id=message_id(message), row=row, column=column)

    async def set_picture(self, data: bytes) -> None:
        """A new profile picture."""
        form = aiohttp.FormData()
        form.add_field("picture", data, filename="picture.png")
        await self._client.request("POST", f"/sim/people/{self.id}/picture", data=form)

    async def press_only(self, label_or_data: str, message: JSON | int | None = None) -> int:
        """Press without waiting; returns the query id."""
        message_id, data = await self._find(label_or_data, message)
        query = await self._do("press", message_id=message_id, callback_data=data)
        return int(query["query_id"])

    async def share_contact(self, of: Person | None = None) -> JSON:
        """Share one's own phone number, or the card of somebody else."""
        return await self._do("share_contact", of=of.id if of else None)

    async def share_location(self, latitude: float, longitude: float) -> JSON:
        """Share a place."""
        return await self._do("share_location", latitude=latitude, longitude=longitude)

    async def send_file(
        self, data: bytes, name: str = "file.bin", kind: str = "document", caption: str = "", **said: Any
    ) -> JSON:
        """Send a file as photo, document, video …; `said` is what is told of it: title, performer, duration, emoji."""
        form = aiohttp.FormData()
        for field, value in {"kind": kind, "caption": caption, **said}.items():
            form.add_field(field, str(value))
        form.add_field("file", data, filename=name)
        return await self._client.request("POST", f"/sim/people/{self.id}/file", data=form)

    async def react(self, message: JSON | int, emoji: str) -> JSON:
        """React to a message, or take the reaction back ("")."""
        return await self._do("react", message_id=message_id(message), emoji=emoji)

    async def vote(self, message: JSON | int, *options: int) -> JSON:
        """Vote in a poll, or take the vote back."""
        return await self._do("vote", message_id=message_id(message), options=list(options))

    async def share_chat(self, group: Group, request_id: int) -> JSON:
        """Choose a group for the button with this request_id."""
        return await self._do("share_chat", group=group.id, request_id=request_id)

    async def share_users(self, *people: Person, request_id: int) -> JSON:
        """Choose people for the button with this request_id."""
        return await self._do("share_users", users=[person.id for person in people], request_id=request_id)

    async def ask_inline(
        self, query: str, offset: str = "", group: Group | None = None, wait: float = PATIENCE
    ) -> JSON:
        """Type the bot's name and some words: {"query_id", "answered", "results", "next_offset"?, "button"?}."""
        asked = await self._do("inline", query=query, offset=offset, group=group.id if group else None)
        return await self._client.get(f"/sim/inline/{asked['query_id']}", wait=wait)

    async def choose(self, offered: JSON, result_id: str, group: Group | None = None, thread: int = 0) -> JSON:
        """Send one of the results that `ask_inline` gave, here or in a group."""
        place = {"group": group.id, "thread": thread} if group else {}
        return await self._do("choose", query_id=offered["query_id"], result_id=result_id, **place)

    async def deactivate(self) -> None:
        """Delete the account."""
        await self._do("deactivate")

    async def block(self) -> None:
        """Block the bot."""
        await self._do("block")

    async def unblock(self) -> None:
        """Let the bot write again."""
        await self._do("unblock")

    async def open(self, link: str) -> JSON:
        """Tap a t.me link."""
        return await self._do("open", link=link)

    async def chat(self, limit: int = 100) -> JSON:
        """The chat as the person sees it: messages, keyboard, commands, typing, revision."""
        return await self._client.get(f"/sim/people/{self.id}/chat", limit=limit)

    async def until(self, holds: Callable[[JSON], Any], timeout: float = PATIENCE) -> JSON:
        """The chat as soon as `holds(chat)` is true of it; raises AssertionError after `timeout`."""
        path = f"/sim/people/{self.id}/chat"
        return await until(self._client, path, holds, timeout, self.card["first_name"])

    async def heard(self, n: int = 1, timeout: float = PATIENCE) -> list[JSON]:
        """The next `n` messages of the bot since the last time, oldest first; waits for them."""
        chat = await self.until(lambda chat: len(self._new(chat)) >= n, timeout)
        messages = self._new(chat)[:n]
        if messages:
            self._heard = messages[-1]["id"]
        return messages

    async def heard_so_far(self) -> list[JSON]:
        """The messages of the bot since the last time, without waiting."""
        messages = self._new(await self.chat(500))
        if messages:
            self._heard = messages[-1]["id"]
        return messages

    async def changed(self, message: JSON, timeout: float = PATIENCE) -> JSON:
        """The message as soon as it differs from `message` (edited text or buttons); {} when it was deleted."""
        chat = await self.until(lambda chat: present(chat, message) != message, timeout)
        return present(chat, message)

    def _new(self, chat: JSON) -> list[JSON]:
        return [m for m in chat["messages"] if m["from"] == "bot" and m["id"] > self._heard and "service" not in m]

    async def _find(self, wanted: str, message: JSON | int | None) -> tuple[int, str]:
        chat = await self.chat(500)
        return find_button(chat, wanted, message, self.card["first_name"])

    async def _do(self, action: str, **body: Any) -> JSON:
        given = {name: value for name, value in body.items() if value is not None}
        return await self._client.post(f"/sim/people/{self.id}/{action}", given)
