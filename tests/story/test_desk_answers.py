"""What staff have at hand while they answer: canned answers, notes, the conversation, every kind of message."""

from __future__ import annotations

from tests.story.desk import PICTURE, asked, pressed
from tests.story.people import Story, buttons, hears, link_in, texts

#: Kinds of files, in the order in which they go.
KINDS = ("photo", "video", "animation", "document", "audio", "voice", "video_note", "sticker")


async def test_canned_answers_are_kept_in_the_chat_and_filled_in_for_whom_they_go_to(story_on_both: Story) -> None:
    story, sara = story_on_both, story_on_both.sara
    await sara.write("/canned")
    (canned,) = await hears(sara, "Canned answers\n\nThere is no canned answer yet.")
    assert (await sara.press("New", canned))["text"].startswith("Write the name")
    await sara.write("Shelf")
    await sara.write("The third shelf, {first_name|there}: https://maps.example/3")
    await sara.heard(2)
    (kept,) = await sara.heard(1)
    # What is shown to staff cannot be tapped.
    assert "third shelf" in kept["text"] and "https://maps.example/3" not in kept["text"]
    await sara.write("/canned add shelf No such {thing}.")
    await hears(sara, "The flow has no variable “thing”.")
    saras, sams = await asked(story)
    await sara.open(link_in(saras))
    (view,) = await sara.heard(1)
    chosen = await pressed(sara, view, "Canned answer", "shelf")
    assert "The third shelf, Vera:" in chosen["text"]
    await sara.press("Send", chosen)
    await hears(story.vera, "The third shelf, Vera: https://maps.example/3")
    await story.sam.write("/c shelf", reply_to=sams["id"])
    await hears(story.vera, "The third shelf, Vera: ")
    await story.sam.write("/canned delete shelf")
    (question,) = await hears(story.sam, "Home › Canned answers\n\nDelete the canned answer")
    assert "There is no canned answer yet." in (await pressed(story.sam, question, "Delete"))["text"]
    await story.sam.write("/c shelf", reply_to=sams["id"])
    await hears(story.sam, "There is no canned answer “shelf”.")


async def test_a_conversation_is_read_both_ways_searched_and_noted_in(story: Story) -> None:
    saras, _ = await asked(story)
    await story.vera.send_file(PICTURE, "shelf.png", "photo", "This one?")
    for number in range(20):
        await story.vera.write(f"line {number:02}")
    await story.sara.until(lambda chat: any("line 19" in one.get("text", "") for one in chat["messages"]))
    await story.sara.write("// a regular", reply_to=saras["id"])
    await story.sara.until(lambda chat: "The note on" in "".join(texts(chat["messages"])))
    await story.sara.heard_so_far()
    await story.sara.open(link_in(saras))
    (view,) = await story.sara.heard(1)
    assert "Note by ⁨Sara⁩" in view["text"] and "line 19" in view["text"] and "This one?" not in view["text"]
    older = await pressed(story.sara, view, "Older ›", "Older ›")
    assert "This one?" in older["text"] and "line 19" not in older["text"]
    photo = next(label for label in buttons(older) if "photo" in label)
    assert (await story.sara.press(photo, older))["text"] == "It comes as a message."
    assert (await story.sara.heard(1))[0]["photo"]
    assert "line 19" not in (await pressed(story.sara, older, "‹ Newer"))["text"]
    await story.sara.write("/conversation 101 -- LINE 07")
    (found,) = await story.sara.heard(1)
    assert "line 07" in found["text"] and "line 08" not in found["text"]
    await story.vera.write("Thank you, that was it.")
    await story.sara.heard(1)
    assert await story.vera.heard_so_far() == []  # a note is for staff alone


async def test_a_text_is_read_whole_however_long_it_is(story: Story) -> None:
    await asked(story)
    words = " ".join(f"word{number:04}" for number in range(455))
    assert 4000 < len(words) <= 4096
    await story.vera.write(words)
    (relay,) = await story.sara.heard(1)
    assert relay["text"] == words and any("Vera" in label for label in buttons(relay))
    await story.sara.write("/conversation 101")
    (view,) = await story.sara.heard(1)
    assert words not in view["text"]
    await story.sara.press(next(label for label in buttons(view) if "text" in label), view)
    assert (await story.sara.heard(1))[0]["text"] == words


async def test_every_kind_of_file_goes_both_ways(story: Story) -> None:
    alert, _ = await asked(story)
    await story.sara.press("Take", alert)
    for kind in KINDS:
        await story.vera.send_file(PICTURE, "a.bin", kind, "" if kind in ("video_note", "sticker") else "Look")
        (relay,) = await story.sara.heard(1)
        assert relay.get(kind), (kind, relay)
        await story.sara.press("Reply", relay)
        await story.sara.heard(1)
        await story.sara.send_file(PICTURE, "a.bin", kind)
        assert (await story.vera.heard(1))[0].get(kind), kind
        await story.sara.heard(2)  # a word, and the conversation with the answer in it
    await story.vera.share_contact()
    assert (await story.sara.heard(1))[0]["contact"]
    await story.vera.share_location(48.2, 16.4)
    assert (await story.sara.heard(1))[0]["location"]


async def test_a_reply_to_an_alert_that_telegram_took_and_never_confirmed_reaches_the_user(
    story_on_both: Story,
) -> None:
    story = story_on_both
    await story.sandbox.client.fault(method="sendMessage", chat_id=story.sara.id, close="after", times=1)
    saras, _ = await asked(story)
    assert "Do you have Kafka in Czech?" in saras["text"]
    await story.sara.write("On the third shelf.", reply_to=saras["id"])
    await hears(story.vera, "On the third shelf.")
