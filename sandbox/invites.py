"""Invite links of groups and channels: made, ended, and used by people to come in or to ask for it."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.errors import PersonRefused
from sandbox.members import is_inside, member_of, place
from sandbox.posts import post
from sandbox.shapes import JSON, Group
from sandbox.world import World

_NOT_SHOWN = ("uses",)


def make(world: World, group: Group, **details: Any) -> JSON:
    """A new link of the bot's; details are fields of ChatInviteLink."""
    address = f"https://t.me/+{secrets.token_urlsafe(12)}"
    base = {"invite_link": address, "creator": world.bot_card, "creates_join_request": False}
    link = {**base, "is_primary": False, "is_revoked": False, **details, "uses": 0}
    group.links[address] = link
    world.changes += 1
    return link


def card(group: Group, link: JSON) -> JSON:
    """A link as the Bot API shows it."""
    asking = sum(address == link["invite_link"] for address in group.requests.values())
    shown = {name: value for name, value in link.items() if name not in _NOT_SHOWN}
    return {**shown, "pending_join_request_count": asking} if asking else shown


def join(world: World, person_id: int, address: str) -> Group:
    """Somebody taps a link: comes in, or asks to be let in. Raises PersonRefused."""
    group = next((one for one in world.groups.values() if address in one.links), None)
    link = group.links[address] if group else None
    if group is None or link is None or _is_over(world, link):
        raise PersonRefused("This invite link has expired.")
    if is_inside(group, person_id):
        raise PersonRefused("This person is in the group already.")
    if member_of(group, person_id).status == "kicked":
        raise PersonRefused("This person was banned from the group.")
    if link["creates_join_request"]:
        _ask(world, group, person_id, link)
    else:
        link["uses"] += 1
        let_in(world, group, person_id, person_id, invite_link=card(group, link))
    return group


def let_in(world: World, group: Group, person_id: int, by: int, **told: Any) -> None:
    """Somebody is a member now; `told` goes into the update about it."""
    group.requests.pop(person_id, None)
    place(world, group, person_id, "member", (), by, **told)
    if not group.channel:
        post(world, group, person_id, {"new_chat_members": [world.user_card(person_id)]})


def _is_over(world: World, link: JSON) -> bool:
    expired = link.get("expire_date") and link["expire_date"] <= world.clock()
    full = link.get("member_limit") and link["uses"] >= link["member_limit"]
    return bool(link["is_revoked"] or expired or full)


def _ask(world: World, group: Group, person_id: int, link: JSON) -> None:
    group.requests[person_id] = link["invite_link"]
    request = {
        "chat": group.chat_card,
        "from": world.user_card(person_id),
        "user_chat_id": person_id,
        "date": world.now(),
        "invite_link": card(group, link),
    }
    world.updates.add("chat_join_request", request, group.id)
    world.tell_group(group)
