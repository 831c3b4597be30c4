"""The outbox: order, retries, blocked people, and files that are uploaded once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.flow.content import Content, Kind
from bot.services import messages, outgoing, outgoing_queue, users
from bot.services.database import Database
from bot.services.receipt import Outcome
from bot.telegram_http import Lost, NotSent
from bot.wire import Call
from tests.edge.desk import PNG, VERA, VICTOR, Desk


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    (tmp_path / "a.png").write_bytes(PNG)
    desk = Desk(database, tmp_path)
    await desk.meet(VERA, VICTOR)
    yield desk
    await desk.outbox.stop(patience=0)


async def test_messages_go_out_in_the_order_of_the_log(desk: Desk) -> None:
    await desk.queue(VERA, *(str(number) for number in range(30)))
    assert desk.said() == [str(number) for number in range(30)]
    assert set(await desk.states()) == {"sent"}


async def test_what_waited_before_the_start_goes_out(desk: Desk) -> None:
    for user_id in (VERA, VICTOR):
        await desk.database.write(outgoing.queue, user_id, Content(text="hi"), author="flow", now=desk.time.now())
    await desk.outbox.start()
    async with asyncio.timeout(10):
        while len(desk.said()) < 2:
            await asyncio.sleep(0)
    await desk.quiet()
    assert await desk.states(VICTOR) == ["sent"]


async def test_pokes_from_everywhere_send_nothing_twice(desk: Desk) -> None:
    await desk.database.write(outgoing.queue, VERA, Content(text="once"), author="flow", now=desk.time.now())
    for _ in range(10):
        desk.outbox.poke([VERA, VERA])
    await desk.quiet()
    assert desk.said() == ["once"]


async def test_who_does_not_lead_any_more_leaves_the_rest_to_others(desk: Desk) -> None:
    await desk.database.write(outgoing.queue, VERA, Content(text="first"), author="flow", now=desk.time.now())
    desk.outbox.poke([VERA, VERA])
    desk.leads = False
    await desk.quiet()
    assert desk.said() == []
    desk.leads = True
    desk.outbox.poke([VERA])
    await desk.quiet()
    assert desk.said() == ["first"]


async def test_a_stop_in_the_middle_of_pokes_ends_and_leaves_the_rest_in_the_log(desk: Desk) -> None:
    await desk.database.write(outgoing.queue, VERA, Content(text="later"), author="flow", now=desk.time.now())
    desk.outbox.poke([VERA])
    desk.outbox.poke([VERA])
    await desk.outbox.stop(patience=1)
    assert desk.said() == []
    desk.outbox = desk._outbox()
    desk.outbox.poke([VERA])
    await desk.quiet()
    assert desk.said() == ["later"]


async def test_many_people_are_noted_together(desk: Desk) -> None:
    await desk.meet(*range(500, 530))
    for user_id in range(500, 530):
        await desk.database.write(outgoing.queue, user_id, Content(text="hi"), author="flow", now=desk.time.now())
    desk.outbox.poke(range(500, 530))
    await desk.quiet()
    assert len(desk.said()) == 30
    assert {state for user_id in range(500, 530) for state in await desk.states(user_id)} == {"sent"}


async def test_nothing_overtakes_a_message_that_has_to_wait(desk: Desk) -> None:
    desk.telegram.will_answer(
        "sendMessage", (429, "Too Many Requests: retry after 3", {"retry_after": 3}), {"message_id": 1}
    )
    await desk.queue(VERA, "first", "second")
    assert desk.said() == ["first"]
    await desk.queue(VICTOR, "other")
    assert desk.said() == ["first", "other"]
    await desk.wait(4)
    await desk.wait(1)
    assert desk.said() == ["first", "other", "first", "second"]


async def test_what_never_left_is_sent_again(desk: Desk) -> None:
    desk.telegram.will_answer("sendMessage", NotSent("no route"), {"message_id": 1})
    await desk.queue(VERA, "hello")
    assert await desk.states() == ["waiting"]
    await desk.wait(3)
    assert await desk.states() == ["sent"]


async def test_a_lost_answer_is_repeated_once_and_then_unsure(desk: Desk) -> None:
    desk.telegram.will_answer("sendMessage", Lost("dropped"))
    await desk.queue(VERA, "hello")
    assert desk.said() == ["hello", "hello"]
    assert await desk.states() == ["unsure"]


async def test_a_push_is_never_repeated(desk: Desk) -> None:
    desk.telegram.will_answer("sendMessage", Lost("dropped"))
    await desk.queue(VERA, "offer", author="push")
    assert desk.said() == ["offer"]


async def test_one_who_blocked_the_bot_is_marked_and_left_alone(desk: Desk) -> None:
    desk.telegram.will_answer("sendMessage", (403, "Forbidden: bot was blocked by the user"))
    await desk.queue(VERA, "one", "two")
    assert desk.said() == ["one"]
    assert await desk.states() == ["failed", "failed"]
    user = await desk.database.read(users.get, VERA)
    assert user is not None and user.blocked_at is not None


async def test_a_refused_message_does_not_hold_up_the_next(desk: Desk) -> None:
    desk.telegram.will_answer("sendMessage", (400, "Bad Request: message is too long"), {"message_id": 1})
    await desk.queue(VERA, "long", "short")
    assert await desk.states() == ["failed", "sent"]


async def test_a_message_that_cannot_be_composed_does_not_hold_up_the_next(desk: Desk) -> None:
    gone = Content(Kind.PHOTO, "look", "file:gone.png")
    outside = Content(Kind.PHOTO, "look", "file:../../etc/passwd")
    for content in (gone, outside):
        await desk.database.write(outgoing.queue, VERA, content, author="flow", now=desk.time.now())
    await desk.queue(VERA, "words")
    assert await desk.states() == ["failed", "failed", "sent"]


async def test_an_alert_is_drawn_when_it_is_sent_and_edited_when_it_is_stale(desk: Desk) -> None:
    await desk.database.write(outgoing.queue_alert, [VERA], request_id=5, words="?", now=desk.time.now())
    desk.drawn = [Call("sendMessage", {"chat_id": VERA, "text": "open"})]
    desk.telegram.will_answer("sendMessage", {"message_id": 77})
    desk.outbox.poke([VERA])
    await desk.quiet()
    desk.telegram.will_answer("editMessageText", (400, "Bad Request: message is not modified: exactly the same"))
    desk.drawn = [Call("sendMessage", {"chat_id": VERA, "text": "taken"})]
    desk.outbox.poke(await desk.database.write(outgoing.stale, 5))
    await desk.quiet()
    (edited,) = desk.telegram.asked("editMessageText")
    assert (edited["message_id"], edited["text"]) == (77, "taken")
    assert await desk.states() == ["sent"]


async def test_what_has_nothing_to_say_any_more_is_not_sent(desk: Desk) -> None:
    await desk.database.write(outgoing.queue_alert, [VERA], request_id=5, words="?", now=desk.time.now())
    desk.drawn = [None]
    desk.outbox.poke([VERA])
    await desk.quiet()
    assert desk.telegram.calls == []
    assert await desk.states() == ["sent"]


def photo(file_id: str) -> dict[str, Any]:
    return {"message_id": 1, "photo": [{"file_id": file_id}]}


async def test_a_file_is_uploaded_once_also_after_a_restart(desk: Desk) -> None:
    picture = Content(Kind.PHOTO, "look", "file:a.png")
    desk.telegram.will_answer("sendPhoto", photo("AgAC"))
    for _ in range(2):
        assert (await desk.outbox.send_now(VERA, picture, lane=0)).outcome is Outcome.SENT
        desk.outbox = desk._outbox()
    first, second = desk.telegram.asked("sendPhoto")
    assert "photo" not in first and desk.telegram.files[0]["photo"] == ("a.png", PNG, "image/png")
    assert second["photo"] == "AgAC"


async def test_a_file_that_telegram_has_forgotten_is_uploaded_again(desk: Desk) -> None:
    picture = Content(Kind.PHOTO, "look", "file:a.png")
    refused = (400, "Bad Request: wrong file identifier/HTTP URL specified")
    desk.telegram.will_answer("sendPhoto", photo("OLD"), refused, photo("NEW"))
    for _ in range(3):
        assert (await desk.outbox.send_now(VERA, picture, lane=0)).outcome is Outcome.SENT
    assert [call.get("photo") for call in desk.telegram.asked("sendPhoto")] == [None, "OLD", None, "NEW"]


async def test_typing_is_shown_before_and_its_failure_does_not_matter(desk: Desk) -> None:
    desk.telegram.will_answer("sendChatAction", (400, "Bad Request: wrong parameter action in request"))
    line = outgoing.queue
    await desk.database.write(line, VERA, Content(text="slowly"), author="flow", now=desk.time.now())

    def mark(db: Session) -> None:
        from models import Message

        row = db.get_one(Message, (VERA, 1))
        row.content = {**row.content, "typing": True}

    await desk.database.write(mark)
    desk.outbox.poke([VERA])
    await desk.quiet()
    assert [name for name, _ in desk.telegram.calls] == ["sendChatAction", "sendMessage"]


async def test_a_receipt_comes_whatever_happens(desk: Desk) -> None:
    receipt = await desk.outbox.send_now(VERA, Content(Kind.PHOTO, media="file:gone.png"), lane=2)
    assert receipt.outcome is Outcome.REFUSED
    desk.telegram.will_answer("sendMessage", (429, "Too Many Requests: retry after 600", {"retry_after": 600}))
    first = await desk.outbox.send_now(VERA, Content(text="x"), lane=2)
    again = await desk.outbox.send_now(VERA, Content(text="x"), lane=2)
    assert (first.outcome, first.retry_after) == (Outcome.RETRY, 600)
    assert again.outcome is Outcome.RETRY and again.retry_after == pytest.approx(600)
    assert len(desk.said()) == 1


async def test_an_album_goes_out_whole_a_moment_after_its_last_part_and_is_not_asked_for_all_the_time(
    desk: Desk,
) -> None:
    await desk.meet(VERA)

    def part(db: Session, number: int) -> None:
        now = desk.time.now()
        photo, waits = Content(Kind.PHOTO, media=f"id:p{number}"), now + timedelta(seconds=1)
        messages.write(
            db, [outgoing_queue.outgoing(VERA, photo, author="staff", more={"album": "a"}, due_at=waits)], now=now
        )

    for number in range(2):
        await desk.database.write(part, number)
        desk.outbox.poke([VERA])
        await desk.quiet()
        desk.time.forward(seconds=0.6)
    assert desk.telegram.calls == []  # the first part's time has come, the second's has not
    for _ in range(3):  # whoever looked just before the time has come looks again a moment later
        await desk.wait(0.4)
    (album,) = desk.telegram.asked("sendMediaGroup")
    assert [item["media"] for item in album["media"]] == ["p0", "p1"]
