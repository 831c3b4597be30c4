"""Places that move: changing and ending a live location."""

from __future__ import annotations

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.methods_edit import change, own
from sandbox.methods_things import FOR_EVER, place_details, point
from sandbox.registry import method
from sandbox.shapes import JSON, Message


@method("editMessageLiveLocation")
def edit_message_live_location(call: Call) -> JSON | bool:
    """The place has moved; also how long it goes on, if that is said."""
    moved = {**point(call), **place_details(call)}
    chat, message = own(call)
    before = _live(call, message)
    period = moved.get("live_period", before["live_period"])
    return change(call, chat, message, {"location": {**moved, "live_period": period}})


@method("stopMessageLiveLocation")
def stop_message_live_location(call: Call) -> JSON | bool:
    """The place moves no more; it stays where it was last."""
    chat, message = own(call)
    before = _live(call, message)
    kept = {name: before[name] for name in ("latitude", "longitude", "horizontal_accuracy") if name in before}
    return change(call, chat, message, {"location": kept})


def _live(call: Call, message: Message) -> JSON:
    place: JSON = message.content.get("location", {})
    period = place.get("live_period", 0)
    if not period or (period != FOR_EVER and message.date + period < call.world.now()):
        raise bad("message can't be edited")
    return place
