"""The poll that a call describes: question, options, right answers, time, and the media beside them."""

from __future__ import annotations

from typing import Any

from sandbox.call import Call
from sandbox.errors import bad
from sandbox.formatting import formatted
from sandbox.methods_media import input_media
from sandbox.shapes import JSON

QUESTION, OPTION, EXPLANATION, DESCRIPTION = 300, 100, 200, 1024
MOST_OPTIONS = 12
SHORTEST, LONGEST = 5, 2_628_000


def asked(call: Call) -> JSON:
    """The Poll that a call describes; raises Refused."""
    options, kind = _options(call), call.text("type") or "regular"
    question, question_entities = _words(call, "question", QUESTION, call.params)
    if not question:
        raise bad("poll question must be non-empty")
    poll: JSON = {
        "id": str(call.world.query_ids.next()),
        "question": question,
        "options": options,
        "total_voter_count": 0,
        "is_closed": call.flag("is_closed"),
        "is_anonymous": call.flag("is_anonymous") if call.text("is_anonymous") else True,
        "type": kind,
        "allows_multiple_answers": call.flag("allows_multiple_answers"),
        "allows_revoting": call.flag("allows_revoting") if call.text("allows_revoting") else kind != "quiz",
        "members_only": call.flag("members_only"),
    }
    if question_entities:
        poll["question_entities"] = question_entities
    return {**poll, **_described(call), **_quiz(call, kind, len(options)), **_time(call)}


def _words(call: Call, name: str, limit: int, given: JSON) -> tuple[str, list[JSON]]:
    """A text of the poll and its entities, by `name`, `name`_parse_mode and `name`_entities."""
    entities = call.json(f"{name}_entities") if given is call.params else given.get(f"{name}_entities")
    text, found = formatted(
        str(given.get(name) or ""), str(given.get(f"{name}_parse_mode") or ""), entities, call.mention
    )
    if len(text) > limit:
        raise bad(f"poll {name if name != 'text' else 'options'} length must not exceed {limit}")
    return text, found


def _options(call: Call) -> list[JSON]:
    given: Any = call.json("options")
    if not isinstance(given, list):
        raise bad("can't parse options JSON object")
    if not given:
        raise bad("poll must have at least 1 option")
    if len(given) > MOST_OPTIONS:
        raise bad(f"poll can't have more than {MOST_OPTIONS} options")
    return [_option(call, number, one) for number, one in enumerate(given)]


def _option(call: Call, number: int, given: Any) -> JSON:
    text, entities = _words(call, "text", OPTION, given if isinstance(given, dict) else {"text": given})
    if not text:
        raise bad("poll options must be non-empty")
    option: JSON = {"persistent_id": str(number), "text": text, "voter_count": 0}
    if entities:
        option["text_entities"] = entities
    if isinstance(given, dict) and given.get("media"):
        option["media"] = medium(call, given["media"])
    return option


def _described(call: Call) -> JSON:
    out: JSON = {}
    description, entities = _words(call, "description", DESCRIPTION, call.params)
    if description:
        out["description"] = description
    if description and entities:
        out["description_entities"] = entities
    if call.params.get("media"):
        out["media"] = medium(call, call.json("media", "media"))
    return out


def _quiz(call: Call, kind: str, options: int) -> JSON:
    """What only a quiz has: the right answers, and why they are."""
    if kind != "quiz":
        return {}
    right = call.json("correct_option_ids")
    right = [call.integer("correct_option_id", -1)] if right is None else right
    if not isinstance(right, list) or not right or any(type(n) is not int or not 0 <= n < options for n in right):
        raise bad("wrong correct option ID specified")
    out: JSON = {"correct_option_ids": right}
    explanation, entities = _words(call, "explanation", EXPLANATION, call.params)
    if explanation.count("\n") > 2:
        raise bad("quiz explanation must contain at most 2 line feeds")
    if explanation:
        out["explanation"] = explanation
    if explanation and entities:
        out["explanation_entities"] = entities
    if call.params.get("explanation_media"):
        out["explanation_media"] = medium(call, call.json("explanation_media", "media"))
    return out


def _time(call: Call) -> JSON:
    """How long a poll is open, or until when; both are told."""
    period, ends, now = call.integer("open_period"), call.integer("close_date"), call.world.now()
    if not period and not ends:
        return {}
    if period and not SHORTEST <= period <= LONGEST:
        raise bad("poll open period is invalid")
    return {"open_period": period or ends - now, "close_date": now + period if period else ends}


def medium(call: Call, item: Any) -> JSON:
    """What stands beside a question, an option or an explanation, as a PollMedia."""
    if not isinstance(item, dict):
        raise bad("can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if kind == "link":
        return {"link": {"url": str(item.get("url", ""))}}
    if kind not in ("location", "venue"):
        found = input_media(call, item)
        return {name: value for name, value in found.items() if name == kind}
    place = {name: item[name] for name in ("latitude", "longitude", "horizontal_accuracy") if name in item}
    rest = {name: value for name, value in item.items() if name not in place and name != "type"}
    return {"location": place} if kind == "location" else {"venue": {"location": place, **rest}}
