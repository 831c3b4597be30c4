"""Whether one person is in a saved group, from what is in memory: for conditions inside a conversation."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import structlog
from sqlalchemy.orm import Session

from bot.flow.person import Person
from bot.rules import InGroup, evaluate, fold
from bot.services import audience_groups, variables
from bot.services.audience_groups import MAX_CONDITIONS, SavedGroup

log = structlog.get_logger(__name__)


def knowing_groups(db: Session, person: Person) -> Person:
    """The person, able to tell which saved groups they are in; a group is read only when it is asked for."""
    return replace(person, member_of=partial(contains, db, person))


def contains(db: Session, person: Person, name: str) -> bool:
    """Whether the person is in the group of that name; false where there is none.

    Nobody is in a group with more than a thousand conditions in all, which lists and pushes refuse.
    """
    groups = _Groups(db)
    if audience_groups.weigh(InGroup(name), groups.find, {}) > MAX_CONDITIONS:
        log.warning("group has too many conditions", group=name, limit=MAX_CONDITIONS)
        return False
    return groups.include(person, (), name)


class _Groups:
    """The saved groups that one question leads to, each read once."""

    def __init__(self, db: Session) -> None:
        self._db = db
        self._fields = variables.names(db)
        self._found: dict[str, SavedGroup | None] = {}

    def find(self, name: str, path: tuple[str, ...]) -> SavedGroup | None:
        """The group of a folded name, unless it stands in itself."""
        if name in path:
            return None
        if name not in self._found:
            self._found[name] = audience_groups.find(self._db, name, self._fields)
        return self._found[name]

    def include(self, person: Person, path: tuple[str, ...], name: str) -> bool:
        """Whether the person is in the group, asked inside of the groups of a path."""
        group = self.find(fold(name), path)
        if group is None or group.rule is None:
            return group is not None and group.everyone
        inside = replace(person, member_of=partial(self.include, person, (*path, fold(name))))
        return evaluate(group.rule, inside)
