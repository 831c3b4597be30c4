"""The menu of commands: the flow's own, described in the person's language."""

from __future__ import annotations

from typing import Any

from sandbox import Person
from tests.story.people import telling
from tests.story.test_examples import CLINIC


async def menu(person: Person, having: str = "appointment") -> dict[str, str]:
    """What the person's app offers, once this command is there."""

    def has_it(chat: dict[str, Any]) -> bool:
        return any(one["command"] == having for one in chat["commands"])

    chat = await person.until(has_it)
    return {one["command"]: one["description"] for one in chat["commands"]}


async def test_the_commands_of_the_flow_are_offered_in_the_language_of_the_app(sqlite_url: str) -> None:
    async with telling(sqlite_url, CLINIC) as story:
        english, german = await menu(story.vera), await menu(story.victor)
        assert english["appointment"] == "Ask for an appointment"
        assert german["appointment"] == "Einen Termin anfragen"
        assert english.keys() == german.keys() and "language" in english and "users" not in english
        assert "appointment" in await menu(story.ada, having="users")
