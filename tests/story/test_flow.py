"""An admin changes the flow in the chat while people talk with it."""

from __future__ import annotations

from typing import Any

from bot import charts
from tests.story.people import FLOW, Story, buttons, hears, texts

TEXT = FLOW.read_text(encoding="utf-8")
#: Another greeting, and the question for the city is gone: from the age the way leads straight on.
CHANGED = TEXT.replace("Hello {first_name|there}!", "Good day {first_name|there}.").replace(
    'to    = "card_city"', 'to    = "card_ready"'
)
CHANGED = CHANGED[: CHANGED.index("[blocks.card_city]")] + CHANGED[CHANGED.index("# A connection that waits for") :]


async def sends(story: Story, text: str) -> list[dict[str, Any]]:
    """Ada sends a flow; its picture is the screen, or comes before it where the words are too many for a caption."""
    await story.ada.send_file(text.encode(), "flow.toml")
    first = await story.ada.heard(1)
    return first if buttons(first[0]) else await story.ada.heard(1)


async def activates(story: Story, offer: dict[str, Any]) -> dict[str, Any]:
    """Both presses; the screen of the flow afterwards."""
    await story.ada.press("Activate", offer)
    (question,) = await story.ada.heard(1) if "photo" in offer else [await story.ada.changed(offer)]
    assert "instead of version 1" in texts([question])[0]
    await story.ada.press("Activate", question)
    return await story.ada.changed(question)


async def test_a_changed_flow_is_sent_compared_activated_and_rolled_back(story_on_both: Story) -> None:
    story = story_on_both
    await story.vera.start("card")
    await story.vera.write("Vera")
    await story.vera.heard(2)
    await story.victor.start("card")
    for answer in ("Victor", "34"):
        await story.victor.write(answer)
    await story.victor.heard(3)

    (offer,) = await sends(story, CHANGED)
    said = texts([offer])[0]
    assert "Block “card_city” is gone." in said
    assert "Different from version 1" in said
    await hears_no_change(story)
    flow = await activates(story, offer)
    assert "Version 2" in texts([flow])[0]

    await story.vera.write("34")
    await hears(story.vera, "One moment, Vera")
    await story.victor.write("Linz")
    await hears(story.victor, "Dieses Gespräch hat sich geändert", "Good day Victor.")

    await story.ada.press("Roll back to version 1", flow)
    assert "Version 3" in texts([await story.ada.changed(flow)])[0]
    await story.otto.start()
    await hears(story.otto, "Hello Otto!")


async def hears_no_change(story: Story) -> None:
    """As long as nobody has confirmed, the old flow speaks."""
    await story.otto.start()
    await hears(story.otto, "Hello Otto!")


async def test_a_broken_flow_is_answered_with_its_problems_and_changes_nothing(story: Story) -> None:
    await story.ada.send_file(TEXT.replace('to    = "card_city"', 'to    = "card_cty"').encode(), "flow.toml")
    said = texts(await story.ada.heard(1))[0]
    assert said.startswith("This flow cannot be used:\nline ")
    assert 'Did you mean "card_city"?' in said
    await story.ada.send_file(b"\xff\xfe", "flow.toml")
    assert texts(await story.ada.heard(1)) == ["This file is not UTF-8 text."]
    await hears_no_change(story)


async def test_a_flow_from_a_visitor_is_a_message_like_any_other(story: Story) -> None:
    await story.vera.start()
    await story.vera.heard(1)
    await story.vera.send_file(CHANGED.encode(), "flow.toml")
    await hears(story.vera, "I did not understand that.")


async def test_the_flow_comes_as_a_file_and_as_a_picture(story: Story) -> None:
    await story.ada.write("/flow")
    (flow,) = await story.ada.heard(1)
    await story.ada.press("Download", flow)
    (file,) = await story.ada.heard(1)
    assert file["document"]["name"] == "flow-1.toml"
    assert file["document"]["size"] == len(TEXT.encode())
    await story.ada.press("Picture", flow)
    (picture,) = await story.ada.heard(1)
    assert ("photo" in picture) is charts.available()


async def test_a_text_is_changed_in_the_chat_and_the_preview_speaks_it(story: Story) -> None:
    await story.ada.write("/flow block welcome")
    (block,) = await story.ada.heard(1)
    await story.ada.press("Change text 1", block)
    await story.ada.changed(block)
    await story.ada.write("Welcome, {first_name|friend}.")
    toast, _ = await story.ada.heard(2)
    assert texts([toast]) == ["Version 2 is active now."]
    await story.vera.start()
    await hears(story.vera, "Welcome, Vera.")
    await story.ada.write("/flow play as 101")
    (preview,) = await story.ada.heard(1)
    assert "Welcome, Vera." in texts([preview])[0]
    await story.ada.press("Opening hours", preview)
    assert "We are open" in texts([await story.ada.changed(preview)])[0]
    assert await story.vera.heard_so_far() == []
