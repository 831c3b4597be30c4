"""After a sending, at the desk: report, picture, file, taking back, why."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import charts
from bot.admin.pushes_after_presses import AskEditSent, SendFile, ShowReport, ShowWhy
from bot.services import deliveries_plan, push_runs_due
from bot.services.deliveries_plan import Gathered
from models import Export, PushRun, PushSweep
from tests.admin.hand import Hand
from tests.admin.test_pushes import send_all
from tests.ui.cast import OTTO, SETUP, VERA


def sent(db: Session, ada: Hand) -> int:
    """A push with a message went to everybody."""
    ada.types("/push new News to everyone topic news buttons Hours - hours text Hello")
    ada.types("/push send News")
    ada.presses("Send to 7 people")
    send_all(db, ada)
    return db.scalars(select(PushRun.id)).one()


def test_the_report_stands_behind_the_card(db: Session, ada: Hand) -> None:
    sent(db, ada)
    ada.types("/push show News")
    ada.presses("Sending")
    report = ada.presses("Report")
    assert "sent 7" in report and "of 7 people in the audience" in report
    assert "Hours: 0" in report and "0 people wrote within 24 hours" in report
    assert {"CSV", "XLSX", "Recall", "Edit sent text"} <= set(ada.labels())


def test_the_report_is_a_picture_too(db: Session, ada: Hand) -> None:
    run_id = sent(db, ada)
    ada.presses(ShowReport(run_id))
    if not charts.available():
        assert "Picture" not in ada.labels()
        return
    ada.presses("Picture")
    assert ada.screen is not None and ada.screen.attachment is not None
    assert ada.screen.attachment.make().startswith(b"\x89PNG")


def test_a_file_of_recipients_is_asked_for_once(db: Session, ada: Hand) -> None:
    run_id = sent(db, ada)
    ada.presses(SendFile(run_id, "xlsx"))
    (asked,) = db.scalars(select(Export))
    assert (asked.run_id, asked.kind) == (run_id, "xlsx")
    assert ada.presses(SendFile(run_id, "exe")) == "This button belongs to a screen that is out of date."


def test_a_recall_asks_goes_on_by_itself_and_can_be_stopped(db: Session, ada: Hand) -> None:
    run_id = sent(db, ada)
    ada.presses(ShowReport(run_id))
    assert "from 7 people" in ada.presses("Recall")
    assert "Taking it back: 0 of 7" in ada.presses("Recall")
    assert "stopped after 0 of 7" in ada.presses("Stop")
    assert [sweep.state for sweep in db.scalars(select(PushSweep))] == ["stopped"]


def test_sent_text_is_changed_after_the_message_was(db: Session, ada: Hand) -> None:
    run_id = sent(db, ada)
    ada.presses(AskEditSent(run_id))
    assert "still says what was sent" in ada.presses("Edit sent text")
    ada.types("/push edit News text Hello again")
    ada.presses(AskEditSent(run_id))
    assert "Changing the text: 0 of 7" in ada.presses("Edit sent text")


def test_all_of_it_is_typed_as_well(db: Session, ada: Hand) -> None:
    run_id = sent(db, ada)
    assert "of 7 people in the audience" in ada.types("/push report News")
    ada.types('/push report "News" csv')
    assert [(asked.run_id, asked.kind) for asked in db.scalars(select(Export))] == [(run_id, "csv")]
    assert "They got it." in ada.types(f"/push why News {VERA}")
    assert "There is no user 999" in ada.types("/push why News 999")
    assert "from 7 people" in ada.types("/push recall News")
    ada.types("/push edit News text Hello again")
    assert "Edit sent text" in (ada.types("/push change News"), ada.labels())[1]
    if charts.available():
        ada.types("/push report News picture")
        assert ada.screen is not None and ada.screen.attachment is not None


def test_a_sending_is_held_up_and_goes_on_by_typing(db: Session, ada: Hand) -> None:
    ada.types("/push new News to everyone text Hello")
    ada.types("/push send News")
    ada.presses("Send to 7 people")
    push_runs_due.begin_due(db, awake_since=ada.now, setup=SETUP, now=ada.now)
    run = db.scalars(select(PushRun)).one()
    deliveries_plan.write_piece(db, run.id, Gathered(None), after=0, now=ada.now)
    for typed, state in (("pause", "paused"), ("resume", "sending"), ("stop", "stopped")):
        ada.types(f"/push {typed} News")
        assert db.get_one(PushRun, run.id, populate_existing=True).state == state


def test_why_this_user_is_answered_in_a_sentence(db: Session, ada: Hand) -> None:
    run_id = sent(db, ada)
    ada.presses(ShowReport(run_id))
    ada.presses("Why this user?")
    assert "They got it." in ada.writes(str(VERA))
    ada.presses("Why this user?")
    assert "Nobody has met" in ada.writes("Vera") or ada.said
    assert "They got it." in ada.presses(ShowWhy(run_id, OTTO))


def test_only_admins_see_reports(db: Session, ada: Hand, sara: Hand) -> None:
    run_id = sent(db, ada)
    assert sara.presses(ShowReport(run_id)) == "This needs the role admin."
