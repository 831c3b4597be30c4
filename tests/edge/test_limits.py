"""The limiter: who waits for how long, and who goes first."""

from __future__ import annotations

import asyncio
from math import inf

import pytest

from bot.limits import Bucket, Lane, Limiter, Rates
from tests.edge.timeline import Timeline, settle

VERA, VICTOR, SARA, ADA, GROUP = 101, 102, 201, 301, -5001


@pytest.fixture
def time() -> Timeline:
    return Timeline()


def limiter(time: Timeline, **rates: float) -> Limiter:
    return Limiter(time, Rates(**{"bot": 1000.0, "chat": 1.0, "push": 1000.0, **rates}), time.sleep)


async def passed(time: Timeline, limits: Limiter, chats: list[int], lane: Lane = Lane.ANSWER) -> list[float]:
    """When each of these messages may go out, in seconds from now."""
    start = time.monotonic()
    times: list[float] = []

    async def send(chat: int) -> None:
        assert await limits.slot(chat, lane) == 0.0
        times.append(round(time.monotonic() - start, 3))
        limits.answered(lane, time.monotonic())

    tasks = [asyncio.create_task(send(chat)) for chat in chats]
    await time.pass_by(60)
    await asyncio.gather(*tasks)
    return sorted(times)


async def test_one_person_gets_a_short_burst_and_then_one_message_a_second(time: Timeline) -> None:
    assert await passed(time, limiter(time), [VERA] * 6) == [0, 0, 0, 1, 2, 3]


async def test_a_group_never_gets_more_than_twenty_messages_in_any_minute(time: Timeline) -> None:
    assert await passed(time, limiter(time), [GROUP] * 8) == [0, 0, 0, 0, 0, 4, 8, 12]


async def test_one_busy_chat_does_not_hold_up_another(time: Timeline) -> None:
    limits = limiter(time)
    busy = asyncio.create_task(passed(time, limits, [VERA] * 9))
    await settle()
    assert await limits.slot(VICTOR, Lane.ANSWER) == 0.0
    await busy


async def test_the_whole_bot_keeps_its_rate(time: Timeline) -> None:
    times = await passed(time, limiter(time, bot=10.0), list(range(1, 24)))
    assert times[:3] == [0, 0, 0] and times[3:5] == [0.1, 0.2] and times[-1] == 2.0


async def test_without_limits_nobody_waits(time: Timeline) -> None:
    free = limiter(time, bot=inf, chat=inf, push=inf)
    assert await passed(time, free, [VERA] * 500, Lane.PUSH) == [0] * 500


async def test_answers_go_before_support_before_pushes(time: Timeline) -> None:
    limits = limiter(time, bot=1.0)
    order: list[str] = []

    async def send(who: str, chat: int, lane: Lane) -> None:
        await limits.slot(chat, lane)
        order.append(who)

    sends = [("first", 1, Lane.PUSH), ("push", 2, Lane.PUSH), ("support", 3, Lane.SUPPORT), ("answer", 4, Lane.ANSWER)]
    tasks = [asyncio.create_task(send(*what)) for what in sends]
    await time.pass_by(10)
    await asyncio.gather(*tasks)
    assert order == ["first", "answer", "support", "push"]


async def test_the_push_rate_slows_pushes_and_nothing_else(time: Timeline) -> None:
    limits = limiter(time, push=5.0)
    assert (await passed(time, limits, list(range(1, 12)), Lane.PUSH))[-1] == 2.0
    assert (await passed(time, limits, list(range(1, 12)), Lane.ANSWER))[-1] == 0


async def test_a_chat_that_was_told_to_wait_waits_exactly_so_long_and_others_do_not(time: Timeline) -> None:
    limits = limiter(time)
    limits.told_to_wait(VERA, 7)
    assert await passed(time, limits, [VERA, VICTOR]) == [0, 7]


async def test_several_chats_told_to_wait_stop_the_whole_bot(time: Timeline) -> None:
    limits = limiter(time)
    for chat in (VERA, VICTOR, SARA):
        limits.told_to_wait(chat, 4)
    assert await passed(time, limits, [ADA]) == [4]


