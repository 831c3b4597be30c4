"""All presses of people and support, in one place, so that screens link without importing each other."""

from __future__ import annotations

from enum import IntEnum

from bot.ui.press import Press, press


class Place(IntEnum):
    """Where a button stands that is on several screens: decides what is shown after it."""

    #: On an alert in the chat, which changes by itself.
    ALERT = 0
    CONVERSATION = 1
    CARD = 2


@press("hp")
class Help(Press):
    """What one may type; with a command, how it is typed."""

    command: str = ""


@press("cx")
class Cancel(Press):
    """Give up what was begun, and go home."""


@press("ul")
class ListUsers(Press):
    """The users that match a stored filter (None: all), in an order (a place in `users_words.SORTS`), from a place."""

    rule: int | None = None
    sort: int = 0
    #: The place: a moment in microseconds since 1970 (None in a list by name) and the user's id; None: the beginning.
    moment: int | None = None
    user_id: int | None = None
    #: The page that ends right before the place, not the one that begins right after it.
    newer: bool = False


@press("ule")
class CountUsers(Press):
    """The first page of a list with the exact number above it, however long counting takes."""

    rule: int | None = None
    sort: int = 0


@press("uf")
class DropCondition(Press):
    """Take one condition of a filter away, counted from 0."""

    rule: int
    position: int
    sort: int = 0


@press("us")
class SearchUsers(Press):
    """The users that a stored word finds."""

    words: int


@press("u")
class ShowUser(Press):
    """The card of a user; `rule` is the filter of the list that it was opened from."""

    user_id: int
    rule: int | None = None


@press("ub")
class OpenUser(Press):
    """The card of a user, opened from a page of a list: the rest is that of `ListUsers`, and the way back."""

    user_id: int
    rule: int | None = None
    sort: int = 0
    moment: int | None = None
    place: int | None = None
    newer: bool = False


@press("uv")
class ShowVariables(Press):
    """What a user told the bot, by name, after the name `after`."""

    user_id: int
    after: str = ""


@press("uq")
class AskBotOff(Press):
    """Ask before the bot falls silent for a user."""

    user_id: int


@press("up")
class AskSupportOff(Press):
    """Ask before somebody gets no support messages any more."""

    user_id: int


@press("ut")
class SwitchSupport(Press):
    """Switch somebody's support messages."""

    user_id: int
    on: bool


@press("b0")
class SwitchBotOff(Press):
    """The bot falls silent for a user. `place` says where the button stands (see `Place`)."""

    user_id: int
    place: int


@press("b1")
class SwitchBotOn(Press):
    """The bot answers a user again, and an open request is closed."""

    user_id: int
    place: int


@press("cv")
class ShowConversation(Press):
    """The messages right before `before` or right after `after`, else the last ones."""

    user_id: int
    before: int | None = None
    after: int | None = None
    #: In a message of its own: the button stands on an alert, which stays.
    anew: bool = False


@press("rl")
class ListRequests(Press):
    """The queue of open requests after the request `at`, or all requests below it."""

    everything: bool = False
    at: int | None = None
    #: In the queue: the request `at` was taken, so those that wait are passed.
    taken: bool = False


@press("rt")
class TakeRequest(Press):
    """Take a request: the first one wins."""

    request_id: int
    place: int


@press("rqc")
class CloseRequest(Press):
    """End a request; the switch stays as it is."""

    request_id: int
    place: int


@press("rqh")
class HandOver(Press):
    """To which colleague? After the place `start` of the list."""

    request_id: int
    place: int
    start: int = 0


@press("rqg")
class GiveTo(Press):
    """Hand a request to a colleague; `seen` had it when the button was drawn (None: nobody)."""

    request_id: int
    staff_id: int
    seen: int | None
    place: int


@press("rate")
class RateRequest(Press):
    """The user says how the help was, from 1 to 5."""

    request_id: int
    rating: int


@press("ratb")
class BeginComment(Press):
    """Begin a word with the rating: the next message is it."""

    request_id: int


@press("ratc")
class AskComment(Press):
    """The question for a word with the rating, and what takes it."""

    request_id: int


@press("ra")
class Reply(Press):
    """Begin an answer: the next message goes to the user."""

    user_id: int
    anew: bool = False


@press("rw")
class WriteReply(Press):
    """The question for the answer, and what takes it; a reply names the request and the message it belongs to."""

    user_id: int
    anew: bool = False
    request_id: int | None = None
    quotes: int | None = None


@press("na")
class Note(Press):
    """Begin a note that only staff see."""

    user_id: int


@press("nw")
class WriteNote(Press):
    """The question for the note, and what takes it."""

    user_id: int


@press("rx")
class DropReply(Press):
    """Give up an answer or a note that was begun."""

    user_id: int


@press("sl")
class ListStaff(Press):
    """Those with support messages on, and the admins, after a user's id."""

    after: int | None = None


@press("sq")
class AskAdmin(Press):
    """Ask before somebody becomes an admin, or is one no more."""

    user_id: int
    on: bool


@press("sa")
class SetAdmin(Press):
    """Make somebody an admin, or end that."""

    user_id: int
    on: bool
