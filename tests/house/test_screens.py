"""How screens are built: presses lead somewhere, screens draw in every state, everything has a role and its words."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable
from random import Random
from typing import Any, get_type_hints

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import bot.admin  # noqa: F401 - declares all screens
from bot import texts
from bot.flow.content import Kind
from bot.flow.markup import TEXT_LIMIT, broken, plain
from bot.services import inbox, outgoing, roles
from bot.services.inbox import Accepted
from bot.services.roles import Role
from bot.ui import router, telegram
from bot.ui.frame import Close, Home
from bot.ui.press import Choose, ChooseOfPush, Press, kinds, pack
from bot.ui.registry import ACTIONS, COMMANDS, LINKS, PAGES, TYPED, Action, Command, Link, Page, Typed
from bot.ui.router import Acted, Drawn, Refused
from bot.ui.screen import ROW, Button, Screen
from models import AuditEntry
from tests.admin.hand import read_only
from tests.clock import NOON
from tests.house.files import modules
from tests.house.screens import MALLORY, STATES, furnish
from tests.house.screens_read import ours, turned, wordless
from tests.house.screens_users import BEGUN, begin
from tests.ui.cast import ADA, ALMA, OTTO, SARA, SETUP

ROLES = {Role.USER: OTTO, Role.STAFF: SARA, Role.ADMIN: ALMA, Role.OWNER: ADA}
#: The product's; the tests declare some of their own.
OURS = sorted((kind for kind in kinds().values() if kind.__module__.startswith("bot.")), key=lambda kind: kind.__name__)
SHOWN = [press for states in STATES.values() for press in states]
#: Characters that a phone shows of a label beside others, or alone.
LABEL, ALONE = 20, 40
#: What hostile people write without a word of ours.
SMILE = "🙂"
#: What the conversation hears, so that it leads to no screen.
HEARD = (Choose, ChooseOfPush)


@pytest.fixture
def furnished(db: Session) -> Session:
    furnish(db)
    return db


def example(kind: type[Press]) -> Press:
    """A press of this kind with some values."""
    values: dict[Any, Any] = {int: 101, int | None: None, bool: True, str: "x"}
    hints = {name: hint for name, hint in get_type_hints(kind).items() if not name.startswith("__")}
    return kind(**{name: values[hint] for name, hint in hints.items()})


def test_every_press_leads_somewhere() -> None:
    astray = [kind.__name__ for kind in OURS if kind not in HEARD and kind not in {**PAGES, **ACTIONS}]
    assert astray == []


def test_every_page_is_drawn_in_these_tests() -> None:
    assert [kind.__name__ for kind in PAGES if kind.__module__.startswith("bot.") and kind not in STATES] == []


def test_everything_declares_a_role() -> None:
    declared: list[Page | Action | Typed | Command | Link] = [
        *PAGES.values(),
        *ACTIONS.values(),
        *TYPED.values(),
        *COMMANDS.values(),
        *LINKS.values(),
    ]
    assert all(isinstance(one.role, Role) for one in declared)
    leading: dict[type[Press], Page | Action] = {**PAGES, **ACTIONS}
    assert {kind.__name__ for kind, leads in leading.items() if leads.role is Role.USER} == {
        "AskComment",
        "AskForget",
        "BeginComment",
        "ChooseLanguage",
        "Close",
        "ComeBack",
        "ForgetMe",
        "Help",
        "LeaveAgain",
        "LeavePush",
        "RateRequest",
        "ShowForgotten",
        "ShowLanguages",
        "ShowLeft",
        "ShowMyData",
        "ShowPushes",
        "WantPushes",
    }


#: Presses of each kind with made-up values; `make fuzz` tries many.
FORGERIES = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 2


@pytest.mark.parametrize("role", ROLES)
def test_each_press_lets_in_whoever_has_the_role_and_nobody_else(
    furnished: Session, role: Role, tried: Callable[[int], None]
) -> None:
    closed = 0
    for number, kind in enumerate(kind for kind in OURS if kind not in HEARD):
        wanted = (PAGES.get(kind) or ACTIONS[kind]).role
        inbox.accept(furnished, [Accepted(5000 + number, 0, "{}")], NOON)
        audited = refusals(furnished)
        with furnished.begin_nested() as savepoint:
            data = pack(example(kind))
            found = router.press(furnished, data, user_id=ROLES[role], update_id=5000 + number, setup=SETUP, now=NOON)
            refused = refusals(furnished) - audited
            savepoint.rollback()
        assert refused == (role < wanted), kind
        assert isinstance(found, Refused) or role >= wanted, kind
        closed += role < wanted
    tried(closed)


@pytest.mark.fuzz
@pytest.mark.parametrize("role", [Role.STAFF, Role.OWNER])
def test_no_forged_press_ends_in_a_fault(furnished: Session, role: Role) -> None:
    """A client may send any data, so every field may hold anything that packs: it ends in a screen or a sentence."""
    chance = Random(7)
    for number, kind in enumerate(kind for kind in OURS if kind not in HEARD):
        for attempt in range(FORGERIES):
            update_id = 9000 + FORGERIES * number + attempt
            inbox.accept(furnished, [Accepted(update_id, 0, "{}")], NOON)
            with furnished.begin_nested() as savepoint:
                forge(furnished, forged(kind, chance), ROLES[role], update_id)
                savepoint.rollback()


def forged(kind: type[Press], chance: Random) -> Press:
    """A press of this kind with values that no screen has offered."""
    numbers = [-(2**63), -1, 0, 1, 2, 101, MALLORY, 10**16, 2**63 - 1]
    values: dict[Any, list[Any]] = {
        int: numbers,
        int | None: [None, *numbers],
        bool: [True, False],
        str: ["", "x", "age", "e\u0301:~", "'; --", "%_", "\u202e"],
    }
    hints = {name: hint for name, hint in get_type_hints(kind).items() if not name.startswith("__")}
    return kind(**{name: chance.choice(values[hint]) for name, hint in hints.items()})


def forge(db: Session, pressed: Press, who: int, update_id: int) -> None:
    try:
        data = pack(pressed)
    except ValueError:  # longer than a button can be
        return
    found = router.press(db, data, user_id=who, update_id=update_id, setup=SETUP, now=NOON)
    if isinstance(found, Acted) and found.then:
        drawn = router.draw(db, found.then, user_id=who, setup=SETUP, now=NOON)
        assert isinstance(drawn, Drawn | Refused), pressed


def refusals(db: Session) -> int:
    return db.scalar(select(func.count()).where(AuditEntry.refused.is_not(None))) or 0


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN, Role.OWNER])
def test_every_screen_draws_in_every_state(furnished: Session, role: Role) -> None:
    with read_only(furnished):
        for press in SHOWN:
            if PAGES[type(press)].role <= role:
                drawn = router.draw(furnished, pack(press), user_id=ROLES[role], setup=SETUP, now=NOON)
                assert isinstance(drawn, Drawn), press
                check_screen(drawn.screen, role, press)
                assert turned(drawn.screen.text) == [], press


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
def test_every_screen_of_what_was_begun_draws(furnished: Session, role: Role) -> None:
    for press, data in BEGUN:
        begin(furnished, ROLES[role], press, data)
        with read_only(furnished):
            drawn = router.draw(furnished, pack(press), user_id=ROLES[role], setup=SETUP, now=NOON)
        assert isinstance(drawn, Drawn), press
        check_screen(drawn.screen, role, press)


def check_screen(screen: Screen, role: Role, press: Press) -> None:
    """What Telegram takes, what fits on a phone, and no button that the person may not press."""
    assert broken(screen.text) is None, press
    assert 0 < len(plain(screen.text)) <= TEXT_LIMIT, press
    assert "\u202e" not in screen.text, press
    assert all(len(row) <= ROW for row in screen.rows), press
    keyboard = telegram.parameters(screen)["reply_markup"]["inline_keyboard"]
    assert sum(len(row) for row in keyboard) <= 60, press
    for row in keyboard:
        assert [button["text"] for button in row if wordless(button["text"])] == [], press
        assert all(0 < len(button["text"]) <= (ALONE if len(row) == 1 else LABEL) for button in row), press
    assert isinstance(screen.rows[-1][-1].press, Close), press
    assert press == Home() or any(button.press == Home() for button in screen.rows[-1]), press
    assert [line for line in ours(screen.text) if wordless(line) and SMILE not in line] == [], press
    for button in (button for row in screen.rows for button in row):
        check_button(button, role)


def check_button(button: Button, role: Role) -> None:
    if button.press is not None:
        leads = PAGES.get(type(button.press)) or ACTIONS.get(type(button.press))
        assert leads is not None, button
        assert leads.role <= role, f"{button.label} is shown to somebody who may not press it"


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN, Role.OWNER])
def test_from_home_every_page_that_is_linked_can_be_drawn(furnished: Session, role: Role) -> None:
    seen: set[Press] = set()
    ahead: list[Press] = [Home()]
    with read_only(furnished):
        while ahead and len(seen) < 300:
            press = ahead.pop()
            seen.add(press)
            drawn = router.draw(furnished, pack(press), user_id=ROLES[role], setup=SETUP, now=NOON)
            assert isinstance(drawn, Drawn), press
            presses = {button.press for row in drawn.screen.rows for button in row if button.press}
            ahead += [found for found in presses - seen if type(found) in PAGES and found not in ahead]
    assert len({type(press) for press in seen}) >= 6


def test_no_wording_has_too_long_a_label() -> None:
    """A label is cut with an ellipsis rather than refused, so wordings of buttons are looked at here."""
    for language in sorted(texts.languages()):
        long = [key for key in labels() if len(texts.wordings(language)[key]["other"]) > ALONE]
        assert long == [], language


def labels() -> set[str]:
    """The wordings that stand on buttons: the first argument of `Button(desk.say("…"))`."""
    return {
        str(node.args[0].args[0].value)
        for tree in modules("bot").values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "Button"
        and node.args
        and isinstance(node.args[0], ast.Call)
        and ast.unparse(node.args[0].func) == "desk.say"
        and isinstance(node.args[0].args[0], ast.Constant)
    }


def test_every_wording_is_used_and_every_wording_that_is_used_exists() -> None:
    exact, beginnings = mentioned()
    keys = texts.wordings(texts.DEFAULT).keys()
    unused = {key for key in keys if key not in exact and not key.startswith(tuple(beginnings))}
    assert unused == set()
    assert asked() - keys == set()


@pytest.mark.parametrize("language", sorted(texts.languages()))
def test_every_kind_of_line_has_a_word_for_the_conversation(language: str) -> None:
    kinds = {*Kind, outgoing.ALERT, outgoing.RELAY, outgoing.RATING}
    assert [kind for kind in sorted(kinds) if f"kinds.{kind}" not in texts.wordings(language)] == []


def mentioned() -> tuple[set[str], set[str]]:
    """All texts in the code that look like the key of a wording, and the beginnings of those that are put together."""
    nodes = [node for tree in modules("bot").values() for node in ast.walk(tree)]
    strings = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    joined = {
        node.values[0].value
        for node in nodes
        if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant)
    }
    return strings, {part for part in joined if isinstance(part, str) and re.fullmatch(r"[a-z]+\.[a-z_]*", part)}


def asked() -> set[str]:
    """The keys that are written out where a wording is asked for: `say(…)` and `Refusal(…)`."""
    return {
        argument.value
        for tree in modules("bot").values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in ("say", "Refusal", "tell")
        for argument in node.args
        if isinstance(argument, ast.Constant)
        and isinstance(argument.value, str)
        and re.fullmatch(r"[a-z]+\.[a-z_]+", argument.value)
    }


def test_no_wording_is_an_emoji_alone() -> None:
    for language in sorted(texts.languages()):
        for key, forms in texts.wordings(language).items():
            assert not any(map(wordless, forms.values())), f"{language}: {key}"


def test_every_command_has_a_description_that_telegram_takes() -> None:
    for name in (name for name, command in COMMANDS.items() if command.run.__module__.startswith("bot.")):
        for language in sorted(texts.languages()):
            assert 0 < len(texts.say(language, f"commands.{name}")) <= 256


def test_roles_are_what_the_people_of_these_tests_have(furnished: Session) -> None:
    assert {role: roles.role_of(furnished, who, SETUP) for role, who in ROLES.items()} == {role: role for role in ROLES}
