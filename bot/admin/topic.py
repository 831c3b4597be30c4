"""What a topic of the staff group shows: its title, the pinned card, and what was said, each line by whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot import texts
from bot.admin.alert import draw_alert
from bot.admin.presses import CloseRequest, SwitchBotOff, SwitchBotOn, TakeRequest
from bot.flow.markup import TEXT_LIMIT, clean, shorten
from bot.services import users, users_reach
from bot.services.setup import Setup
from bot.services.support_topics import CLOSED, WAITING, TopicState, Unposted
from bot.ui.html import Html, html, length, lines, quote
from bot.ui.screen import Screen, rows_of

#: Telegram's limit for a title is 128; so many characters of a name are enough.
_NAME = 48
#: Characters of one line, and of one under a file.
_LINE, _CAPTION = TEXT_LIMIT, 900
_TITLES = {WAITING: "support_topics.title_waiting", CLOSED: "support_topics.title_closed"}
#: What can be pressed where everybody of the group sees it.
_SHARED = (TakeRequest, CloseRequest, SwitchBotOff, SwitchBotOn)


def title(db: Session, topic: TopicState, setup: Setup) -> str:
    """State and name: "Waiting · Vera (101)", "Sara · Vera (101)", "Closed · Vera (101)"."""
    who = f"{_name(db, topic.user_id)} ({topic.user_id})"
    state, _, more = topic.state.partition(":")
    if state in _TITLES:
        return texts.say(setup.language, _TITLES[state], who=who)
    return f"{_name(db, int(more))} · {who}"


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
    if line.author == "system":
        return html("<i>{}</i>", line.words)
    kind = html("<i>{}</i>", texts.say(setup.language, f"kinds.{line.kind}")) if line.kind != "text" else None
    head = lines(_by(db, line, setup), kind, _edited(line, setup))
    room = _LINE - length(head) - 1 - line.words.count("/")  # what keeps a command from being tapped is a sign too
    return lines(head, quote(line.words, room) or (None if kind else html("—")))


def draw_caption(db: Session, line: Unposted, setup: Setup) -> Html:
    """What stands under a file."""
    return lines(_by(db, line, setup), _edited(line, setup), quote(line.words, _CAPTION))


def _by(db: Session, line: Unposted, setup: Setup) -> Html | None:
    """Who of staff it was; a user's own words need no name."""
    if line.direction == "in":
        return None
    key = "support_topics.note_by" if line.direction == "note" else "support_topics.answer_by"
    who = users.name(db, line.author_id) if line.author_id else ""
    return html("<b>{}</b>", texts.say(setup.language, key, who=who))


def _edited(line: Unposted, setup: Setup) -> Html | None:
    return html("<i>{}</i>", texts.say(setup.language, "conversation.edited")) if line.content.get("edited") else None
