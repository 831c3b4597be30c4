"""A person chooses the language that the bot speaks with them."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.admin.language import ChooseLanguage, ShowLanguages
from bot.flow import parse
from bot.flow.heard import Wrote
from bot.services import audit, conversations, inbox, outgoing, users
from bot.services.conversations import Incoming
from bot.services.inbox import Accepted
from bot.ui import router
from bot.ui.press import Press, pack
from bot.ui.router import Acted, Drawn, Refused
from tests.clock import NOON
from tests.ui.cast import SARA, SETUP, VERA, everyone, sender

FLOW = """
languages = ["en", "de"]
start = "hello"
fallback = "hello"
[blocks.hello]
say = { en = "Hello.", de = "Hallo." }
end = true
"""
BILINGUAL = replace(SETUP, flow=parse(FLOW, folder=None))


def drawn(db: Session, user_id: int) -> Drawn:
    found = router.draw(db, pack(ShowLanguages()), user_id=user_id, setup=BILINGUAL, now=NOON)
    assert isinstance(found, Drawn)
    return found


def pressed(db: Session, press: Press) -> Acted | Refused:
    inbox.accept(db, [Accepted(900, VERA, "{}")], NOON)
    return router.press(db, pack(press), user_id=VERA, update_id=900, setup=BILINGUAL, now=NOON)


def labels(screen: Drawn) -> list[str]:
    return [button.label for row in screen.screen.rows for button in row]


def test_the_languages_of_the_flow_are_offered_by_their_own_names(db: Session) -> None:
    everyone(db)
    found = drawn(db, VERA)
    assert "Which language shall we speak? It is English now." in found.screen.text
    assert [label for label in labels(found) if "lis" in label or "eutsch" in label] == ["• English", "Deutsch"]


def test_a_choice_outlives_what_the_app_says(db: Session) -> None:
    everyone(db)
    done = pressed(db, ChooseLanguage("de"))
    assert isinstance(done, Acted) and done.toast == "Ab jetzt: Deutsch."
    assert "In welcher Sprache" in drawn(db, VERA).screen.text
    inbox.accept(db, [Accepted(901, VERA, "{}")], NOON)
    incoming = Incoming(replace(sender(VERA), language="en"), Wrote("hi"), words="hi")
    conversations.hear(db, incoming, update_id=901, setup=BILINGUAL, now=NOON)
    assert [letter.words for letter in outgoing.take(db, VERA, now=NOON)] == ["Hallo."]
    vera = users.get(db, VERA)
    assert vera is not None and (vera.language, vera.language_folded) == ("de", "de")
    entry = audit.page(db, target=f"user {VERA}").entries[0]
    assert (entry.action, entry.after) == ("user.language", "de")


def test_a_language_that_is_not_spoken_cannot_be_chosen(db: Session) -> None:
    everyone(db)
    assert isinstance(pressed(db, ChooseLanguage("fr")), Refused)


def test_staff_have_the_languages_of_their_screens_too(db: Session) -> None:
    everyone(db)
    found = router.draw(db, pack(ShowLanguages()), user_id=SARA, setup=SETUP, now=NOON)
    assert isinstance(found, Drawn) and "Deutsch" in labels(found)
    alone = router.draw(db, pack(ShowLanguages()), user_id=VERA, setup=SETUP, now=NOON)
    assert isinstance(alone, Drawn) and "This bot speaks English." in alone.screen.text
