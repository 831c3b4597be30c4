"""A bot that dies again and again while people write and pushes go out, and the judge who counts what became of it all.

`make crash` dies at every failpoint on both databases, with polling and with a webhook, and then at random moments.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Coroutine, Iterable
from itertools import cycle, product
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

from bot import failpoints
from sandbox import Sandbox, Settings
from tests import postgres
from tests.faults.crash_acts import ACTS, BESIDE, act_for, pushes, talks
from tests.faults.crash_scene import DESK, LONG, VISITORS, Figures, Scene
from tests.faults.nursery import Nursery
from tests.faults.seeing import moment

#: Seconds that a life lasts at most once the bot is at work, and those of every eighth, in which long things get done;
#: every fifth ends while it begins.
LIFE, LONG_LIFE, BEGINNING = 2.0, 12.0, 1.0
DATABASES, WAYS = ("sqlite", "postgresql"), ("polling", "webhook")


async def play(
    url: str, folder: Path, *, webhook: bool, points: Iterable[str] = (), kills: int = 0, seed: int = 0
) -> Figures:
    """Die at each of the failpoints, then so often at random; what it came to. The database at `url` is new."""
    settings = Settings(log_size=10_000_000, webhook_first_retry=0.05)
    async with Sandbox(settings) as sandbox, Nursery() as nursery:
        ada = await sandbox.client.person("Ada", id=301, role="admin")
        sara = await sandbox.client.person("Sara", id=201, role="staff")
        desk = await sandbox.client.group("Desk", ada, sara, forum=True, id=DESK)
        scene = Scene(sandbox, folder, url, webhook=webhook, ada=ada, sara=sara, desk=desk, points=list(points))
        scene.nursery = nursery
        scene.visitors = [await sandbox.client.person(f"V{number}", id=1001 + number) for number in range(VISITORS)]
        scene.prepare()
        keeper = asyncio.create_task(scene.keep())
        try:
            await _with(keeper, _story(scene, kills, Random(seed)))
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            await scene.dies()
        return await scene.judge()


async def _with(keeper: asyncio.Task[None], work: Coroutine[Any, Any, None]) -> None:
    """Do it; what goes wrong with the bot meanwhile ends it."""
    task = asyncio.create_task(work)
    await asyncio.wait([task, keeper], return_when=asyncio.FIRST_COMPLETED)
    if keeper.done():
        task.cancel()
        keeper.result()
    await task


async def _story(scene: Scene, kills: int, chance: Random) -> None:
    for person in (*scene.visitors, scene.ada, scene.sara):
        await person.start()
        await person.heard(1, timeout=LONG)
    while scene.points:
        armed = scene.set
        await act_for(armed)(scene)
        await talks(scene)
        await scene.settles()
        if scene.points and scene.points[0] == armed:  # all of it is over, and nobody came there
            scene.figures.missed.append(scene.points.pop(0))
            await scene.dies()
    await talks(scene)
    await _random(scene, kills, chance)
    await talks(scene)
    await scene.settles()


async def _random(scene: Scene, kills: int, chance: Random) -> None:
    until = scene.figures.kills + kills

    async def killer() -> None:
        while (kills := scene.figures.kills) < until:
            if kills % 5 == 4:
                await moment(chance.uniform(0, BEGINNING))
            else:
                await scene.at_work()
                await moment(chance.uniform(0, LONG_LIFE if kills % 8 == 7 else LIFE))
            await scene.dies()
            await scene.buried(kills)

    task = asyncio.create_task(killer())
    acts = cycle((pushes, *dict.fromkeys(ACTS.values())))
    while not task.done():
        await next(acts)(scene)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def points_of(webhook: bool) -> list[str]:
    """The edges that there are with a webhook, or with polling, and to which the acts come."""
    apart = {"poll"} if webhook else {"webhook", "webhook_call"}
    return [point for point in failpoints.POINTS if point.partition(".")[0] not in apart | BESIDE]


def main() -> int:
    """All failpoints and so many random kills on each; 1 where something was lost or doubled."""
    given = argparse.ArgumentParser(description="Kill the bot at every edge, and judge.")
    given.add_argument("--kills", type=int, default=250, help="at random, for each of the four combinations")
    given.add_argument("--seed", type=int, default=7)
    given.add_argument("--edges", type=int, default=len(failpoints.POINTS), help="so many failpoints at most")
    given.add_argument("--only", choices=DATABASES, help="one of the databases")
    given.add_argument("--by", choices=WAYS, help="one of the ways in which updates come")
    options = given.parse_args()
    server, total = postgres.start(), Figures()
    try:
        for name, way in product(_chosen(options.only, DATABASES), _chosen(options.by, WAYS)):
            began = monotonic()
            figures = _combination(server, name, way == "webhook", options)
            sys.stdout.write(f"{name}, {way}: {figures.line()} ({monotonic() - began:,.0f} s)\n")
            sys.stdout.flush()
            total.add(figures)
    finally:
        server.stop()
    sys.stdout.write(f"together: {total.line()}\n")
    return int(bool(total.lost or total.doubled or total.missed))


def _chosen(one: str | None, all: tuple[str, ...]) -> tuple[str, ...]:
    return (one,) if one else all


def _combination(server: postgres.Server, name: str, webhook: bool, options: argparse.Namespace) -> Figures:
    with tempfile.TemporaryDirectory(prefix="crash") as folder:
        url = server.create() if name == "postgresql" else f"sqlite:///{folder}/bot.sqlite3"
        points = points_of(webhook)[: options.edges]
        playing = play(url, Path(folder), webhook=webhook, points=points, kills=options.kills, seed=options.seed)
        return asyncio.run(playing)


if __name__ == "__main__":
    sys.exit(main())
