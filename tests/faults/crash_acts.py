"""What people do in `make crash`, so that the bot comes to each of its edges; each act waits until its end has come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import func, select

import bot.admin  # noqa: F401 - declares all screens
from bot.admin.privacy import ForgetMe
from bot.admin.pushes_after_presses import Recall
from bot.admin.users_export import ExportUsers
from bot.ui.frame import Close
from bot.ui.press import Press, pack
from models import PushRun
from sandbox import Person
from tests.faults.crash_scene import FLOW, LONG, Scene, look
from tests.faults.process import ROOT
from tests.faults.seeing import Find, data_of, newest, says, sees

#: What follows the end of a picture changes nothing of it, but that nobody has seen it yet.
PICTURE = (ROOT / "media" / "entrance.png").read_bytes()
Act = Callable[[Scene], Awaitable[None]]
awaits = partial(sees, patience=LONG)


async def _hears(person: Person, words: str, find: Callable[..., Find] = says) -> Callable[[], Awaitable[Any]]:
    """From now on: what waits for words that are newer than anything that there is."""
    before = await newest(person)
    return lambda: awaits(person, find(words, after=before))


async def _presses(person: Person, press: Press) -> None:
    """Send the data of a button, whether or not there is one; a client may."""
    await person.press_only(pack(press), await newest(person))


async def talks(scene: Scene) -> None:
    """Everybody writes a line."""
    scene.rounds += 1
    await asyncio.gather(*(person.write(f"m{scene.rounds}") for person in scene.visitors))
    for person in scene.visitors:
        await awaits(person, says(f"{scene.rounds}: m{scene.rounds}"))


async def pushes(scene: Scene) -> None:
    """Everybody writes, and Ada sends a push to everybody."""
    title = f"P{scene.pushed}x"
    scene.pushed += 1
    talking = asyncio.create_task(talks(scene))
    await scene.ada.write(f"/push new {title} to everyone text Push {scene.pushed}.")
    await awaits(scene.ada, says("For: everyone", title))
    await scene.ada.write(f"/push send {title}")
    ready = await awaits(scene.ada, says(title, button="Send to "))
    data = data_of(ready, "Send to ")
    assert data is not None
    await scene.ada.press_only(data, ready)
    await talking


async def edits(scene: Scene) -> None:
    """Somebody changes what they have written."""
    scene.rounds += 1
    sent = await asyncio.gather(*(person.write(f"m{scene.rounds}") for person in scene.visitors))
    await scene.visitors[0].edit(sent[0], "changed")
    await awaits(scene.visitors[0], says(f"{scene.rounds}: m{scene.rounds}"))


async def comes_back(scene: Scene) -> None:
    """Somebody blocks the bot, and starts it again."""
    person = scene.visitors[0]
    greeted = await _hears(person, "Hello.")
    await person.block()
    await scene.settles()
    await person.unblock()
    await person.start()
    await greeted()


async def searches(scene: Scene) -> None:
    """Ada types behind the bot's name."""
    await scene.ada.ask_inline(f"v{scene.rounds}", wait=0)
    await talks(scene)


async def uploads(scene: Scene) -> None:
    """Ada sends the flow as a file."""
    shown = await _hears(scene.ada, "flow")
    await scene.ada.send_file(FLOW.encode(), "flow.toml")
    await shown()


async def waits(scene: Scene) -> None:
    """A wait of a second."""
    later = await _hears(scene.visitors[1], "Now.")
    await scene.visitors[1].write("later")
    await later()


async def looks_at_a_picture(scene: Scene) -> None:
    """A picture that Telegram has not seen yet."""
    path = scene.folder / "picture.png"
    path.write_bytes(PICTURE + Random(scene.rounds + len(scene.points)).randbytes(40))
    shown = await _hears(scene.visitors[2], "That was it.")
    await scene.visitors[2].write("picture")
    await shown()


