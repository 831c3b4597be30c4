"""A local Telegram: a world of people, groups and one bot, with two doors to it.

The bot comes in as it would at Telegram, over HTTP under /bot<token>/<method>: long polling or webhook, files up and
down, keyboards, edits, presses, with Telegram's limits and error texts. People come in under /sim: a web page at /
shows their phones side by side, and tests play them. Both doors lead to the same world, so what a test sees is what a
person at the page would see.

As a program: python -m sandbox --port 8080 --data FOLDER. In a test, with a free port and nothing kept:

    async with Sandbox() as sandbox:
        bot = telegram.Bot(sandbox.token, base_url=f"{sandbox.url}/bot", base_file_url=f"{sandbox.url}/file/bot")
        vera = await sandbox.client.person("Vera", id=101)
        await vera.start()
        await bot.send_message(101, "Hello")
        [hello] = await vera.heard(1)
        desk = await sandbox.client.group("Desk", vera, forum=True)
        thread = await desk.make_topic(vera, "Help")
        await desk.write(vera, "Hello", thread=thread)

`sandbox.people` and `sandbox.groups` do the same in process and without waiting, for load tests. `sandbox.faults` and
POST /sim/faults make the server refuse, fail, hang up, wait or answer nonsense, POST /sim/clock sets the clock ahead;
GET /sim/log tells every call. What is not emulated stands in `limits_told` and in GET /sim/state; docs/sandbox.md tells
the rest: addresses, strictness, faults. The clock is an argument; nothing sleeps except a rule that was told to delay.
"""

from __future__ import annotations

from sandbox.client import Client, Person
from sandbox.client_groups import Group
from sandbox.server import Sandbox
from sandbox.settings import Rates, Settings

__all__ = ["Client", "Group", "Person", "Rates", "Sandbox", "Settings"]
