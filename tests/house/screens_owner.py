"""The states in which the screens of owners are drawn: settings, audit, undo, invitations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from bot.admin import audit as at
from bot.admin import invitations, settings
from bot.services import audit, filters, roles
from bot.services import invitations as invited
from bot.ui.press import Press
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, SETUP

_EVIL = "א</b><a href='tg://user?id=1'>\u202e /ban_5 &amp; {name} " + "🙂" * 100

OWNER_STATES: Mapping[type[Press], Sequence[Press]] = {
    at.ListAudit: [at.ListAudit(), at.ListAudit(refused=True), at.ListAudit(before=3), at.ListAudit(words=4)],
    at.VerifyAudit: [at.VerifyAudit()],
    at.AskUndo: [at.AskUndo()],
    invitations.ListInvitations: [invitations.ListInvitations()],
    invitations.ShowInvitation: [invitations.ShowInvitation(7)],
    settings.ShowSettings: [settings.ShowSettings()],
    settings.WriteSetting: [settings.WriteSetting("maintenance"), settings.WriteSetting("time_zone")],
}


def furnish_owner(db: Session) -> None:
    """Entries of every kind, one of them hostile, and links that are open."""
    filters.keep(db, _EVIL)
    audit.record(db, actor_id=ADA, action="test.note", target=_EVIL, before=_EVIL, after=_EVIL, now=NOON)
    audit.record(db, actor_id=None, action="host.grant", target="user 101", now=NOON)
    audit.record_refusal(db, actor_id=ADA, action="press", target=_EVIL, why=_EVIL, now=NOON)
    for who, rank in ((ADA, "admin"), (ALMA, "staff")):
        invited.invite(db, rank, by=roles.actor(db, who, SETUP), now=NOON)
