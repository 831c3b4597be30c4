"""The world as one JSON value, and back."""

from __future__ import annotations

from dataclasses import asdict, astuple
from typing import Any

from sandbox.extras import Extras
from sandbox.render import group_chat_card
from sandbox.shapes import JSON, Group, Member, Message, Person, Query, Room, StoredFile, Topic
from sandbox.updates import Pending
from sandbox.webhook import Address
from sandbox.world import World

_MESSAGE = ("id", "date", "outgoing", "content", "edit_date", "reply_to", "inline", "fixed", "sender", "thread")


_GROUP = (
    "id",
    "title",
    "supergroup",
    "forum",
    "username",
    "migrated_to",
    "last_id",
    "channel",
    "description",
    "photo",
    "links",
)
#: The last moment before a crash may be missing, yet no id is ever given twice.
IDS_SKIPPED = 1_000


def take(world: World) -> JSON:
    """Everything worth keeping."""
    profile = world.profile
    return {
        "chats": [{"person": asdict(chat.person), **_room(chat)} for chat in world.chats.values()],
        "groups": [_group(group) for group in world.groups.values()],
        "files": [asdict(stored) for stored in world.files.all()],
        "queries": [asdict(query) for query in world.queries.values()],
        "updates": [[p.id, p.chat_id, p.expires, p.payload] for p in world.updates],
        "allowed": world.updates.allowed,
        "webhook": astuple(world.webhook.address) if world.webhook.address else None,
        "names": profile.names,
        "descriptions": profile.descriptions,
        "short_descriptions": profile.short_descriptions,
        "commands": [[scope, language, found] for (scope, language), found in profile.commands.items()],
        "menus": list(profile.menus.items()),
        "extras": asdict(world.extras),
    }


def restore(world: World, kept: JSON) -> None:
    """Fill a new world from what `take` gave; nothing happens where nothing was kept."""
    if not kept:
        return
    for one in kept["chats"]:
        _restore_chat(world, one)
    for one in kept.get("groups", []):
        _restore_group(world, one)
    for one in kept["files"]:
        world.files.know(StoredFile(**one))
    world.queries.update((one["id"], Query(**one)) for one in kept["queries"])
    _restore_profile(world, kept)
    world.updates.allowed = kept["allowed"]
    for number, chat_id, expires, payload in kept["updates"]:
        world.updates.put(Pending(number, chat_id, expires, payload))
    if kept["webhook"]:
        world.webhook.set(Address(*kept["webhook"]))


def _room(room: Room) -> JSON:
    return {
        "messages": [[getattr(message, name) for name in _MESSAGE] for message in room.messages.values()],
        "deleted": list(room.deleted),
        "keyboard": room.keyboard,
        "pinned": room.pinned,
        "reactions": [[number, list(given.items())] for number, given in room.reactions.items()],
        "votes": [[number, list(given.items())] for number, given in room.votes.items()],
        "revision": room.revision,
    }


def _group(group: Group) -> JSON:
    members = [[m.user_id, m.status, sorted(m.rights), m.title, m.until, m.by] for m in group.members.values()]
    topics = [asdict(topic) for topic in group.topics.values()]
    own = {name: getattr(group, name) for name in _GROUP}
    own |= {"forbidden": sorted(group.forbidden), "requests": list(group.requests.items())}
    return {**own, "members": members, "topics": topics, "general": asdict(group.general), **_room(group)}


def _restore_group(world: World, kept: JSON) -> None:
    group = Group(**{name: kept[name] for name in _GROUP if name in kept})
    group.forbidden = frozenset(kept.get("forbidden", ()))
    group.requests = dict(kept.get("requests", ()))
    group.last_id += IDS_SKIPPED
    group.members = {m[0]: Member(m[0], m[1], frozenset(m[2]), *m[3:]) for m in kept["members"]}
    group.topics = {one["id"]: Topic(**one) for one in kept["topics"]}
    group.general = Topic(**kept["general"])
    group.chat_card = group_chat_card(group)
    if group.username:
        world.usernames[group.username.lower()] = group.id
    world.groups[group.id] = group
    _restore_room(group, kept)


def _restore_chat(world: World, kept: JSON) -> None:
    _restore_room(world.add_person(Person(**kept["person"])), kept)


def _restore_room(room: Room, kept: JSON) -> None:
    messages = (Message(*values) for values in kept["messages"])
    room.messages = {message.id: message for message in messages}
    room.deleted = set(kept["deleted"])
    room.keyboard = kept["keyboard"]
    room.pinned = kept["pinned"]
    room.reactions = {number: _by_number(given) for number, given in kept["reactions"]}
    room.votes = {number: _by_number(given) for number, given in kept.get("votes", [])}
    room.revision = kept["revision"]


def _extras(kept: JSON) -> Extras:
    """JSON turned the numbers by which something is kept into texts."""
    found = Extras(**kept)
    found.profile_photos = {int(user): photos for user, photos in found.profile_photos.items()}
    found.scores = {game: {int(user): n for user, n in scores.items()} for game, scores in found.scores.items()}
    return found


def _restore_profile(world: World, kept: JSON) -> None:
    world.extras = _extras(kept.get("extras", {}))
    profile = world.profile
    profile.names, profile.descriptions = kept["names"], kept["descriptions"]
    profile.short_descriptions = kept["short_descriptions"]
    profile.commands = {(scope, language): found for scope, language, found in kept["commands"]}
    profile.menus = _by_number(kept["menus"])
    world.name_bot(profile.names.get("") or world.settings.name)


def _by_number(pairs: list[list[Any]]) -> dict[int, Any]:
    return {int(number): value for number, value in pairs}
