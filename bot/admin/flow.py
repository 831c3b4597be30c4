"""The flow that speaks: what it is, what the checks say, its file on disk, and a new one that is sent to the bot."""

from __future__ import annotations

from bot.admin import find, flow_words
from bot.admin.flow_play import play
from bot.admin.flow_presses import (
    ActivateFlow,
    DownloadFlow,
    ListFlowBlocks,
    ListFlowVersions,
    PlayFlow,
    ReloadFlow,
    ShowFlow,
    ShowFlowBlock,
    ShowFlowChecks,
    ShowFlowOffer,
    ShowFlowPicture,
    ShowFlowVersion,
)
from bot.flow import Flow
from bot.flow.loader import MAX_BYTES
from bot.services import flows, flows_file, flows_people
from bot.services.flows_file import FileState
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, excerpt, html, lines, paragraphs
from bot.ui.registry import BadArguments, action, command, page, upload
from bot.ui.screen import Button, Done, Row, Screen, Step, Style, rows_of
from models import FlowVersion

#: Notes of the checks on one screen, and characters of one.
_NOTES, _NOTE = 12, 240


@page(ShowFlow, role=Role.ADMIN)
def show_flow(press: ShowFlow, desk: Desk) -> Screen:
    """The active version, the state of its file, and the ways to all that can be done with it."""
    version = flow_words.active(desk)
    flow = flows.flow_of(version)
    state = flows_file.state(desk.db, desk.setup)
    head = html("<b>{}</b>", flow_words.title(version, desk))
    text = paragraphs(
        lines(head, flow_words.about(version, desk), _sizes(flow, desk)),
        lines(_people(desk), _checks(flow, desk), _hosts(flow, desk), html("{}", desk.say(f"flow.file_{state}"))),
        html("{}", desk.say("flow.how")),
    )
    return Screen(text, _ways(version, flow, state, desk))


def _sizes(flow: Flow, desk: Desk) -> Html:
    languages = ", ".join(_language(one, flow, desk) for one in flow.languages)
    return html("{}", desk.say("flow.sizes", count=len(flow.variables), languages=languages))


def _language(language: str, flow: Flow, desk: Desk) -> str:
    """A language, and how much of the flow it lacks."""
    missing = flow.missing.get(language, 0)
    return desk.say("flow.language_lacks", name=language, count=missing) if missing else language


def _people(desk: Desk) -> Html:
    return html("{}", desk.say("flow.people", count=sum(flows_people.people_at(desk.db).values())))


def _checks(flow: Flow, desk: Desk) -> Html:
    if not flow.warnings:
        return html("{}", desk.say("flow.checks_fine"))
    return html("{}", desk.say("flow.checks_notes", count=len(flow.warnings)))


def _hosts(flow: Flow, desk: Desk) -> Html | None:
    refused = flows.refused_hosts(flow, desk.setup)
    return html("{}", desk.say("flow.hosts_refused", hosts=", ".join(refused))) if refused else None


def _ways(version: FlowVersion, flow: Flow, state: FileState, desk: Desk) -> tuple[Row, ...]:
    before = flows.before(desk.db, version)
    back = reload = None
    if before is not None:
        label = desk.say("flow.back_to", number=before.number)
        # One press: it has spoken before, and the same press takes it back.
        back = Button(label, ActivateFlow(before.id, version.number))
    if state is FileState.CHANGED:
        reload = Button(desk.say("flow.reload"), ReloadFlow(), style=Style.PRIMARY)
    return (
        *rows_of(
            Button(desk.say("flow.picture"), ShowFlowPicture(version.id)),
            Button(desk.say("flow.download"), DownloadFlow(version.id)),
            Button(desk.say("flow.checks"), ShowFlowChecks(version.id)) if flow.warnings else None,
            Button(desk.say("flow.block_list"), ListFlowBlocks()),
            Button(desk.say("flow.play"), PlayFlow(version.id)),
            Button(desk.say("flow.history"), ListFlowVersions()),
        ),
        *rows_of(back, reload, width=1),
    )


@page(ShowFlowChecks, role=Role.ADMIN)
def show_checks(press: ShowFlowChecks, desk: Desk) -> Screen:
    """What an operator should know though the flow works."""
    version = flows.get(desk.db, press.version_id)
    notes = flows.flow_of(version).warnings
    shown = [html("• {}", excerpt(note.told(desk.language), _NOTE)) for note in notes[press.at : press.at + _NOTES]]
    text = lines(*shown) or html("{}", desk.say("flow.checks_fine"))
    more = ShowFlowChecks(version.id, press.at + _NOTES) if press.at + _NOTES < len(notes) else None
    rows = rows_of(Button(desk.say("ui.more"), more) if more else None)
    step = Step(flow_words.title(version, desk), ShowFlowVersion(version.id))
    return Screen(paragraphs(html("<b>{}</b>", desk.say("flow.checks")), text), rows, flow_words.path(desk, step))


@action(ReloadFlow, role=Role.ADMIN)
def reload(press: ReloadFlow, desk: Desk) -> Done:
    """Take the file on disk as a new version."""
    version = flows_file.reload(desk.db, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("flow.active_now", number=version.number), then=ShowFlow())


@upload(".toml", role=Role.ADMIN, limit=MAX_BYTES)
def take_flow(text: str, desk: Desk) -> Done:
    """A flow that an admin sends: checked as a whole, kept, and shown beside the one that speaks."""
    version = flows.offer(desk.db, text, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(then=ShowFlowOffer(version.id))


_USAGE = "/flow [reload | history | version <number> | blocks | block <name> | play [block] [as <id or @name>]]"


@command("flow", role=Role.ADMIN, usage=_USAGE, example="/flow play hours as 42")
def flow_command(arguments: str, desk: Desk) -> Done:
    """The flow, or one of its parts. A new flow is sent as a file."""
    what, _, rest = arguments.partition(" ")
    rest = rest.strip()
    match what.lower(), rest:
        case "", _:
            return Done(then=ShowFlow())
        case "reload", "":
            return reload(ReloadFlow(), desk)
        case "history", "":
            return Done(then=ListFlowVersions())
        case "blocks", "":
            return Done(then=ListFlowBlocks())
        case "block", name if name:
            return Done(then=ShowFlowBlock(name[:32]))
        case "version", number if number.isdecimal() and len(number) < 10:
            return Done(then=ShowFlowVersion(flows.numbered(desk.db, int(number)).id))
        case "play", _:
            return _play(rest, desk)
    raise BadArguments


def _play(arguments: str, desk: Desk) -> Done:
    """play [block] [as <user>]"""
    block, _, whom = f" {arguments}".partition(" as ")
    user = find.one(desk, whom.strip()) if whom.strip() else None
    version = flow_words.active(desk)
    return play(PlayFlow(version.id, block.strip()[:32], user.id if user else None), desk)
