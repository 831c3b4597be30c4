"""A small flow in versions, for the tests of services and screens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session

from bot.flow import parse
from bot.services import flows, people
from bot.services.people import Sender
from bot.services.roles import Actor, Role
from bot.services.setup import Setup
from models import FlowVersion, Place
from tests.clock import NOON
from tests.ui.cast import ADA, SETUP

#: Comments in odd places, which an edit keeps.
TEXT = """# The desk.
start    = "welcome"
fallback = "welcome"

[variables]
city = { type = "text", label = "City" }   # where they live

[blocks.welcome]
say = "Hello." # greeting

[[blocks.welcome.connections]]
button = "Hours"
to     = "hours"

[[blocks.welcome.connections]]
input   = { store = "city", type = "text", retry = "A city, please." }
actions = [{ do = "service_operator", else = "hours" }]
to      = "asked"

[blocks.hours]
say = [
  "9 to 18.",   # weekdays
  { en = "Sundays closed.", de = "Sonntags geschlossen." },
]
[[blocks.hours.connections]]
button = "Return"
to     = "welcome"

[blocks.asked]
say = "Someone will answer."
actions = [{ do = "wait", hours = 1, to = "hours" }]
"""
TEXT = TEXT.replace('fallback = "welcome"\n', 'fallback = "welcome"\nlanguages = ["en", "de"]\n')
#: The same without the block "hours", and with another greeting.
SHORTER = (
    TEXT.replace('"Hello."', '"Good day."')
    .replace('to     = "hours"', 'to     = "asked"')
    .replace('else = "hours"', 'else = "asked"')
    .replace('\nactions = [{ do = "wait", hours = 1, to = "hours" }]', "")
)
SHORTER = SHORTER[: SHORTER.index("[blocks.hours]")] + SHORTER[SHORTER.index("[blocks.asked]") :]
ACTOR = Actor(ADA, "Ada", Role.OWNER)


def on_disk(folder: Path, text: str = TEXT) -> Path:
    """The flow as a file."""
    path = folder / "flow.toml"
    path.write_text(text, encoding="utf-8")
    return path


def setup_of(path: Path | None = None) -> Setup:
    """The installation, with the flow of TEXT."""
    flow = parse(TEXT, folder=None)
    return replace(SETUP, flow=replace(flow, path=path, folder=path.parent if path else None))


def first(db: Session) -> FlowVersion:
    """TEXT speaks, as version 1."""
    flow = parse(TEXT, folder=None)
    version = flows.add(db, TEXT, flow, source="file", author_id=None, now=NOON)
    return flows.install(db, version, flow, actor_id=None, now=NOON)


def stands(db: Session, who: Sender, block: str) -> None:
    """Somebody has come as far as a block."""
    people.meet(db, who, setup=SETUP, now=NOON)
    db.add(Place(user_id=who.id, block=block, failures=0, last_input="", returns=[]))
    db.flush()
