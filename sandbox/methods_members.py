"""Who is in a group and what they may: looking, banning, restricting, promoting, leaving."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.members import ADMIN_RIGHTS, PERMISSIONS, exists, is_inside, may, member_card, member_of, place, rules
from sandbox.methods_chat_info import granted, group_of
from sandbox.registry import method
from sandbox.shapes import JSON, Group

#: A restriction that ends sooner or later than that holds for ever.
SHORTEST, LONGEST = 30, 366 * 86_400
TITLE = 16
_PRIVATE = "chat member status can't be changed in private chats"


@method("getChatAdministrators")
def get_chat_administrators(call: Call) -> list[JSON]:
    """The creator and the administrators; other bots than this one do not exist here."""
    group = group_of(call, "there are no administrators in the private chat")
    return [member_card(call.world, group, user_id) for user_id in group.members if rules(group, user_id)]


@method("getChatMemberCount")
def get_chat_member_count(call: Call) -> int:
    """How many are in a chat, the bot included."""
    chat = call.known_chat()
    return sum(is_inside(chat, user_id) for user_id in chat.members) if isinstance(chat, Group) else 2


@method("leaveChat")
def leave_chat(call: Call) -> bool:
    """The bot goes."""
    group = group_of(call, _PRIVATE)
    place(call.world, group, call.world.bot_id, "left", (), call.world.bot_id)
    return True


@method("banChatMember")
def ban_chat_member(call: Call) -> bool:
    """Somebody goes and cannot come back through a link, for ever or until a date."""
    group, user_id = _other(call, "can_restrict_members", "restrict/unrestrict chat member")
    was_inside = is_inside(group, user_id)
    place(call.world, group, user_id, "kicked", (), call.world.bot_id, until=_until(call))
    if was_inside and not group.channel:
        call.world.say(group, {"left_chat_member": call.world.user_card(user_id)})
    return True


@method("unbanChatMember")
def unban_chat_member(call: Call) -> bool:
    """Somebody may come back; who is in the group and not banned is put out, unless only_if_banned."""
    group, user_id = _other(call, "can_restrict_members", "restrict/unrestrict chat member")
    if member_of(group, user_id).status == "kicked" or not call.flag("only_if_banned"):
        place(call.world, group, user_id, "left", (), call.world.bot_id)
    return True


@method("restrictChatMember")
def restrict_chat_member(call: Call) -> bool:
    """Take permissions from somebody, or give all of them back."""
    group, user_id = _other(call, "can_restrict_members", "restrict/unrestrict chat member")
    if not group.supergroup or group.channel:
        raise bad("method is available only for supergroups")
    permissions = granted(call)
    lifted = not {name for name in _all_permissions(group) if name not in permissions}
    status = "member" if lifted else "restricted"
    place(call.world, group, user_id, status, () if lifted else permissions, call.world.bot_id, until=_until(call))
    return True


@method("promoteChatMember")
def promote_chat_member(call: Call) -> bool:
    """Give somebody rights, only such as the bot has; with none of them somebody is a member again."""
    group = group_of(call, _PRIVATE)
    if not may(group, call.world.bot_id, "can_promote_members"):
        raise bad("not enough rights")
    group, user_id = _other(call, "can_promote_members", "promote chat member")
    rights = {name for name in ADMIN_RIGHTS if call.flag(name) and exists(group, name)}
    if any(not may(group, call.world.bot_id, name) for name in rights):
        raise bad("RIGHT_FORBIDDEN")
    status = "administrator" if rights else "member"
    place(call.world, group, user_id, status, rights | {"can_manage_chat"} if rights else (), call.world.bot_id)
    return True


@method("setChatAdministratorCustomTitle")
def set_chat_administrator_custom_title(call: Call) -> bool:
    """What stands beside an administrator's name; only of those whom the bot has promoted."""
    group, user_id = _other(call, "can_promote_members", "change custom title of the user", administrators=True)
    member = member_of(group, user_id)
    title = call.text("custom_title")
    if member.status != "administrator" or member.by != call.world.bot_id:
        raise bad("not enough rights to change custom title of the user")
    if len(title) > TITLE:
        raise bad("ADMIN_RANK_INVALID")
    member.title = title
    call.world.tell_group(group)
    return True


def _all_permissions(group: Group) -> frozenset[str]:
    """What members may, who are not restricted."""
    return frozenset(PERMISSIONS) - group.forbidden


def _other(call: Call, right: str, what: str, administrators: bool = False) -> tuple[Group, int]:
    """The group and the user of a call, whom the bot may rule; raises Refused."""
    group = group_of(call, _PRIVATE)
    user_id, bot_id = call.integer("user_id"), call.world.bot_id
    if not may(group, bot_id, right):
        raise bad(f"not enough rights to {what}")
    if user_id == bot_id:
        raise bad("can't restrict self")
    if user_id not in call.world.chats:
        raise bad("PARTICIPANT_ID_INVALID")
    member = member_of(group, user_id)
    if member.status == "creator":
        raise bad("can't remove chat owner")
    if member.status == "administrator" and not administrators and member.by != bot_id:
        raise bad("user is an administrator of the chat")
    return group, user_id


def _until(call: Call) -> int:
    """When a restriction ends, 0 for never."""
    until = call.integer("until_date")
    left = until - call.world.now()
    return until if SHORTEST <= left <= LONGEST else 0