async def test_chats_told_to_wait_now_and_then_stop_nobody_else(time: Timeline) -> None:
    limits = limiter(time)
    for chat in (VERA, VICTOR, SARA):
        limits.told_to_wait(chat, 4)
        await time.pass_by(11)
    assert await limits.slot(ADA, Lane.ANSWER) == 0.0


async def test_a_very_long_wait_is_not_waited_but_told(time: Timeline) -> None:
    limits = limiter(time)
    limits.told_to_wait(VERA, 4000)
    assert await limits.slot(VERA, Lane.PUSH) == pytest.approx(4000)


async def test_somebody_who_gave_up_waiting_takes_nobody_elses_place(time: Timeline) -> None:
    limits = limiter(time, bot=1.0)
    await limits.slot(1, Lane.ANSWER)
    gone = asyncio.create_task(limits.slot(2, Lane.ANSWER))
    stays = asyncio.create_task(limits.slot(3, Lane.ANSWER))
    await settle()
    gone.cancel()
    await time.pass_by(1)
    assert stays.done()


def test_a_bucket_fills_again() -> None:
    bucket = Bucket(rate=1.0, burst=2)
    assert [bucket.take(0.0) for _ in range(4)] == [0, 0, 1, 2]
    assert [bucket.take(100.0) for _ in range(3)] == [0, 0, 1]


async def test_full_buckets_are_forgotten_when_there_are_many(time: Timeline) -> None:
    limits = Limiter(time, Rates(), time.sleep, remember=10)
    for chat in range(1, 100):
        await limits.slot(chat, Lane.ANSWER)
        time.forward(seconds=1)
    assert limits.remembered <= 11


class Server:
    """Counts messages as they reach it: some time after they were sent, and some time before the answer is back."""

    def __init__(self, time: Timeline, limits: Limiter) -> None:
        self.time = time
        self.limits = limits
        self.passes = time.sleep
        self.reached: list[float] = []

    async def takes(self, chat: int, there: float, back: float) -> None:
        await self.limits.slot(chat, Lane.PUSH)
        began = self.time.monotonic()
        await self.passes(there)
        self.reached.append(self.time.monotonic())
        await self.passes(back)
        self.limits.answered(Lane.PUSH, began)

    def most_in_a_second(self) -> int:
        times = sorted(self.reached)
        return max(sum(one <= other < one + 1 for other in times) for one in times)


async def test_what_is_paid_for_has_a_rate_of_its_own_beside_the_bots(time: Timeline) -> None:
    limits = limiter(time, bot=1.0, push=1.0, paid=10.0)
    paid = asyncio.create_task(passed(time, limits, list(range(1, 16)), Lane.PAID))
    assert await limits.slot(VERA + 1000, Lane.ANSWER) == 0.0
    times = await paid
    assert 1.0 <= times[-1] <= 2.0
    assert max(sum(one <= other < one + 1 for other in times) for one in times) <= 10


@pytest.mark.parametrize("rate", [5, 25])
@pytest.mark.parametrize("ways", [[(0.001, 0.001)], [(0.002, 0.004), (0.03, 0.004), (0.002, 0.06)], [(0.3, 0.02)]])
async def test_in_no_second_does_the_server_count_more_than_the_rate(
    time: Timeline, rate: int, ways: list[tuple[float, float]]
) -> None:
    server = Server(time, limiter(time, push=float(rate)))
    tasks = [asyncio.create_task(server.takes(chat, *ways[chat % len(ways)])) for chat in range(1, rate * 8)]
    await time.pass_by(60)
    await asyncio.gather(*tasks)
    assert server.most_in_a_second() <= rate
    assert len(tasks) / (max(server.reached) - min(server.reached)) > rate * 0.8


async def test_a_rate_below_one_is_one_message_in_a_longer_time(time: Timeline) -> None:
    assert await passed(time, limiter(time, push=0.5), [1, 2, 3], Lane.PUSH) == [0, 2, 4]
