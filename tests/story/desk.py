"""What people do again and again in stories of the desk."""

from __future__ import annotations

from typing import Any

import aiohttp

from sandbox import Person
from tests.story.people import ROOT, Story, hears

PICTURE = (ROOT / "media/entrance.png").read_bytes()


async def asked(story: Story, words: str = "Do you have Kafka in Czech?") -> tuple[dict[str, Any], dict[str, Any]]:
    """Vera asks for a person; the alerts of Sara and Sam."""
    await story.vera.start()
    await story.vera.heard(1)
    await story.vera.press("Ask a person")
    await story.vera.heard(1)
    await story.vera.write(words)
    await hears(story.vera, "Thank you. Someone will answer you here.")
    (saras,), (sams,) = await story.sara.heard(1), await story.sam.heard(1)
    return saras, sams


async def sends_album(story: Story, person: Person, pictures: int, caption: str) -> None:
    """Several pictures at once, as one album."""
    form = aiohttp.FormData()
    for field, value in {"kind": "photo", "caption": caption}.items():
        form.add_field(field, value)
    for number in range(1, pictures + 1):
        form.add_field("file" if number == 1 else f"file{number}", PICTURE, filename=f"{number}.png")
    await story.sandbox.client.request("POST", f"/sim/people/{person.id}/file", data=form)


async def now(person: Person, message: dict[str, Any]) -> dict[str, Any]:
    """A message as it is at present."""
    chat = await person.chat(500)
    return next(one for one in chat["messages"] if one["id"] == message["id"])


async def pressed(person: Person, message: dict[str, Any], *labels: str) -> dict[str, Any]:
    """Press the buttons of a screen, one after the other; the screen as it is then."""
    shown = await now(person, message)
    for label in labels:
        await person.press(label, shown)
        shown = await person.changed(shown)
    return shown
