"""The demo: a local Telegram and the bot against it, with four people who know each other, in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from bot.config import Config, check
from bot.serve import serve
from sandbox import Sandbox, Settings

#: The cast: id, names, role on the page.
CAST = (
    (101, "Vera", "Visitor", "vera", "visitor"),
    (102, "Victor", "Visitor", "victor", "visitor"),
    (201, "Sara", "Staff", "sara", "staff"),
    (301, "Ada", "Admin", "ada", "admin"),
)
STAFF, OWNERS = [201], [301]
#: A group with topics that Ada can make the staff group with /staffgroup.
DESK, DESK_ID = "Front desk", -1_001_700_000_001


def config_of(url: str, token: str, data: Path, flow: Path) -> Config:
    """The bot's config for a sandbox at `url`. Nobody waits for Telegram's limits in a demo."""
    values = {
        "telegram": {"token": token, "api_url": url, "rate": 0, "chat_rate": 0, "group_rate": 0},
        "admin": {"owners": OWNERS},
        "support": {"staff": STAFF},
        "database": {"url": f"sqlite:///{data / 'frontdesk.sqlite3'}"},
        "conversation": {"flow": str(flow)},
        "push": {"rate": 30.0, "time_zone": "Europe/Vienna"},
    }
    return check(values, data / "demo")


async def demo(port: int, data: Path, flow: Path, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """Run until `stop` is set; `say` tells where to look. Starts again where it stopped.

    Raises OSError where the port is taken, and what `bot.app.running` raises.
    """
    data.mkdir(parents=True, exist_ok=True)
    async with Sandbox(Settings(data=data / "telegram", strict=False), port=port) as sandbox:
        people_meet(sandbox)
        where = f"Open {sandbox.url} in a browser. Everything is kept in the folder {data}. Ctrl-C ends it."
        await serve(config_of(sandbox.url, sandbox.token, data, flow), stop, lambda bot: say(where))


def people_meet(sandbox: Sandbox) -> None:
    """Those of the cast who are not there yet come; staff and admin press Start, visitors are left to whoever plays."""
    for user_id, first_name, last_name, username, role in CAST:
        if user_id in sandbox.world.chats:
            continue
        sandbox.people.add(id=user_id, first_name=first_name, last_name=last_name, username=username, role=role)
        if role != "visitor":
            sandbox.people.start(user_id)
    if DESK_ID not in sandbox.world.groups:
        sandbox.groups.add(DESK, OWNERS[0], STAFF, id=DESK_ID, forum=True, bot="administrator")
