"""The people's door to groups: what their members do, as JSON under /sim/groups."""

from __future__ import annotations

from aiohttp import web

from sandbox import acts, render, requests
from sandbox.bus import changed
from sandbox.commands import seen_in
from sandbox.errors import PersonRefused
from sandbox.groups import Groups
from sandbox.shapes import JSON, Group, Message, Upload
from sandbox.sim_input import Handler, asked, body, number, numbers, optional, path_id, text, texts, wait
from sandbox.whole import whole
from sandbox.world import World


class SimGroups:
    """What the page and the tests may do in groups; `person` in a body says who does it."""

    def __init__(self, world: World, groups: Groups) -> None:
        self._world = world
        self._groups = groups

    def routes(self) -> list[tuple[str, str, Handler]]:
        """(HTTP method, path, handler)."""
        group = "/sim/groups/{id}"
        return [
            ("POST", "/sim/groups", self.add),
            ("GET", f"{group}/chat", self.chat),
            ("POST", f"{group}/write", self.write),
            ("POST", f"{group}/edit", self.edit),
            ("POST", f"{group}/delete", self.delete),
            ("POST", f"{group}/press", self.press),
            ("POST", f"{group}/react", self.react),
            ("POST", f"{group}/vote", self.vote),
            ("POST", f"{group}/file", self.file),
            ("POST", f"{group}/member", self.member),
            ("POST", f"{group}/rename", self.rename),
            ("POST", f"{group}/migrate", self.migrate),
            ("POST", f"{group}/forum", self.forum),
            ("POST", f"{group}/topics", self.make_topic),
            ("POST", f"{group}/topic", self.change_topic),
        ]

    async def add(self, request: web.Request) -> JSON:
        """A new group: title, creator, members, and the bot's place in it."""
        given = await body(request)
        rights = texts(given, "rights") if given.get("rights") is not None else None
        details = {name: given.get(name) for name in ("supergroup", "forum", "channel")}
        details |= {"rights": rights, "bot": text(given, "bot", "member"), "username": text(given, "username", "")}
        details["id"] = optional(given, "id")
        group = self._groups.add(text(given, "title"), number(given, "creator"), numbers(given, "members"), **details)
        return self._card(group)

    async def chat(self, request: web.Request) -> JSON:
        """The last messages, of one topic with `thread` (0: General); with `after_revision` and `wait` once changed."""
        group = self._groups.group(path_id(request))
        if "after_revision" in request.query:
            await changed(group, asked(request, "after_revision", 0), wait(request))
        limit = max(1, min(asked(request, "limit", 50), 500))
        thread = whole(request.query.get("thread"))
        messages, more = acts.page(group, asked(request, "before", 0), limit, thread)
        person = self._world.chats.get(asked(request, "person", 0))
        return {
            "group": self._card(group),
            "messages": [render.page_message(self._world, group, message) for message in messages],
            "keyboard": group.keyboard,
            "commands": seen_in(self._world, group, person.person) if person else [],
            "typing": group.typing_until > self._world.clock(),
            "pinned": list(group.pinned),
            "more": more,
            "revision": group.revision,
        }

    async def write(self, request: web.Request) -> JSON:
        """Write a text, also in the name of the group, or forwarded from somebody."""
        given = await body(request)
        content = acts.text_content(text(given, "text"))
        if author := optional(given, "forwarded_from"):
            content = acts.forwarded(self._world, author, content)
        group_id, person = path_id(request), number(given, "person")
        reply_to, thread = optional(given, "reply_to"), optional(given, "thread")
        sent = self._groups.write(group_id, person, content, reply_to, thread, bool(given.get("anonymous")))
        return self._msg(group_id, sent)

    async def edit(self, request: web.Request) -> JSON:
        """Change a text or caption of one's own."""
        given = await body(request)
        group_id, person = path_id(request), number(given, "person")
        return self._msg(
            group_id, self._groups.edit(group_id, person, number(given, "message_id"), text(given, "text"))
        )

    async def delete(self, request: web.Request) -> JSON:
        """Delete a message; the bot is not told."""
        given = await body(request)
        self._groups.delete(path_id(request), number(given, "person"), number(given, "message_id"))
        return {}

    async def press(self, request: web.Request) -> JSON:
        """Press an inline button, by its place or with any data."""
        given = await body(request)
        group_id, message_id = path_id(request), number(given, "message_id")
        person = number(given, "person")
        if "callback_data" not in given:
            place = number(given, "row"), number(given, "column")
            return self._groups.press_button(group_id, person, message_id, place)
        return {"query_id": self._groups.press(group_id, person, message_id, text(given, "callback_data")).id}

    async def react(self, request: web.Request) -> JSON:
        """React to a message; "" takes the reaction back."""
        given = await body(request)
        group_id, person = path_id(request), number(given, "person")
        emoji = text(given, "emoji", "")
        return self._msg(group_id, self._groups.react(group_id, person, number(given, "message_id"), emoji))

    async def vote(self, request: web.Request) -> JSON:
        """Vote in a poll; [] takes the vote back."""
        given = await body(request)
        group_id, person = path_id(request), number(given, "person")
        options = numbers(given, "options")
        return self._msg(group_id, self._groups.vote(group_id, person, number(given, "message_id"), options))

    async def file(self, request: web.Request) -> JSON:
        """Send a file, or several as an album."""
        params, uploads = await requests.read(request)
        group_id, person = path_id(request), whole(params.get("person"))
        if person is None:
            raise PersonRefused("person must be a whole number.")
        thread, reply_to = whole(params.get("thread")) or 0, whole(params.get("reply_to")) or 0
        contents = album(self._world, params, uploads)
        sent = [self._groups.write(group_id, person, content, reply_to, thread) for content in contents]
        return self._msg(group_id, sent[0])

    async def member(self, request: web.Request) -> JSON:
        """Add, promote, demote, restrict, remove or kick somebody; `person` may be "bot"."""
        given = await body(request)
        group = self._groups.group(path_id(request))
        user_id = self._world.bot_id if given.get("person") == "bot" else number(given, "person")
        rights = texts(given, "rights") if given.get("rights") is not None else None
        self._groups.set_member(group.id, user_id, text(given, "status"), rights, self._by(group, given))
        return self._card(group)

    async def rename(self, request: web.Request) -> JSON:
        """Another title."""
        given = await body(request)
        group = self._groups.group(path_id(request))
        return self._card(self._groups.rename(group.id, text(given, "title"), self._by(group, given)))

    async def migrate(self, request: web.Request) -> JSON:
        """A basic group becomes a supergroup; the new one."""
        given = await body(request)
        group = self._groups.group(path_id(request))
        return self._card(self._groups.migrate(group.id, self._by(group, given)))

    async def forum(self, request: web.Request) -> JSON:
        """Switch topics on or off."""
        given = await body(request)
        group = self._groups.group(path_id(request))
        return self._card(self._groups.set_forum(group.id, self._by(group, given), bool(given.get("on", True))))

    async def make_topic(self, request: web.Request) -> JSON:
        """A new topic."""
        given = await body(request)
        person, name, emoji = number(given, "person"), text(given, "name"), text(given, "emoji", "")
        return render.topic(self._groups.make_topic(path_id(request), person, name, optional(given, "color"), emoji))

    async def change_topic(self, request: web.Request) -> JSON:
        """Edit, close, reopen, delete, hide or unhide a topic."""
        given = await body(request)
        group = self._groups.group(path_id(request))
        words = text(given, "change"), text(given, "name", ""), text(given, "emoji", "")
        self._groups.change_topic(group.id, self._by(group, given), number(given, "topic"), *words)
        return self._card(group)

    def _by(self, group: Group, given: JSON) -> int:
        """Who does it: `by`, else the creator."""
        creator = next((user_id for user_id, member in group.members.items() if member.status == "creator"), 0)
        return optional(given, "by") or creator

    def _card(self, group: Group) -> JSON:
        return render.group(group, self._world.bot_id)

    def _msg(self, group_id: int, message: Message) -> JSON:
        return render.page_message(self._world, self._groups.group(group_id), message)


def album(world: World, params: JSON, uploads: dict[str, Upload]) -> list[JSON]:
    """The contents of the messages for the files of a request: several are one album, the caption is the first's."""
    if not uploads:
        raise PersonRefused("There is no file.")
    group = str(world.query_ids.next()) if len(uploads) > 1 else ""
    captions = [str(params.get("caption", ""))] + [""] * (len(uploads) - 1)
    kind = str(params.get("kind", "document"))
    return [
        acts.file_content(world, kind, upload, caption, group, params)
        for upload, caption in zip(uploads.values(), captions, strict=True)
    ]
