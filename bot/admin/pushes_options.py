"""The options of a push and its topic; a push like another one."""

from __future__ import annotations

from bot.admin import pushes_words as words
from bot.admin.pushes_content_presses import (
    AskTopic,
    Duplicate,
    SetTopic,
    ShowOptions,
    SwitchOption,
    WriteTopic,
)
from bot.admin.pushes_edit import expect, ticked
from bot.admin.pushes_presses import ShowPush
from bot.services import push_content, push_copy, push_topics, pushes
from bot.services.conversations import Incoming
from bot.services.push_content import OPTIONS
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import excerpt, html, lines, paragraphs
from bot.ui.registry import action, page, typed
from bot.ui.screen import Button, Done, Screen, Step, rows_of

#: Topics that are offered as buttons.
_OFFERED = 8


@page(ShowOptions, role=Role.ADMIN)
def show_options(press: ShowOptions, desk: Desk) -> Screen:
    """Each option with what it does; a press switches it."""
    push = pushes.get(desk.db, press.push_id)
    on = push_content.options(push)
    offered = [name for name in OPTIONS if name != "keep_place" or push.content_id is None]
    meanings = lines(*(html("• {}", desk.say(f"pushes.means_{name}")) for name in offered))
    topic = desk.say("pushes.topic_is", topic=push.topic) if push.topic else desk.say("pushes.topic_none")
    switches = [
        Button(ticked(desk.say(f"pushes.option_{name}"), name in on), SwitchOption(push.id, OPTIONS.index(name)))
        for name in offered
    ]
    text = paragraphs(html("<b>{}</b>", desk.say("pushes.options_title")), meanings, html("{}", topic))
    turns = (
        Button(desk.say("pushes.edit_topic"), AskTopic(push.id)),
        Button(desk.say("pushes.next"), ShowPush(push.id)),
    )
    return Screen(text, (*rows_of(*switches, width=2), turns), words.to_card(push, desk))


@action(SwitchOption, role=Role.ADMIN)
def switch_option(press: SwitchOption, desk: Desk) -> Done:
    """On, or off."""
    if not 0 <= press.option < len(OPTIONS):
        raise Refusal("ui.old")
    push_content.switch(desk.db, press.push_id, OPTIONS[press.option], by=desk.actor, now=desk.now)
    return Done(then=ShowOptions(press.push_id))


@action(AskTopic, role=Role.ADMIN)
def begin_topic(press: AskTopic, desk: Desk) -> Done:
    """The next message is the topic."""
    return expect(WriteTopic(press.push_id), desk)


@page(WriteTopic, role=Role.ADMIN)
def ask_topic(press: WriteTopic, desk: Desk) -> Screen:
    """Topics there are, none, or a new one."""
    push = pushes.get(desk.db, press.push_id)
    fitting = [topic for topic in push_topics.known(desk.db) if len(topic.encode()) <= _OFFERED * 4]
    offered = [Button(excerpt(topic, words.ON_BUTTON), SetTopic(push.id, topic)) for topic in fitting[:_OFFERED]]
    none = Button(desk.say("pushes.no_topic"), SetTopic(push.id, ""))
    cancel = Button(desk.say("ui.cancel"), ShowOptions(push.id))
    path = (*words.to_card(push, desk), Step(desk.say("pushes.edit_options"), ShowOptions(push.id)))
    return Screen(html("{}", desk.say("pushes.ask_topic")), (*rows_of(*offered, width=2), (none, cancel)), path)


@typed(WriteTopic, role=Role.ADMIN)
def take_topic(press: WriteTopic, incoming: Incoming, desk: Desk) -> Done:
    """Its people can leave it one by one."""
    push_content.set_topic(desk.db, press.push_id, incoming.words, by=desk.actor, now=desk.now)
    return Done(then=ShowOptions(press.push_id))


@action(SetTopic, role=Role.ADMIN)
def set_topic(press: SetTopic, desk: Desk) -> Done:
    """A topic that others have already, or none."""
    push_content.set_topic(desk.db, press.push_id, press.topic or None, by=desk.actor, now=desk.now)
    return Done(then=ShowOptions(press.push_id))


@action(Duplicate, role=Role.ADMIN)
def duplicate(press: Duplicate, desk: Desk) -> Done:
    """All of it but its sendings, under the next free title."""
    push = push_copy.duplicate(desk.db, press.push_id, by=desk.actor, now=desk.now)
    return Done(desk.say("pushes.duplicated", title=words.titled(push)), then=ShowPush(push.id))
