"""A push from its composing to its recall: what Ada sends is what Vera gets, presses, leaves, and loses again."""

from __future__ import annotations

from sandbox import Person
from tests.story.people import Story, hears

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def shows(person: Person, *parts: str) -> None:
    """Some message of the chat has all of these."""
    await person.until(lambda chat: any(all(part in str(one) for part in parts) for one in chat["messages"]))


async def test_a_push_is_composed_previewed_sent_pressed_left_reported_and_recalled(story: Story) -> None:
    ada, vera = story.ada, story.vera
    await vera.start()
    await vera.heard(1)
    await ada.write("/push new Spring to everyone topic news with unsubscribe start message")
    await shows(ada, "Send the message")
    sent = await ada.send_file(PNG, "spring.png", "photo", "Dear {first_name}, spring is here")
    await shows(ada, "Dear Ada, spring is here", "Unsubscribe")
    await ada.delete(sent)
    await ada.write("/push edit Spring buttons Readings - reading_week")
    await shows(ada, "Sends a message of its own (photo)")
    await ada.write("/push send Spring to 101")
    await shows(ada, "Send “Spring” to 1 person?")
    await ada.press("Send to 1 person")
    await shows(vera, "Dear Vera, spring is here", "Readings")
    pushed = next(one for one in await vera.heard(1) if "spring is here" in str(one))
    await vera.press("Readings", pushed)
    await hears(vera, "Reading week in")
    await vera.press("Unsubscribe", pushed)
    await shows(vera, "You get no more pushes about “news”.")
    await shows(ada, "reached 1")
    await ada.press("Report")
    await shows(ada, "Readings: 1", "1 person unsubscribed")
    await ada.press("Recall")
    await shows(ada, "Take it back from 1 person?")
    await ada.press("Recall")
    await shows(ada, "was taken back from 1 person")
    left = await vera.chat()
    assert not [one for one in left["messages"] if "spring is here" in str(one)]
