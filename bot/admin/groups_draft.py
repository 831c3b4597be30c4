"""A group or a rule that was begun: what the steps of the wizard put together, kept in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from bot.services import drafts
from bot.services.refusal import Refusal
from bot.ui.desk import Desk
from bot.ui.press import Press, pack, parse

_WIZARD = "group"


@dataclass(frozen=True, slots=True)
class GroupDraft:
    """A new group so far, one rule for the saved group `group_id`, or one condition for the list of users."""

    name: str = ""
    matching: str = "all"
    rules: tuple[str, ...] = ()
    #: The saved group that the rule is for; None while a new group is made.
    group_id: int | None = None
    #: The rule that is replaced, as it was seen; None where one is added.
    position: int | None = None
    mark: int = 0
    #: The conditions that the list of users has already; None: the rule is for a group.
    filters: str | None = None
    sort: int = 0
    #: The rule in the making: its field, how it is compared, the values on offer.
    field: str = ""
    operator: str = ""
    offered: tuple[str, ...] = ()
    #: What was typed last, where it cannot be read as a rule.
    wrong: str = ""


def begun(desk: Desk) -> GroupDraft | None:
    """What this person has begun; None where that is nothing, or something else."""
    draft = drafts.get(desk.db, desk.actor.id)
    return of(draft.data) if draft and draft.data.get("wizard") == _WIZARD else None


def needed(desk: Desk) -> GroupDraft:
    """What this person has begun. Raises a Refusal where that is nothing: saved since, cancelled, or replaced."""
    draft = begun(desk)
    if draft is None:
        raise Refusal("groups.nothing_begun")
    return draft


def new_group(desk: Desk) -> GroupDraft:
    """The new group that was begun. Raises a Refusal where that is nothing, or a rule for a saved group."""
    draft = needed(desk)
    if draft.group_id is not None or draft.filters is not None:
        raise Refusal("groups.nothing_begun")
    return draft


def resumable(desk: Desk) -> Press | None:
    """The step at which this person stopped."""
    draft = drafts.get(desk.db, desk.actor.id)
    return parse(draft.expects) if draft else None


def of(data: Mapping[str, Any]) -> GroupDraft:
    """The draft as a value."""
    known: dict[str, Any] = {field.name: data[field.name] for field in fields(GroupDraft) if field.name in data}
    lists = {name: tuple(value) for name, value in known.items() if isinstance(value, list)}
    return GroupDraft(**{**known, **lists})


def keep(draft: GroupDraft, step: Press, desk: Desk) -> None:
    """Keep it; `step` is the page that is shown, and takes what is typed if it takes anything."""
    drafts.put(desk.db, desk.actor.id, pack(step), {"wizard": _WIZARD, **asdict(draft)}, desk.now)
