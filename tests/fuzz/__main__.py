"""`make fuzz`: a million generated things, from one seed: no crash, no hang, no 500, no leak.

The bot that gets the updates and the calls of the webhook is the whole one, on SQLite, with a Telegram that answers at
once. What fails is printed with the seed and the number of the batch, by which it is made again.
"""

from __future__ import annotations

import argparse
import asyncio
import faulthandler
import os
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic, process_time
from typing import TextIO, cast

import aiohttp

from bot import logs, memory
from bot.app import running
from bot.charts.days import Bars, draw
from bot.config import check
from bot.intake import Intake
from bot.outside import Outside
from bot.services.clock import SystemClock
from tests.clock import NOON
from tests.fuzz.kinds import Bodies, Data, Flows, Kind, Rules, Updates
from tests.fuzz.void import SECRET, TOKEN, Searched, Void, wires
from tests.memory import own_megabytes
from tests.ports import unused_port
from tests.story.people import FLOW

#: Of a thousand things.
SHARES = {"data": 500, "rules": 300, "flows": 80, "updates": 60, "bodies": 60}
PURE: dict[str, Kind] = {"data": Data(), "rules": Rules(), "flows": Flows()}
BATCH = 200
#: Seconds of CPU that one batch may take, and seconds after which it hangs.
SLOW, HANGS = 60.0, 600.0
#: What memory may grow by from the first third of a kind to its end: a share, and MB.
GROWTH, MEGABYTES = 0.10, 24.0


async def at_once(seconds: float) -> None:
    """A turn that waits before it tries again does not."""
    await asyncio.sleep(0)


@asynccontextmanager
async def around(folder: Path, seed: int) -> AsyncIterator[tuple[dict[str, Kind], Callable[[], list[str]]]]:
    """The kinds that need a bot, and what is wrong with what it has said and sent so far."""
    port, void, log = unused_port(), Void(seed), Searched()
    webhook = {"port": port, "url": f"http://127.0.0.1:{port}", "secret_token": SECRET}
    values = {
        "telegram": {"token": TOKEN, "rate": 0, "chat_rate": 0, "mode": "webhook", "webhook": webhook},
        "admin": {"owners": [301]},
        "support": {"staff": [201]},
        "database": {"url": f"sqlite:///{folder / 'bot.sqlite3'}"},
        "conversation": {"flow": str(FLOW), "user_rate": 0},
        "push": {"rate": 0},
    }
    logs.configure("debug", "json", stream=cast(TextIO, log))
    outside = Outside(partial(wires, void), at_once)
    async with running(check(values, FLOW), outside=outside) as bot, aiohttp.ClientSession() as session:
        updates = Updates(bot, Intake(bot.house.database, bot.turns, SystemClock()))
        kinds: dict[str, Kind] = {"updates": updates, "bodies": Bodies(port, session)}

        def wrong() -> list[str]:
            failed = [f"update {one} is whole: {why}" for one, why in log.failed.items() if one in updates.whole]
            return [*void.wrong, *log.wrong, *failed]

        yield kinds, wrong
        await bot.turns.idle()


async def fuzz(count: int, seed: int, say: Callable[[str], object]) -> list[str]:
    """Throw so many things; what went wrong. `say` is told the figures of each kind."""
    for name, kind in PURE.items():
        if found := await _throw_all(name, kind, count, seed, say):
            return found
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder:
        async with around(Path(folder), seed) as (kinds, wrong):
            for name, kind in kinds.items():
                if found := await _throw_all(name, kind, count, seed, say) or wrong():
                    return found
        return wrong()


async def _throw_all(name: str, kind: Kind, total: int, seed: int, say: Callable[[str], object]) -> list[str]:
    count = total * SHARES[name] // 1000
    began, slowest, outcomes, sizes = monotonic(), 0.0, Counter[str](), list[float]()
    first = 1 + list(SHARES).index(name) * 10_000_000
    for number in range(0, count, BATCH):
        faulthandler.dump_traceback_later(HANGS, exit=True)
        cpu = process_time()
        some = range(first + number, first + min(count, number + BATCH))
        try:
            outcomes += await kind.throw(Random(f"{seed} {name} {number}"), some)
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            return [f"seed {seed}, {name}, batch {number}: {type(error).__name__}: {error}"]
        finally:
            faulthandler.cancel_dump_traceback_later()
        slowest = max(slowest, process_time() - cpu)
        sizes.append(own_megabytes())
    what = ", ".join(f"{outcome} {times:,}" for outcome, times in sorted(outcomes.items()))
    took = f"{monotonic() - began:,.0f} s; slowest batch {slowest:.2f} s of CPU"
    say(f"{name}: {count:,} ({what}) in {took}; {sizes[-1]:.0f} MB")
    found = [f"{name}: a batch took {slowest:.0f} s of CPU"] if slowest > SLOW else []
    third = sizes[len(sizes) // 3]
    if sizes[-1] > third * (1 + GROWTH) + MEGABYTES:
        found.append(f"{name}: memory grew from {third:.0f} to {sizes[-1]:.0f} MB")
    return found


def main() -> int:
    """1 where something went wrong."""
    given = argparse.ArgumentParser(description="Throw generated things at the bot.")
    given.add_argument("--count", type=int, default=1_000_000)
    given.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4)))
    options = given.parse_args()

    def say(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    say(f"fuzz: {options.count:,} things, seed {options.seed}")
    memory.share_heaps()
    draw([NOON.date()], [Bars(("loaded before anything is measured",), ((1,),))])
    wrong = asyncio.run(fuzz(options.count, options.seed, say))
    for sentence in wrong[:20]:
        say(f"WRONG: {sentence}")
    say("nothing went wrong" if not wrong else f"{len(wrong)} things went wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
