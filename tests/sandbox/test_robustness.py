"""Whatever a bot sends, the server answers in Telegram's way."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import inline
from sandbox.bot_api import BotApi
from sandbox.errors import Refused
from sandbox.faults import Faults
from sandbox.groups import Groups
from sandbox.people import People
from sandbox.presence import Presence
from sandbox.registry import METHODS
from sandbox.render import page_message
from sandbox.settings import Game, Settings
from sandbox.world import World

GROUP = -1001
NAMES = """
    chat_id from_chat_id message_id message_ids text caption parse_mode entities caption_entities reply_markup
    media photo document reply_parameters options question latitude longitude phone_number first_name title
    address emoji user_id message_thread_id icon_color icon_custom_emoji_id inline_query_id results
    inline_message_id commands scope language_code name menu_button reaction file_id callback_query_id url
    allowed_updates action permissions invite_link prices payload currency score game_short_name stickers sticker
    emoji_list sticker_type open_period close_date live_period correct_option_ids explanation star_count rights
    custom_title until_date expire_date member_limit creates_join_request thumbnail keywords mask_position result
    custom_emoji_ids can_pin_messages for_channels heading provider_token
"""
FIELDS = """
    type text url offset length user id inline_keyboard keyboard callback_data message_id media chat_id command
    description emoji copy_text web_app caption language title input_message_content message_text
    photo_file_id request_id label amount point scale x_shift y_shift format sticker emoji_list can_send_messages
    cover photo latitude longitude address name
"""
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            101,
            "101",
            1,
            2,
            3,
            5,
            "<b>a</b>",
            "HTML",
            "type",
            "text",
            "a",
            "chat",
            "photo",
            "👍",
            "[]",
            "{}",
            "typing",
            "article",
            "static",
            "quiz_night",
            "XTR",
            [{"label": "a", "amount": 5}],
            [{"text": "a"}, {"text": "b", "media": {"type": "location", "latitude": 1, "longitude": 2}}],
            "books_by_frontdesk_sandbox_bot",
        ]
    ),
)
KEYS = st.sampled_from(FIELDS.split())
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
LOCAL = frozenset({"setwebhook", "deletewebhook"})


def inhabited() -> tuple[World, BotApi]:
    world = World(Settings(games=(Game("quiz_night", "Quiz night"),)), lambda: 1_800_000_000.0, seed=1)
    people = People(world)
    people.add(first_name="Vera", id=101)
    people.start(101)
    groups = Groups(world)
    forum = groups.add("Desk", 101, [], forum=True, bot="administrator", id=GROUP)
    groups.make_topic(forum.id, 101, "Topic")
    world.inline[5] = inline.ask(world, world.chats[101], 101, "a")
    api = BotApi(world, Faults(), Presence(world))
    api.run("sendMessage", {"chat_id": 101, "text": "Hello"}, {})
    return world, api


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(sorted(set(METHODS) - LOCAL)),
    st.dictionaries(st.sampled_from(NAMES.split()), VALUES, max_size=6),
    st.sampled_from([0, 101, GROUP]),
)
def test_every_call_is_answered_or_refused(method: str, params: dict[str, Any], chat_id: int) -> None:
    world, api = inhabited()
    if chat_id:
        params = {"from_chat_id": 101, **params, "chat_id": chat_id, "message_id": params.get("message_id", 2)}
    try:
        result = api.run(method, {name: value for name, value in params.items() if value is not None}, {})
    except Refused as refused:
        assert refused.code in (400, 403)
        return
    orjson.dumps(result)
    # What the bot sent may be nonsense; what it hears never is.
    assert [one for one in world.departures.all() if one["what"] != "call"] == []
    for room in (world.chats[101], world.groups[GROUP]):
        for message in room.messages.values():
            orjson.dumps(page_message(world, room, message))
