"""A preview of the flow in the chat, as somebody new or with a copy of a user: nothing is sent, stored or asked."""

from __future__ import annotations

from collections.abc import Iterator

from bot.admin import find, flow_words
from bot.admin.flow_presses import (
    ChooseInPlay,
    EndPlay,
    GiveBackInPlay,
    PlayFlow,
    ShowFlow,
    ShowFlowPlay,
    WaitInPlay,
)
from bot.admin.people import called
from bot.flow.content import Content, Kind, Option
from bot.flow.heard import Chose, Wrote
from bot.services import drafts, flows, flows_play
from bot.services.conversations import Incoming
from bot.services.flows_play import Played, Stage
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, authored, excerpt, html, lines, paragraphs
from bot.ui.press import pack
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Row, Screen, Style, rows_of

#: Characters of one message, of all of them, and of a note about what would be done.
_SAID, _ALL, _NOTE = 1200, 3000, 120
#: Buttons of the flow on one screen.
_BUTTONS = 30


@action(PlayFlow, role=Role.ADMIN)
def play(press: PlayFlow, desk: Desk) -> Done:
    """Begin a preview."""
    if press.user_id is not None:
        find.known(desk, press.user_id)
    version_id = flow_words.active(desk).id if press.version_id is None else press.version_id
    stage = _stage(version_id, desk)
    if press.block and press.block not in stage.flow.blocks:
        raise Refusal("flow.no_block", block=press.block)
    return _kept(flows_play.begin(desk.db, stage, version_id, press.block or None, press.user_id), desk)


@typed(ShowFlowPlay, role=Role.ADMIN, gives_way=True)
def write(press: ShowFlowPlay, incoming: Incoming, desk: Desk) -> Done:
    """What the admin writes or shares is what the person of the preview does."""
    played = flows_play.from_json(desk.draft)
    heard = incoming.heard or Wrote(incoming.words)
    return _kept(flows_play.enter(desk.db, _stage(played.version_id, desk), played, heard), desk)


@action(ChooseInPlay, role=Role.ADMIN)
def choose(press: ChooseInPlay, desk: Desk) -> Done:
    """Press a button of the flow."""
    played = _played(desk)
    heard = Chose(press.block, press.choice)
    return _kept(flows_play.enter(desk.db, _stage(played.version_id, desk), played, heard), desk)


@action(WaitInPlay, role=Role.ADMIN)
def wait(press: WaitInPlay, desk: Desk) -> Done:
    """Let the time of the first wait pass."""
    played = _played(desk)
    return _kept(flows_play.let_time_pass(desk.db, _stage(played.version_id, desk), played), desk)


@action(GiveBackInPlay, role=Role.ADMIN)
def give_back(press: GiveBackInPlay, desk: Desk) -> Done:
    """Staff are done with the person."""
    played = _played(desk)
    return _kept(flows_play.give_back(desk.db, _stage(played.version_id, desk), played), desk)


@action(EndPlay, role=Role.ADMIN)
def end(press: EndPlay, desk: Desk) -> Done:
    """The preview is over."""
    _played(desk)
    drafts.clear(desk.db, desk.actor.id)
    return Done(desk.say("flow.play_ended"), then=ShowFlow())


@page(ShowFlowPlay, role=Role.ADMIN)
def show_play(press: ShowFlowPlay, desk: Desk) -> Screen:
    """What was said last, what would have been done, and the flow's own buttons."""
    played = _begun(desk)
    if played is None:
        again = Button(desk.say("flow.play_again"), PlayFlow(flow_words.active(desk).id))
        return Screen(html("{}", desk.say("flow.play_over")), rows_of(again), flow_words.path(desk))
    said = [_message(content, desk) for content in played.said]
    shown = paragraphs(*said) if sum(map(len, said)) <= _ALL else said[-1]
    done = lines(*(html("<i>• {}</i>", excerpt(note, _NOTE)) for note in played.done))
    state = desk.say("flow.play_off") if played.memory.is_off else desk.say("flow.play_how")
    text = paragraphs(_head(played, desk), shown, done, html("<i>{}</i>", state))
    return Screen(text, (*_choices(played), *_controls(played, desk)), flow_words.path(desk))


def _head(played: Played, desk: Desk) -> Html:
    if played.user_id is None:
        whose = desk.say("flow.play_new")
    else:
        whose = desk.say("flow.play_as", name=called(find.known(desk, played.user_id)), id=str(played.user_id))
    at = desk.say("flow.play_at", block=played.memory.place.block or "–")
    return lines(html("<b>{}</b>", desk.say("flow.play_title")), html("{}", whose), html("{}", at))


def _message(content: Content, desk: Desk) -> Html:
    kind = None if content.kind is Kind.TEXT else html("<i>{}</i>", desk.say(f"kinds.{content.kind}"))
    return lines(kind, *_details(content), authored(content.text, _SAID))


def _details(content: Content) -> Iterator[Html]:
    """What a message has beside its words: the place, the question and the answers of a poll."""
    extra = dict(content.extra)
    if content.kind is Kind.LOCATION:
        yield html("{}, {}", extra["latitude"], extra["longitude"])
    elif content.kind is Kind.POLL:
        options = extra["options"] if isinstance(extra["options"], tuple | list) else ()
        yield html("{}", excerpt(str(extra["question"]), _NOTE))
        yield from (html("○ {}", excerpt(str(option), _NOTE)) for option in options)


def _choices(played: Played) -> tuple[Row, ...]:
    options = [option for content in played.said for row in content.rows for option in row]
    buttons = {(option.label, option.choice): _button(option) for option in options}
    return rows_of(*list(buttons.values())[:_BUTTONS], width=2)


def _button(option: Option) -> Button | None:
    """A button of the flow; one that shares something has no twin here: the admin shares it from the app's menu."""
    if option.url is not None:
        return Button(option.label, url=option.url)
    if option.block is None or option.choice is None:
        return None
    return Button(option.label, ChooseInPlay(option.block, option.choice))


def _controls(played: Played, desk: Desk) -> tuple[Row, ...]:
    again = PlayFlow(played.version_id, user_id=played.user_id)
    return rows_of(
        Button(desk.say("flow.play_wait"), WaitInPlay()) if played.memory.waits else None,
        Button(desk.say("flow.play_back"), GiveBackInPlay(), style=Style.SUCCESS) if played.memory.is_off else None,
        Button(desk.say("flow.play_again"), again),
        Button(desk.say("flow.play_end"), EndPlay()),
        width=2,
    )


def _kept(played: Played, desk: Desk) -> Done:
    drafts.put(desk.db, desk.actor.id, pack(ShowFlowPlay()), flows_play.to_json(played), desk.now)
    return Done(then=ShowFlowPlay())


def _played(desk: Desk) -> Played:
    """The preview that this admin has begun. Raises a Refusal where they have begun something else since."""
    played = _begun(desk)
    if played is None:
        raise Refusal("flow.play_over")
    return played


def _begun(desk: Desk) -> Played | None:
    draft = drafts.get(desk.db, desk.actor.id)
    return flows_play.from_json(draft.data) if draft and draft.expects == pack(ShowFlowPlay()) else None


def _stage(version_id: int, desk: Desk) -> Stage:
    flow = flows.flow_of(flows.get(desk.db, version_id), desk.setup)
    return Stage(flow, desk.actor.id, desk.language, desk.setup, desk.now)
