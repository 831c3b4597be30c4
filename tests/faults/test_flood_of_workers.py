"""People who never wait for an answer, while workers are killed, stopped and replaced: in short."""

from __future__ import annotations

from pathlib import Path

from tests.faults.flood import flood


async def test_people_who_never_wait_are_answered_in_order_whatever_happens_to_the_workers(
    postgres_url: str, tmp_path: Path
) -> None:
    wrong, happened = await flood(tmp_path, postgres_url, seed=3, seconds=3.0, people=40, lines=25)
    assert wrong == [], happened
