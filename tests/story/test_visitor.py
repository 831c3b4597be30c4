"""A visitor walks through the flow."""

from __future__ import annotations

from tests.story.people import Story, buttons, hears, texts


async def test_a_visitor_gets_a_library_card(story_on_both: Story) -> None:
    vera = story_on_both.vera
    await vera.start()
    (welcome,) = await hears(vera, "Hello Vera!")
    assert buttons(welcome)[:2] == ["Opening hours", "Library card"]
    assert (await vera.press("Library card"))["answered"]
    await hears(vera, "A card is free")
    await vera.write("Vera Visitor")
    await hears(vera, "Thank you, Vera Visitor. How old")
    await vera.write("a hundred and seventy")
    await hears(vera, "Please write your age")
    await vera.write("34")
    await hears(vera, "And in which city")
    await vera.write("Vienna")
    await hears(
        vera, "One moment, Vera Visitor from Vienna", "Your card is ready at the desk. It opens all", "Shall we"
    )
    await vera.share_contact()
    await hears(vera, "All set, Vera Visitor.", "Hello Vera!")


async def test_the_condition_decides_where_it_goes_on(story: Story) -> None:
    await story.victor.start("card")
    await hears(story.victor, "A card is free")
    for answer in ("Victor", "12", "Graz"):
        await story.victor.write(answer)
    said = texts(await story.victor.heard(5))
    assert any(text.endswith("bring a parent when you collect it.") for text in said), said


async def test_a_keyword_works_from_everywhere_and_shows_a_picture(story: Story) -> None:
    await story.vera.start()
    await story.vera.heard(1)
    await story.vera.write("Opening hours")
    hours, entrance = await hears(story.vera, "We are open", "The entrance is on")
    assert entrance["photo"]["url"] and buttons(entrance) == ["How to get there", "Back"]
    assert "photo" not in hours


async def test_a_picture_is_uploaded_once(story: Story) -> None:
    for person in (story.vera, story.victor):
        await person.start()
        await person.write("hours")
        await person.heard(3)
    sent = [call["params"]["photo"] for call in await story.sandbox.client.log(method="sendPhoto")]
    assert len(sent) == 2
    assert sent[0] == "entrance.png" and len(sent[1]) > 20


async def test_what_nobody_expects_gets_the_fallback(story: Story) -> None:
    await story.vera.start()
    await story.vera.heard(1)
    await story.vera.write("xyzzy")
    await hears(story.vera, "I did not understand that.")


async def test_five_messages_at_once_are_answered_in_order(story: Story) -> None:
    vera = story.vera
    await vera.start("card")
    await vera.heard(1)
    for line in ("Vera", "200", "150", "34", "Linz"):
        await vera.write(line)
    await hears(
        vera,
        "Thank you, Vera. How old",
        "Please write your age",
        "Please write your age",
        "And in which city",
        "One moment, Vera from Linz",
    )


async def test_an_old_button_still_works_and_one_that_never_was_says_so(story: Story) -> None:
    await story.vera.start()
    (welcome,) = await story.vera.heard(1)
    await story.vera.press("Library card")
    await story.vera.heard(1)
    await story.vera.press("Opening hours", welcome)
    await hears(story.vera, "We are open", "The entrance")
    assert (await story.vera.press("c:gone:12345678", welcome))["answered"]
    assert "no longer in use" in texts(await story.vera.heard(1))[0]


async def test_a_link_of_the_flow_opens_its_block(story: Story) -> None:
    await story.vera.open(f"https://t.me/{story.sandbox.settings.username}?start=card")
    await hears(story.vera, "A card is free")


async def test_a_command_of_the_flow_is_answered_by_the_flow(story: Story) -> None:
    await story.vera.write("/hours")
    await hears(story.vera, "We are open")


async def test_the_keyboard_that_shares_a_number_goes_when_the_visitor_goes_on(story: Story) -> None:
    await story.vera.start("card")
    for answer in ("Vera", "34", "Vienna"):
        await story.vera.write(answer)
    await story.vera.heard(6)
    assert (await story.vera.chat())["keyboard"]
    await story.vera.write("hours")
    await hears(story.vera, "We are open", "The entrance")
    assert not (await story.vera.chat()).get("keyboard")


async def test_a_contact_of_somebody_else_is_not_taken_for_ones_own(story: Story) -> None:
    await story.vera.start("card")
    for answer in ("Vera", "34", "Vienna"):
        await story.vera.write(answer)
    await story.vera.heard(6)
    await story.vera.share_contact(of=story.victor)
    await hears(story.vera, "Please share your own")
