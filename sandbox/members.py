"""Who is in a group and what they may do there; every change is told to the bot as Telegram would tell it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sandbox.shapes import JSON, Group, Member

if TYPE_CHECKING:
    from sandbox.world import World

#: The account in whose name anonymous administrators write.
ANONYMOUS = 1087968824
INSIDE = frozenset({"creator", "administrator", "member", "restricted"})
OUTSIDE = frozenset({"left", "kicked"})
RULERS = frozenset({"creator", "administrator"})
ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
    "can_send_welcome_messages",
    "can_post_messages",
    "can_edit_messages",
    "can_manage_direct_messages",
)
#: Rights that only channels have, and those that only groups have.
OF_CHANNELS = frozenset({"can_post_messages", "can_edit_messages", "can_manage_direct_messages"})
OF_GROUPS = frozenset({"can_pin_messages", "can_manage_topics", "can_manage_tags"})
#: What a restricted member may or may not.
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def member_of(group: Group, user_id: int) -> Member:
    """Somebody's place in the group; who never was there has left."""
    return group.members.get(user_id) or Member(user_id, "left")


def is_inside(group: Group, user_id: int) -> bool:
    """Whether this user is in the group now."""
    return member_of(group, user_id).status in INSIDE


def may(group: Group, user_id: int, right: str) -> bool:
    """Whether this user may do what `right` is for: the creator anything, an administrator what was granted."""
    member = member_of(group, user_id)
    return member.status == "creator" or (member.status in ("administrator", "restricted") and right in member.rights)


def allowed(group: Group, user_id: int, permission: str) -> bool:
    """Whether this user has a permission that members have unless it was taken from them or from all."""
    member = member_of(group, user_id)
    if member.status in RULERS:
        return True
    if member.status == "restricted":
        return permission in member.rights
    return permission not in group.forbidden


def rules(group: Group, user_id: int) -> bool:
    """Whether this user is the creator or an administrator."""
    return member_of(group, user_id).status in RULERS


def member_card(world: World, group: Group, user_id: int) -> JSON:
    """A user's place as a Bot API ChatMember."""
    member = member_of(group, user_id)
    card: JSON = {"user": world.user_card(user_id), "status": member.status}
    if member.title and member.status in RULERS:
        card["custom_title"] = member.title
    if member.status == "creator":
        return {**card, "is_anonymous": False}
    if member.status == "administrator":
        rights = {name: name in member.rights for name in ADMIN_RIGHTS if exists(group, name)}
        editable = member.by == world.bot_id and user_id != world.bot_id
        return {**card, "can_be_edited": editable, "is_anonymous": False, **rights}
    if member.status == "restricted":
        rights = {name: name in member.rights for name in PERMISSIONS}
        return {**card, "is_member": True, **rights, "until_date": member.until}
    return {**card, "until_date": member.until} if member.status == "kicked" else card


def exists(group: Group, right: str) -> bool:
    """Whether there is such a right in a chat of this kind."""
    if group.channel:
        return right not in OF_GROUPS
    return right not in OF_CHANNELS and (group.supergroup or right != "can_manage_topics")


def place(
    world: World, group: Group, user_id: int, status: str, rights: Iterable[str], by: int, until: int = 0, **told: JSON
) -> None:
    """Give somebody another place; the bot hears of its own always, of others' where it rules and asked for that.

    `until` is when a restriction or ban ends (0: never), `told` goes into the update beside the change.
    """
    old = member_card(world, group, user_id)
    group.members[user_id] = Member(user_id, status, frozenset(rights), until=until, by=by)
    new = member_card(world, group, user_id)
    world.tell_group(group)
    if old == new:
        return
    change = {
        "chat": group.chat_card,
        "from": world.user_card(by),
        "date": world.now(),
        "old_chat_member": old,
        "new_chat_member": new,
        **told,
    }
    if user_id == world.bot_id:
        world.updates.add("my_chat_member", change, group.id)
    elif rules(group, world.bot_id):
        world.updates.add("chat_member", change, group.id)
