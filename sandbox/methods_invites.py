"""Invite links, as the bot makes, changes and ends them; and those who ask to be let in."""

from __future__ import annotations

from sandbox import invites
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.members import is_inside, may
from sandbox.methods_chat_info import group_of
from sandbox.registry import method
from sandbox.shapes import JSON, Group

NAME, MOST_MEMBERS = 32, 99_999
#: The only length of a subscription that Telegram allows, in seconds, and the most stars it may cost.
PERIOD, MOST_STARS = 2_592_000, 10_000
_PRIVATE = "can't invite members to a private chat"


@method("exportChatInviteLink")
def export_chat_invite_link(call: Call) -> str:
    """The bot's first link of a chat anew; the one before ends."""
    group = _group(call)
    for link in group.links.values():
        if link["is_primary"]:
            link["is_revoked"] = True
    address: str = invites.make(call.world, group, is_primary=True)["invite_link"]
    return address


@method("createChatInviteLink")
def create_chat_invite_link(call: Call) -> JSON:
    """A further link."""
    group = _group(call)
    return invites.card(group, invites.make(call.world, group, **_details(call)))


@method("editChatInviteLink")
def edit_chat_invite_link(call: Call) -> JSON:
    """Another name, end, limit or way in; what the call does not name is taken away."""
    group, link = _link(call)
    if link["is_primary"]:
        raise bad("INVITE_HASH_INVALID")
    for name in ("name", "expire_date", "member_limit"):
        link.pop(name, None)
    link |= {"creates_join_request": False, **_details(call)}
    return invites.card(group, link)


@method("createChatSubscriptionInviteLink")
def create_chat_subscription_invite_link(call: Call) -> JSON:
    """A link to a channel that costs stars each month."""
    group = _group(call)
    period, price = call.integer("subscription_period"), call.integer("subscription_price")
    if not group.channel or period != PERIOD or not 1 <= price <= MOST_STARS:
        raise bad("PRICING_CHAT_INVALID" if not group.channel else "SUBSCRIPTION_PERIOD_INVALID")
    details = {**_name(call), "subscription_period": period, "subscription_price": price}
    return invites.card(group, invites.make(call.world, group, **details))


@method("editChatSubscriptionInviteLink")
def edit_chat_subscription_invite_link(call: Call) -> JSON:
    """Another name for such a link."""
    group, link = _link(call)
    if "subscription_period" not in link:
        raise bad("INVITE_HASH_INVALID")
    link.pop("name", None)
    link |= _name(call)
    return invites.card(group, link)


@method("revokeChatInviteLink")
def revoke_chat_invite_link(call: Call) -> JSON:
    """A link ends; nobody comes in with it any more."""
    group, link = _link(call)
    link["is_revoked"] = True
    return invites.card(group, link)


@method("approveChatJoinRequest")
def approve_chat_join_request(call: Call) -> bool:
    """Let in who asks for it."""
    group, user_id = _asking(call)
    link = group.links.get(group.requests[user_id])
    told = {"invite_link": invites.card(group, link)} if link else {}
    invites.let_in(call.world, group, user_id, call.world.bot_id, via_join_request=True, **told)
    return True


@method("declineChatJoinRequest")
def decline_chat_join_request(call: Call) -> bool:
    """Do not let in who asks for it."""
    group, user_id = _asking(call)
    del group.requests[user_id]
    call.world.tell_group(group)
    return True


def _group(call: Call) -> Group:
    group = group_of(call, _PRIVATE)
    if not may(group, call.world.bot_id, "can_invite_users"):
        raise bad("not enough rights to manage chat invite link")
    return group


def _link(call: Call) -> tuple[Group, JSON]:
    group = _group(call)
    link = group.links.get(call.text("invite_link"))
    if link is None:
        raise bad("INVITE_HASH_INVALID")
    return group, link


def _asking(call: Call) -> tuple[Group, int]:
    group, user_id = _group(call), call.integer("user_id")
    if user_id not in call.world.chats:
        raise bad("USER_ID_INVALID")
    if is_inside(group, user_id):
        raise bad("USER_ALREADY_PARTICIPANT")
    if user_id not in group.requests:
        raise bad("HIDE_REQUESTER_MISSING")
    return group, user_id


def _name(call: Call) -> JSON:
    name = call.text("name")
    if len(name) > NAME:
        raise bad("invite link name is too long")
    return {"name": name} if name else {}


def _details(call: Call) -> JSON:
    details = _name(call)
    limit, ends = call.integer("member_limit"), call.integer("expire_date")
    if not 0 <= limit <= MOST_MEMBERS:
        raise bad("USAGE_LIMIT_INVALID")
    if ends and ends <= call.world.now():
        raise bad("EXPIRE_DATE_INVALID")
    if call.flag("creates_join_request"):
        if limit:
            raise bad("member limit can't be specified for links requiring administrator approval")
        details["creates_join_request"] = True
    named = (("member_limit", limit), ("expire_date", ends))
    return {**details, **{name: value for name, value in named if value}}
