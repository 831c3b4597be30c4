"""A flow asks another server: what people hear while the config does not allow it."""

from __future__ import annotations

from pathlib import Path

from tests.story.people import hears, telling, texts

FLOW = """
start = "ask"
fallback = "ask"
[blocks.ask]
say = "Shall I look up the weather?"
[[blocks.ask.connections]]
button = "Yes"
to = "found"
[[blocks.ask.connections.actions]]
do = "http"
url = "https://weather.example.com/today"
else = "The weather is not known today."
[blocks.found]
say = "Found."
end = true
"""


async def test_a_server_that_the_config_does_not_name_is_not_asked_and_the_owner_hears_why(
    sqlite_url: str, tmp_path: Path
) -> None:
    flow = tmp_path / "flow.toml"
    flow.write_text(FLOW)
    async with telling(sqlite_url, flow) as story:
        await story.vera.start()
        await hears(story.vera, "Shall I look up")
        await story.vera.press("Yes")
        await hears(story.vera, "The weather is not known today.")
        (told,) = texts(await story.ada.heard(1))
        assert 'the host weather.example.com is not in the list "hosts" of [http] in config.toml' in told
