"""Somebody walks through the bot on the page at the width of a phone, and takes pictures of what they see."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.browser.chromium import Page

#: CSS pixels of the phone; high enough for the tallest screen.
WIDTH, HEIGHT = 360, 2200
#: Pixels of the picture for one of them, and colours in it: sharp, and a tenth of the size.
SCALE, COLOURS = 2, 64
#: What is left around the messages.
_EDGE = 6

#: Hides all but the last messages, and the tools beside them, once they are drawn whole and nothing moves any more;
#: where they begin and end. A message that changes is a new element, so they are looked up again and again.
_ALONE = """async (every, count) => {
  const last = () => [...document.querySelectorAll(every)].slice(-count);
  const places = () => JSON.stringify(last().map((one) => one.getBoundingClientRect()));
  const busy = () => document.querySelector(every + ' [aria-busy="true"]');
  for (let before = ""; before !== places() || busy();) {
    before = places();
    await Promise.all(last().flatMap((one) => [...one.querySelectorAll("img")]).map((one) => one.decode()));
    await new Promise((done) => setTimeout(done, 25));
  }
  const shown = last();
  for (const other of document.querySelectorAll(".phone.current .thread > *, .tools, .toast"))
    if (!shown.includes(other)) other.style.visibility = "hidden";
  const boxes = shown.map((one) => one.getBoundingClientRect());
  return [Math.min(...boxes.map((box) => box.top)), Math.max(...boxes.map((box) => box.bottom))];
}"""


class Camera:
    """One page at the width of a phone. `taken` names the pictures in their order; without a folder none is kept."""

    def __init__(self, page: Page, folder: Path | None) -> None:
        self.page, self.folder = page, folder
        self.taken: list[str] = []
        self._phone = ""

    @property
    def _all(self) -> str:
        """The messages of this phone."""
        return f"[...document.querySelectorAll({json.dumps(f'{self._phone} .msg')})]"

    async def open(self, url: str) -> None:
        """The page, narrow."""
        await self.page.resize(WIDTH, HEIGHT)
        await self.page.goto(url)

    async def sits(self, who: int) -> None:
        """From now on as this person, or in this group."""
        await self.page.click(f"#tab-{who}")
        self._phone = f"#phone-{who}"

    async def types(self, words: str, sees: str) -> None:
        """Write this, and wait for an answer that has these words."""
        before = await self._newest()
        await self.page.type(f"{self._phone} textarea", words)
        await self.page.key("Enter")
        await self.sees(sees, after=before)

    async def presses(self, label: str, sees: str, within: str = ".msg:last-of-type") -> None:
        """Press the button with this label under the last message, and wait for the words."""
        await self.page.click(f"{self._phone} {within} .inline-keyboard button", label)
        await self.sees(sees)

    async def sees(self, words: str, after: int = 0) -> None:
        """Wait until the newest message is the bot's, is newer than `after` and has these words."""
        last = f"{self._all}.at(-1)"
        newer = f"Number({last}.dataset.message) > {after}"
        has = f"{last}.textContent.includes({json.dumps(words)})"
        await self.page.wait_for(f"{last} && {newer} && {last}.matches('.in') && {has}")

    async def shot(self, name: str, messages: int = 1) -> None:
        """A picture of the last messages, as `<name>.png`."""
        top, bottom = await self.page.evaluate(f"({_ALONE})({json.dumps(f'{self._phone} .msg')}, {messages})")
        clip = {"x": 0, "y": top - _EDGE, "width": WIDTH, "height": bottom - top + 2 * _EDGE}
        clip["scale"] = SCALE if self.folder else 1
        picture = await self.page.picture(clip)
        assert bottom - top > 40, f"nothing is on the picture {name}"
        if self.folder is not None:
            (self.folder / f"{name}.png").write_bytes(await asyncio.to_thread(small, picture))
        await self.page.evaluate("document.querySelectorAll('.thread *').forEach((one) => one.style.visibility = '')")
        self.taken.append(name)

    async def _newest(self) -> int:
        return int(await self.page.evaluate(f"Math.max(0, ...{self._all}.map((one) => Number(one.dataset.message)))"))


def small(png: bytes) -> bytes:
    """The same picture in few colours."""
    with Image.open(BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = BytesIO()
    few.save(file, "PNG", optimize=True)
    return file.getvalue()
