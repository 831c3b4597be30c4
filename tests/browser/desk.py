"""Who stands at the desk in these tests, and what they do again and again."""

from __future__ import annotations

from tests.browser.chromium import Page

VERA = '[data-person="101"]'
SARA = '[data-person="201"]'
CAST = (
    {"id": 101, "first_name": "Vera", "last_name": "Novak", "username": "vera_novak", "phone": "+43 660 1010101"},
    {"id": 102, "first_name": "Victor", "language_code": "de", "role": "visitor"},
    {"id": 201, "first_name": "Sara", "role": "staff"},
    {"id": 301, "first_name": "Ada", "role": "admin"},
)


DROP_A_PICTURE = f"""new Promise((done) => {{
  const canvas = Object.assign(document.createElement("canvas"), {{width: 40, height: 30}});
  canvas.getContext("2d");
  canvas.toBlob((blob) => {{
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([blob], "entrance.png", {{type: "image/png"}}));
    document.querySelector('{VERA} .device').dispatchEvent(new DragEvent("drop", {{dataTransfer, bubbles: true}}));
    done();
  }});
}})"""


async def start(desk: Page, phone: str = VERA) -> None:
    """Press Start and wait for the greeting."""
    await desk.click(f"{phone} .big", "Start")
    await desk.wait_for_text(f"{phone} .msg.in", "Hello")
