"""From a content to Telegram's parameters."""

from __future__ import annotations

import pytest

from bot.compose import Media, compose, edit, references, uploaded
from bot.flow.content import Content, Kind, Option
from bot.wire import Call, File

PICTURE = File("door.png", b"png", "image/png")


def sent(content: Content, **media: Media) -> Call:
    return compose(101, content, {f"file:{name}": source for name, source in media.items()})


def test_a_text_goes_out_as_html_without_a_preview() -> None:
    assert sent(Content(text="<b>Hello</b>")) == Call(
        "sendMessage",
        {"chat_id": 101, "text": "<b>Hello</b>", "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}},
    )


def test_choices_are_buttons_under_the_message() -> None:
    rows = ((Option("Yes", block="ask", choice="1a2b"), Option("Site", url="https://x.example")),)
    assert sent(Content(text="?", rows=rows)).parameters["reply_markup"] == {
        "inline_keyboard": [
            [{"text": "Yes", "callback_data": "c:ask:1a2b"}, {"text": "Site", "url": "https://x.example"}]
        ]
    }


def test_a_button_that_shares_makes_a_keyboard_of_all() -> None:
    rows = ((Option("My number", share="contact"),), (Option("No", block="ask", choice="1"),))
    assert sent(Content(text="?", rows=rows)).parameters["reply_markup"] == {
        "keyboard": [[{"text": "My number", "request_contact": True}], [{"text": "No"}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }


def test_a_message_can_take_a_keyboard_away() -> None:
    assert sent(Content(text="Thank you.", clears=True)).parameters["reply_markup"] == {"remove_keyboard": True}


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        (Kind.PHOTO, "sendPhoto"),
        (Kind.VIDEO, "sendVideo"),
        (Kind.ANIMATION, "sendAnimation"),
        (Kind.DOCUMENT, "sendDocument"),
        (Kind.AUDIO, "sendAudio"),
        (Kind.VOICE, "sendVoice"),
    ],
)
def test_a_file_goes_out_with_its_caption(kind: Kind, method: str) -> None:
    new = sent(Content(kind, "The <i>door</i>", "file:door"), door=PICTURE)
    assert new == Call(
        method, {"chat_id": 101, "caption": "The <i>door</i>", "parse_mode": "HTML"}, {str(kind): PICTURE}
    )
    known = sent(Content(kind, "", "file:door"), door="AgAC")
    assert known == Call(method, {"chat_id": 101, str(kind): "AgAC"})


def test_what_has_no_caption_is_sent_without_one() -> None:
    assert sent(Content(Kind.STICKER, "words", "file:s"), s="CAAC").parameters == {"chat_id": 101, "sticker": "CAAC"}


def test_a_location_and_a_poll() -> None:
    place = Content(Kind.LOCATION, extra=(("latitude", 48.2), ("longitude", 16.4)))
    assert sent(place) == Call("sendLocation", {"chat_id": 101, "latitude": 48.2, "longitude": 16.4})
    poll = Content(Kind.POLL, extra=(("question", "When?"), ("options", ("Now", "Then")), ("several", True)))
    assert sent(poll) == Call(
        "sendPoll",
        {
            "chat_id": 101,
            "question": "When?",
            "options": [{"text": "Now"}, {"text": "Then"}],
            "allows_multiple_answers": True,
        },
    )


def test_an_album_attaches_what_is_new_and_names_what_is_known() -> None:
    album = Content(Kind.ALBUM, "Two", extra=(("items", (("photo", "file:a"), ("video", "file:b"))),))
    assert references(album) == [(Kind.PHOTO, "file:a"), (Kind.VIDEO, "file:b")]
    call = sent(album, a=PICTURE, b="BAAC")
    assert call.parameters["media"] == [
        {"type": "photo", "media": "attach://file0", "caption": "Two", "parse_mode": "HTML"},
        {"type": "video", "media": "BAAC"},
    ]
    assert call.files == {"file0": PICTURE}


def test_telegrams_ids_are_read_back_from_what_was_sent() -> None:
    photo = Content(Kind.PHOTO, media="file:a")
    assert uploaded(photo, {"message_id": 1, "photo": [{"file_id": "small"}, {"file_id": "large"}]}) == ["large"]
    album = Content(Kind.ALBUM, extra=(("items", (("photo", "file:a"), ("document", "file:b"))),))
    result = [{"photo": [{"file_id": "p"}]}, {"document": {"file_id": "d"}}]
    assert uploaded(album, result) == ["p", "d"]


def test_an_edit_keeps_the_buttons() -> None:
    call = Call("sendMessage", {"chat_id": 101, "text": "x", "parse_mode": "HTML", "reply_markup": {"a": 1}})
    assert edit(101, 7, call) == Call(
        "editMessageText",
        {"chat_id": 101, "message_id": 7, "text": "x", "parse_mode": "HTML", "reply_markup": {"a": 1}},
    )


def test_what_cannot_be_sent_is_an_error() -> None:
    with pytest.raises(ValueError, match="other"):
        sent(Content(Kind.OTHER))


def test_what_is_neither_text_nor_file_goes_on_as_a_copy_that_answers() -> None:
    copied = Content(Kind.OTHER, extra=(("copy", (201, 55)),))
    assert compose(101, copied, {}, reply_to=7) == Call(
        "copyMessage",
        {
            "chat_id": 101,
            "reply_parameters": {"message_id": 7, "allow_sending_without_reply": True},
            "from_chat_id": 201,
            "message_id": 55,
        },
    )


def test_a_file_is_changed_with_its_caption_a_voice_by_its_caption_a_sticker_not_at_all() -> None:
    def change(kind: Kind, text: str = "") -> Call | None:
        return edit(101, 9, compose(101, Content(kind, text, "id:f"), {"id:f": "f"}))

    photo, voice = change(Kind.PHOTO, "new"), change(Kind.VOICE, "new")
    media = {"type": "photo", "media": "f", "caption": "new", "parse_mode": "HTML"}
    assert photo == Call("editMessageMedia", {"chat_id": 101, "message_id": 9, "media": media})
    assert voice is not None and (voice.method, voice.parameters["caption"]) == ("editMessageCaption", "new")
    assert change(Kind.STICKER) is None