async def is_forgotten(scene: Scene) -> None:
    """Somebody comes, and wants to be forgotten."""
    person = await scene.sandbox.client.person("Fred", id=5000 + scene.rounds)
    await person.start()
    await awaits(person, says("Hello."))
    await _presses(person, ForgetMe())
    await talks(scene)
    await scene.settles()


async def exports(scene: Scene) -> None:
    """Ada exports everybody."""
    sent = await _hears(scene.ada, "exported by")
    await scene.ada.write("/users")
    await awaits(scene.ada, says("Users"))
    await _presses(scene.ada, ExportUsers(None, 0, 0))
    await sent()


async def closes(scene: Scene) -> None:
    """Ada opens a screen and closes it."""
    await scene.ada.write("/admin")
    await scene.settles()
    await _presses(scene.ada, Close())


async def recalls(scene: Scene) -> None:
    """Ada takes back what she has sent last."""
    await pushes(scene)
    await scene.settles()
    told = await _hears(scene.ada, "was taken back")
    over = select(func.max(PushRun.id)).where(PushRun.state == "done")
    await _presses(scene.ada, Recall(look(scene.url, lambda db: db.scalar(over))))
    await told()


async def asks(scene: Scene) -> None:
    """Somebody asks for a person; in the topic staff answer, correct the answer, and hand back."""
    person, desk = scene.visitors[3], scene.desk
    answered, corrected = await _hears(person, "An answer."), await _hears(person, "A better one.")
    back, before = await _hears(person, "I am back."), max(one["id"] for one in (await desk.chat(1))["messages"])
    await person.write("person")
    await person.write("What?")

    def card(chat: dict[str, Any]) -> dict[str, Any] | None:
        return next((one for one in chat["messages"] if one["id"] > before and data_of(one, "Reactivate")), None)

    shown = card(await desk.until(card, LONG))
    assert shown is not None
    answer = await desk.write(scene.sara, "An answer.", shown["thread"])
    await answered()
    await desk.edit(scene.sara, answer, "A better one.")
    await corrected()
    await desk.press_only(scene.sara, data_of(shown, "Reactivate") or "", shown)
    await back()
    await desk.until(partial(_is_closed, thread=shown["thread"]), LONG)


def _is_closed(chat: dict[str, Any], thread: int) -> bool:
    return any(topic["id"] == thread and topic["closed"] for topic in chat["group"]["topics"])


async def chats(scene: Scene) -> None:
    """Staff talk with each other in General, which is nothing to us."""
    await scene.desk.write(scene.sara, "Lunch?")


async def moves(scene: Scene) -> None:
    """The bot loses its rights in the staff group, and gets them back."""
    await scene.desk.member("bot", "member")
    await scene.settles()
    await scene.desk.member("bot", "administrator")


#: By the name of the edge; to all others the bot comes by `pushes`.
ACTS: dict[str, Act] = {
    "edited": edits,
    "blocked": comes_back,
    "inline": searches,
    "answer_inline": searches,
    "upload": uploads,
    "file_call": uploads,
    "wake": waits,
    "file": looks_at_a_picture,
    "media": looks_at_a_picture,
    "typing": looks_at_a_picture,
    "forget": is_forgotten,
    "traces": is_forgotten,
    "export": exports,
    "delete": closes,
    "sweep": recalls,
    "topic_hear": asks,
    "topic_press": asks,
    "topic_mark": asks,
    "topic_make": asks,
    "topic_change": asks,
    "pin": asks,
    "react": asks,
    "nothing": chats,
    "group": moves,
}
#: Edges that need several workers, another server, a handler that fails, a doctor, or the next minute or day: no round
#: comes to them. What dies there is a transaction like all others, and each has tests of its own.
BESIDE = frozenset(
    {
        "worker",
        "failed",
        "call_claim",
        "call_mark",
        "planned",
        "lift",
        "return",
        "alarm",
        "digest",
        "retention",
        "ask_call",
    }
)


def act_for(point: str) -> Act:
    """What brings the bot to an edge."""
    return ACTS.get(point.partition(".")[0], pushes)
