"""The people's door: what people do with their phones, as JSON under /sim."""

from __future__ import annotations

from aiohttp import web

from sandbox import render, requests
from sandbox.errors import PersonRefused
from sandbox.people import People
from sandbox.shapes import JSON, Message
from sandbox.sim_groups import album
from sandbox.sim_input import Handler, body, number, numbers, optional, path_id, text
from sandbox.world import World


class Sim:
    """What the page and the tests may do."""

    def __init__(self, world: World, people: People) -> None:
        self._world = world
        self._people = people

    def routes(self) -> list[tuple[str, str, Handler]]:
        """(HTTP method, path, handler) of everything that people do."""
        person = "/sim/people/{id}"
        return [
            ("POST", "/sim/people", self.add_person),
            ("POST", f"{person}/start", self.start),
            ("POST", f"{person}/write", self.write),
            ("POST", f"{person}/edit", self.edit),
            ("POST", f"{person}/delete", self.delete),
            ("POST", f"{person}/press", self.press),
            ("POST", f"{person}/share_contact", self.share_contact),
            ("POST", f"{person}/share_location", self.share_location),
            ("POST", f"{person}/file", self.file),
            ("POST", f"{person}/open", self.open),
            ("POST", f"{person}/block", self.block),
            ("POST", f"{person}/unblock", self.unblock),
            ("POST", f"{person}/deactivate", self.deactivate),
            ("POST", f"{person}/react", self.react),
            ("POST", f"{person}/vote", self.vote),
            ("POST", f"{person}/picture", self.picture),
            ("POST", f"{person}/share_chat", self.share_chat),
            ("POST", f"{person}/share_users", self.share_users),
        ]

    async def add_person(self, request: web.Request) -> JSON:
        """Somebody new."""
        given = await body(request)
        details: JSON = {"first_name": text(given, "first_name"), "language_code": text(given, "language", "")}
        for name in ("last_name", "username", "phone"):
            details[name] = text(given, name, "")
        details["role"] = text(given, "role", "visitor")
        if given.get("id") is not None:
            details["id"] = number(given, "id")
        return render.person(self._people.add(**details))

    async def start(self, request: web.Request) -> JSON:
        """Press Start."""
        given = await body(request)
        return self._msg(request, self._people.start(path_id(request), text(given, "payload", "")))

    async def open(self, request: web.Request) -> JSON:
        """Tap a link: to the bot, which starts it; to a message of a group, which says where that is; to join one."""
        given = await body(request)
        link = text(given, "link")
        if "t.me/+" in link:
            return {"group": self._people.join(path_id(request), link)}
        place = self._people.place_in_group(path_id(request), link)
        return place or self._msg(request, self._people.open(path_id(request), link))

    async def write(self, request: web.Request) -> JSON:
        """Write a text, or forward one that somebody wrote."""
        given = await body(request)
        reply_to, author = optional(given, "reply_to"), optional(given, "forwarded_from")
        return self._msg(request, self._people.write(path_id(request), text(given, "text"), reply_to, author))

    async def edit(self, request: web.Request) -> JSON:
        """Edit a text."""
        given = await body(request)
        return self._msg(request, self._people.edit(path_id(request), number(given, "message_id"), text(given, "text")))

    async def delete(self, request: web.Request) -> JSON:
        """Delete a message for both sides; the bot is not told."""
        given = await body(request)
        self._people.delete(path_id(request), number(given, "message_id"))
        return {}

    async def press(self, request: web.Request) -> JSON:
        """Press an inline button, by its place or with any data; a payment has no query but a question to the bot."""
        given = await body(request)
        message_id = number(given, "message_id")
        if "callback_data" not in given:
            place = number(given, "row"), number(given, "column")
            return self._people.press_button(path_id(request), message_id, place)
        return {"query_id": self._people.press(path_id(request), message_id, text(given, "callback_data")).id}

    async def share_contact(self, request: web.Request) -> JSON:
        """Share a card."""
        given = await body(request)
        of = number(given, "of") if given.get("of") is not None else None
        return self._msg(request, self._people.share_contact(path_id(request), of))

    async def share_location(self, request: web.Request) -> JSON:
        """Share a place."""
        given = await body(request)
        place = [given.get("latitude"), given.get("longitude")]
        if not all(isinstance(value, (int, float)) for value in place):
            raise PersonRefused("A place needs latitude and longitude.")
        return self._msg(request, self._people.share_location(path_id(request), given["latitude"], given["longitude"]))

    async def file(self, request: web.Request) -> JSON:
        """Send a file, or several ("file", "file2" …) as an album."""
        params, uploads = await requests.read(request)
        sent = self._people.send_files(path_id(request), album(self._world, params, uploads))
        return self._msg(request, sent[0])

    async def react(self, request: web.Request) -> JSON:
        """React to a message; "" takes the reaction back."""
        given = await body(request)
        emoji = text(given, "emoji", "")
        return self._msg(request, self._people.react(path_id(request), number(given, "message_id"), emoji))

    async def vote(self, request: web.Request) -> JSON:
        """Vote in a poll; [] takes the vote back."""
        given = await body(request)
        options = numbers(given, "options")
        return self._msg(request, self._people.vote(path_id(request), number(given, "message_id"), options))

    async def picture(self, request: web.Request) -> JSON:
        """A new profile picture."""
        _, uploads = await requests.read(request)
        if not uploads:
            raise PersonRefused("There is no picture.")
        self._people.set_picture(path_id(request), next(iter(uploads.values())))
        return {}

    async def share_chat(self, request: web.Request) -> JSON:
        """Choose a group for a button that asks for one."""
        given = await body(request)
        group_id, request_id = number(given, "group"), number(given, "request_id")
        return self._msg(request, self._people.share_chat(path_id(request), group_id, request_id))

    async def share_users(self, request: web.Request) -> JSON:
        """Choose people for a button that asks for them."""
        given = await body(request)
        users, request_id = numbers(given, "users"), number(given, "request_id")
        return self._msg(request, self._people.share_users(path_id(request), users, request_id))

    async def deactivate(self, request: web.Request) -> JSON:
        """The account is gone, or ("on": false) there again."""
        given = await body(request)
        self._people.deactivate(path_id(request), bool(given.get("on", True)))
        return render.person(self._people.chat(path_id(request)).person)

    async def block(self, request: web.Request) -> JSON:
        """Block the bot."""
        self._people.block(path_id(request))
        return render.person(self._people.chat(path_id(request)).person)

    async def unblock(self, request: web.Request) -> JSON:
        """Let the bot write again."""
        self._people.unblock(path_id(request))
        return render.person(self._people.chat(path_id(request)).person)

    def _msg(self, request: web.Request, message: Message) -> JSON:
        return render.page_message(self._world, self._people.chat(path_id(request)), message)
