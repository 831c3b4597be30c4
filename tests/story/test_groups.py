"""An admin makes a group and changes it, with real people in it."""

from __future__ import annotations

from tests.story.people import Story, hears, texts
from tests.story.test_admin import with_card


async def test_a_group_of_two_rules_counts_whoever_fits_now(story_on_both: Story) -> None:
    story = story_on_both
    await with_card(story, "vera", "34", "Vienna")
    await with_card(story, "victor", "16", "Vienna")
    await story.ada.write('/groups new "Grown Viennese" all city = Vienna; age >= 18')
    said, card = await story.ada.heard(2)
    assert said["text"] == "The group Grown Viennese is saved."
    assert "Grown Viennese · 1 member" in card["text"] and "Vera Visitor" in card["text"]
    await story.ada.press("Any may hold", card)
    assert "2 members" in (await story.ada.changed(card))["text"]
    await story.ada.write("/groups")
    assert "Grown Viennese · 2 members" in texts(await story.ada.heard(1))[0]


async def test_a_group_is_built_with_buttons_and_typed_lines(story: Story) -> None:
    await with_card(story, "vera", "34", "Vienna")
    ada = story.ada
    await ada.write("/groups new VIP")
    (asked,) = await ada.heard(1)
    assert "Rule for VIP" in asked["text"]
    await ada.write("citty = Vienna")
    (wrong,) = await ada.heard(1)
    assert "Did you mean city?" in wrong["text"] and "^^^^^" in wrong["text"]
    await ada.write("city = Vienna")
    (review,) = await ada.heard(1)
    assert "VIP\n1 member" in review["text"]
    await ada.press("Save the group", review)
    assert "VIP · 1 member" in (await ada.changed(review))["text"]


async def test_cancel_gives_a_group_up(story: Story) -> None:
    await story.ada.write("/groups new VIP")
    await story.ada.heard(1)
    await story.ada.write("/cancel")
    await story.ada.heard(1)
    await story.ada.write("/groups show VIP")
    await hears(story.ada, "There is no group “VIP”.")


async def test_groups_are_for_admins_only(story: Story) -> None:
    await story.sara.write("/groups")
    await hears(story.sara, "This needs the role admin.")
    await story.ada.write("/groups new All everyone")
    _, card = await story.ada.heard(2)
    delete = next(button for row in card["inline_keyboard"] for button in row if button["text"] == "Delete")
    await story.otto.start()
    (greeting,) = await story.otto.heard(1)
    answer = await story.otto.press(delete["callback_data"], greeting)
    assert "This needs the role admin." in str(answer)
