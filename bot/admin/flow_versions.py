"""Versions of the flow: the history, what is different, and the two steps by which one begins to speak."""

from __future__ import annotations

from dataclasses import replace

from bot.admin import flow_words
from bot.admin.flow_presses import (
    ActivateFlow,
    AskActivateFlow,
    CompareFlows,
    DownloadFlow,
    DropFlow,
    ListFlowVersions,
    PlayFlow,
    ShowFlow,
    ShowFlowChecks,
    ShowFlowOffer,
    ShowFlowPicture,
    ShowFlowVersion,
)
from bot.flow import Flow
from bot.flow.difference import difference
from bot.services import flows, flows_people
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.confirm import question
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, html, lines, name, paragraphs
from bot.ui.pager import SIZE, onward
from bot.ui.registry import action, page
from bot.ui.screen import Attachment, Button, Done, Row, Screen, Step, Style, rows_of
from models import FlowVersion

#: Titles of pushes that are named before a block vanishes.
_PUSHES = 5


@page(ListFlowVersions, role=Role.ADMIN)
def history(press: ListFlowVersions, desk: Desk) -> Screen:
    """The versions that have spoken, the newest first."""
    found = flows.history(desk.db, before=press.before, size=SIZE)
    entries = [_entry(version, desk) for version in found.versions]
    zone = html("{}", desk.say("flow.zone", zone=desk.setup.zone.key))
    text = paragraphs(lines(html("<b>{}</b>", desk.say("flow.history")), zone), lines(*entries))
    numbers = [Button(flow_words.title(version, desk), ShowFlowVersion(version.id)) for version in found.versions]
    older = ListFlowVersions(found.versions[-1].number) if found.older else None
    turns = onward(desk, first=ListFlowVersions() if press.before is not None else None, more=older)
    return Screen(text, (*rows_of(*numbers, width=2), *turns), flow_words.path(desk))


def _entry(version: FlowVersion, desk: Desk) -> Html:
    made = desk.say(f"flow.source_{version.source}", who=flow_words.who(version.author_id, desk))
    since = desk.short_time(version.activated_at) if version.activated_at else Words()
    blocks = desk.say("flow.blocks", count=version.blocks)
    return html("<b>{}</b> · {} · {} · {}", str(version.number), since, made, blocks)


@page(ShowFlowVersion, role=Role.ADMIN)
def show_version(press: ShowFlowVersion, desk: Desk) -> Screen:
    """Where a version comes from, and what is different from the one before it."""
    version = flows.get(desk.db, press.version_id)
    before = flows.before(desk.db, version)
    different = None
    if before is not None:
        found = difference(flows.flow_of(before), flows.flow_of(version))
        head = html("<b>{}</b>", desk.say("flow.different_from", number=before.number))
        different = lines(head, flow_words.changes(found, desk))
    title = html("<b>{}</b>", flow_words.title(version, desk))
    text = paragraphs(lines(title, flow_words.about(version, desk)), different)
    step = Step(desk.say("flow.history"), ListFlowVersions())
    return Screen(text, _ways(version, before, desk), flow_words.path(desk, step))


def _ways(version: FlowVersion, before: FlowVersion | None, desk: Desk) -> tuple[Row, ...]:
    present = flow_words.active(desk)
    speaks = version.id == present.id
    label = desk.say("flow.activate") if version.number is None else desk.say("flow.bring_back")
    activate = Button(label, AskActivateFlow(version.id, present.number), style=Style.PRIMARY)
    compare = None if speaks or before == present else CompareFlows(present.id, version.id)
    warnings = flows.flow_of(version).warnings
    return (
        *rows_of(
            None if speaks else activate,
            Button(desk.say("flow.drop"), DropFlow(version.id)) if version.number is None else None,
            width=2,
        ),
        *rows_of(
            Button(desk.say("flow.all_changes"), CompareFlows(before.id, version.id)) if before else None,
            Button(desk.say("flow.compare"), compare) if compare else None,
            Button(desk.say("flow.checks"), ShowFlowChecks(version.id)) if warnings else None,
        ),
        *rows_of(
            Button(desk.say("flow.picture"), ShowFlowPicture(version.id)),
            Button(desk.say("flow.download"), DownloadFlow(version.id)),
            Button(desk.say("flow.play"), PlayFlow(version.id)),
        ),
    )


