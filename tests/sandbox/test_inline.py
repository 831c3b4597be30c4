"""Inline queries: @bot and words in any chat, an offer, a choice."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox import Group, Person, Settings
from tests.sandbox.conftest import Ask, Clock
from tests.sandbox.test_groups import desk, refused, sam, sara
from tests.sandbox.test_people import updates

__all__ = ["desk", "sam", "sara"]


def article(word: str, text: str, **more: object) -> dict[str, object]:
    return {"type": "article", "id": word, "title": text, "input_message_content": {"message_text": text}, **more}


async def asked(ask: Ask) -> dict[str, Any]:
    """The inline query that waits."""
    query: dict[str, Any] = (await updates(ask))[-1]["inline_query"]
    return query


async def test_a_query_is_answered_and_a_choice_sent_through_the_bot(ask: Ask, vera: Person) -> None:
    await vera.start()
    waiting = asyncio.create_task(vera.ask_inline("ann"))
    while not (found := await updates(ask)) or "inline_query" not in found[-1]:
        pass
    query = found[-1]["inline_query"]
    assert (query["query"], query["offset"], query["chat_type"]) == ("ann", "", "sender")
    keys = {"inline_keyboard": [[{"text": "Open", "callback_data": "open"}]]}
    results = [article("1", "Ann", description="id 5", reply_markup=keys), article("2", "Anna")]
    assert (await ask("answerInlineQuery", inline_query_id=query["id"], results=results))["ok"]
    offered = await waiting
    assert [(one["id"], one["title"]) for one in offered["results"]] == [("1", "Ann"), ("2", "Anna")]
    sent = await vera.choose(offered, "1")
    assert (sent["text"], sent["via_bot"]) == ("Ann", "frontdesk_sandbox_bot")
    message, chosen = await updates(ask)
    assert message["message"]["via_bot"]["is_bot"]
    assert chosen["chosen_inline_result"]["result_id"] == "1"
    place = {"inline_message_id": chosen["chosen_inline_result"]["inline_message_id"]}
    assert (await ask("editMessageText", text="Ann B.", **place))["result"] is True
    await vera.press_only("open", sent)
    assert (await updates(ask))[-1]["callback_query"]["inline_message_id"] == place["inline_message_id"]
    assert await refused(ask, "editMessageText", inline_message_id="x", text="a") == "Bad Request: MESSAGE_ID_INVALID"


async def test_a_choice_in_a_topic_reaches_a_bot_that_sees_the_group(ask: Ask, desk: Group, sam: Person) -> None:
    thread = await desk.make_topic(sam, "Vera")
    await updates(ask)
    offer = await sam.ask_inline("ann", group=desk, wait=0)
    query = await asked(ask)
    assert query["chat_type"] == "supergroup"
    await ask("answerInlineQuery", inline_query_id=query["id"], results=[article("1", "Ann")])
    await sam.choose(offer, "1", group=desk, thread=thread)
    message = (await updates(ask))[0]["message"]
    assert (message["message_thread_id"], message["from"]["id"]) == (thread, 202)
    await desk.topic("close", thread)
    with pytest.raises(RuntimeError, match="closed"):
        await sam.choose(offer, "1", group=desk, thread=thread)


async def test_answers_are_kept_for_everybody_unless_they_are_personal(
    ask: Ask, vera: Person, victor: Person, clock: Clock
) -> None:
    for personal, others_see in ((False, True), (True, False)):
        words = f"ann {personal}"
        await vera.ask_inline(words, wait=0)
        query = await asked(ask)
        await ask("answerInlineQuery", inline_query_id=query["id"], results=[article("1", "Ann")], is_personal=personal)
        assert (await vera.ask_inline(words, wait=0))["answered"]
        assert (await victor.ask_inline(words, wait=0))["answered"] is others_see
    clock.now += 300
    assert not (await vera.ask_inline("ann False", wait=0))["answered"]


@pytest.mark.parametrize(
    ("results", "description"),
    [
        ([{"type": "article", "id": "1", "input_message_content": {"message_text": "a"}}], 'find field "title"'),
        ([{"type": "article", "id": "1", "title": "a"}], 'find field "input_message_content"'),
        ([article("1", "a"), article("1", "b")], "RESULT_ID_DUPLICATE"),
        ([article("x" * 65, "a")], "RESULT_ID_INVALID"),
        ([article(str(n), "a") for n in range(51)], "RESULTS_TOO_MUCH"),
        ([article("1", "<b>a", input_message_content={"message_text": "<b>a", "parse_mode": "HTML"})], "end tag"),
        ([{"type": "photo", "id": "1", "photo_file_id": "none"}], "wrong file identifier"),
        ("none", "inline query results"),
    ],
)
async def test_wrong_answers_are_refused(ask: Ask, vera: Person, results: object, description: str) -> None:
    await vera.ask_inline("a", wait=0)
    query = await asked(ask)
    assert description in await refused(ask, "answerInlineQuery", inline_query_id=query["id"], results=results)


async def test_an_answer_comes_once_and_in_time(ask: Ask, vera: Person, clock: Clock) -> None:
    await vera.ask_inline("a", wait=0)
    first = {"inline_query_id": (await asked(ask))["id"], "results": []}
    assert (await ask("answerInlineQuery", **first, cache_time=0))["ok"]
    assert "query is too old" in await refused(ask, "answerInlineQuery", **first)
    await vera.ask_inline("b", wait=0)
    late = {"inline_query_id": (await asked(ask))["id"], "results": []}
    clock.now += 31
    assert "query is too old" in await refused(ask, "answerInlineQuery", **late)


async def test_a_button_above_the_results_leads_to_the_bot(ask: Ask, vera: Person) -> None:
    offer = await vera.ask_inline("a", wait=0)
    query = await asked(ask)
    button = {"text": "Switch it on", "start_parameter": "inline"}
    await ask("answerInlineQuery", inline_query_id=query["id"], results=[], button=button)
    shown = await vera._client.get(f"/sim/inline/{offer['query_id']}")
    assert shown["button"] == button


class TestWithoutInlineMode:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(inline=False)

    async def test_nobody_can_ask(self, ask: Ask, vera: Person) -> None:
        assert not (await ask("getMe"))["result"]["supports_inline_queries"]
        with pytest.raises(RuntimeError, match="no inline mode"):
            await vera.ask_inline("a")
