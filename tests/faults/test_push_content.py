"""Faults of what pushes say: refused content, edits on the way, files of others, albums in parts, deleted sources."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.compose import compose
from bot.flow.content import Content, Kind
from bot.limits import Lane
from bot.services import push_content, push_runs, pushes_preview
from bot.services.conversations import Incoming
from bot.services.database import Database
from bot.services.deliveries_claim import HANDFUL
from bot.services.outgoing import take
from bot.services.people import Sender
from bot.services.push_compose import content_of
from bot.services.receipt import Outcome, Receipt
from bot.services.refusal import Refusal
from models import Delivery, Message
from tests.clock import FakeClock
from tests.edge.desk import VERA, Desk
from tests.services import campaign
from tests.services.campaign import ADA, FIRST, Campaign, ended

REASON = "can't parse entities"


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """A push for everyone; forty people are there."""
    campaign.people(db, clock, 40)
    return Campaign(db, clock)


def says(spring: Campaign, content: Content) -> None:
    now = spring.clock.now()
    push_content.set_message(spring.db, spring.push.id, content, by=ADA, setup=spring.setup, now=now)
    spring.db.commit()


def test_r30_content_that_telegram_refuses_is_caught_by_the_preview(spring: Campaign) -> None:
    says(spring, Content(text="<b>Hello</b>"))
    now = spring.clock.now()
    pushes_preview.preview(spring.db, spring.push.id, by=ADA, setup=spring.setup, now=now)
    (letter,) = take(spring.db, ADA.id, now=now)
    line = spring.db.get_one(Message, (ADA.id, letter.number))
    line.state, line.reason = "failed", REASON
    spring.db.flush()
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=now)
    with pytest.raises(Refusal) as caught:
        push_runs.confirm(spring.db, run.id, by=ADA, setup=spring.setup, now=now)
    assert (caught.value.key, caught.value.values) == ("push.content_refused", {"reason": REASON})


def test_r30_content_that_telegram_refuses_all_the_same_stops_the_run_after_a_handful(spring: Campaign) -> None:
    says(spring, Content(text="<b>Hello</b>"))
    run_id = spring.starts()
    tried = 0
    while parcels := spring.claims(run_id):
        tried += len(parcels)
        spring.notes(run_id, [ended(parcel, Outcome.REFUSED, reason=REASON) for parcel in parcels])
    run = spring.run(run_id)
    assert tried <= HANDFUL
    assert (run.state, run.reason, run.failed) == ("stopped", REASON, tried)
    assert run.cancelled == 40 - tried
    spring.check(run_id)


def test_r32_an_edit_at_half_time_is_a_new_revision_and_changes_nothing_on_the_way(spring: Campaign) -> None:
    says(spring, Content(text="First."))
    run_id = spring.starts()
    first = [parcel for _ in range(4) for parcel in half(spring, run_id)]
    says(spring, Content(text="Second."))
    rest: list[str] = []
    while parcels := spring.claims(run_id):
        rest += [parcel.contents[0].text for parcel in parcels]
        spring.notes(run_id, [ended(parcel) for parcel in parcels])
    assert len(first) == 20 and rest == ["First."] * 20
    assert spring.push.revision == (spring.run(run_id).revision or 0) + 1
    again = spring.starts()
    assert {parcel.contents[0].text for parcel in spring.claims(again)} == {"Second."}


def half(spring: Campaign, run_id: int) -> list[int]:
    """Five people get it."""
    return spring.delivers(run_id, limit=5)


def test_r40_a_file_that_went_to_another_bot_is_refused_before_anything_is_sent(spring: Campaign) -> None:
    says(spring, Content(Kind.PHOTO, "Look", media="id:AgAC"))
    spring.setup = replace(spring.setup, bot_id=99)
    run = push_runs.draft(spring.db, spring.push.id, by=ADA, now=spring.clock.now())
    with pytest.raises(Refusal) as caught:
        push_runs.confirm(spring.db, run.id, by=ADA, setup=spring.setup, now=spring.clock.now())
    assert caught.value.key == "push.other_bot"


def test_r40_an_album_of_ten_is_one_row_of_the_ledger_with_ten_ids(spring: Campaign) -> None:
    says(spring, Content(Kind.PHOTO, "Ten", media="id:0"))
    now = spring.clock.now()
    for number in range(1, 10):
        part = Content(Kind.PHOTO, media=f"id:{number}")
        push_content.add_to_album(spring.db, spring.push.id, part, by=ADA, setup=spring.setup, now=now)
    with pytest.raises(Refusal):
        push_content.add_to_album(
            spring.db, spring.push.id, Content(Kind.PHOTO, media="id:x"), by=ADA, setup=spring.setup, now=now
        )
    run_id = spring.starts("selected", picked=[FIRST])
    (parcel,) = spring.claims(run_id)
    receipt = Receipt(Outcome.SENT, telegram_id=7, telegram_ids=tuple(range(7, 17)))
    spring.notes(run_id, [replace(ended(parcel), receipts=(receipt,))])
    rows = select(func.count()).select_from(Delivery).where(Delivery.run_id == run_id, Delivery.state == "sent")
    assert spring.db.scalar(rows) == 1
    line = spring.db.scalars(select(Message).where(Message.user_id == FIRST, Message.author == "push")).one()
    assert [line.telegram_id, *line.content["others"]] == list(range(7, 17))


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """An outbox before a scripted Telegram."""
    desk = Desk(database, tmp_path)
    yield desk
    await desk.outbox.stop(patience=0)


async def test_r40_a_part_of_an_album_is_unsure_and_all_of_it_has_its_ids(desk: Desk) -> None:
    items = tuple(("photo", f"id:{number}") for number in range(3))
    album = Content(Kind.ALBUM, extra=(("items", items),))
    arrived = [{"message_id": number} for number in (5, 6, 7)]
    desk.telegram.will_answer("sendMediaGroup", arrived, arrived[:2])
    whole = await desk.outbox.send_now(VERA, album, lane=Lane.PUSH)
    assert (whole.outcome, whole.telegram_ids) == (Outcome.SENT, (5, 6, 7))
    part = await desk.outbox.send_now(VERA, album, lane=Lane.PUSH)
    assert (part.outcome, part.reason, part.telegram_ids) == (Outcome.UNSURE, "2 of 3 files arrived", (5, 6))


def test_r41_a_message_is_sent_though_its_source_is_gone(spring: Campaign) -> None:
    source = Incoming(Sender(ADA.id, "Ada"), None, Kind.PHOTO, "Hi", telegram_id=55, file_id="AgAC", html="<i>Hi</i>")
    says(spring, content_of(source))
    run_id = spring.starts()
    (content,) = spring.claims(run_id)[0].contents
    call = compose(FIRST, content, {"id:AgAC": "AgAC"})
    assert call.method == "sendPhoto"
    assert (call.parameters["photo"], call.parameters["caption"]) == ("AgAC", "<i>Hi</i>")
    assert 55 not in call.parameters.values()
