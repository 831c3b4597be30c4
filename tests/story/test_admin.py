"""An admin at the desk: lists, cards, switches; and what becomes of what they type."""

from __future__ import annotations

from typing import Any

from sandbox import Person
from tests.story.people import Story, buttons, hears, texts


async def with_card(story: Story, who: str, age: str, city: str) -> None:
    """Somebody gets a library card."""
    person = getattr(story, who)
    await person.start("card")
    for answer in (who.title(), age, city):
        await person.write(answer)
    await person.heard(6)


async def test_the_list_of_users_is_filtered_by_a_rule(story_on_both: Story) -> None:
    story = story_on_both
    await with_card(story, "vera", "34", "Vienna")
    await with_card(story, "victor", "16", "Vienna")
    await story.ada.write("/users")
    (everybody,) = await story.ada.heard(1)
    assert "5 users" in everybody["text"]
    await story.ada.write("/users city = Vienna and age >= 18")
    (adults,) = await story.ada.heard(1)
    assert "1 user" in adults["text"] and "Vera" in adults["text"] and "Victor" not in adults["text"]


async def test_a_rule_that_cannot_be_read_points_at_the_place(story: Story) -> None:
    await story.ada.write("/users citty = Vienna")
    said = texts(await story.ada.heard(1))[0]
    assert "citty" in said


async def test_the_card_shows_a_user_and_switches_the_bot_off_and_on(story: Story) -> None:
    await with_card(story, "vera", "34", "Vienna")
    await story.ada.write("/user 101")
    (card,) = await story.ada.heard(1)
    assert "Vera Visitor" in card["text"] and "101" in card["text"]
    await story.ada.press("Switch the bot off", card)
    question = await story.ada.changed(card)
    assert "no answers and no pushes" in question["text"]
    await story.ada.press("Switch it off", question)
    off = await story.ada.changed(question)
    assert "Bot: off since" in off["text"]
    await story.vera.write("hello?")
    await story.sara.heard(1)
    assert await story.vera.heard_so_far() == []
    await story.ada.press("Switch the bot on", off)
    assert "Bot: on" in (await story.ada.changed(off))["text"]
    await hears(story.vera, "I am back, Vera.")


async def test_support_messages_make_somebody_staff_and_their_menu_follows(story: Story) -> None:
    await story.otto.start()
    await story.otto.heard(1)
    await story.ada.write("/user 401")
    (card,) = await story.ada.heard(1)
    await story.ada.press("Support: switch on", card)
    chat = await story.otto.until(lambda chat: "requests" in [menu["command"] for menu in chat["commands"]])
    assert "users" not in [menu["command"] for menu in chat["commands"]]
    card = await story.ada.changed(card)
    await story.ada.press("Support: switch off", card)
    question = await story.ada.changed(card)
    await story.ada.press("Switch them off", question)
    await story.otto.until(lambda chat: "requests" not in [menu["command"] for menu in chat["commands"]])
    await story.otto.write("/requests")
    assert texts(await story.otto.heard(1)) == ["This needs the role staff."]


async def test_every_admin_button_is_refused_to_a_visitor(story: Story) -> None:
    await story.vera.start()
    (greeting,) = await story.vera.heard(1)
    await story.ada.write("/user 101")
    (card,) = await story.ada.heard(1)
    shown = [button for row in card["inline_keyboard"] for button in row if "callback_data" in button]
    pressed = [button["callback_data"] for button in shown if button["text"] != "✕ Close"]
    assert len(pressed) >= 5
    for data in pressed:
        answer = await story.vera.press(data, greeting)
        assert answer["alert"] and "needs the role" in answer["text"]
    assert await story.vera.heard_so_far() == []


async def test_commands_of_staff_are_refused_to_visitors_and_mistyped_ones_get_the_nearest(story: Story) -> None:
    await story.vera.write("/users")
    assert texts(await story.vera.heard(1)) == ["This needs the role admin."]
    await story.ada.write("/usres")
    assert texts(await story.ada.heard(1)) == ["There is no command /usres. Did you mean /users?"]
    await story.ada.write("/user")
    assert texts(await story.ada.heard(1))[0].startswith("Usage: /user <id")


async def test_each_person_sees_only_their_own_commands(story: Story) -> None:
    async def menu(person: Person, having: str) -> set[str]:
        """What the person's app offers, once this command is there."""

        def has_it(chat: dict[str, Any]) -> bool:
            return having in [command["command"] for command in chat["commands"]]

        return {command["command"] for command in (await person.until(has_it))["commands"]}

    await story.vera.start()
    visitor, staff = await menu(story.vera, "help"), await menu(story.sara, "requests")
    assert not visitor & {"requests", "users", "user", "admin"}
    assert "help" in await menu(story.ada, "users")
    assert "users" not in staff


async def test_a_press_on_a_screen_long_gone_gets_a_sentence_and_a_fresh_start(story: Story) -> None:
    await story.ada.write("/admin")
    (home,) = await story.ada.heard(1)
    answer = await story.ada.press("zz:1:2", home)
    assert answer["text"] == "This button belongs to a screen that is out of date."
    assert "Requests" in buttons(home)


async def test_a_double_tap_acts_once_and_both_are_answered(story: Story) -> None:
    await story.vera.start()
    await story.ada.write("/user 101")
    (card,) = await story.ada.heard(1)
    data = next(b["callback_data"] for row in card["inline_keyboard"] for b in row if b["text"] == "Support: switch on")
    first = await story.ada.press_only(data, card)
    second = await story.ada.press_only(data, card)
    for query in (first, second):
        assert (await story.sandbox.client.get(f"/sim/queries/{query}", wait=10))["answered"]
