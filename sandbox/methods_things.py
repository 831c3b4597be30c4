"""Sending what is neither text nor file: places, contacts, dice."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.registry import method
from sandbox.shapes import JSON

#: A place that moves until the bot ends it.
FOR_EVER = 0x7FFFFFFF
VENUE_WORDS = ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type")
_WHOLE_DETAILS = {
    "live_period": (60, 86_400, "wrong live location period specified"),
    "heading": (1, 360, "wrong live location heading specified"),
    "proximity_alert_radius": (1, 100_000, "wrong live location proximity alert radius specified"),
}
DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}


@method("sendLocation")
def send_location(call: Call) -> JSON:
    """A point on the map."""
    return call.send({"location": {**point(call), **place_details(call)}})


@method("sendVenue")
def send_venue(call: Call) -> JSON:
    """A place with a name and an address."""
    place = point(call)
    venue = {"location": place, "title": call.text("title"), "address": call.text("address")}
    venue |= {name: call.text(name) for name in VENUE_WORDS if call.text(name)}
    if not venue["title"]:
        raise bad("venue title must be non-empty")
    return call.send({"venue": venue, "location": place})


def point(call: Call) -> JSON:
    """Latitude and longitude, checked."""
    latitude, longitude = call.number("latitude"), call.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong location specified")
    return {"latitude": latitude, "longitude": longitude}


def place_details(call: Call) -> JSON:
    """What may be said of a place besides, within its limits; one that moves has a live_period."""
    details: JSON = {}
    if "horizontal_accuracy" in call.params:
        details["horizontal_accuracy"] = min(max(call.number("horizontal_accuracy"), 0), 1500)
    for name, (least, most, error) in _WHOLE_DETAILS.items():
        if value := call.integer(name):
            if not least <= value <= most and value != FOR_EVER:
                raise bad(error)
            details[name] = value
    return details


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


@method("sendDice")
def send_dice(call: Call) -> JSON:
    """An emoji with a random value."""
    emoji = call.text("emoji") or "🎲"
    if emoji not in DICE:
        raise bad("wrong dice emoji specified")
    return call.send({"dice": {"emoji": emoji, "value": call.world.random.randint(1, DICE[emoji])}})
