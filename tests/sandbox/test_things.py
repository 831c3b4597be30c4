"""Stickers, games, invoices, polls with a time, places that move, media with all they have, profile pictures."""

from __future__ import annotations

from typing import Any

import pytest
import telegram
from telegram.error import BadRequest

from sandbox import Person, Sandbox, Settings
from sandbox.settings import Game
from sandbox.snapshot import restore, take
from sandbox.world import World
from tests.sandbox.conftest import Ask, Clock
from tests.sandbox.pictures import png
from tests.sandbox.yardstick.media import FILES

GAME = Game("quiz_night", "Quiz night", "Ten questions.")
SET = "books_by_frontdesk_sandbox_bot"


@pytest.fixture
def settings() -> Settings:
    return Settings(games=(GAME,))


@pytest.fixture(autouse=True)
async def started(vera: Person) -> None:
    await vera.start()


async def refused(ask: Ask, method: str, **params: Any) -> str:
    answer = await ask(method, **params)
    assert not answer["ok"]
    return str(answer["description"]).removeprefix("Bad Request: ")


def sticker(emoji: str = "📕") -> telegram.InputSticker:
    return telegram.InputSticker(png(512, 512), [emoji], "static")


async def test_a_sticker_set_is_made_changed_and_deleted(bot: telegram.Bot, ask: Ask) -> None:
    await bot.create_new_sticker_set(101, SET, "Books", [sticker(), sticker("📗")])
    await bot.add_sticker_to_set(101, SET, sticker("📘"))
    red, green, blue = (await bot.get_sticker_set(SET)).stickers
    await bot.set_sticker_position_in_set(blue.file_id, 0)
    await bot.set_sticker_emoji_list(green.file_id, ["📙"])
    await bot.delete_sticker_from_set(red.file_id)
    await bot.set_sticker_set_title(SET, "Two books")
    await bot.set_sticker_set_thumbnail(SET, 101, "static", png(100, 100))
    changed = await bot.get_sticker_set(SET)
    assert changed.title == "Two books"
    assert [one.emoji for one in changed.stickers] == ["📘", "📙"]
    assert changed.thumbnail is not None
    sent = await bot.send_sticker(101, blue.file_id)
    assert sent.sticker is not None
    assert sent.sticker.set_name == SET
    await bot.delete_sticker_set(SET)
    assert await refused(ask, "getStickerSet", name=SET) == "STICKERSET_INVALID"


async def test_what_no_sticker_set_can_be(bot: telegram.Bot, ask: Ask) -> None:
    with pytest.raises(BadRequest, match="Pack_short_name_invalid"):
        await bot.create_new_sticker_set(101, "books", "Books", [sticker()])
    await bot.create_new_sticker_set(101, SET, "Books", [sticker()])
    with pytest.raises(BadRequest, match="already occupied"):
        await bot.create_new_sticker_set(101, SET, "Books", [sticker()])
    [only] = (await bot.get_sticker_set(SET)).stickers
    eyes = {"point": "eyes", "x_shift": 0, "y_shift": 0, "scale": 1}
    wrong = await refused(ask, "setStickerMaskPosition", sticker=only.file_id, mask_position=eyes)
    assert wrong == "STICKER_MASK_COORDS_NOT_SUPPORTED"
    assert await refused(ask, "deleteStickerFromSet", sticker="x") == "STICKER_INVALID"


async def test_a_game_is_played_and_its_scores_are_kept(ask: Ask, vera: Person) -> None:
    sent = (await ask("sendGame", chat_id=101, game_short_name="quiz_night"))["result"]
    [heard] = await vera.heard(1)
    assert (heard["text"], heard["inline_keyboard"][0][0]["text"]) == ("Quiz night\nTen questions.", "Play Quiz night")
    await vera.press_place(heard, 0, 0)
    [update] = (await ask("getUpdates", offset=-1))["result"]
    assert update["callback_query"]["game_short_name"] == "quiz_night"
    place = {"user_id": 101, "chat_id": 101, "message_id": sent["message_id"]}
    scored = (await ask("setGameScore", **place, score=7))["result"]
    assert scored["game"]["text"] == "Vera: 7"
    assert await refused(ask, "setGameScore", **place, score=7) == "BOT_SCORE_NOT_MODIFIED"
    await ask("setGameScore", **place, score=3, force=True)
    [best] = (await ask("getGameHighScores", **place))["result"]
    assert (best["position"], best["score"], best["user"]["id"]) == (1, 3, 101)
    assert await refused(ask, "sendGame", chat_id=101, game_short_name="x") == "wrong game short name specified"


INVOICE = {"chat_id": 101, "title": "Card", "description": "A library card", "payload": "card-1"}


