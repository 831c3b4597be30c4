"""The flow on disk: taken at start and on demand, if it has changed since it was last seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.flow import Flow, FlowError, load
from bot.services import flows, variables
from bot.services.locks import Lock, alone
from bot.services.refusal import Refusal
from bot.services.roles import Actor, Role, require
from bot.services.setup import Setup
from models import FlowVersion

log = structlog.get_logger(__name__)


class FileState(StrEnum):
    """How the file on disk stands to what was seen of it."""

    #: It was seen as it is; what speaks may be newer.
    SEEN = "seen"
    #: It was changed since; the next start or reload takes it.
    CHANGED = "changed"
    #: It has problems, so nothing takes it.
    BROKEN = "broken"
    #: There is no file here.
    NONE = "none"


def at_start(db: Session, path: Path, *, now: datetime) -> Flow:
    """The flow to begin with: the file, if it was changed since it was last seen, else the version that spoke last.

    Raises FlowError where neither can be used. A file with problems never replaces a good version: it is logged.
    """
    alone(db, Lock.FLOW_VERSIONS)
    flow = _taken(db, path, now)
    if flow is None:
        version = flows.active(db)
        assert version is not None, "a file that was seen has a version"
        flow = flows.flow_of(version)
    variables.declare(db, flow)
    return replace(flow, folder=path.parent, path=path)


def _taken(db: Session, path: Path, now: datetime) -> Flow | None:
    """The flow in the file, as a new version; None where the file was seen before, or is of no use."""
    try:
        text, flow = read(path)
    except FlowError as error:
        if flows.active(db) is None:
            raise
        log.error("the flow on disk is not used, the version that spoke last goes on", problems=str(error))
        return None
    if flow.version == _last_seen(db):
        return None
    flows.install(db, flows.add(db, text, flow, source="file", author_id=None, now=now), flow, actor_id=None, now=now)
    return flow


def reload(db: Session, *, by: Actor, setup: Setup, now: datetime) -> FlowVersion:
    """Take the file on disk as a new version, now.

    Raises a Refusal if there is no file, if it was not changed since it was last seen, or with every problem it has.
    """
    require(by, Role.ADMIN)
    if setup.flow.path is None:
        raise Refusal("flow.no_file")
    alone(db, Lock.FLOW_VERSIONS)
    try:
        text, flow = read(setup.flow.path)
    except FlowError as error:
        raise Refusal("flow.unusable", problems=flows.Problems(error)) from error
    if flow.version == _last_seen(db):
        raise Refusal("flow.file_seen_already")
    version = flows.add(db, text, flow, source="file", author_id=by.id, now=now)
    return flows.install(db, version, flow, actor_id=by.id, now=now)


def state(db: Session, setup: Setup) -> FileState:
    """How the file on disk stands to what was seen of it."""
    path = setup.flow.path
    if path is None:
        return FileState.NONE
    try:
        _, flow = read(path)
    except FlowError:
        return FileState.BROKEN
    return FileState.SEEN if flow.version == _last_seen(db) else FileState.CHANGED


def read(path: Path) -> tuple[str, Flow]:
    """The text of a file and the flow in it. Raises FlowError."""
    flow = load(path)
    text = path.read_bytes().decode("utf-8-sig")
    return (text, flow) if flows.digest_of(text) == flow.version else read(path)  # it was saved in between


def _last_seen(db: Session) -> str | None:
    query = select(FlowVersion.digest).where(FlowVersion.source == "file", FlowVersion.number.is_not(None))
    return db.scalar(query.order_by(FlowVersion.number.desc()).limit(1))