@page(ShowFlowOffer, role=Role.ADMIN)
def show_offer(press: ShowFlowOffer, desk: Desk) -> Screen:
    """A flow that was sent just now: what is different, and its picture."""
    screen = show_version(ShowFlowVersion(press.version_id), desk)
    version = flows.get(desk.db, press.version_id)
    flow = flows.flow_of(version)
    attachment = flow_words.picture(flow, version.number, desk)
    missing = flow_words.no_picture(flow)
    note = html("{}", desk.say(missing)) if missing else None
    return replace(screen, text=paragraphs(screen.text, note), attachment=attachment)


@page(CompareFlows, role=Role.ADMIN)
def compare(press: CompareFlows, desk: Desk) -> Screen:
    """All changes from one version to another."""
    old, new = flows.get(desk.db, press.old_id), flows.get(desk.db, press.new_id)
    found = difference(flows.flow_of(old), flows.flow_of(new))
    titles = (flow_words.title(version, desk) for version in (old, new))
    text = paragraphs(html("<b>{} → {}</b>", *titles), flow_words.changes(found, desk, at=press.at))
    further = press.at + flow_words.CHANGES
    more = CompareFlows(old.id, new.id, further) if further < len(found) else None
    first = CompareFlows(old.id, new.id) if press.at else None
    step = Step(flow_words.title(new, desk), ShowFlowVersion(new.id))
    return Screen(text, onward(desk, first=first, more=more), flow_words.path(desk, step))


@page(ShowFlowPicture, role=Role.ADMIN)
def picture(press: ShowFlowPicture, desk: Desk) -> Screen:
    """The ways through a version, with the people who stand at its blocks now."""
    version = flows.get(desk.db, press.version_id)
    flow = flows.flow_of(version)
    if missing := flow_words.no_picture(flow):
        raise Refusal(missing)
    text = html("<b>{}</b>\n{}", flow_words.title(version, desk), desk.say("flow.at", at=desk.time(desk.now)))
    return Screen(text, (), _to(version, desk), attachment=flow_words.picture(flow, version.number, desk))


@page(DownloadFlow, role=Role.ADMIN)
def download(press: DownloadFlow, desk: Desk) -> Screen:
    """A version as a file: change it, send it back."""
    version = flows.get(desk.db, press.version_id)
    text = html("<b>{}</b>\n{}", flow_words.title(version, desk), desk.say("flow.send_back"))
    content = version.text.encode()
    attachment = Attachment(f"flow-{version.number or 'new'}.toml", lambda: content)
    return Screen(text, (), _to(version, desk), attachment=attachment)


def _to(version: FlowVersion, desk: Desk) -> tuple[Step, ...]:
    return flow_words.path(desk, Step(flow_words.title(version, desk), ShowFlowVersion(version.id)))


@page(AskActivateFlow, role=Role.ADMIN)
def ask_activate(press: AskActivateFlow, desk: Desk) -> Screen:
    """What it means for the people who are in the middle of a conversation."""
    version, present = flows.get(desk.db, press.version_id), flow_words.active(desk)
    key = "flow.ask_activate" if version.number is None else "flow.ask_back"
    head = html("{}", desk.say(key, number=version.number or 0, present=present.number or 0))
    text = paragraphs(head, _consequence(flows.flow_of(present), flows.flow_of(version), desk))
    label = desk.say("flow.activate_yes") if version.number is None else desk.say("flow.back_yes")
    yes = Button(label, ActivateFlow(version.id, press.seen))
    return question(desk, text, yes=yes, no=ShowFlowVersion(version.id), path=_to(version, desk))


def _consequence(old: Flow, new: Flow, desk: Desk) -> Html:
    left = flows_people.stranded(desk.db, old, new)
    people = desk.say("flow.stranded", count=left.people) if left.people else desk.say("flow.nobody_stranded")
    titles = Words(", ".join(name(title) for title in left.pushes[:_PUSHES]))
    return lines(
        html("{}", people),
        html("{}", desk.say("flow.waits_lost", count=left.waits)) if left.waits else None,
        html("{}", desk.say("flow.pushes_lost", count=len(left.pushes), titles=titles)) if left.pushes else None,
    )


@action(ActivateFlow, role=Role.ADMIN)
def activate(press: ActivateFlow, desk: Desk) -> Done:
    """Let a version speak from now on."""
    version = flows.activate(desk.db, press.version_id, seen=press.seen, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("flow.active_now", number=version.number), then=ShowFlow())


@action(DropFlow, role=Role.ADMIN)
def drop(press: DropFlow, desk: Desk) -> Done:
    """Forget a flow that was sent."""
    dropped = flows.drop(desk.db, press.version_id, by=desk.actor, now=desk.now)
    return Done(desk.say("flow.dropped" if dropped else "flow.no_version"), then=ShowFlow())
