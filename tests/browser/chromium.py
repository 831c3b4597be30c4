"""A small driver for a real headless Chromium: the DevTools protocol over one WebSocket."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
import shutil
import signal
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

from tests.browser.devtools import PATIENCE, BrowserError, Wire

#: Names under which Linux distributions install it.
NAMES = ("chromium", "chromium-browser", "google-chrome")

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=en-US",
    "--remote-debugging-port=0",
)

KEYS = {"Enter": (13, "\r"), "Escape": (27, ""), "Tab": (9, ""), "ArrowUp": (38, ""), "ArrowDown": (40, "")}

#: Finds the first shown element for a selector and, where given, for its whole text.
FIND = """
const find = (selector, text) => [...document.querySelectorAll(selector)].find((element) =>
  element.getClientRects().length && (text === null || element.textContent.trim() === text));
"""


def executable() -> str | None:
    """The path of a Chromium on the PATH, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium:
    """A browser that lives as long as the `async with`; it starts without any profile and leaves nothing behind."""

    async def __aenter__(self) -> Chromium:
        path = executable()
        if path is None:
            raise BrowserError(f"no Chromium on the PATH (looked for {', '.join(NAMES)})")
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._process = await asyncio.create_subprocess_exec(
            path,
            *FLAGS,
            f"--user-data-dir={self._profile.name}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        address = await asyncio.wait_for(self._address(), PATIENCE)
        self._errors = asyncio.create_task(self._drain())
        self._session = aiohttp.ClientSession()
        self._socket = await self._session.ws_connect(address, max_msg_size=0)
        self._wire = Wire(self._socket)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wire.close()
        await self._session.close()
        os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await self._errors
        self._profile.cleanup()

    async def page(self, width: int = 1440, height: int = 900) -> Page:
        """A new tab of this size in CSS pixels."""
        target = await self._wire.send("Target.createTarget", {"url": "about:blank"})
        attached = await self._wire.send("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
        page = Page(self._wire, str(attached["sessionId"]), str(target["targetId"]))
        await page.open(width, height)
        return page

    async def _address(self) -> str:
        """Chromium writes where it listens to its standard error."""
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            if found := re.search(rb"DevTools listening on (ws://\S+)", line):
                return found[1].decode()
        raise BrowserError("Chromium ended before it listened")

    async def _drain(self) -> None:
        """Read on, or a full pipe would stop the browser."""
        assert self._process.stderr is not None
        async for _ in self._process.stderr:
            pass


class Page:
    """One tab. `console` collects warnings and errors, `requests` every address asked for, `failures` what failed."""

    def __init__(self, wire: Wire, session: str, target: str) -> None:
        self.console: list[str] = []
        self.requests: list[str] = []
        self.failures: list[str] = []
        self._wire = wire
        self._session = session
        self._target = target
        self._loaded = asyncio.Event()
        wire.listeners[session] = self._hear

    async def open(self, width: int, height: int) -> None:
        """Subscribe to what is collected and set the size."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self._send(f"{domain}.enable")
        await self.resize(width, height)
        await self.colours("light")

    async def close(self) -> None:
        """Close the tab."""
        await self._wire.send("Target.closeTarget", {"targetId": self._target})
        del self._wire.listeners[self._session]

    async def goto(self, url: str) -> None:
        """Load an address and wait until it is loaded."""
        self._loaded.clear()
        answer = await self._send("Page.navigate", url=url)
        if "errorText" in answer:
            raise BrowserError(f"{url}: {answer['errorText']}")
        await asyncio.wait_for(self._loaded.wait(), PATIENCE)

    async def resize(self, width: int, height: int) -> None:
        """Set the viewport, in CSS pixels."""
        await self._send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def colours(self, scheme: str) -> None:
        """Prefer "light" or "dark", as the system's setting would; always little movement, so that nothing waits."""
        preferred = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
        features = [{"name": name, "value": value} for name, value in preferred.items()]
        await self._send("Emulation.setEmulatedMedia", features=features)

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; promises are awaited. Raises BrowserError with the page's error."""
        answer = await self._send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(_what_was_thrown(answer["exceptionDetails"]))
        return answer["result"].get("value")

    async def wait_for(self, condition: str, seconds: float = PATIENCE) -> Any:
        """Wait until a JavaScript expression is truthy, and return its value; it is looked at after every change."""
        words = json.dumps(f"never came true: {condition}")
        return await self.evaluate(
            f"""new Promise((resolve, reject) => {{
              const look = () => {{
                const value = (() => {{ {FIND} return {condition}; }})();
                if (value) finish(() => resolve(value === true || typeof value === "object" ? true : value));
              }};
              const finish = (end) => {{ watch.disconnect(); clearInterval(tick); clearTimeout(late); end(); }};
              const watch = new MutationObserver(look);
              const tick = setInterval(look, 50);
              const late = setTimeout(() => finish(() => reject(new Error({words}))), {seconds * 1000});
              watch.observe(document, {{subtree: true, childList: true, attributes: true, characterData: true}});
              look();
            }})"""
        )

    async def wait_for_text(self, selector: str, text: str) -> Any:
        """Wait until some shown element for the selector contains the text; true then, else BrowserError."""
        return await self.wait_for(
            f"[...document.querySelectorAll({json.dumps(selector)})].some((element) =>"
            f" element.getClientRects().length && element.textContent.includes({json.dumps(text)}))"
        )

    async def text(self, selector: str) -> str:
        """The text of the first element for the selector, waiting until there is one."""
        await self.wait_for(f"document.querySelector({json.dumps(selector)})")
        return str(await self.evaluate(f"document.querySelector({json.dumps(selector)}).textContent"))

    async def click(self, selector: str, text: str | None = None) -> None:
        """Wait for a shown element (with exactly this text, where given) and click its middle with the mouse."""
        wanted = f"find({json.dumps(selector)}, {json.dumps(text)})"
        await self.wait_for(wanted)
        x, y, hit = await self.evaluate(
            f"""(async () => {{ {FIND}
              const element = {wanted};
              element.scrollIntoView({{block: "nearest", inline: "nearest", behavior: "instant"}});
              await Promise.all(document.getAnimations().filter((each) =>
                each.effect.getComputedTiming().endTime !== Infinity).map((each) => each.finished.catch(() => null)));
              const box = element.getBoundingClientRect();
              const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
              return [x, y, element.contains(document.elementFromPoint(x, y))];
            }})()"""
        )
        if not hit:
            raise BrowserError(f"{selector} {text or ''} is covered by something else")
        for kind in ("mousePressed", "mouseReleased"):
            await self._send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def type(self, selector: str, text: str) -> None:
        """Click into a field and put the text in at the caret, as an input method would."""
        await self.click(selector)
        await self.insert(text)

    async def insert(self, text: str) -> None:
        """Put text in at the caret of whatever has the focus."""
        await self._send("Input.insertText", text=text)

    async def key(self, name: str) -> None:
        """Press one of the keys in KEYS."""
        code, text = KEYS[name]
        key = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        await self._send("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **key)
        await self._send("Input.dispatchKeyEvent", type="keyUp", **key)

    async def screenshot(self, path: Path | str) -> None:
        """Write what is seen as a PNG."""
        await asyncio.to_thread(Path(path).write_bytes, await self.picture())

    async def picture(self, clip: dict[str, float] | None = None) -> bytes:
        """What is seen as a PNG; of `clip` (x, y, width, height in CSS pixels, and scale) where it is given."""
        wanted = {"format": "png"} | ({"clip": clip} if clip else {})
        answer = await self._send("Page.captureScreenshot", **wanted)
        return base64.b64decode(answer["data"])

    async def _send(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._wire.send(method, params, self._session)

    def _hear(self, method: str, params: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Network.webSocketCreated":
            self.requests.append(params["url"])
        elif method == "Network.loadingFailed" and not params.get("canceled"):
            self.failures.append(params["errorText"])
        else:
            self._hear_console(method, params)

    def _hear_console(self, method: str, params: dict[str, Any]) -> None:
        if method == "Runtime.exceptionThrown":
            self.console.append(_what_was_thrown(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] in {"error", "warning", "assert"}:
            self.console.append(" ".join(str(arg.get("value", arg.get("description"))) for arg in params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in {"error", "warning"}:
            self.console.append(f"{params['entry']['text']} {params['entry'].get('url', '')}".strip())


def _what_was_thrown(details: dict[str, Any]) -> str:
    thrown = details.get("exception", {})
    return str(thrown.get("description") or thrown.get("value") or details.get("text"))
