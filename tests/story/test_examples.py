"""The examples, played over real HTTP: what people write comes to the bot, and what it says comes to them."""

from __future__ import annotations

from tests.story.people import FLOW, ROOT, buttons, hears, telling, texts

CLINIC, CLUB = ROOT / "examples" / "clinic" / "flow.toml", ROOT / "examples" / "club" / "flow.toml"

PICTURE = CLUB.parent / "media" / "route.png"


async def test_an_appointment_at_the_clinic_is_asked_for_in_german(sqlite_url: str) -> None:
    async with telling(sqlite_url, CLINIC) as story:
        victor = story.victor
        await victor.start("appointment")
        await hears(victor, "Für wen ist der Termin?")
        for answer in ("Victor Visitor", "1. Mai 1985"):
            await victor.write(answer)
        await hears(victor, "Wann wurde Victor Visitor geboren?", "Worum geht es?")
        await victor.press("Impfung")
        await hears(victor, "Welcher Tag passt Ihnen?")
        for answer in ("24.12.2099", "9 Uhr 30"):
            await victor.write(answer)
        *_, letter = await hears(victor, "Und um wie viel Uhr", "Falls Sie überwiesen wurden")
        assert buttons(letter) == ["Keine Überweisung"]
        await victor.send_file(PICTURE.read_bytes(), "letter.png", "photo")
        await hears(victor, "Dürfen wir anrufen")
        await victor.share_contact()
        (summary,) = await hears(victor, "Victor Visitor, geboren 01.05.1985\nImpfung, 24.12.2099 um 09:30")
        assert buttons(summary) == ["Ja, bitte", "Noch einmal"]
        await victor.press("Ja, bitte")
        await hears(victor, "Danke.")
        assert any("Appointment: Victor Visitor" in text for text in texts(await story.sara.heard(1)))
        await victor.write("/start")
        await hears(victor, "Guten Tag Victor.")
        await victor.press("Mein Termin")
        _, picture, _ = await hears(victor, "Impfung für Victor Visitor", "Ihre Überweisung", "Möchten Sie etwas")
        assert picture["photo"]


async def test_somebody_chooses_their_language_at_the_clinic(sqlite_url: str) -> None:
    async with telling(sqlite_url, CLINIC) as story:
        vera = story.vera
        await vera.start()
        await hears(vera, "Good day Vera.")
        await vera.write("/language")
        (asked,) = await hears(vera, "Which language")
        await vera.press("Deutsch", asked)
        assert "In welcher Sprache" in (await vera.changed(asked))["text"]
        await vera.start()
        await hears(vera, "Guten Tag Vera.")


async def test_a_runner_joins_the_club_by_a_flyer_and_stops_the_news(sqlite_url: str) -> None:
    async with telling(sqlite_url, CLUB) as story:
        vera = story.vera
        await vera.start("flyer")
        await hears(vera, "Welcome to the Harbour", "You found our flyer", "What shall we call you?")
        await vera.write("Speedy")
        await hears(vera, "Nice to meet you, Speedy.")
        await vera.press("Now and then")
        (menu,) = await hears(vera, "What would you like, Speedy?")
        await vera.press("Next run")
        route, _ = await hears(vera, "Eight kilometres", "Sunday at 9:00")
        assert route["photo"]["url"]
        await vera.press("Stop the news", menu)
        await hears(vera, "You get no more news.")
        await vera.write("news")
        await hears(vera, "You get the news again.")


async def test_a_message_that_is_corrected_is_heard_again_where_the_flow_says_so(sqlite_url: str) -> None:
    async with telling(sqlite_url, CLUB) as story:
        vera = story.vera
        await vera.start()
        await vera.heard(2)
        name = await vera.write("x" * 40)
        await hears(vera, "Please write a name of at most 30 letters.")
        await vera.edit(name, "Speedy")
        await hears(vera, "Nice to meet you, Speedy.")


async def test_every_keyword_of_the_library_leads_somewhere(sqlite_url: str) -> None:
    async with telling(sqlite_url, FLOW) as story:
        await story.vera.start()
        await story.vera.heard(1)
        for word, answer in (
            ("newsletter", "Once a month"),
            ("human", "What would you like"),
            ("/hours", "We are open"),
        ):
            await story.vera.write(word)
            assert texts(await story.vera.heard(1))[0].startswith(answer)
