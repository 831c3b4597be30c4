"""The composition root: what the bot is made of, the table of handlers in order, and how it starts and ends."""

from __future__ import annotations

import asyncio
import hmac
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot import errors, letters
from bot.background import Background
from bot.backoff import Backoff
from bot.cards import Cards
from bot.config import Config
from bot.duties import Duties
from bot.handlers import command, edited, group, inline, membership, other, press, talk, upload
from bot.house import Context, House
from bot.installation import setup_of
from bot.intake import Intake, Polling, refuse_token
from bot.intake_shared import SharedIntake
from bot.limits import Limiter, Rates
from bot.menus import Menus
from bot.outbox import Outbox
from bot.outside import Outside, Requests
from bot.pace import Paces
from bot.pulse import Pulse
from bot.reading import asker_of, words_of
from bot.screens import Screens
from bot.services import flows_file
from bot.services.clock import Clock, SystemClock
from bot.services.database import Database
from bot.services.outgoing import Letter
from bot.services.setup import Setup
from bot.services.workers import Company
from bot.telegram_http import AiohttpRequest
from bot.topics import Topics
from bot.turns import HELD, HELD_OF_SHARED, Turns, Waiting
from bot.watching import watching
from bot.webhook import Webhook
from bot.wire import Call, Wire
from bot.words import Words
from bot.worker import Worker

log = structlog.get_logger(__name__)

#: Seconds that running turns, then what is on the wire may take at the end.
FINISH_TURNS, FINISH_SENDING = 1.5, 1.5
PRIVATE = filters.ChatType.PRIVATE

Bot = ExtBot[None]
App = Application[Bot, Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None]


def table() -> list[BaseHandler[Any, Context, None]]:
    """Who handles what: the first that fits. Every handler marks its update as done in its own transaction."""
    return [
        CallbackQueryHandler(press.on_press),
        MessageHandler(filters.UpdateType.MESSAGE & PRIVATE & filters.StatusUpdate.CHAT_SHARED, group.on_chosen),
        MessageHandler(filters.UpdateType.MESSAGE & PRIVATE & filters.COMMAND, command.on_command),
        MessageHandler(filters.UpdateType.MESSAGE & PRIVATE & filters.Document.ALL, upload.on_upload),
        MessageHandler(filters.UpdateType.MESSAGE & PRIVATE, talk.on_message),
        MessageHandler(filters.UpdateType.EDITED_MESSAGE & PRIVATE, edited.on_edited),
        MessageHandler(filters.UpdateType.MESSAGES & filters.ChatType.GROUPS, group.on_message),
        InlineQueryHandler(inline.on_inline),
        ChatMemberHandler(membership.on_membership, ChatMemberHandler.MY_CHAT_MEMBER),
        TypeHandler(Update, other.on_other),
    ]


