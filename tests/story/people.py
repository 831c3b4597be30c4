"""The cast of all stories, on a Telegram of their own, with the real bot between them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.app import Running, running
from bot.config import Config, check
from bot.services.clock import Clock
from sandbox import Person, Sandbox

ROOT = Path(__file__).parents[2]
FLOW = ROOT / "flow.example.toml"


@dataclass(slots=True)
class Story:
    """Vera and Victor visit; Sara and Sam are staff; Ada is the owner; Otto is a stranger who has pressed Start."""

    sandbox: Sandbox
    bot: Running
    vera: Person
    victor: Person
    sara: Person
    sam: Person
    ada: Person
    otto: Person


def config_of(
    sandbox: Sandbox, url: str, flow: Path = FLOW, *, group_rate: float = 0, user_rate: int = 60, **support: Any
) -> Config:
    """The bot's config: as in the demo, with two members of staff; `support` goes into its section."""
    values = {
        "telegram": {
            "token": sandbox.token,
            "api_url": sandbox.url,
            "rate": 0,
            "chat_rate": 0,
            "group_rate": group_rate,
        },
        "admin": {"owners": [301]},
        "support": {"staff": [201, 202], **support},
        "database": {"url": url},
        "conversation": {"flow": str(flow), "user_rate": user_rate},
        "push": {"rate": 0, "time_zone": "Europe/Vienna"},
    }
    return check(values, flow)


@asynccontextmanager
async def telling(url: str, flow: Path = FLOW, clock: Clock | None = None, **support: Any) -> AsyncIterator[Story]:
    """A story on the database at `url`; staff and admin have pressed Start and were greeted."""
    async with Sandbox() as sandbox:
        people = sandbox.client
        vera = await people.person("Vera", id=101, last_name="Visitor", username="vera")
        victor = await people.person("Victor", id=102, language="de")
        sara = await people.person("Sara", id=201, role="staff")
        sam = await people.person("Sam", id=202, role="staff")
        ada = await people.person("Ada", id=301, role="admin")
        otto = await people.person("Otto", id=401)
        async with running(config_of(sandbox, url, flow, **support), clock) as bot:
            for person in (sara, sam, ada):
                await person.start()
                await person.heard(1)
            yield Story(sandbox, bot, vera, victor, sara, sam, ada, otto)


def texts(messages: list[dict[str, Any]]) -> list[str]:
    """What messages say, captions included."""
    return [message.get("text") or message.get("caption") or "" for message in messages]


def buttons(message: dict[str, Any]) -> list[str]:
    """The labels under a message."""
    return [button["text"] for row in message.get("inline_keyboard", []) for button in row]


def link_in(message: dict[str, Any]) -> str:
    """The link to the bot in a message."""
    found = re.search(r'href="(https://t\.me/[^"]+start=[^"]+)"', message["html"])
    assert found, message["html"]
    return found[1]


async def hears(person: Person, *beginnings: str) -> list[dict[str, Any]]:
    """The person's next messages begin so."""
    messages = await person.heard(len(beginnings))
    found = texts(messages)
    assert [text[: len(start)] for text, start in zip(found, beginnings, strict=True)] == list(beginnings), found
    return messages
