"""The states in which the screens of users are drawn, beside the list and the card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from bot.admin import privacy, user_data, users_columns, users_export, users_find, users_import, users_states
from bot.admin import user_presses as at
from bot.flow.content import Content
from bot.services import contents, drafts, list_columns, messages_planned, roles
from bot.ui.press import Press, pack
from models import UserTag
from tests.clock import NOON
from tests.ui.cast import ADA, ALMA, OTTO, SETUP, VERA

MALLORY = 666
_EVIL = "א</b><a href='tg://user?id=1'>\u202e /ban_5 &amp; {name} " + "🙂" * 100
#: What an admin has sent: one change, one mistake, one stranger, one column that is left alone.
_CSV = "id,age,city,tags,first_name\n101,44,Graz,vip,x\n102,old,,,x\n999,1,,,x\n"

USER_STATES: Mapping[type[Press], Sequence[Press]] = {
    privacy.ShowMyData: [privacy.ShowMyData()],
    privacy.AskForget: [privacy.AskForget()],
    privacy.ShowForgotten: [privacy.ShowForgotten()],
    privacy.ShowPushes: [privacy.ShowPushes()],
    user_data.ShowExport: [user_data.ShowExport(MALLORY)],
    user_data.AskDeleteUser: [user_data.AskDeleteUser(MALLORY)],
    users_columns.ChooseColumns: [users_columns.ChooseColumns(), users_columns.ChooseColumns(14)],
    users_export.AskExport: [users_export.AskExport(), users_export.AskExport(1, 2)],
    users_find.NoPicker: [users_find.NoPicker()],
    users_states.ShowStates: [users_states.ShowStates()],
    users_import.ShowImport: [],
    at.ShowMore: [at.ShowMore(MALLORY), at.ShowMore(OTTO)],
    at.PickVariable: [at.PickVariable(MALLORY), at.PickVariable(MALLORY, 99)],
    at.AskVariable: [at.AskVariable(MALLORY, "city"), at.AskVariable(OTTO, "age")],
    at.ShowTags: [at.ShowTags(MALLORY), at.ShowTags(MALLORY, 14), at.ShowTags(OTTO)],
    at.AskTag: [at.AskTag(MALLORY)],
    at.PickBlock: [at.PickBlock(MALLORY), at.PickBlock(MALLORY, 99)],
    at.AskMove: [at.AskMove(MALLORY, 0)],
    at.ShowReceived: [at.ShowReceived(MALLORY), at.ShowReceived(VERA), at.ShowReceived(VERA, 1)],
    at.ShowAsked: [at.ShowAsked(MALLORY), at.ShowAsked(OTTO), at.ShowAsked(VERA, 1)],
    at.ShowNotes: [at.ShowNotes(MALLORY), at.ShowNotes(VERA, 999)],
    at.AskMessage: [at.AskMessage(MALLORY)],
    at.ReviewMessage: [],
    at.ListPlanned: [at.ListPlanned(MALLORY), at.ListPlanned(OTTO)],
}
#: Screens of what somebody has begun; each admin has one of them at a time.
BEGUN: Sequence[tuple[Press, dict[str, object]]] = (
    (users_import.ShowImport(), {"csv": _CSV}),
    (at.ReviewMessage(MALLORY), {"message": contents.to_json(Content(text=_EVIL))}),
)


def furnish_users(db: Session) -> None:
    """Mallory has many tags, and messages that wait; the admins have chosen columns."""
    for number in range(20):
        db.add(UserTag(user_id=MALLORY, tag=f"{number} {_EVIL[:50]}"))
    by = roles.actor(db, ADA, SETUP)
    for hours in (1, 2):
        later = NOON + timedelta(hours=hours)
        messages_planned.plan(db, MALLORY, Content(text=_EVIL), later, by=by, now=NOON)
    for who in (ADA, ALMA):
        list_columns.toggle(db, who, "city")
        list_columns.toggle(db, who, "age")
    db.flush()


def begin(db: Session, who: int, press: Press, data: dict[str, object]) -> None:
    """Somebody is in the middle of this."""
    drafts.put(db, who, pack(press), dict(data), NOON)
