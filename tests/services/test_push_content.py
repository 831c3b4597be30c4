"""What a push says: messages kept as values, filled for each person, frozen with the run that sends them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.flow.content import Content, Kind, Option
from bot.flow.heard import Chose
from bot.services import inbox, people, push_clicks, push_content, push_letters, pushes, pushes_preview
from bot.services.conversations import Incoming
from bot.services.inbox import Accepted
from bot.services.outgoing import take
from bot.services.people import Sender
from bot.services.push_clicks import UNSUBSCRIBE
from bot.services.push_compose import buttons_of, content_of, written_buttons
from bot.services.refusal import Refusal
from models import Message, Place, PushClick, PushContent, User
from tests.clock import FakeClock
from tests.services import campaign
from tests.services.campaign import ADA, FIRST, Campaign

PHOTO = Content(Kind.PHOTO, "<b>Spring</b> for {first_name|you}", media="id:AgAC")


@pytest.fixture
def spring(db: Session, clock: FakeClock) -> Campaign:
    """A push for everyone; three people are there."""
    campaign.people(db, clock, 3)
    return Campaign(db, clock)


def says(spring: Campaign, content: Content, language: str = "") -> None:
    now = spring.clock.now()
    push_content.set_message(spring.db, spring.push.id, content, language, by=ADA, setup=spring.setup, now=now)


def switched(spring: Campaign, *options: str) -> None:
    push_content.set_options(spring.db, spring.push.id, frozenset(options), by=ADA, now=spring.clock.now())


def got(spring: Campaign, run_id: int) -> dict[int, tuple[Content, ...]]:
    return {parcel.user_id: parcel.contents for parcel in spring.claims(run_id)}


def test_a_message_is_filled_for_each_person_and_moves_nobody(spring: Campaign) -> None:
    spring.db.execute(update(User).where(User.id == FIRST).values(first_name="<Vera> & Co"))
    says(spring, PHOTO)
    run_id = spring.starts()
    parcels = spring.claims(run_id)
    assert [parcel.contents[0].text for parcel in parcels][:2] == [
        "<b>Spring</b> for &lt;Vera&gt; &amp; Co",
        f"<b>Spring</b> for Person {FIRST + 1}",
    ]
    assert {parcel.contents[0].media for parcel in parcels} == {"id:AgAC"}
    spring.notes(run_id, [campaign.ended(parcel) for parcel in parcels])
    assert people.place(spring.db, FIRST).block is None
    assert spring.run(run_id).state == "done"


def test_the_language_of_the_person_decides_then_the_default(spring: Campaign) -> None:
    for user_id, language in ((FIRST, "de-AT"), (FIRST + 1, "fr")):
        spring.db.execute(update(User).where(User.id == user_id).values(language=language))
    says(spring, Content(text="Spring is here."))
    says(spring, Content(text="Der Frühling ist da."), "de")
    texts = {who: contents[0].text for who, contents in got(spring, spring.starts()).items()}
    assert texts == {FIRST: "Der Frühling ist da.", FIRST + 1: "Spring is here.", FIRST + 2: "Spring is here."}


def test_what_was_frozen_is_sent_though_the_push_was_edited(spring: Campaign) -> None:
    says(spring, Content(text="First."))
    run_id = spring.starts()
    spring.delivers(run_id, limit=1)
    before = spring.push.revision
    says(spring, Content(text="Second."))
    switched(spring, "silent")
    spring.db.commit()
    assert spring.push.revision == before + 2
    assert spring.run(run_id).revision == before
    assert {one[0] for one in got(spring, run_id).values()} == {Content(text="First.")}
    assert spring.db.scalar(select(func.count()).select_from(PushContent)) == 2


def test_a_content_that_nobody_uses_any_more_goes(spring: Campaign) -> None:
    for text in ("One.", "Two.", "Three."):
        says(spring, Content(text=text))
    assert spring.db.scalar(select(func.count()).select_from(PushContent)) == 1
    pushes.set_start(spring.db, spring.push.id, "more", by=ADA, setup=spring.setup, now=spring.clock.now())
    assert (spring.push.start, spring.push.content_id) == ("more", None)


def test_a_message_needs_no_flow_and_so_does_not_wait_for_one(spring: Campaign) -> None:
    says(spring, Content(text="Hello."))
    run_id = spring.starts()
    spring.setup = replace(spring.setup, flow=replace(spring.setup.flow, version="another"))
    assert spring.delivers_all(run_id) == [FIRST, FIRST + 1, FIRST + 2]


def test_options_reach_every_message(spring: Campaign) -> None:
    switched(spring, "silent", "protected", "preview")
    (content,) = got(spring, spring.starts())[FIRST]
    assert (content.silent, content.protected, content.preview) == (True, True, True)


def test_keep_place_sends_a_block_and_moves_nobody(spring: Campaign) -> None:
    pushes.set_start(spring.db, spring.push.id, "marked", by=ADA, setup=spring.setup, now=spring.clock.now())
    switched(spring, "keep_place")
    run_id = spring.starts()
    assert spring.delivers_all(run_id) == [FIRST, FIRST + 1, FIRST + 2]
    card = people.person(spring.db, FIRST, setup=spring.setup, now=spring.clock.now())
    assert (people.place(spring.db, FIRST).block, card.tagged) == (None, frozenset())


def test_a_block_without_keep_place_moves_people_there(spring: Campaign) -> None:
    spring.delivers_all(spring.starts())
    assert set(spring.db.scalars(select(Place.block))) == {"spring_sale"}


def test_the_unsubscribe_button_hangs_under_the_last_message(spring: Campaign) -> None:
    pushes.set_start(spring.db, spring.push.id, "two_parts", by=ADA, setup=spring.setup, now=spring.clock.now())
    switched(spring, "unsubscribe")
    run_id = spring.starts()
    first, second = got(spring, run_id)[FIRST]
    assert first.rows == ()
    assert second.rows == (
        (Option("More", block="two_parts", choice=second.rows[0][0].choice, run=run_id),),
        (Option("Unsubscribe", run=run_id, leaves=spring.push.id),),
    )


def test_under_an_album_the_buttons_follow_in_a_message(spring: Campaign) -> None:
    says(spring, Content(Kind.PHOTO, "Two", media="id:a", rows=((Option("Site", url="https://example.com"),),)))
    part = Content(Kind.VIDEO, media="id:b")
    push_content.add_to_album(spring.db, spring.push.id, part, by=ADA, setup=spring.setup, now=spring.clock.now())
    album, below = got(spring, spring.starts())[FIRST]
    assert (album.kind, album.text, album.rows) == (Kind.ALBUM, "Two", ())
    assert dict(album.extra)["items"] == (("photo", "id:a"), ("video", "id:b"))
    assert below.rows[0][0].url == "https://example.com"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (Content(text="x" * 4097), "push.too_long"),
        (Content(Kind.PHOTO, "x" * 1025, media="id:a"), "push.too_long"),
        (Content(text="   "), "push.empty"),
        (Content(text="Dear {first_nam}"), "push.no_variable_near"),
        (Content(text="Dear {zzzzzz}"), "push.no_variable"),
        (Content(text="a { b"), "push.bad_brace"),
        (Content(text="Hi", rows=((Option("Go", block="mor"),),)), "push.no_block_near"),
        (Content(text="Hi", rows=((Option("{oops", url="https://a.b"),),)), "push.bad_brace"),
        (Content(text="Hi", rows=tuple((Option("x", block="more"),) for _ in range(21))), "push.too_many_buttons"),
    ],
)
def test_what_telegram_would_refuse_is_refused_at_composing(spring: Campaign, content: Content, key: str) -> None:
    with pytest.raises(Refusal) as caught:
        says(spring, content)
    assert caught.value.key == key


def test_a_version_comes_after_the_default_and_goes_alone(spring: Campaign) -> None:
    now = spring.clock.now()
    with pytest.raises(Refusal):
        says(spring, Content(text="Hallo."), "de")
    says(spring, Content(text="Hello."))
    with pytest.raises(Refusal):
        says(spring, Content(text="Hallo."), "Deutsch!")
    says(spring, Content(text="Hallo."), "de")
    push_content.drop_version(spring.db, spring.push.id, "de", by=ADA, setup=spring.setup, now=now)
    assert set(push_content.versions(spring.db, spring.push.content_id)) == {""}


def test_buttons_stay_when_the_words_change(spring: Campaign) -> None:
    says(spring, Content(text="Hello."))
    rows = buttons_of("Site - https://example.com | Shop - more\nBack - welcome")
    now = spring.clock.now()
    push_content.set_buttons(spring.db, spring.push.id, rows, by=ADA, setup=spring.setup, now=now)
    says(spring, Content(text="Hello again."))
    said = push_content.versions(spring.db, spring.push.content_id)[""]
    assert (said.text, said.rows) == ("Hello again.", rows)
    assert buttons_of(written_buttons(rows)) == rows
    assert buttons_of("-") == ()


@pytest.mark.parametrize("line", ["Shop", "Shop -", "- https://example.com", "x" * 65 + " - more"])
def test_what_is_no_button_is_refused(line: str) -> None:
    with pytest.raises(Refusal):
        buttons_of(line)


def test_every_kind_of_message_is_kept_as_a_value() -> None:
    def sent(kind: Kind, words: str = "", **more: object) -> Content:
        return content_of(Incoming(Sender(301, "Ada"), None, kind, words, **more))  # type: ignore[arg-type]

    assert sent(Kind.TEXT, "a < b") == Content(text="a &lt; b")
    assert sent(Kind.TEXT, "bold", html="<b>bold</b>") == Content(text="<b>bold</b>")
    assert sent(Kind.VOICE, "", file_id="v") == Content(Kind.VOICE, media="id:v")
    place = (("latitude", 48.2), ("longitude", 16.4))
    assert sent(Kind.LOCATION, extra=place) == Content(Kind.LOCATION, extra=place)
    links = ((("Site", "https://example.com"),),)
    assert sent(Kind.TEXT, "x", links=links).rows == ((Option("Site", url="https://example.com"),),)
    with pytest.raises(Refusal):
        sent(Kind.OTHER)


def test_the_preview_is_what_the_sender_uses(spring: Campaign) -> None:
    says(spring, PHOTO)
    switched(spring, "silent", "unsubscribe")
    now = spring.clock.now()
    pushes_preview.preview(spring.db, spring.push.id, by=ADA, setup=spring.setup, now=now)
    (letter,) = take(spring.db, ADA.id, now=now)
    person = people.person(spring.db, ADA.id, setup=spring.setup, now=now)
    turn = push_letters.of_push(spring.db, spring.push).to(person, people.place(spring.db, ADA.id), spring.setup)
    assert letter.content["text"] == "<b>Spring</b> for Ada" == turn.effects[0].content.text  # type: ignore[union-attr]
    assert letter.content["silent"] is True
    assert letter.content["rows"][0][0]["leaves"] == spring.push.id


def test_a_press_counts_once_and_opens_its_block(spring: Campaign) -> None:
    says(spring, Content(text="Hello.", rows=((Option("More", block="more"),),)))
    run_id = spring.starts()
    spring.delivers_all(run_id)
    for update_id in (1, 2):
        presses(spring, run_id, update_id=update_id)
    assert people.place(spring.db, FIRST).block == "more"
    clicks = [(row.button, row.user_id) for row in spring.db.scalars(select(PushClick))]
    assert clicks == [("more:", FIRST)]


def test_a_forged_press_opens_nothing_and_counts_nothing(spring: Campaign) -> None:
    says(spring, Content(text="Hello."))
    run_id = spring.starts()
    spring.delivers_all(run_id)
    for run, update_id in ((run_id, 1), (run_id + 99, 2), (0, 3)):
        presses(spring, run, update_id=update_id)
        assert people.place(spring.db, FIRST).block != "more"
    words = spring.db.scalars(select(Message.words).where(Message.user_id == FIRST, Message.author == "flow"))
    assert "This button is no longer in use." in set(words)


def presses(spring: Campaign, run_id: int, *, update_id: int) -> None:
    """Person one presses the button that leads to the block "more"."""
    incoming = Incoming(Sender(FIRST, "Person"), Chose("more", ""), words="More")
    inbox.accept(spring.db, [Accepted(update_id, FIRST, "{}")], spring.clock.now())
    push_clicks.hear(spring.db, incoming, run_id, update_id=update_id, setup=spring.setup, now=spring.clock.now())


def test_a_click_that_is_undone_is_no_click(spring: Campaign) -> None:
    run_id = spring.starts()
    spring.delivers_all(run_id)
    push_clicks.count(spring.db, run_id, FIRST, UNSUBSCRIBE, spring.clock.now())
    push_clicks.take_back(spring.db, run_id, FIRST, UNSUBSCRIBE)
    assert spring.db.scalar(select(func.count()).select_from(PushClick)) == 0
    assert not push_clicks.has_got(spring.db, run_id, FIRST + 999)


def test_a_planned_run_takes_the_newest_revision_when_it_begins(spring: Campaign) -> None:
    says(spring, Content(text="First."))
    run_id = spring.confirms()
    says(spring, Content(text="Second."))
    spring.db.commit()
    spring.clock.forward(seconds=1)
    spring.begins()
    spring.plans(run_id)
    assert {one[0].text for one in got(spring, run_id).values()} == {"Second."}
