"""What anybody can do in any chat, private or group: press, edit, delete, vote, share a file."""

from __future__ import annotations

from itertools import islice

from sandbox import render
from sandbox.attachments import caption_entities_of, media_content
from sandbox.errors import PersonRefused, Refused
from sandbox.files import FOLDERS
from sandbox.formatting import CAPTION_LIMIT, TEXT_LIMIT, written
from sandbox.games import name_of
from sandbox.inline_ids import inline_id
from sandbox.payments import pay
from sandbox.polls import settle
from sandbox.posts import tell_bot
from sandbox.reactions import known, react
from sandbox.shapes import JSON, Group, Message, Query, Room, Upload
from sandbox.world import World

CAPTIONED = frozenset({"photo", "video", "animation", "audio", "voice", "document"})


def found(room: Room, message_id: int) -> Message:
    """The message with this id; raises PersonRefused."""
    message = room.messages.get(message_id)
    if message is None:
        raise PersonRefused("There is no such message.", 404)
    return message


def press(world: World, room: Room, user_id: int, message_id: int, data: str) -> Query:
    """Press a button with this data; a client may send any, and also press what has been deleted since."""
    message = room.messages.get(message_id)
    if message is None and message_id not in room.deleted:
        raise PersonRefused("There is no such message.", 404)
    if not 1 <= len(data.encode("utf-8", "surrogatepass")) <= 64:
        raise PersonRefused("A button has 1 to 64 bytes of data.")
    query = world.open_query(room, user_id, message_id)
    content: JSON = {"id": str(query.id), "from": world.user_card(user_id)}
    if message is not None and "via_bot" in message.content:
        content["inline_message_id"] = inline_id(room, message)
    else:
        content["message"] = render.message(world, room, message) if message else render.inaccessible(room, message_id)
    content |= {"chat_instance": str(10**15 + room.id), "data": data}
    world.updates.add("callback_query", content, room.id)
    return query


def press_button(world: World, room: Room, user_id: int, message_id: int, place: tuple[int, int]) -> JSON:
    """Press the button at (row, column): {"query_id"} of the press, or {"asked"} of a payment; raises PersonRefused."""
    button = _button(room, message_id, place)
    if button.get("pay"):
        return {"asked": pay(world, world.chats[user_id], room, message_id)}
    if "callback_game" in button:
        query = world.open_query(room, user_id, message_id)
        message = render.message(world, room, room.messages[message_id])
        content = {"id": str(query.id), "from": world.user_card(user_id), "message": message}
        game = {"chat_instance": str(10**15 + room.id), "game_short_name": name_of(world, room.messages[message_id])}
        world.updates.add("callback_query", {**content, **game}, room.id)
        return {"query_id": query.id}
    data = button.get("callback_data")
    if data is None:
        raise PersonRefused("This button sends nothing to the bot.")
    return {"query_id": press(world, room, user_id, message_id, str(data)).id}


def _button(room: Room, message_id: int, place: tuple[int, int]) -> JSON:
    rows, (row, column) = found(room, message_id).inline or [], place
    if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
        raise PersonRefused("There is no such button.")
    return rows[row][column]


def edit(world: World, room: Room, user_id: int, message_id: int, text: str) -> Message:
    """Change a text or a caption written before; the bot gets edited_message."""
    message = found(room, message_id)
    own = not message.outgoing and message.sender in (0, user_id)
    if not own or not ("text" in message.content or CAPTIONED & message.content.keys()):
        raise PersonRefused("Only one's own texts and captions can be edited.")
    if "text" in message.content:
        kept = {name: value for name, value in message.content.items() if name not in ("text", "entities")}
        message.content = {**kept, **text_content(text)}
    else:
        kept = {name: value for name, value in message.content.items() if not name.startswith("caption")}
        message.content = {**kept, **caption_content(text)}
    message.edit_date = world.now()
    world.edit(room, message)
    if isinstance(room, Group):
        tell_bot(world, "edited_message", room, message)
    else:
        world.updates.add("edited_message", render.message(world, room, message), room.id)
    return message


