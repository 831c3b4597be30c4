"""The examples over real HTTP, beyond their golden conversations: languages, corrections, keywords."""

from __future__ import annotations

from tests.story.people import FLOW, ROOT, hears, telling, texts

CLINIC, CLUB = ROOT / "examples" / "clinic" / "flow.toml", ROOT / "examples" / "club" / "flow.toml"


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
