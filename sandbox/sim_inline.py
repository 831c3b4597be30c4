"""The people's door to inline queries: typing the bot's name and some words, and choosing."""

from __future__ import annotations

import asyncio

from aiohttp import web

from sandbox import inline, render
from sandbox.bus import changed
from sandbox.errors import PersonRefused
from sandbox.groups import Groups
from sandbox.people import People
from sandbox.shapes import JSON, InlineQuery, Room
from sandbox.sim_input import Handler, body, number, optional, path_id, text, wait
from sandbox.world import World


class SimInline:
    """What a person does in any chat with @bot and words; `group` in a body says in which, else it is the bot's own."""

    def __init__(self, world: World, people: People, groups: Groups) -> None:
        self._world = world
        self._people = people
        self._groups = groups

    def routes(self) -> list[tuple[str, str, Handler]]:
        """(HTTP method, path, handler)."""
        return [
            ("POST", "/sim/people/{id}/inline", self.ask),
            ("GET", "/sim/inline/{id}", self.answer),
            ("POST", "/sim/people/{id}/choose", self.choose),
        ]

    async def ask(self, request: web.Request) -> JSON:
        """Ask the bot; answered at once where it said before how."""
        given = await body(request)
        room = self._room(path_id(request), optional(given, "group"))
        words = text(given, "query", ""), text(given, "offset", "")
        return inline.shown(inline.ask(self._world, room, path_id(request), *words))

    async def answer(self, request: web.Request) -> JSON:
        """What the bot offers; with `wait` as soon as it does."""
        query = self._query(path_id(request))
        room = self._world.room(query.chat_id)
        end = asyncio.get_running_loop().time() + wait(request)
        while query.answer is None and (left := end - asyncio.get_running_loop().time()) > 0:
            await changed(room, room.revision, left)
        return inline.shown(query)

    async def choose(self, request: web.Request) -> JSON:
        """Send one of the results."""
        given = await body(request)
        query = self._query(number(given, "query_id"))
        if query.person_id != path_id(request):
            raise PersonRefused("Somebody else has asked this.")
        room = self._room(query.person_id, optional(given, "group"))
        sent = inline.choose(self._world, query, text(given, "result_id"), room, optional(given, "thread"))
        return render.page_message(self._world, room, sent)

    def _room(self, person_id: int, group_id: int) -> Room:
        return self._groups.inside(group_id, person_id) if group_id else self._people.chat(person_id)

    def _query(self, query_id: int) -> InlineQuery:
        query = self._world.inline.get(query_id)
        if query is None:
            raise PersonRefused("There is no such query.", 404)
        return query
