"""/push in its full text form; every form ends on the screen that the buttons lead to as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.admin import pushes_command_after as after
from bot.admin import pushes_command_content as content
from bot.admin import pushes_words as words
from bot.admin.pushes_audience import edit_typed
from bot.admin.pushes_content_presses import Duplicate
from bot.admin.pushes_more_presses import AskHalt, AskLift
from bot.admin.pushes_options import duplicate
from bot.admin.pushes_presses import AskDelete, ListPlanned, ListPushes, PickMembers, Review, ShowPush, ShowRun
from bot.admin.pushes_send import set_typed_time
from bot.admin.pushes_time import set_repeat, switch_clock
from bot.rules import fold
from bot.services import push_runs, pushes
from bot.services.pushes import Plan
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.press import Press
from bot.ui.registry import BadArguments, command
from bot.ui.screen import Done
from models import Push

USAGE = (
    "/push [new <title> to <groups | everyone> [minus <groups>] [people <ids>] [talking on]"
    " start <block | message> [topic <topic>] [with silent, protected, preview, unsubscribe, keep place]"
    " [rule <rule>] [buttons <Label - target | …>] [text <message>] [text:de <message>]"
    " | send <title> [to all | new | failed | unsure | <ids>] [at <time>"
    " | again <daily 9:00 | weekly mon,thu 9:00 | monthly 1 9:00 | cron 0 9 * * mon-fri>] [clock user]"
    " [late send | skip | ask] [with paid] | edit <title> to … | edit <title> minus <groups>"
    " | edit <title> people <ids> | edit <title> talking on | off | edit <title> rule <rule>"
    " | edit <title> start … | edit <title> topic … | edit <title> with … | rename <title> to <title>"
    " | preview <title> | stop | pause | resume <title> | report <title> [csv | xlsx | picture]"
    " | why <title> <user> | recall <title> | change <title> | duplicate <title> | delete <title>"
    " | planned | halt | unhalt]"
)
EXAMPLE = '/push send "Spring" to new at 2026-12-01 09:00'

#: Clauses about the audience, besides its groups.
_AUDIENCE = ("minus", "people", "talking", "rule")
_WORDS = ("to", "start", "at", "late", "minus", "people", "talking", "again", "clock", *content.WORDS, content.LONG)
_CLAUSE = re.compile(rf"(?:^|\s)({'|'.join(_WORDS)})(?:\s+|$)", re.IGNORECASE)
#: A rule has words of its own, so it is the last clause.
_RULE = re.compile(r"^(.*?\s)rule\s+(.+)$", re.IGNORECASE | re.DOTALL)


@command("push", role=Role.ADMIN, usage=USAGE, example=EXAMPLE)
def push_command(arguments: str, desk: Desk) -> Done:
    """The list; or what the first word says, with a push by its title."""
    if not arguments:
        return Done(then=ListPushes())
    verb, _, rest = arguments.partition(" ")
    if not rest and verb.lower() in _ALONE:
        return Done(then=_ALONE[verb.lower()])
    if verb.lower() in after.VERBS:
        return after.VERBS[verb.lower()](rest, desk)
    if verb.lower() not in _VERBS:
        return Done(then=ShowPush(pushes.find(desk.db, _split(arguments)[0]).id))
    if verb.lower() == "edit" and (ruled := _RULE.match(rest)):
        title, clauses = _split(ruled[1])
        _only(clauses)
        return edit_typed(pushes.find(desk.db, title), "rule", ruled[2], desk)
    rest, rule = _ruled(rest) if verb.lower() == "new" else (rest, {})
    title, clauses = _split(rest)
    clauses |= rule
    return _VERBS[verb.lower()](title, clauses, desk)


def _split(text: str) -> tuple[str, dict[str, str]]:
    """The title, in quotes or up to the first clause, and the clauses by their first word. Raises BadArguments."""
    text = text.strip()
    closing = text.find(words.QUOTES[text[0]], 1) if text[:1] in words.QUOTES else -1
    if closing > 0:
        title, text = text[1:closing], text[closing + 1 :]
    else:
        found = _CLAUSE.search(text)
        title, text = (text[: found.start()], text[found.start() :]) if found else (text, "")
    text, long = content.cut(text)
    head, *parts = _CLAUSE.split(text)
    clauses = long | {word.lower(): said.strip() for word, said in zip(parts[::2], parts[1::2], strict=True)}
    if not title.strip() or head.strip() or len(clauses) < len(parts) // 2 + len(long) or not all(clauses.values()):
        raise BadArguments
    return title, clauses


def _ruled(text: str) -> tuple[str, dict[str, str]]:
    """What stands around the rule of a new push, and the rule: it goes on to the buttons or the message."""
    head, _ = content.cut(text)
    ruled = _RULE.match(head)
    return (ruled[1] + text[len(head) :], {"rule": ruled[2].strip()}) if ruled else (text, {})


def _only(clauses: Mapping[str, str], *known: str) -> None:
    if not clauses.keys() <= set(known):
        raise BadArguments


def _new(title: str, clauses: Mapping[str, str], desk: Desk) -> Done:
    _only(clauses, "to", "start", *_AUDIENCE, *content.WORDS, *content.long_of(clauses))
    groups, everyone = _audience(clauses["to"], desk) if "to" in clauses else ([], False)
    start = clauses.get("start")
    plan = Plan(groups, everyone, None if start == content.MESSAGE else start)
    push = pushes.create(desk.db, title, plan, by=desk.actor, setup=desk.setup, now=desk.now)
    for clause in (one for one in _AUDIENCE if one in clauses):
        edit_typed(push, clause, clauses[clause], desk)
    return content.take(push, clauses, desk) or Done(
        desk.say("pushes.created", title=words.titled(push)), then=ShowPush(push.id)
    )


def _audience(said: str, desk: Desk) -> tuple[list[int], bool]:
    """Group ids, and whether everyone is meant. Raises a Refusal for a group that does not exist."""
    if fold(said) == "everyone":
        return [], True
    return words.groups_named(said, desk), False


def _edit(title: str, clauses: Mapping[str, str], desk: Desk) -> Done:
    """One change at a time, so that it is one row of the audit."""
    push = pushes.find(desk.db, title)
    match dict(clauses):
        case {"to": said, **rest} if not rest:
            groups, everyone = _audience(said, desk)
            _set_audience(push, groups, everyone, desk)
        case {"start": content.MESSAGE, **rest} if not rest:
            return content.take(push, clauses, desk) or Done(then=ShowPush(push.id))
        case {"start": block, **rest} if not rest:
            pushes.set_start(desk.db, push.id, block, by=desk.actor, setup=desk.setup, now=desk.now)
        case {**rest} if rest and rest.keys() <= {*content.WORDS, *content.long_of(rest)}:
            content.take(push, clauses, desk)
        case {"minus": _} | {"people": _} | {"talking": _} if len(clauses) == 1:
            return edit_typed(push, *next(iter(clauses.items())), desk)
        case _:
            raise BadArguments
    return Done(then=ShowPush(push.id))


def _set_audience(push: Push, groups: list[int], everyone: bool, desk: Desk) -> None:
    if everyone:
        pushes.set_everyone(desk.db, push.id, by=desk.actor, now=desk.now)
    else:
        pushes.set_groups(desk.db, push.id, groups, by=desk.actor, now=desk.now)


def _send(title: str, clauses: Mapping[str, str], desk: Desk) -> Done:
    """The review of what was typed; it is sent with its button."""
    _only(clauses, "to", "at", "late", "again", "clock", "with")
    push = pushes.find(desk.db, title)
    run = push_runs.draft(desk.db, push.id, by=desk.actor, now=desk.now)
    said = clauses.get("to", "all").lower()
    if re.fullmatch(r"\d+(\s*,\s*\d+)*", said):
        push_runs.pick_only(desk.db, run.id, [int(number) for number in said.split(",")], by=desk.actor)
    else:
        push_runs.set_recipients(desk.db, run.id, said, by=desk.actor)
    if "again" in clauses and "at" not in clauses:
        set_repeat(run.id, clauses["again"], desk)
    elif "at" in clauses and "again" not in clauses:
        set_typed_time(run.id, clauses["at"], desk)
    elif "at" in clauses:
        raise BadArguments
    else:
        push_runs.set_time(desk.db, run.id, None, by=desk.actor, now=desk.now)
    if (clock := clauses.get("clock", "bot").lower()) not in ("bot", "user"):
        raise BadArguments
    if clock == "user":
        switch_clock(run.id, True, desk)
    if (paid := clauses.get("with", "").lower()) not in ("", "paid"):
        raise BadArguments
    push_runs.set_paid(desk.db, run.id, bool(paid), by=desk.actor, setup=desk.setup)
    push_runs.set_late(desk.db, run.id, clauses.get("late", "send").lower(), by=desk.actor)
    if said == "selected" and not push_runs.picked(desk.db, run.id):
        return Done(then=PickMembers(run.id))
    return Done(then=Review(run.id))


def _stop(title: str, clauses: Mapping[str, str], desk: Desk) -> Done:
    """At once and without a question: whoever types this is in a hurry."""
    _only(clauses)
    push = pushes.find(desk.db, title)
    run = push_runs.going_on(desk.db, push.id, desk.now)
    if run is None:
        raise Refusal("pushes.not_running", title=push.title)
    if run.state == "planned":
        push_runs.cancel(desk.db, run.id, by=desk.actor, now=desk.now)
    else:
        run = push_runs.stop(desk.db, run.id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.stopped", count=run.cancelled), then=ShowRun(run.id))


def _delete(title: str, clauses: Mapping[str, str], desk: Desk) -> Done:
    _only(clauses)
    return Done(then=AskDelete(pushes.find(desk.db, title).id))


def _duplicate(title: str, clauses: Mapping[str, str], desk: Desk) -> Done:
    _only(clauses)
    return duplicate(Duplicate(pushes.find(desk.db, title).id), desk)


def _show(title: str, clauses: Mapping[str, str], desk: Desk) -> Done:
    _only(clauses)
    return Done(then=ShowPush(pushes.find(desk.db, title).id))


#: Words that stand alone.
_ALONE: Mapping[str, Press] = {"planned": ListPlanned(), "halt": AskHalt(), "unhalt": AskLift()}
_VERBS: dict[str, Callable[[str, Mapping[str, str], Desk], Done]] = {
    "new": _new,
    "edit": _edit,
    "send": _send,
    "stop": _stop,
    "delete": _delete,
    "duplicate": _duplicate,
    "show": _show,
}
