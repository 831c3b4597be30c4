"""Games: sending one, setting and reading scores."""

from __future__ import annotations

from itertools import pairwise

from sandbox import render
from sandbox.call import Call
from sandbox.errors import bad
from sandbox.games import card, name_of
from sandbox.keyboards import Markup
from sandbox.registry import method
from sandbox.shapes import JSON, Message, Room

PLAY: JSON = {"callback_game": {}}


@method("sendGame")
def send_game(call: Call) -> JSON:
    """A game that the sandbox was told of; without buttons it gets the one to play."""
    game = card(call.world, call.text("game_short_name"))
    chat = call.chat()
    markup = call.markup(chat)
    if markup.fixed:
        raise bad("inline keyboard expected")
    rows = markup.inline or [[{"text": f"Play {game['title']}", **PLAY}]]
    if "callback_game" not in rows[0][0]:
        raise bad("the first button must launch the game")
    return render.message(call.world, chat, call.post(chat, {"game": game}, Markup(inline=rows)))


@method("setGameScore")
def set_game_score(call: Call) -> JSON | bool:
    """Somebody's score; a lower one only with force."""
    chat, message, name = _game(call)
    user_id, score = call.integer("user_id"), call.integer("score")
    if user_id not in call.world.chats:
        raise bad("USER_ID_INVALID")
    if score < 0:
        raise bad("wrong score specified")
    scores = call.world.extras.scores.setdefault(name, {})
    if score <= scores.get(user_id, -1) and not call.flag("force"):
        raise bad("BOT_SCORE_NOT_MODIFIED")
    scores[user_id] = score
    if not call.flag("disable_edit_message"):
        message.content = {"game": card(call.world, name)}
        call.world.edit(chat, message)
    return render.message(call.world, chat, message)


@method("getGameHighScores")
def get_game_high_scores(call: Call) -> list[JSON]:
    """The best, and somebody with two neighbours on each side."""
    _, _, name = _game(call)
    scores = sorted(call.world.extras.scores.get(name, {}).items(), key=lambda one: -one[1])
    return [
        {"position": place, "user": call.world.user_card(user_id), "score": score}
        for place, (user_id, score) in zip(_places([score for _, score in scores]), scores, strict=True)
    ]


def _places(scores: list[int]) -> list[int]:
    """The place of each score, best first; equal ones share theirs."""
    places = [1] if scores else []
    for number, (before, score) in enumerate(pairwise(scores), start=2):
        places.append(places[-1] if score == before else number)
    return places


def _game(call: Call) -> tuple[Room, Message, str]:
    chat = call.chat()
    message = call.message(chat, "set game score")
    name = name_of(call.world, message)
    if not name or not message.outgoing:
        raise bad("message has no game")
    return chat, message, name
