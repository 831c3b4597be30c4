"""The desk in full over HTTP: two members of staff, a visitor, a stranger."""

from __future__ import annotations

from tests.story.desk import asked, now, sends_album
from tests.story.people import Story, buttons, hears, texts


async def test_a_talk_with_everything_that_people_send_and_change(story: Story) -> None:
    alert, _ = await asked(story)
    await story.sara.press("Take", alert)
    await story.sara.changed(alert)
    # An album of the visitor's is an album for staff, and one of staff's for the visitor.
    await sends_album(story, story.vera, 3, "These")
    album = await story.sara.heard(3)
    assert len({part["media_group_id"] for part in album}) == 1 and "Vera" in album[0]["caption"]
    reply = await story.sara.write("Which *one*?", reply_to=album[1]["id"])
    (question,) = await hears(story.vera, "Which *one*?")
    assert question["reply_to"] is not None
    # A change of an answer changes it at the visitor, and the other way round.
    await story.sara.edit(reply, "Which of them?")
    assert (await story.vera.changed(question))["text"] == "Which of them?"
    sent = await story.vera.write("The secnd", reply_to=question["id"])
    (relay,) = await story.sara.heard(1)
    assert relay["reply_to"] == reply["id"]
    await story.vera.edit(sent, "The second")
    assert "The second" in (await story.sara.changed(relay))["text"]
    # What is neither text nor file goes on as it is.
    await story.sara.press("Reply", alert)
    await story.sara.heard(1)
    await story.sara.share_location(48.2, 16.4)
    assert (await story.vera.heard(1))[0]["location"]


async def test_a_request_goes_from_hand_to_hand_and_is_rated_at_the_end(story_on_both: Story) -> None:
    story = story_on_both
    saras, _ = await asked(story)
    await story.sara.press("Take", saras)
    await story.sara.changed(saras)
    await story.sara.press("Hand over", saras)
    (colleagues,) = await story.sara.heard(1)
    await story.sara.press(buttons(colleagues)[0], colleagues)
    (handed,) = await story.sam.heard(1)
    assert "handed to" in handed["text"] and "Sara" in handed["text"]
    await story.vera.write("Are you there?")
    assert "Are you there?" in texts(await story.sam.heard(1))[0]
    # A stranger can do nothing with what they have seen.
    await story.otto.start()
    (greeting,) = await story.otto.heard(1)
    for data in (b["callback_data"] for row in handed["inline_keyboard"] for b in row if "callback_data" in b):
        assert (await story.otto.press(data, greeting))["text"] == "This needs the role staff."
    await story.sam.write("/canned add shelf The third shelf, {first_name}.")
    await story.sam.heard(2)
    await story.sam.write("/c shelf", reply_to=handed["id"])
    await hears(story.vera, "The third shelf, Vera.")
    await story.sam.press("Close request", handed)
    assert "closed by" in (await story.sara.changed(await now(story.sara, saras)))["text"]
    (rating,) = await hears(story.vera, "How was the help of our staff, Vera?")
    await story.vera.press("4", rating)
    rated = await story.vera.changed(rating)
    assert "You gave 4 of 5." in rated["text"] and buttons(rated) == ["Add a comment"]
    await story.sam.press("Reactivate bot", await now(story.sam, handed))
    await hears(story.vera, "I am back, Vera.")
    await story.vera.press("Add a comment", rated)
    await hears(story.vera, "Write your comment")
    await story.vera.write("Quick and kind")
    await hears(story.vera, "Thank you.")
    await story.sam.until(lambda chat: "4 of 5: Quick and kind" in "".join(texts(chat["messages"])))
    await story.vera.write("hours")
    await hears(story.vera, "We are open")
