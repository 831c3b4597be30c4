"""Who is muted, banned or too fast; and what the desk's figures say in the end."""

from __future__ import annotations

from tests.story.desk import asked, pressed
from tests.story.people import FLOW, Story, hears, telling, texts


async def test_mute_ban_and_lift_from_the_card(story_on_both: Story) -> None:
    story = story_on_both
    alert, _ = await asked(story)
    await story.sara.write("/ban 101")
    (question,) = await story.sara.heard(1)
    assert "so do pushes" in question["text"] and "they get no pushes" in question["text"]
    await story.sara.press("Mute 1 hour", question)
    assert "closed by" in (await story.sara.changed(alert))["text"]
    # The bot goes on for who is muted, and finds no staff for them.
    await story.vera.write("hours")
    await story.vera.heard(2)
    await story.vera.write("person")
    await story.vera.write("Anybody?")
    assert "Nobody is at the desk" in "".join(texts(await story.vera.heard(3)))
    await story.sara.write("/ban 101 off")
    await story.sara.heard(1)
    await story.sara.write("/ban 101")
    (question,) = (await story.sara.heard(2))[-1:]
    await story.sara.press("Ban for good", question)
    await story.sara.changed(question)
    await story.vera.heard_so_far()
    await story.vera.write("hours")
    await story.vera.write("person")
    # Neither staff nor a stranger can be banned, and a stranger bans nobody.
    await story.sara.write("/ban 202")
    (question,) = await story.sara.heard(1)
    assert (await story.sara.press("Ban for good", question))["text"] == (
        "Staff, admins and owners cannot be muted or banned."
    )
    await story.otto.start()
    await story.otto.heard(1)
    await story.otto.write("/ban 101 off")
    await story.otto.heard(1)
    await story.sara.write("/conversation 101")
    (view,) = await story.sara.heard(1)
    assert "hours" in view["text"] and await story.vera.heard_so_far() == []  # kept, and answered by nobody


async def test_a_flood_is_slowed_by_a_word_and_reaches_staff_whole(sqlite_url: str) -> None:
    async with telling(sqlite_url, FLOW, user_rate=10) as story:
        await story.vera.start()
        for _ in range(12):
            await story.vera.write("hours")
        for _ in range(12):
            await story.sara.write("/requests")
        await story.sara.heard(12)  # staff are exempt
        said = texts((await story.vera.chat(100))["messages"])
        await story.vera.until(lambda chat: "You write faster" in str(chat["messages"]))
        await story.vera.heard_so_far()
        assert sum("You write faster" in words for words in said) <= 1
        # While the bot is off, everything reaches staff: joined, in order, nothing left out.
        await story.sara.write("/user 101")
        (card,) = await story.sara.heard(1)
        await story.sara.press("Switch it off", await pressed(story.sara, card, "Switch the bot off"))
        for number in range(40):
            await story.vera.write(f"line {number:02}")
        chat = await story.sam.until(lambda chat: "line 39" in str(chat["messages"]))
        words = "\n".join(texts(chat["messages"]))
        places = [words.index(f"line {number:02}") for number in range(40)]
        assert places == sorted(places) and await story.vera.heard_so_far() == []


async def test_the_figures_of_the_desk_are_text_and_picture(sqlite_url: str) -> None:
    async with telling(sqlite_url) as story:
        alert, _ = await asked(story)
        await story.sara.press("Take", alert)
        await story.sara.write("Yes.", reply_to=alert["id"])
        await hears(story.vera, "Yes.")
        await story.sara.press("Reactivate bot", alert)
        rating, _ = await story.vera.heard(2)
        await story.vera.press("4", rating)
        await story.vera.changed(rating)
        await story.ada.write("/stats 7d")
        (figures,) = await story.ada.heard(1)
        words = figures.get("caption") or figures["text"]
        for part in (
            "Open now: 0, of these waiting for somebody: 0",
            "Asked: 1, closed: 1",
            "To the first answer: 0 min",
            "Rating: 4 of 5 (1 rated)",
            "⁨Sara⁩: took 1, closed 1, first answer 0 min",
        ):
            assert part in words, words
        assert figures["photo"]
        await story.ada.press("CSV", figures)
        assert (await story.ada.heard(1))[0]["document"]["name"].endswith(".csv")
