"""admin: who has which role, given and taken on the host, also while the bot runs; for a lost owner."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from bot import texts
from bot.commands.terminal import Commands, complain, say, with_config
from bot.config import Config, load
from bot.services import engines, host
from bot.services.refusal import Refusal


def declare(commands: Commands) -> None:
    """Add the command."""
    admin = commands.add_parser("admin", help="list, give and take roles on this host")
    does = admin.add_subparsers(required=True, metavar="list|grant|revoke")
    with_config(does.add_parser("list", help="who has a role")).set_defaults(work=_admin, does="list")
    grant = with_config(does.add_parser("grant", help="make somebody owner, admin or staff"))
    grant.add_argument("user", type=int, help="their Telegram id")
    grant.add_argument("rank", choices=host.RANKS)
    grant.set_defaults(work=_admin, does="grant")
    revoke = with_config(does.add_parser("revoke", help="take all roles from somebody"))
    revoke.add_argument("user", type=int, help="their Telegram id")
    revoke.set_defaults(work=_admin, does="revoke")


def _admin(given: argparse.Namespace) -> int:
    config = load(given.config)
    engine = engines.prepare(config.database.url.get_secret_value(), threads=1)
    try:
        with Session(engine) as db, db.begin():
            return _do(given, db, config)
    except Refusal as refusal:
        complain(texts.say("en", refusal.key, **refusal.values) + " They have to write to the bot first.")
        return 2
    finally:
        engine.dispose()


def _do(given: argparse.Namespace, db: Session, config: Config) -> int:
    now = datetime.now(UTC)
    if given.does == "grant":
        host.grant(db, given.user, given.rank, now=now)
        say(f"{given.user} is {given.rank} from now on.")
    elif given.does == "revoke":
        host.revoke(db, given.user, now=now)
        named = " The config names them as an owner: take them out there." if given.user in config.admin.owners else ""
        say(f"{given.user} has no role any more.{named}")
    else:
        for one in host.ranked(db, config.admin.owners):
            say(f"{one.id}  {one.name!a}  {', '.join(one.ranks)}")
    return 0
