"""The owner's rooms: settings, the audit, taking back; and the ways to a role: invitations, the first owner's code."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot import texts
from bot.admin.audit import Undo
from bot.admin.invitations import InviteAdmin, InviteStaff
from bot.flow.heard import Wrote
from bot.services import conversations, inbox, invitations, roles, settings
from bot.services.conversations import Incoming
from bot.services.inbox import Accepted
from bot.services.roles import Role
from bot.services.settings_keys import KEYS
from models import AuditEntry, Invitation, Message
from tests.admin.hand import Hand
from tests.clock import NOON
from tests.ui.cast import ALMA, OTTO, SARA, SETUP, VERA, sender


def test_a_setting_is_changed_with_buttons_and_typed(db: Session, ada: Hand) -> None:
    assert "Time zone: Europe/Vienna" in ada.types("/settings")
    assert "such as Europe/Vienna" in ada.presses("Time zone")
    assert "is not a time zone" in ada.writes("Vienna")
    ada.writes("Asia/Tokyo")
    assert ada.said == "Time zone: Asia/Tokyo"
    assert settings.stored(db) == {"time_zone": "Asia/Tokyo"}
    ada.types("/settings push_rate 5")
    assert "changed here" in ada.sees()
    ada.presses("Time zone")
    ada.presses("As in the config")
    assert settings.stored(db) == {"push_rate": "5"}
    ada.types("/settings push_rate off")
    assert settings.stored(db) == {}
    assert "Usage: /settings" in ada.types("/settings push_rate")
    assert "There is no setting colour." in ada.types("/settings colour red")
    assert Hand(db, ALMA).types("/settings") == "This needs the role owner."


def test_every_setting_has_its_words() -> None:
    for language in sorted(texts.languages()):
        wanted = {f"settings.{kind}_{name}" for name in KEYS for kind in ("name", "ask")}
        assert wanted - texts.wordings(language).keys() == set()


def test_in_maintenance_users_read_the_text_and_staff_go_on(db: Session) -> None:
    closed = replace(SETUP, maintenance="Back at noon.")
    for number, who in enumerate((VERA, SARA)):
        inbox.accept(db, [Accepted(700 + number, who, "{}")], NOON)
        incoming = Incoming(sender(who), Wrote("hello"), words="hello")
        conversations.hear(db, incoming, update_id=700 + number, setup=closed, now=NOON)

    def read(who: int) -> list[str]:
        return list(db.scalars(select(Message.words).where(Message.user_id == who, Message.direction == "out")))

    assert read(VERA) == ["Back at noon."]
    assert "Back at noon." not in read(SARA) and read(SARA)


def test_the_audit_is_read_searched_and_checked(db: Session, ada: Hand) -> None:
    ada.types(f"/staff on {OTTO}")
    Hand(db, ALMA).types("/audit")
    seen = ada.types("/audit")
    assert "user.support user 401" in seen and "off → on" in seen and "refused" in seen
    assert "user.support" not in ada.presses("Refusals only")
    assert "user.support" in ada.types("/audit support")
    assert "user.support" in ada.types(f"/audit {OTTO}")
    assert "There is no entry" in ada.types("/audit zebra")
    ada.types("/audit")
    assert "the chain is whole" in ada.presses("Check the chain")
    db.execute(update(AuditEntry).values(after="x").where(AuditEntry.action == "user.support"))
    ada.types("/audit")
    assert "The chain breaks" in ada.presses("Check the chain")


def test_the_last_change_is_taken_back_once(db: Session, ada: Hand) -> None:
    assert "no change of yours" in ada.types("/undo")
    ada.types("/settings push_rate 5")
    ada.types(f"/staff on {OTTO}")
    assert "user.support" in ada.types("/undo")
    entry = db.scalars(select(AuditEntry.id).where(AuditEntry.action == "user.support")).one()
    ada.presses("Take it back")
    assert roles.role_of(db, OTTO, SETUP) is Role.USER
    assert "setting.change" in ada.sees()
    assert ada.presses(Undo(entry)) == "This change was taken back before."
    ada.types("/undo")
    ada.presses("Take it back")
    assert settings.over(SETUP, settings.stored(db)).push_rate == SETUP.push_rate
    assert Hand(db, ALMA).presses(Undo(entry)) == "This change cannot be taken back."


def link_of(hand: Hand) -> str:
    return next(button.copy for button in hand.buttons() if button.copy).partition("start=")[2]


def test_an_invitation_works_once_and_only_its_digest_is_kept(db: Session, ada: Hand, otto: Hand) -> None:
    ada.types("/staff")
    ada.presses("Invitations")
    ada.presses("Invite staff")
    link = link_of(ada)
    assert link.startswith("i_") and len(link) == 2 + 22
    row = db.scalars(select(Invitation)).one()
    assert link.removeprefix("i_") not in (row.digest, row.role) and len(row.digest) == 64
    assert "role staff" in otto.opens(link)
    assert roles.role_of(db, OTTO, SETUP) is Role.STAFF
    assert "does not work" in Hand(db, VERA).opens(link)
    assert roles.role_of(db, VERA, SETUP) is Role.USER


def test_an_invitation_expires_and_can_be_taken_back(db: Session, ada: Hand) -> None:
    ada.presses(InviteStaff())
    late = Hand(db, OTTO, NOON + timedelta(days=4))
    assert "does not work" in late.opens(link_of(ada))
    ada.presses(InviteAdmin())
    link = link_of(ada)
    ada.types("/staff")
    ada.presses("Invitations")
    assert len(invitations.pending(db, NOON)) == 2
    ada.presses("✕ 1")
    assert len(invitations.pending(db, NOON)) == 1
    assert "does not work" in Hand(db, OTTO).opens(link)
    assert Hand(db, ALMA).presses(InviteAdmin()) == "This needs the role owner."


def test_guessing_links_ends_after_a_few(db: Session, ada: Hand, otto: Hand) -> None:
    ada.presses(InviteStaff())
    link = link_of(ada)
    for number in range(invitations.TRIES):
        otto.opens(f"i_{number}")
    assert "does not work" in otto.opens(link)
    refused = select(func.count()).where(AuditEntry.refused.is_not(None), AuditEntry.actor_id == OTTO)
    assert db.scalar(refused) == invitations.TRIES
    assert "role staff" in Hand(db, OTTO, NOON + timedelta(hours=2)).opens(link)


def test_the_first_owner_has_the_code_of_the_console(db: Session) -> None:
    setup = replace(SETUP, owners=frozenset(), claim=invitations.digest_of("the-code"))
    vera, otto = (roles.actor(db, who, setup) for who in (VERA, OTTO))
    assert not invitations.claim(db, "another", by=otto, setup=setup, now=NOON)
    assert not invitations.claim(db, "the-code", by=otto, setup=replace(setup, claim=""), now=NOON)
    assert invitations.claim(db, "the-code", by=vera, setup=setup, now=NOON)
    assert roles.role_of(db, VERA, setup) is Role.OWNER
    assert not invitations.claim(db, "the-code", by=otto, setup=setup, now=NOON)
    assert roles.role_of(db, OTTO, setup) is Role.USER
