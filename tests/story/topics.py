"""A staff group whose topics are the requests: Sara and Sam are members, Ada made it, Otto is an ordinary member."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bot.services.clock import Clock
from sandbox.client_groups import Group
from tests.story.people import FLOW, Story, telling, texts


@dataclass(slots=True)
class TopicStory:
    """A story with a staff group in it."""

    story: Story
    group: Group

    async def asks(self, words: str = "Do you have Kafka in Czech?") -> int:
        """Vera asks for a person; the thread of her topic."""
        vera = self.story.vera
        await vera.start()
        await vera.heard(1)
        await vera.press("Ask a person")
        await vera.heard(1)
        known = {topic["id"] for topic in await self.group.topics()}
        await vera.write(words)
        await vera.heard(1)
        return await self.new_topic(known)

    async def new_topic(self, known: set[int]) -> int:
        """The thread of the next topic with a card in it."""

        def fresh(chat: dict[str, Any]) -> set[int]:
            return {topic["id"] for topic in chat["group"]["topics"]} - known

        chat = await self.group.until(fresh)
        (thread,) = fresh(chat)
        await self.group.heard(1, thread)
        return thread

    async def titled(self, words: str) -> None:
        """A topic's title has these words."""
        await self.group.until(lambda chat: any(words in topic["name"] for topic in chat["group"]["topics"]))

    async def says(self, thread: int, count: int = 1) -> list[str]:
        """The next messages of the bot in a topic."""
        return texts(await self.group.heard(count, thread))


@asynccontextmanager
async def with_topics(
    url: str, clock: Clock | None = None, *, chosen: bool = True, **support: Any
) -> AsyncIterator[TopicStory]:
    """The bot is not in the group, until it is chosen."""
    async with telling(url, FLOW, clock, **support) as story:
        staff = (story.sara, story.sam, story.otto)
        group = await story.sandbox.client.group("Desk", story.ada, *staff, forum=True, bot="left")
        told = TopicStory(story, group)
        if chosen:
            await choose(told)
        yield told


async def choose(told: TopicStory) -> None:
    """Ada chooses the group with two taps."""
    ada = told.story.ada
    await ada.write("/staffgroup")
    await ada.heard(1)
    await ada.press("Choose the staff group")
    await ada.heard(1)
    await ada.share_chat(told.group, 1)
    assert texts(await ada.heard(1)) == ["Desk is the staff group now: each request is a topic there."]
