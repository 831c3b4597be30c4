"""Albums of a person's: several messages that count as one answer, kept together and shown again together."""

from __future__ import annotations

from bot.flow import hear, parse
from bot.flow.content import Content, Kind
from bot.flow.effects import Effect, Remember, Say
from bot.flow.heard import Heard, Shared, Wrote
from bot.flow.person import Known, Person, Place
from tests.flow.golden import NOW

FLOW = parse(
    """
start = "ask"
fallback = "lost"
variables = { pictures = "text", more = "text" }
[blocks.ask]
say = "Pictures, please."
connections = [{ input = { type = "photo", store = "pictures" }, to = "next" }]
[blocks.next]
say = [{ photo = "{pictures}", caption = "Yours." }, "One more?"]
connections = [{ input = { type = "photo", store = "more" }, to = "ask" }]
[blocks.lost]
say = "Pardon?"
""",
    folder=None,
)


class Sender:
    """Somebody who sends one thing after the other."""

    def __init__(self) -> None:
        self.place = Place("ask", last_input="/start")
        self.known: dict[str, Known] = {}

    def sends(self, heard: Heard) -> tuple[Effect, ...]:
        turn = hear(FLOW, self.place, Person(self.known, NOW), heard)
        self.place = turn.place
        self.known |= {one.name: one.value for one in turn.effects if isinstance(one, Remember)}
        return turn.effects


def part(file_id: str, album: str | None = "a1", kind: Kind = Kind.PHOTO) -> Shared:
    return Shared(kind, f"{kind}:{file_id}", album=album)


def said(effects: tuple[Effect, ...]) -> list[Content]:
    return [one.content for one in effects if isinstance(one, Say)]


def test_an_album_is_one_answer_and_kept_whole() -> None:
    vera = Sender()
    first = vera.sends(part("A"))
    assert [content.text for content in said(first)] == ["Yours.", "One more?"]
    assert vera.sends(part("B")) == (Remember("pictures", "photo:A photo:B"),)
    assert vera.sends(part("C", kind=Kind.VIDEO)) == (Remember("pictures", "photo:A photo:B video:C"),)
    assert (vera.place.block, "more" in vera.known) == ("next", False)


def test_the_next_picture_is_the_next_answer() -> None:
    vera = Sender()
    vera.sends(part("A"))
    vera.sends(part("B", "a2"))
    assert vera.known == {"pictures": "photo:A", "more": "photo:B"}


def test_a_kept_album_is_shown_as_an_album_of_what_can_share_one() -> None:
    vera = Sender()
    vera.sends(part("A"))
    for number in range(12):
        vera.sends(part(f"B{number}", kind=Kind.DOCUMENT if number == 3 else Kind.PHOTO))
    vera.sends(Wrote("x"))
    vera.known["more"] = ""
    vera.place = Place("ask")
    shown = said(vera.sends(part("Z", "a3")))
    assert (shown[0].kind, shown[0].media) == (Kind.PHOTO, "id:Z")
    vera.known["pictures"] = "photo:A video:B document:C photo:D"
    album = said(hear(FLOW, Place("next"), Person(vera.known, NOW), part("Q", None)).effects)
    assert album[0].text == "Pictures, please."


def test_no_more_than_ten_parts_are_kept() -> None:
    vera = Sender()
    for number in range(13):
        vera.sends(part(str(number)))
    assert len(str(vera.known["pictures"]).split()) == 10


def test_an_album_that_does_not_fit_is_answered_once() -> None:
    vera = Sender()
    answers = [said(vera.sends(part(str(number), kind=Kind.VIDEO))) for number in range(3)]
    assert [[content.text for content in one] for one in answers] == [["Please send a photo."], [], []]
    assert vera.place.failures == 1
