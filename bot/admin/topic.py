"""What a topic of the staff group shows: its title, the pinned card, and what was said, each line by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot import texts
from bot.admin.alert import draw_alert
from bot.admin.presses import SwitchBotOff, SwitchBotOn, TakeRequest
from bot.flow.markup import clean, shorten
from bot.services import users, users_reach
from bot.services.setup import Setup
from bot.services.support_topics import CLOSED, WAITING, TopicState, Unposted
from bot.ui.html import Html, html, lines, quote
from bot.ui.screen import Screen, rows_of

#: Telegram's limit for a title is 128; so many characters of a name are enough.
_NAME = 48
#: Characters of one line.
_LINE = 3000
_TITLES = {WAITING: "support_topics.title_waiting", CLOSED: "support_topics.title_closed"}
#: What can be pressed where everybody of the group sees it.
_SHARED = (TakeRequest, SwitchBotOff, SwitchBotOn)


def title(db: Session, topic: TopicState, setup: Setup) -> str:
    """State and name: "Waiting · Vera (101)", "Sara · Vera (101)", "Closed · Vera (101)"."""
    who = f"{_name(db, topic.user_id)} ({topic.user_id})"
    if topic.state in _TITLES:
        return texts.say(setup.language, _TITLES[topic.state], who=who)
    return f"{_name(db, int(topic.state.partition(':')[2]))} · {who}"


def _name(db: Session, user_id: int) -> str:
    return shorten(" ".join(clean(users_reach.name(db, user_id)).split()), _NAME)


def draw_card(db: Session, topic: TopicState, setup: Setup, now: datetime) -> Screen:
    """The alert of the request, with what can be pressed in a group; what opens a page is a link to the bot."""
    alert = draw_alert(db, topic.request_id, setup.bot_id, setup, now)
    if alert is None:
        return Screen(html("{}", texts.say(setup.language, "support_topics.nothing")))
    buttons = [button for row in alert.rows for button in row]
    shared = [button for button in buttons if button.url is not None or isinstance(button.press, _SHARED)]
    how = html("<i>{}</i>", texts.say(setup.language, "support_topics.how"))
    return Screen(html("{}\n\n{}", alert.text, how), rows_of(*shared, width=2))


def draw_lines(db: Session, said: Sequence[Unposted], setup: Setup) -> Html:
    """Lines one below the other; a user's own words need no name, the title has it."""
    return lines(*(_line(db, line, setup) for line in said))


def _line(db: Session, line: Unposted, setup: Setup) -> Html:
    language = setup.language
    kind = html("<i>{}</i>", texts.say(language, f"kinds.{line.kind}")) if line.kind != "text" else None
    edited = html("<i>{}</i>", texts.say(language, "conversation.edited")) if line.content.get("edited") else None
    shown = quote(line.words, _LINE) or (Html() if kind else html("—"))
    if line.direction == "in":
        return lines(kind, edited, shown)
    if line.author == "system":
        return html("<i>{}</i>", line.words)
    key = "support_topics.note_by" if line.direction == "note" else "support_topics.answer_by"
    who = users.name(db, line.author_id) if line.author_id else ""
    return lines(html("<b>{}</b>", texts.say(language, key, who=who)), kind, edited, shown)