@dataclass(slots=True)
class Running:
    """A bot that has started. `wait` ends when it cannot go on."""

    house: House
    turns: Turns
    #: The way in, and what has to go on with it.
    intake: list[asyncio.Task[None]]

    async def wait(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. Raises `TokenRejected`, `DatabaseProblem`, or OSError where the port is taken."""
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([stopped, *self.intake], return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        for task in self.intake:
            if task.done():
                await task


@asynccontextmanager
async def running(
    config: Config, clock: Clock | None = None, *, worker: bool = False, outside: Outside | None = None
) -> AsyncIterator[Running]:
    """Start everything in order, the way in last, and end it in the opposite one. `worker`: one of several.

    `outside`: what stands in for the network and for waiting.

    Raises FlowError, DatabaseProblem or TokenRejected, each with a text for the operator.
    """
    clock, outside = clock or SystemClock(), outside or Outside()
    async with AsyncExitStack() as stack:
        url = config.database.url.get_secret_value()
        database = await asyncio.to_thread(Database, url, patience=config.database.takeover if worker else None)
        stack.push_async_callback(database.close)
        flow = await database.write(flows_file.at_start, config.conversation.flow, now=clock.now())
        among = Worker(database, url, clock, config.database.takeover) if worker else None
        if among is not None:
            await among.enter()
            stack.push_async_callback(among.leave)
        requests = outside.requests()
        bot = await _connect(config, requests)
        stack.push_async_callback(bot.shutdown)
        inline = bot.supports_inline_queries
        setup = setup_of(config, flow, bot_id=bot.id, username=bot.username, inline=inline)
        house = furnish(config, clock, database, requests, setup, among)
        house.warn_about_hosts()
        await house.follow()
        turns = await _turns(bot, house, outside)
        stack.push_async_callback(house.background.stop)
        stack.push_async_callback(house.outbox.stop, FINISH_SENDING)
        duties = Duties(house, config)
        stack.push_async_callback(turns.stop, FINISH_TURNS)
        stack.push_async_callback(duties.stop)
        pulse = Pulse(clock)
        if among is None:
            await duties.start()
            await turns.start()
            ways = [_way_in(config, requests, Intake(database, turns, clock), pulse)]
        else:
            shared = SharedIntake(database, turns, clock, among.id)
            following = among.run(duties, partial(_follow, house, config))
            ways = [_way_in(config, requests, shared, pulse, worker=True), shared.look(), following]
        health = await stack.enter_async_context(watching(house, config, pulse, requests.polls))
        tasks = [asyncio.create_task(way, name="intake") for way in ways]
        stack.push_async_callback(_end, tasks)
        health.started = True
        await house.offer_claim()
        log.info("the bot is at work", username=bot.username, flow=str(config.conversation.flow))
        yield Running(house, turns, tasks)


def _follow(house: House, config: Config, company: Company, leads: bool) -> None:
    """Who is at work may have changed, and what was changed in the chat may have been so at another worker."""
    house.outbox.share(company.share(_rates(config).bot, leads=leads))
    house.background.run(house.follow(), "following what was changed")


def furnish(
    config: Config, clock: Clock, database: Database, requests: Requests, setup: Setup, among: Worker | None = None
) -> House:
    """What all turns share."""
    wire = _wire(config, requests.calls)
    limiter = Limiter(clock, _rates(config))

    def present() -> Setup:
        return house.setup

    async def draw(letter: Letter) -> Call | None:
        return await database.read(letters.draw, letter, setup=house.setup, now=clock.now())

    def poke_group() -> None:
        house.topics.poke()

    async def follow() -> None:
        await house.follow()

    if among is not None:
        setup = replace(setup, lease=among.lease)
    outbox = Outbox(
        wire,
        limiter,
        database,
        clock,
        setup=present,
        draw=draw,
        bot_id=setup.bot_id,
        poke_group=poke_group,
        leads=among.leads if among else _alone,
    )
    topics = Topics(wire, limiter, database, clock, setup=present, deliver=outbox.poke, follow=follow)
    cards = Cards(outbox, database, clock, present)
    screens = Screens(wire, outbox, cards, database, clock, present)
    menus = Menus(wire, database, present)
    paces = Paces(clock, config.conversation.user_rate)
    words = Words(database, clock, present, among.id if among else None)
    background = Background()
    house = House(
        setup, wire, database, clock, outbox, screens, cards, menus, background, topics, paces, words, configured=setup
    )
    house.worker_id = among.id if among else None
    return house


def _alone() -> bool:
    """There is nobody else."""
    return True


def _rates(config: Config) -> Rates:
    """What the config says, where 0 means no limit."""
    telegram, push = config.telegram, config.push
    rates = telegram.rate, telegram.chat_rate, push.rate, push.paid_rate, telegram.group_rate / 60
    return Rates(*(rate or math.inf for rate in rates))


def _wire(config: Config, request: AiohttpRequest) -> Wire:
    return Wire(request, config.telegram.api_url, config.telegram.token.get_secret_value())


async def _connect(config: Config, requests: Requests) -> Bot:
    """Learn who we are, as often as it takes while there is no network. Raises `TokenRejected`."""
    url, token = config.telegram.api_url, config.telegram.token.get_secret_value()
    request, polls = requests.calls, requests.polls
    bot: Bot = ExtBot(token, f"{url}/bot", f"{url}/file/bot", request=request, get_updates_request=polls)
    line = Backoff("Telegram")
    async with AsyncExitStack() as on_failure:
        on_failure.push_async_callback(bot.shutdown)
        while True:
            try:
                await bot.initialize()
            except TelegramError as error:
                refuse_token(error)
                await asyncio.sleep(line.failed(error.message))
            else:
                line.worked()
                on_failure.pop_all()
                return bot


async def _application(bot: Bot, house: House) -> App:
    """PTB's part: it finds the handler for an update. Fetching, order and storage are ours."""
    application = (
        ApplicationBuilder().bot(bot).updater(None).job_queue(None).context_types(ContextTypes(Context)).build()
    )
    application.bot_data["house"] = house
    application.add_handlers(table())
    application.add_error_handler(errors.on_error)
    await application.initialize()
    return application


async def _turns(bot: Bot, house: House, outside: Outside) -> Turns:
    handle, parked = _handle(await _application(bot, house), house), partial(errors.on_parked, house)
    held = HELD if house.worker_id is None else HELD_OF_SHARED
    return Turns(handle, parked, house.database, house.clock, sleep=outside.sleep, held=held)


def _handle(application: App, house: House) -> Callable[[Waiting], Awaitable[None]]:
    """One attempt at one update. Raises what its handler raised."""

    async def handle(waiting: Waiting) -> None:
        if waiting.follow_up is None and (incoming := words_of(waiting.update)) is not None:
            await talk.on_words(house, waiting.update_id, incoming)
            return
        update = Update.de_json(waiting.update, application.bot)
        if waiting.follow_up is not None:
            await house.screens.show(asker_of(update), waiting.follow_up)
            return
        await application.process_update(update)
        if error := house.failures.pop(waiting.update_id, None):
            raise error

    return handle


def _way_in(
    config: Config, requests: Requests, intake: Intake, pulse: Pulse, *, worker: bool = False
) -> Coroutine[Any, Any, None]:
    if config.telegram.mode == "webhook":
        webhook, token = config.telegram.webhook, config.telegram.token.get_secret_value()
        shared = hmac.digest(token.encode(), b"webhook", "sha256").hex() if worker else ""
        return Webhook(webhook, _wire(config, requests.calls), intake, pulse, made_up=shared, shares_port=worker).run()
    return Polling(_wire(config, requests.polls), intake, pulse).run()


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