async def test_somebody_pays_with_stars_and_gets_them_back(ask: Ask, vera: Person) -> None:
    await ask("sendInvoice", **INVOICE, currency="XTR", prices=[{"label": "Card", "amount": 50}])
    [heard] = await vera.heard(1)
    assert heard["text"] == "Card\nA library card\n⭐ 50"
    assert "asked" in await vera.press_place(heard, 0, 0)
    [update] = (await ask("getUpdates", offset=-1))["result"]
    query = update["pre_checkout_query"]
    assert (query["invoice_payload"], query["total_amount"]) == ("card-1", 50)
    assert (await ask("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True))["result"] is True
    [update] = (await ask("getUpdates", offset=-1))["result"]
    charge = update["message"]["successful_payment"]["telegram_payment_charge_id"]
    assert (await ask("getMyStarBalance"))["result"] == {"amount": 50}
    assert (await ask("refundStarPayment", user_id=101, telegram_payment_charge_id=charge))["result"] is True
    assert (await ask("getMyStarBalance"))["result"] == {"amount": 0}
    assert len((await ask("getStarTransactions"))["result"]["transactions"]) == 2
    again = await refused(ask, "refundStarPayment", user_id=101, telegram_payment_charge_id=charge)
    assert again == "CHARGE_ALREADY_REFUNDED"


async def test_a_bot_that_answers_late_or_says_no_is_paid_nothing(ask: Ask, vera: Person, clock: Clock) -> None:
    price = {"currency": "EUR", "prices": [{"label": "Card", "amount": 990}], "provider_token": "x"}
    await ask("sendInvoice", **INVOICE, **price)
    [heard] = await vera.heard(1)
    assert heard["inline_keyboard"][0][0]["text"] == "Pay 9.90 EUR"
    for late, answer in ((0, {"ok": False, "error_message": "Sold out"}), (11, {"ok": True})):
        query = (await vera.press_place(heard, 0, 0))["asked"]
        clock.now += late
        answered = await ask("answerPreCheckoutQuery", pre_checkout_query_id=query, **answer)
        assert answered["ok"] is not bool(late)
    assert "service" not in (await vera.chat())["messages"][-1]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"title": ""}, "INVOICE_TITLE_INVALID"),
        ({"currency": "euro"}, "CURRENCY_INVALID"),
        ({"currency": "EUR"}, "PAYMENT_PROVIDER_INVALID"),
        ({"prices": []}, "can't parse prices JSON object"),
        ({"prices": [{"label": "a", "amount": -1}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"prices": [{"label": "a", "amount": 1}] * 2}, "STARS_INVOICE_INVALID"),
    ],
)
async def test_invoices_that_are_refused(ask: Ask, changed: dict[str, Any], reason: str) -> None:
    usual = {**INVOICE, "currency": "XTR", "prices": [{"label": "Card", "amount": 50}]}
    assert await refused(ask, "sendInvoice", **{**usual, **changed}) == reason


async def test_a_quiz_knows_its_answer_and_why(bot: telegram.Bot, ask: Ask) -> None:
    quiz = {
        "type": "quiz",
        "correct_option_ids": [1],
        "explanation": "_As said_",
        "explanation_parse_mode": "MarkdownV2",
    }
    options = [{"text": "Today"}, {"text": "Tomorrow"}]
    poll = (await ask("sendPoll", chat_id=101, question="When?", options=options, **quiz))["result"]["poll"]
    assert (poll["correct_option_ids"], poll["explanation"]) == ([1], "As said")
    assert poll["explanation_entities"] == [{"type": "italic", "offset": 0, "length": 7}]
    wrong = await refused(ask, "sendPoll", chat_id=101, question="?", options=options, type="quiz")
    assert wrong == "wrong correct option ID specified"
    pictured = await bot.send_poll(101, "Which?", ["a", "b"], media=telegram.InputMediaPhoto(png(30, 30)))
    assert pictured.poll is not None
    assert pictured.poll.media is not None


async def test_a_poll_closes_when_its_time_is_over(ask: Ask, vera: Person, clock: Clock) -> None:
    options = [{"text": "Yes"}, {"text": "No"}]
    sent = (await ask("sendPoll", chat_id=101, question="Tea?", options=options, open_period=60))["result"]
    assert (sent["poll"]["open_period"], sent["poll"]["close_date"]) == (60, int(clock.now) + 60)
    await vera.vote(sent["message_id"], 0)
    clock.now += 60
    with pytest.raises(RuntimeError, match="no open poll"):
        await vera.vote(sent["message_id"], 1)
    [update] = (await ask("getUpdates", offset=-1))["result"]
    assert (update["poll"]["is_closed"], update["poll"]["total_voter_count"]) == (True, 1)
    assert "period" in await refused(ask, "sendPoll", chat_id=101, question="?", options=options, open_period=4)


