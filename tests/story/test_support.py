"""A visitor asks for a person, staff answer, and the bot comes back."""

from __future__ import annotations

from tests.story.desk import PICTURE, asked
from tests.story.people import Story, buttons, hears, link_in, texts


async def test_the_whole_loop_from_the_question_to_the_bot_again(story_on_both: Story) -> None:
    story = story_on_both
    saras, sams = await asked(story)
    for alert in (saras, sams):
        assert "Do you have Kafka in Czech?" in alert["text"] and "Vera Visitor" in alert["text"]
        assert {"Take", "Reply", "Open conversation", "Reactivate bot"} <= set(buttons(alert))
    await story.vera.write("hours")
    await story.sara.heard(1)
    assert "hours" in texts(await story.sam.heard(1))[0]
    await story.sara.open(link_in(saras))
    (view,) = await story.sara.heard(1)
    assert "Do you have Kafka in Czech?" in view["text"] and "Reactivate bot" in buttons(view)
    await story.sara.press("Reactivate bot", saras)
    changed = [await story.sara.changed(saras), await story.sam.changed(sams)]
    assert all("closed by" in alert["text"] and "Sara" in alert["text"] for alert in changed)
    assert all("Reactivate bot" not in buttons(alert) for alert in changed)
    await hears(story.vera, "I am back, Vera.")
    await story.vera.write("hours")
    await hears(story.vera, "We are open")


async def test_an_alert_says_when_it_was_asked_and_not_how_long_ago(story: Story) -> None:
    saras, _ = await asked(story)
    assert "waiting" in saras["text"] and "just now" not in saras["text"] and "Asked: " in saras["text"]


async def test_the_bot_is_silent_while_staff_are_asked(story: Story) -> None:
    await asked(story)
    await story.vera.write("/start")
    await story.vera.write("hours")
    await story.sara.heard(2)
    assert await story.vera.heard_so_far() == []


async def test_the_first_to_take_has_it_and_the_other_learns_who(story: Story) -> None:
    saras, sams = await asked(story)
    await story.sara.press("Take", saras)
    assert "taken by" in (await story.sam.changed(sams))["text"]
    answer = await story.sam.press(f"rt:{1:x}:0", sams)
    assert answer["alert"] and "Sara" in answer["text"]
    await story.vera.write("Are you there?")
    assert "Are you there?" in texts(await story.sara.heard(1))[0]
    assert await story.sam.heard_so_far() == []


async def test_staff_answer_by_replying_to_the_alert(story: Story) -> None:
    saras, _ = await asked(story)
    await story.sara.write("Yes, on the <second> floor.", reply_to=saras["id"])
    await hears(story.vera, "Yes, on the <second> floor.")
    await story.sara.until(lambda chat: any(message.get("reaction") == "👌" for message in chat["messages"]))
    assert await story.sara.heard_so_far() == []


async def test_a_picture_goes_both_ways(story: Story) -> None:
    await asked(story)
    await story.vera.send_file(PICTURE, "shelf.png", "photo", "This one?")
    (relay,) = await story.sara.heard(1)
    assert relay["photo"] and "This one?" in relay["caption"] and "Vera" in relay["caption"]
    await story.sara.send_file(PICTURE, "map.png", "photo", "No")
    assert (await story.sara.heard(1))[0]["text"]
    await story.sara.write("This", reply_to=relay["id"])
    await hears(story.vera, "This")


async def test_what_has_no_words_is_passed_on_with_the_name_on_a_button(story: Story) -> None:
    await asked(story)
    await story.vera.share_location(48.2, 16.4)
    (relay,) = await story.sara.heard(1)
    assert relay["location"] and any("Vera" in label for label in buttons(relay))


async def test_an_edited_message_reaches_staff_too(story: Story) -> None:
    await asked(story)
    sent = await story.vera.write("on mondy?")
    (relay,) = await story.sara.heard(1)
    await story.vera.edit(sent, "on Monday?")
    changed = (await story.sara.changed(relay))["text"]
    assert "on Monday?" in changed and "edited" in changed and "mondy" not in changed


async def test_reply_opens_a_question_and_the_next_message_is_the_answer(story: Story) -> None:
    saras, _ = await asked(story)
    await story.sara.press("Reply", saras)
    await story.sara.heard(1)
    await story.sara.write("Third shelf.")
    await hears(story.vera, "Third shelf.")


async def test_staff_learn_that_an_answer_did_not_arrive(story: Story) -> None:
    saras, _ = await asked(story)
    await story.vera.block()
    await story.sara.write("Yes.", reply_to=saras["id"])
    (said,) = texts(await story.sara.heard(1))
    assert "Not delivered to" in said and "blocked the bot" in said
    await story.sara.until(lambda chat: any(message.get("reaction") == "👎" for message in chat["messages"]))


async def test_a_stranger_is_refused_at_every_door(story: Story) -> None:
    saras, _ = await asked(story)
    await story.otto.start()
    (greeting,) = await story.otto.heard(1)
    for button in (data for row in saras["inline_keyboard"] for data in row if "callback_data" in data):
        answer = await story.otto.press(button["callback_data"], greeting)
        assert answer["alert"] and answer["text"] == "This needs the role staff."
    await story.otto.open(link_in(saras))
    assert texts(await story.otto.heard(1)) == ["This needs the role staff."]
    assert "Reactivate bot" in buttons((await story.sara.chat())["messages"][-1])
    await story.vera.write("still with staff?")
    assert "still with staff?" in texts(await story.sam.heard(1))[0]


async def test_a_guessed_link_opens_nothing(story: Story) -> None:
    await asked(story)
    await story.sara.open(f"https://t.me/{story.sandbox.settings.username}?start=c_AAAAAAAAAAAAAAAAAAAAAAAA")
    assert texts(await story.sara.heard(1)) == ["This request does not exist."]


async def test_without_staff_the_visitor_is_told_and_the_bot_stays(story: Story) -> None:
    await story.sara.block()
    await story.sam.block()
    await story.vera.start()
    await story.vera.heard(1)
    await story.vera.press("Ask a person")
    await story.vera.heard(1)
    await story.vera.write("Anybody?")
    await hears(story.vera, "Nobody is at the desk right now.", "Hello Vera!")
    assert "no staff could be reached" in texts(await story.ada.heard(1))[0]
