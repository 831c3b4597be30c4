"""What the doctor looks at on this machine: the config's file, the flow, the database, the clock, the disk."""

from __future__ import annotations

import shutil
import stat
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import aiohttp
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.config import Config
from bot.doctor import Finding, broken, care, fine
from bot.flow import FlowError
from bot.flow import load as load_flow
from bot.services import audit_chain, engines, health, settings, support_group

#: Seconds that the clock may be wrong: times of pushes are off by as much.
SKEWED = 5.0
#: Bytes that should be free beside the database, and without which nothing works for long.
LITTLE, NONE = 1024**3, 100 * 1024**2


def examine(config: Config, path: Path) -> list[Finding]:
    """Everything but the clock. `path` is the config's file."""
    return [*_file(path), _flow(config), *_database(config)]


def _file(path: Path) -> list[Finding]:
    if not path.exists():
        return [fine("config", "It comes from the environment alone.")]
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return [care("config", f"Others on this machine can read {path}, and the token in it.", f"chmod 600 {path}")]
    return [fine("config", f"{path} is yours alone.")]


def _flow(config: Config) -> Finding:
    try:
        flow = load_flow(config.conversation.flow)
    except FlowError as error:
        return broken("flow", str(error), "Mend the file; `frontdesk check` says everything that is wrong with it.")
    return fine("flow", f"{config.conversation.flow} has {len(flow.blocks)} blocks.")


def _database(config: Config) -> list[Finding]:
    url = config.database.url.get_secret_value()
    try:
        place = engines.parse(url)
        if place.get_backend_name() == "sqlite" and not Path(place.database or "").exists():
            return [fine("database", f"{place.database} is made at the first start."), *_disk(url)]
        return [*_opened(url), *_disk(url)]
    except engines.DatabaseProblem as problem:
        return [broken("database", str(problem), "Mend database.url in the config.")]
    except DBAPIError as error:
        reason = str(error.orig).strip().splitlines()[0]
        return [broken("database", f"It cannot be opened: {reason}.", "See that it runs and that the url is right.")]


def _opened(url: str) -> list[Finding]:
    engine = engines.connect(url, read_only=True)
    try:
        with Session(engine) as db:
            current, known = engines.revision(db.connection()), engines.newest()
            if current != known:
                fix = "A start of this version brings an older one up to date; make a backup before that."
                return [care("schema", f"It is at {current}, this version has {known}.", fix)]
            return [fine("schema", f"It is at {known}."), _chain(db), *_waiting(db)]
    finally:
        engine.dispose()


def staff_group(config: Config) -> int:
    """The staff group that holds: as it was chosen in the chat, else as the config has it; 0 for none."""
    url, configured = config.database.url.get_secret_value(), config.support.group_id
    try:
        place = engines.parse(url)
        if place.get_backend_name() == "sqlite" and not Path(place.database or "").exists():
            return configured
        engine = engines.connect(url, read_only=True)
    except engines.DatabaseProblem:
        return configured
    try:
        with Session(engine) as db:
            at_newest = engines.revision(db.connection()) == engines.newest()
            return int(settings.stored(db).get(support_group.SETTING, configured)) if at_newest else configured
    except DBAPIError:
        return configured
    finally:
        engine.dispose()


def _chain(db: Session) -> Finding:
    found = audit_chain.verify(db)
    if found.broken_at is None:
        head = f", its end is {found.head[:12]}" if found.head else ""
        return fine("audit", f"The chain of its {found.entries} entries holds{head}.")
    fix = "Somebody has changed the database past the bot; compare it with a backup."
    return broken("audit", f"The chain breaks at entry {found.broken_at}.", fix)


def _waiting(db: Session) -> list[Finding]:
    dead = health.queues(db, datetime.now(UTC)).dead
    if not dead:
        return [fine("inbox", "No update has failed for good.")]
    fix = "The log says why; the owners were told of each."
    return [care("inbox", f"{dead} updates of the last days failed for good.", fix)]


def _disk(url: str) -> list[Finding]:
    place = engines.folder_of(url)
    if place is None:
        return []
    free = shutil.disk_usage(place).free
    said = f"{free / 1024**3:.1f} GB are free in {place}."
    if free < NONE:
        return [broken("disk", said, "Make room: without it the bot takes no messages.")]
    if free < LITTLE:
        return [care("disk", said, "Make room before it is full.")]
    return [fine("disk", said)]


async def clock(api_url: str) -> list[Finding]:
    """How far this machine's clock is from Telegram's."""
    try:
        skew = await skew_of(api_url)
    except (aiohttp.ClientError, TimeoutError):
        return []
    if skew is None:
        return []
    if abs(skew) > SKEWED:
        fix = "Let the machine keep its time: timedatectl set-ntp true"
        return [care("clock", f"It is {abs(skew):.0f} seconds {'ahead of' if skew > 0 else 'behind'} Telegram's.", fix)]
    return [fine("clock", "It agrees with Telegram's.")]


async def skew_of(api_url: str) -> float | None:
    """Seconds by which this machine's clock is ahead of the server's; None: it does not say its time.

    Raises aiohttp.ClientError or TimeoutError.
    """
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout) as session, session.head(api_url) as answer:
        said = answer.headers.get("Date")
        return (datetime.now(UTC) - parsedate_to_datetime(said)).total_seconds() if said else None
