"""The short form of `make crash` for pushes: dead at edges of sending and at random, and everybody is sent to once."""

from __future__ import annotations

from pathlib import Path

from tests.faults.crash_pushes import play

EDGES = ("plan.before_commit", "carry.before_commit:3", "send.after_call:7")


async def test_r26_kills_at_edges_and_at_random_lose_nobody_and_reach_nobody_twice(url: str, tmp_path: Path) -> None:
    push = await play(url, tmp_path, people=120, in_flight=8, edges=EDGES, random_kills=1)
    assert (push.faults, push.missed, push.kills) == ([], [], 4)