async def test_a_place_moves_until_its_time_is_over(ask: Ask, clock: Clock) -> None:
    sent = (await ask("sendLocation", chat_id=101, latitude=48.2, longitude=16.3, live_period=60, heading=90))["result"]
    place = {"chat_id": 101, "message_id": sent["message_id"]}
    moved = (await ask("editMessageLiveLocation", **place, latitude=48.3, longitude=16.3))["result"]
    assert (moved["location"]["latitude"], moved["location"]["live_period"]) == (48.3, 60)
    stopped = (await ask("stopMessageLiveLocation", **place))["result"]
    assert stopped["location"] == {"latitude": 48.3, "longitude": 16.3}
    assert "can't be edited" in await refused(ask, "editMessageLiveLocation", **place, latitude=1, longitude=1)
    sent = (await ask("sendLocation", chat_id=101, latitude=48.2, longitude=16.3, live_period=60))["result"]
    clock.now += 61
    late = await refused(ask, "stopMessageLiveLocation", chat_id=101, message_id=sent["message_id"])
    assert late == "message can't be edited"
    assert "live location period" in await refused(
        ask, "sendLocation", chat_id=101, latitude=1, longitude=1, live_period=5
    )


async def test_media_tell_their_measures_thumbnail_and_cover(bot: telegram.Bot) -> None:
    film = FILES["telegram.mp4"]
    video = (await bot.send_video(101, film, thumbnail=png(50, 40), cover=png(600, 300), start_timestamp=2)).video
    assert video is not None
    assert (video.width, video.height, video.to_dict()["duration"]) == (360, 640, 5)
    assert video.thumbnail is not None
    assert (video.thumbnail.width, video.thumbnail.height) == (50, 40)
    assert (await bot.get_file(video.thumbnail.file_id)).file_unique_id == video.thumbnail.file_unique_id
    assert len(video.cover or ()) == 3
    voice = (await bot.send_voice(101, FILES["telegram.ogg"])).voice
    assert voice is not None
    assert voice.to_dict()["duration"] == 3
    large = await bot.send_photo(101, png(2560, 1280))
    assert (large.photo[-1].width, large.photo[-1].height) == (1280, 640)


async def test_photos_that_move_and_media_for_stars_are_sent(bot: telegram.Bot, ask: Ask, vera: Person) -> None:
    live = await bot.send_live_photo(101, FILES["telegram.mp4"], png(60, 60))
    assert live.live_photo is not None
    assert len(live.live_photo.photo or ()) == 1
    paid = await bot.send_paid_media(101, 5, [telegram.InputPaidMediaPhoto(png(60, 60))], caption="Look")
    assert paid.paid_media is not None
    assert paid.paid_media.star_count == 5
    shown = await vera.heard(2)
    assert "photo" in shown[0]
    assert shown[1]["text"] == "photo for ⭐ 5\nLook"
    place = {"chat_id": 101, "from_chat_id": 101, "message_id": paid.message_id}
    assert await refused(ask, "copyMessage", **place) == "message can't be copied"


async def test_albums_are_protected_like_all_else(bot: telegram.Bot) -> None:
    media = [telegram.InputMediaPhoto(png(10, 10)), telegram.InputMediaPhoto(png(10, 10))]
    sent = await bot.send_media_group(101, media, protect_content=True)
    assert [message.has_protected_content for message in sent] == [True, True]


async def test_profile_pictures_and_default_rights(bot: telegram.Bot, sandbox: Sandbox, vera: Person) -> None:
    await vera.set_picture(png(200, 200))
    await vera.set_picture(png(300, 300))
    photos = await bot.get_user_profile_photos(101, limit=1)
    assert (photos.total_count, photos.photos[0][-1].width) == (2, 300)
    assert await bot.set_my_profile_photo(telegram.InputProfilePhotoStatic(png(100, 100)))
    assert (await bot.get_user_profile_photos(bot.id)).total_count == 1
    await bot.remove_my_profile_photo()
    assert (await bot.get_user_profile_photos(bot.id)).total_count == 0
    await bot.set_my_default_administrator_rights(telegram.ChatAdministratorRights.all_rights())
    rights = await bot.get_my_default_administrator_rights()
    assert (rights.can_manage_topics, rights.can_post_messages) == (True, None)
    assert not (await bot.get_my_default_administrator_rights(for_channels=True)).can_post_messages


async def test_nothing_of_it_is_lost_over_a_restart(bot: telegram.Bot, sandbox: Sandbox) -> None:
    await bot.create_new_sticker_set(101, SET, "Books", [sticker()])
    sandbox.world.extras.scores["quiz_night"] = {101: 5}
    other = World(sandbox.settings, sandbox.clock)
    restore(other, take(sandbox.world))
    assert other.extras == sandbox.world.extras
