"""Several workers on one database: what is activated on one is followed by the others at their next look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from bot.app import furnish
from bot.config import check
from bot.flow import parse
from bot.house import House
from bot.jobs.jobs import Jobs
from bot.outside import Requests
from bot.services import flows
from bot.services.database import Database
from bot.services.setup import Setup
from bot.telegram_http import AiohttpRequest
from tests.clock import FakeClock
from tests.services.flows_cast import ACTOR, TEXT, setup_of

ASKING = TEXT.replace(
    'actions = [{ do = "wait", hours = 1, to = "hours" }]',
    'actions = [{ do = "http", url = "https://api.example.com/", else = "hours" }]',
)


CONFIG = check({"telegram": {"token": f"123456789:{'A' * 35}"}}, Path("config.toml"))


def worker(database: Database, clock: FakeClock) -> House:
    """One process of several; it never comes to the network."""
    return furnish(CONFIG, clock, database, Requests(AiohttpRequest(), AiohttpRequest()), setup_of())


def jobs_of(house: House, clock: FakeClock) -> Jobs:
    """The clock of one worker; nothing is due, so nothing is sent."""

    async def no_cards() -> None:
        return

    return Jobs(
        house.database,
        house.outbox.send_now,
        house.outbox.poke,
        lambda: house.setup,
        clock,
        show_cards=no_cards,
        follow=house.follow,
    )


def activate(db: Session, text: str, setup: Setup, clock: FakeClock) -> str:
    """Ada sends a flow and activates it; returns its digest."""
    version = flows.offer(db, text, by=ACTOR, setup=setup, now=clock.now())
    return flows.activate(db, version.id, seen=None, by=ACTOR, setup=setup, now=clock.now()).digest


async def test_what_is_activated_on_one_worker_speaks_on_the_others_at_their_next_look(
    postgres_url: str, clock: FakeClock
) -> None:
    one, other = Database(postgres_url), Database(postgres_url)
    here, there = worker(one, clock), worker(other, clock)
    try:
        digest = await one.write(activate, ASKING, here.setup, clock)
        assert there.setup.flow.version != digest
        with capture_logs() as logs:
            await jobs_of(there, clock).tick(clock.now())
        assert there.setup.flow.version == digest
        assert [line["hosts"] for line in logs if "asks servers" in line["event"]] == [["api.example.com"]]
    finally:
        await one.close()
        await other.close()


def test_servers_that_the_config_names_are_no_reason_to_warn() -> None:
    flow = parse(ASKING, folder=None)
    assert flows.refused_hosts(flow, setup_of()) == ("api.example.com",)
    assert flows.refused_hosts(flow, replace(setup_of(), hosts=frozenset({"api.example.com"}))) == ()
