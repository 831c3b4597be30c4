"""Versions of the flow: which one speaks, what was offered, what can be brought back. See docs/decisions/0008."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, defer

from bot.flow import Flow, FlowError, parse
from bot.flow.report import hosts
from bot.sentences import DEFAULT, Told
from bot.services import audit, sql, variables
from bot.services.locks import Lock, alone
from bot.services.prepared import Prepared
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from bot.services.storable import storable
from models import FlowVersion

#: Characters of a flow's problems on one screen.
_PROBLEMS = 3000


@dataclass(frozen=True, slots=True)
class VersionPage:
    """Versions that have spoken, the newest first, without their texts; and whether there are older ones."""

    versions: Sequence[FlowVersion]
    older: bool


def active(db: Session) -> FlowVersion | None:
    """The version that speaks; None before the first start."""
    query = select(FlowVersion).where(FlowVersion.number.is_not(None)).order_by(FlowVersion.number.desc()).limit(1)
    return db.scalar(query.execution_options(populate_existing=True))


def active_digest(db: Session) -> str | None:
    """The digest of the version that speaks."""
    found = _ACTIVE.first(db, {})
    return None if found is None else str(found.digest)


_ACTIVE = Prepared(
    lambda dialect: (
        select(sql.table(FlowVersion).c.digest)
        .where(sql.table(FlowVersion).c.number.is_not(None))
        .order_by(sql.table(FlowVersion).c.number.desc())
        .limit(1)
    )
)


def get(db: Session, version_id: int) -> FlowVersion:
    """A version, offered or numbered. Raises a Refusal where it is gone."""
    found = db.get(FlowVersion, version_id, populate_existing=True)
    if found is None:
        raise Refusal("flow.no_version")
    return found


def numbered(db: Session, number: int) -> FlowVersion:
    """The version with this number. Raises a Refusal where there is none."""
    found = db.scalar(select(FlowVersion).where(FlowVersion.number == number))
    if found is None:
        raise Refusal("flow.no_version")
    return found


def before(db: Session, version: FlowVersion) -> FlowVersion | None:
    """The version that spoke before this one; before an offered one the active one."""
    if version.number is None:
        return active(db)
    query = select(FlowVersion).where(FlowVersion.number < version.number)
    return db.scalar(query.order_by(FlowVersion.number.desc()).limit(1))


def history(db: Session, *, before: int | None = None, size: int = 8) -> VersionPage:
    """A page of versions with numbers below `before`."""
    query = select(FlowVersion).where(FlowVersion.number.is_not(None)).options(defer(FlowVersion.text))
    if before is not None:
        query = query.where(FlowVersion.number < before)
    versions = db.scalars(query.order_by(FlowVersion.number.desc()).limit(size + 1)).all()
    return VersionPage(versions[:size], older=len(versions) > size)


def flow_of(version: FlowVersion, setup: Setup | None = None) -> Flow:
    """A version as a flow; with `setup` its media are those of the installation. Raises FlowError.

    Files are not looked for: a version that has spoken must not fail because a picture was moved since.
    """
    name = f"version {version.number} of the flow" if version.number else "the flow that was sent"
    flow = _parsed(version.text, name)
    return replace(flow, folder=setup.flow.folder, path=setup.flow.path) if setup else flow


def in_use(db: Session, setup: Setup) -> Flow:
    """The flow that speaks. Raises FlowError where this program cannot read it any more."""
    version = active(db)
    return flow_of(version, setup) if version else setup.flow


@lru_cache(maxsize=8)
def _parsed(text: str, name: str) -> Flow:
    return parse(text, folder=None, name=name)


def checked(text: str, setup: Setup) -> Flow:
    """A text as a flow that can be used here, media and all. Raises a Refusal with every problem and its line."""
    try:
        return replace(parse(text, folder=setup.flow.folder), path=setup.flow.path)
    except FlowError as error:
        raise Refusal("flow.unusable", problems=Problems(error)) from error


@dataclass(frozen=True, slots=True)
class Problems(Told):
    """The problems of a flow as lines, as many as fit on a screen, and how many more there are."""

    error: FlowError

    def __str__(self) -> str:
        return self.told(DEFAULT)

    def told(self, language: str) -> str:
        """The lines for a reader of this language."""
        lines: list[str] = []
        for line in (problem.told(language) for problem in self.error.problems):
            if sum(map(len, lines)) + len(line) > _PROBLEMS:
                break
            lines.append(line[:_PROBLEMS])
        left = len(self.error.problems) - len(lines)
        return "\n".join([*lines, f"+ {left}"] if left else lines)


def refused_hosts(flow: Flow, setup: Setup) -> tuple[str, ...]:
    """The servers that a flow asks and the config does not name: every call to them fails."""
    return tuple(host for host in hosts(flow) if host not in setup.hosts)


def offer(db: Session, text: str, *, by: Actor, setup: Setup, now: datetime) -> FlowVersion:
    """Keep a flow that an admin sent, to be looked at and activated; replaces what they offered before.

    Raises a Refusal with every problem.
    """
    require(by, Role.ADMIN)
    text = storable(text)
    flow = checked(text, setup)
    table = sql.table(FlowVersion)
    db.execute(delete(table).where(table.c.number.is_(None), table.c.author_id == by.id))
    offered = add(db, text, flow, source="chat", author_id=by.id, now=now)
    audit.record(db, actor_id=by.id, action="flow.offer", target=f"flow {offered.id}", after=flow.version, now=now)
    return offered


def add(db: Session, text: str, flow: Flow, *, source: str, author_id: int | None, now: datetime) -> FlowVersion:
    """A row for a flow that is not active yet."""
    version = FlowVersion(
        text=text,
        digest=flow.version,
        blocks=len(flow.blocks),
        source=source,
        author_id=author_id,
        created_at=now,
    )
    db.add(version)
    db.flush()
    return version


def activate(db: Session, version_id: int, *, seen: int | None, by: Actor, setup: Setup, now: datetime) -> FlowVersion:
    """Let a version speak; one that has spoken before is brought back under a new number.

    `seen` is the number that was active when the admin decided: a Refusal if another one is by now, or if the flow
    cannot be used any more.
    """
    require(by, Role.ADMIN)
    alone(db, Lock.FLOW_VERSIONS)
    present = active(db)
    if present is not None and seen is not None and present.number != seen:
        raise Refusal("flow.meanwhile", number=present.number)
    version = get(db, version_id)
    flow = checked(version.text, setup)
    if version.number is not None:
        version = add(db, version.text, flow, source="back", author_id=by.id, now=now)
    return install(db, version, flow, actor_id=by.id, now=now)


@dataclass(frozen=True, slots=True)
class Deed:
    """What the audit says of a new version, where that is more than the numbers."""

    action: str = "flow.activate"
    target: str | None = None
    before: str | None = None
    after: str | None = None


def install(
    db: Session, version: FlowVersion, flow: Flow, *, actor_id: int | None, now: datetime, deed: Deed | None = None
) -> FlowVersion:
    """Give a version the next number and declare its variables; one audit row. The caller holds the lock."""
    deed, present = deed or Deed(), active(db)
    version.number = (present.number or 0) + 1 if present else 1
    version.activated_at, version.activated_by = now, actor_id
    db.flush()
    variables.declare(db, flow)
    audit.record(
        db,
        actor_id=actor_id,
        action=deed.action,
        target=deed.target or f"flow {version.id}",
        before=deed.before or (f"{present.number} {present.digest}" if present else None),
        after=deed.after or f"{version.number} {version.digest}",
        now=now,
    )
    return version


def drop(db: Session, version_id: int, *, by: Actor, now: datetime) -> bool:
    """Forget a flow that was offered; false if it is active by now, or gone."""
    require(by, Role.ADMIN)
    table = sql.table(FlowVersion)
    offered = delete(table).where(table.c.id == version_id, table.c.number.is_(None))
    dropped = db.scalar(offered.returning(table.c.digest))
    if dropped is None:
        return False
    audit.record(db, actor_id=by.id, action="flow.drop", target=f"flow {version_id}", before=dropped, now=now)
    return True


def digest_of(text: str) -> str:
    """What `Flow.version` is for this text."""
    return sha256(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")).hexdigest()[:16]
