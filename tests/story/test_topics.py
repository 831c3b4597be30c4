"""Requests as topics of a staff group, from the wizard to the closed topic."""

from __future__ import annotations

from tests.story.people import buttons, hears, texts
from tests.story.topics import with_topics


async def test_a_request_is_a_topic_from_the_question_to_the_end(url: str) -> None:
    async with with_topics(url) as told:
        story, group = told.story, told.group
        thread = await told.asks()
        await told.titled("Waiting · Vera Visitor (101)")
        card = (await group.chat(50, thread))["messages"]
        assert any("Do you have Kafka in Czech?" in message.get("text", "") for message in card)
        assert await story.sara.heard_so_far() == []  # nobody gets it twice
        await story.vera.write("In any edition.")
        assert await told.says(thread) == ["In any edition."]
        await group.press(story.sara, "Take")
        await told.titled("Sara · Vera Visitor (101)")
        await group.write(story.sara, "// she was here last week", thread)
        answer = await group.write(story.sara, "Yes, on the second floor.", thread)
        (heard,) = await hears(story.vera, "Yes, on the second floor.")
        await group.edit(story.sara, answer, "Yes, on the third floor.")
        assert texts([await story.vera.changed(heard)]) == ["Yes, on the third floor."]
        await group.write(story.otto, "I know better.", thread)
        await group.write(story.ada, "Anonymous.", thread, anonymous=True)
        assert (await group.press(story.otto, "Reactivate bot"))["text"]
        await group.press(story.sam, "Reactivate bot")
        await told.titled("Closed · Vera Visitor (101)")
        await hears(story.vera, "How was the help of our staff, Vera?", "I am back, Vera.")
        await group.until(lambda chat: all(topic["closed"] for topic in chat["group"]["topics"]))
        assert texts(await story.vera.heard_so_far()) == []
        assert "Take" not in [
            label for message in (await group.chat(50, thread))["messages"] for label in buttons(message)
        ]
