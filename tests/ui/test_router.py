"""The one dispatcher: who gets in, what is noted, what is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services import drafts, inbox
from bot.services.inbox import Accepted
from bot.services.roles import Role
from bot.ui import router
from bot.ui.frame import Close, Home
from bot.ui.press import Press, pack
from bot.ui.registry import PAGES, action, command, page, typed
from bot.ui.router import Acted, Drawn, Refused
from bot.ui.screen import Done
from models import AuditEntry, InboxUpdate, User
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, OTTO, SAM, SARA, SETUP, VERA, everyone
from tests.ui.example import Burn, Dust, Shelf, shelf_is_a_command

UPDATE = 7


@pytest.fixture(autouse=True)
def people(db: Session) -> Iterator[None]:
    everyone(db)
    inbox.accept(db, [Accepted(UPDATE, ALMA, "{}")], NOON)
    with shelf_is_a_command():
        yield


def press(db: Session, pressed: Press | str, who: int) -> Acted | Refused:
    data = pressed if isinstance(pressed, str) else pack(pressed)
    return router.press(db, data, user_id=who, update_id=UPDATE, setup=SETUP, now=NOON)


def draw(db: Session, pressed: Press, who: int) -> Drawn | Refused:
    return router.draw(db, pack(pressed), user_id=who, setup=SETUP, now=NOON)


def command_of(db: Session, line: str, who: int) -> Acted | Refused | None:
    name, _, arguments = line.partition(" ")
    return router.command(db, name, arguments, user_id=who, update_id=UPDATE, setup=SETUP, now=NOON)


def audited(db: Session) -> list[AuditEntry]:
    return list(db.scalars(select(AuditEntry)))


def inbox_row(db: Session) -> InboxUpdate:
    return db.get_one(InboxUpdate, UPDATE, populate_existing=True)


def test_an_action_commits_with_the_note_of_the_page_that_follows(db: Session) -> None:
    assert press(db, Dust(4), ALMA) == Acted("Dusted.", pack(Shelf(4)), frozenset({4}))
    assert (inbox_row(db).state, inbox_row(db).follow_up) == ("acted", pack(Shelf(4)))
    assert [entry.action for entry in audited(db)] == ["shelf.dust"]


def test_a_page_is_noted_and_drawn_afterwards(db: Session) -> None:
    assert press(db, Shelf(4), ALMA) == Acted(then=pack(Shelf(4)))
    assert inbox_row(db).follow_up == pack(Shelf(4))
    drawn = draw(db, Shelf(4), ALMA)
    assert isinstance(drawn, Drawn)
    assert "Shelf 4" in drawn.screen.text


def test_an_action_that_shows_nothing_is_done_at_once(db: Session) -> None:
    assert press(db, Close(), VERA) == Acted(close=True)
    assert inbox_row(db).state == "done"


@pytest.mark.parametrize("who", [VERA, OTTO, SARA, 999])
@pytest.mark.parametrize("pressed", [Shelf(4), Dust(4)])
def test_without_the_role_nothing_happens_but_an_audit_row(db: Session, pressed: Press, who: int) -> None:
    assert press(db, pressed, who) == Refused("This needs the role admin.")
    assert isinstance(draw(db, pressed, who), Refused)
    (entry,) = audited(db)
    assert (entry.actor_id, entry.target) == (who, pack(pressed))
    assert entry.refused is not None
    assert inbox_row(db).state == "new"


def test_a_role_that_was_taken_away_ends_at_the_next_press(db: Session) -> None:
    assert isinstance(press(db, Shelf(4), ALMA), Acted)
    db.get_one(User, ALMA).role = None
    db.flush()
    assert isinstance(press(db, Shelf(4), ALMA), Refused)
    assert isinstance(draw(db, Shelf(4), ALMA), Refused)


def test_what_an_action_did_before_the_rules_said_no_is_undone(db: Session) -> None:
    assert press(db, Burn(4), ADA) == Refused("This needs the role fire.")
    assert audited(db) == []
    assert inbox_row(db).state == "new"


@pytest.mark.parametrize("data", ["", "nonsense", "tp", "tp:X", "tp:1:2", "\x00", "🙂" * 16])
def test_a_button_of_a_screen_long_gone_gets_a_sentence(db: Session, data: str) -> None:
    assert press(db, data, VERA) == Refused("This button belongs to a screen that is out of date.")


def test_a_page_that_the_rules_refuse_says_so(db: Session) -> None:
    assert draw(db, Shelf(-1), ADA) == Refused("This button belongs to a screen that is out of date.")


def test_a_page_is_framed_by_its_way_here_and_its_way_back(db: Session) -> None:
    drawn = draw(db, Shelf(4), ADA)
    assert isinstance(drawn, Drawn)
    assert drawn.screen.text.startswith("<i>Home › Shelves</i>\n\n")
    assert [button.press for button in drawn.screen.rows[-1]] == [Shelf(0), Home(), Close()]


def test_a_command_does_and_points_to_its_page(db: Session) -> None:
    assert command_of(db, "SHELF  4 ", ALMA) == Acted(then=pack(Shelf(4)))


def test_bad_arguments_get_the_usage_and_an_example(db: Session) -> None:
    assert command_of(db, "shelf four", ALMA) == Refused("Usage: /shelf <number>\nExample: /shelf 4")
    assert drafts.get(db, ALMA) is None


def test_a_command_without_the_role_is_refused_and_audited(db: Session) -> None:
    assert command_of(db, "shelf 4", SARA) == Refused("This needs the role admin.")
    assert [(entry.action, entry.target) for entry in audited(db)] == [("/shelf", "4")]


def test_an_unknown_command_gets_the_nearest_that_the_person_may_use(db: Session) -> None:
    assert command_of(db, "shelv", ALMA) == Refused("There is no command /shelv. Did you mean /shelf?")
    assert command_of(db, "shelv", SARA) is None
    assert command_of(db, "shelv", VERA) is None


def test_a_command_of_the_flow_belongs_to_the_flow(db: Session) -> None:
    assert command_of(db, "hours", ADA) is None


def test_screens_speak_the_language_of_who_looks(db: Session) -> None:
    assert press(db, Dust(4), SAM) == Refused("Dafür ist die Rolle Admin nötig.")


def test_a_link_is_opened_by_who_may_and_its_secret_is_not_audited(db: Session) -> None:
    def opened(who: int) -> Acted | Refused | None:
        return router.link(db, "shelf_4", user_id=who, update_id=UPDATE, setup=SETUP, now=NOON)

    assert opened(ALMA) == Acted(then=pack(Shelf(4)))
    assert isinstance(opened(VERA), Refused)
    assert [entry.target for entry in audited(db)] == ["shelf_"]
    assert router.link(db, "spring", user_id=VERA, update_id=UPDATE, setup=SETUP, now=NOON) is None


@pytest.mark.parametrize("declare", [page, action, typed])
def test_nothing_is_declared_without_a_role(declare: Callable[..., Callable[..., object]]) -> None:
    class Homeless(Press):
        pass

    with pytest.raises(TypeError, match="role"):
        declare(Homeless)
    with pytest.raises(TypeError, match="role"):
        declare(Homeless, role=None)(lambda press, desk: None)
    assert Homeless not in PAGES


def test_a_command_is_not_declared_without_a_role() -> None:
    with pytest.raises(TypeError, match="role"):
        command("attic", usage="/attic", example="/attic")  # type: ignore[call-arg]


def test_a_press_leads_to_one_place_only() -> None:
    with pytest.raises(ValueError, match="somewhere already"):
        action(Shelf, role=Role.OWNER)(lambda press, desk: Done())


def test_commands_are_listed_by_role() -> None:
    assert "shelf" in [known.name for known in router.commands_for(Role.ADMIN)]
    assert "shelf" not in [known.name for known in router.commands_for(Role.STAFF)]