def vote(world: World, room: Room, user_id: int, message_id: int, options: list[int]) -> Message:
    """Vote in a poll, or take the vote back ([]); the bot gets poll_answer where votes are open, and poll."""
    message = found(room, message_id)
    settle(world, room, message)
    poll = message.content.get("poll")
    if poll is None or poll["is_closed"]:
        raise PersonRefused("There is no open poll to vote in.")
    _check_vote(poll, options, bool(room.votes.get(message_id, {}).get(user_id)))
    votes = room.votes.setdefault(message_id, {})
    votes[user_id] = options
    message.content = {"poll": _counted(poll, list(votes.values()))}
    world.edit(room, message)
    if not poll["is_anonymous"]:
        answer = {"poll_id": poll["id"], "user": world.user_card(user_id), "option_ids": options}
        persistent = [poll["options"][option]["persistent_id"] for option in options]
        world.updates.add("poll_answer", {**answer, "option_persistent_ids": persistent}, room.id)
    if message.outgoing:
        world.updates.add("poll", message.content["poll"], room.id)
    return message


def _check_vote(poll: JSON, options: list[int], again: bool) -> None:
    if not all(0 <= option < len(poll["options"]) for option in options) or len(set(options)) != len(options):
        raise PersonRefused("The poll has no such option.")
    if len(options) > 1 and not poll["allows_multiple_answers"]:
        raise PersonRefused("Only one option can be chosen in this poll.")
    if again and not poll["allows_revoting"]:
        raise PersonRefused("A vote in this poll is final.")


def _counted(poll: JSON, votes: list[list[int]]) -> JSON:
    options = [
        {**option, "voter_count": sum(number in vote for vote in votes)}
        for number, option in enumerate(poll["options"])
    ]
    return {**poll, "options": options, "total_voter_count": sum(bool(vote) for vote in votes)}


def reacted(world: World, room: Room, user_id: int, message_id: int, emoji: str) -> Message:
    """React to a message, or take the reaction back ("")."""
    message = found(room, message_id)
    if emoji and not known(emoji):
        raise PersonRefused("Telegram has no such reaction.")
    react(world, room, message_id, user_id, known(emoji))
    return message


def page(room: Room, before: int, limit: int, thread: int | None = None) -> tuple[list[Message], bool]:
    """(the last messages before an id, of one topic or all, oldest first; whether there are earlier ones)."""
    newest_first = reversed(room.messages.values())
    wanted = (m for m in newest_first if (not before or m.id < before) and (thread is None or m.thread == thread))
    some = list(islice(wanted, limit + 1))
    return some[:limit][::-1], len(some) > limit


def file_content(
    world: World, kind: str, upload: Upload, caption: str = "", group: str = "", said: JSON | None = None
) -> JSON:
    """The content of a message with a file; `group` makes several an album, `said` is what its sender tells of it."""
    if kind not in FOLDERS:
        raise PersonRefused(f"A file is sent as one of {', '.join(FOLDERS)}.")
    words = caption_content(caption)
    stored = world.files.add(kind, upload)
    if kind == "photo" and not stored.width:
        raise PersonRefused("Only PNG, JPEG, GIF and WebP can be sent as a photo.")
    content = {**media_content(world.files, kind, stored, said or {}), **words}
    return {"media_group_id": group, **content} if group else content


def caption_content(caption: str) -> JSON:
    """The fields of a caption a person typed; raises PersonRefused."""
    if len(caption) > CAPTION_LIMIT:
        raise PersonRefused("A caption has at most 1,024 characters.")
    return caption_entities_of(caption)


def text_content(source: str) -> JSON:
    """The fields of a text a person typed; raises PersonRefused."""
    try:
        text, entities = written(source)
    except Refused as refused:
        raise PersonRefused("A text must be Unicode of at most 32,768 bytes.") from refused
    if not text:
        raise PersonRefused("There is nothing to send.")
    if len(text) > TEXT_LIMIT:
        raise PersonRefused("A message has at most 4,096 characters.")
    return {"text": text, "entities": entities} if entities else {"text": text}


def forwarded(world: World, author_id: int, content: JSON) -> JSON:
    """The content as forwarded from this person's private chat."""
    if author_id not in world.chats:
        raise PersonRefused("There is no such person.", 404)
    origin = {"type": "user", "sender_user": world.user_card(author_id), "date": world.now()}
    return {"forward_origin": origin, **content}
