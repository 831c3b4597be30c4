"""Sending what is neither text nor file: places, contacts, polls, dice."""

from __future__ import annotations

from typing import Any

from sandbox import render
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON

DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}


@method("sendLocation")
def send_location(call: Call) -> JSON:
    """A point on the map."""
    return call.send({"location": point(call)})


@method("sendVenue")
def send_venue(call: Call) -> JSON:
    """A place with a name and an address."""
    place = point(call)
    venue = {"location": place, "title": call.text("title"), "address": call.text("address")}
    if not venue["title"]:
        raise bad("venue title must be non-empty")
    return call.send({"venue": venue, "location": place})


def point(call: Call) -> JSON:
    """Latitude and longitude, checked."""
    latitude, longitude = call.number("latitude"), call.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong location specified")
    return {"latitude": latitude, "longitude": longitude}


@method("sendContact")
def send_contact(call: Call) -> JSON:
    """A card with a phone number."""
    card = {"phone_number": call.text("phone_number"), "first_name": call.text("first_name")}
    if not card["phone_number"]:
        raise bad("phone number is empty")
    if not card["first_name"]:
        raise bad("first name is empty")
    for name in ("last_name", "vcard"):
        if call.text(name):
            card[name] = call.text(name)
    return call.send({"contact": card})


@method("sendPoll")
def send_poll(call: Call) -> JSON:
    """A poll; people vote in it until the bot stops it."""
    question = call.text("question").strip()
    if not question:
        raise bad("poll question must be non-empty")
    if len(question) > 300:
        raise bad("poll question length must not exceed 300")
    options, kind = _options(call.json("options")), call.text("type") or "regular"
    poll: JSON = {
        "id": str(call.world.query_ids.next()),
        "question": question,
        "options": [{"persistent_id": str(n), "text": t, "voter_count": 0} for n, t in enumerate(options)],
        "total_voter_count": 0,
        "is_closed": call.flag("is_closed"),
        "is_anonymous": call.flag("is_anonymous") if call.text("is_anonymous") else True,
        "type": kind,
        "allows_multiple_answers": call.flag("allows_multiple_answers"),
        "allows_revoting": call.flag("allows_revoting") if call.text("allows_revoting") else kind != "quiz",
        "members_only": False,
    }
    return call.send({"poll": poll})


def _options(given: Any) -> list[str]:
    if not isinstance(given, list):
        raise bad("can't parse options JSON object")
    texts = [str(option.get("text", "")) if isinstance(option, dict) else str(option) for option in given]
    if not texts:
        raise bad("poll must have at least 1 option")
    if len(texts) > 12:
        raise bad("poll can't have more than 12 options")
    if not all(text.strip() for text in texts):
        raise bad("poll options must be non-empty")
    if any(len(text) > 100 for text in texts):
        raise bad("poll options length must not exceed 100")
    return texts


@method("stopPoll")
def stop_poll(call: Call) -> JSON:
    """Close a poll of the bot's."""
    chat = call.chat()
    message = call.message(chat, "edit")
    if "poll" not in message.content or not message.outgoing:
        raise bad("message with poll to stop not found")
    if message.content["poll"]["is_closed"]:
        raise bad("poll has already been closed")
    message.content = {"poll": {**message.content["poll"], "is_closed": True}}
    message.inline = call.markup(chat).inline
    call.world.edit(chat, message)
    poll: JSON = render.message(call.world, chat, message)["poll"]
    return poll


@method("sendDice")
def send_dice(call: Call) -> JSON:
    """An emoji with a random value."""
    emoji = call.text("emoji") or "🎲"
    if emoji not in DICE:
        raise bad("wrong dice emoji specified")
    return call.send({"dice": {"emoji": emoji, "value": call.world.random.randint(1, DICE[emoji])}})
