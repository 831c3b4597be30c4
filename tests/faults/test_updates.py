"""Updates that come as they should not, and a Telegram that is away for minutes."""

from __future__ import annotations

from structlog.testing import capture_logs

from bot.backoff import Backoff
from tests.edge.test_intake import House, house, message

__all__ = ["house"]


async def test_r6_a_shuffled_batch_is_handled_in_the_order_of_its_ids_and_a_gap_holds_nothing_up(house: House) -> None:
    house.script([message(9), message(7), message(400), message(8)], [message(100_000)])
    await house.poll_until(lambda: len(house.offsets()) >= 3)
    await house.turns.idle()
    assert house.offsets()[:3] == [None, 401, 100_001]
    assert house.handled == [7, 8, 9, 400, 100_000]


def test_r16_waits_grow_and_have_an_end_and_one_line_is_logged() -> None:
    line = Backoff("the line")
    with capture_logs() as logged:
        waits = [line.failed("Bad Gateway") for _ in range(30)]
    assert len(logged) == 1
    assert waits[0] < 3 and max(waits) > 10 and max(waits) <= 120
