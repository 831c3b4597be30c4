"""The few sentences that the engine itself says; the caller passes them in the person's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

_RETRY = MappingProxyType(
    {
        "text": "Please write a text.",
        "number": "Please write a number, such as 42.",
        "date": "Please write a date, such as 2026-12-31.",
        "time": "Please write a time, such as 14:30.",
        "email": "Please write an e-mail address, such as ann@example.com.",
        "phone": "Please write a phone number with its country code, such as +43 1 2345678.",
        "url": "Please write a web address, such as https://example.com.",
        "choice": "Please choose one of the answers.",
        "yes_no": "Please answer with yes or no.",
        "contact": "Please share your own contact with the button.",
        "any_contact": "Please share a contact.",
        "location": "Please share a location.",
        "photo": "Please send a photo.",
        "file": "Please send a file.",
        "between": "Please write a number from {min} to {max}.",
        "at_least": "Please write a number of {min} or more.",
        "at_most": "Please write a number of {max} or less.",
        "whole": "Please write a whole number.",
        "too_long": "Please write at most {max} characters.",
        "too_short": "Please write at least {min} characters.",
        "not_before": "Please write a date from {min} on.",
        "not_after": "Please write a date up to {max}.",
        "too_early": "Please write a time from {min} on.",
        "too_late": "Please write a time up to {max}.",
        "hours": "Please write a time from {min} to {max}.",
    }
)

#: The kinds of files, by their names in `content.Kind`.
_KINDS = MappingProxyType(
    {
        "photo": "photo",
        "video": "video",
        "animation": "animation",
        "document": "document",
        "audio": "audio",
        "voice": "voice message",
        "video_note": "video message",
        "sticker": "sticker",
    }
)

_EFFECTS = MappingProxyType(
    {
        "remember": "{name} = {value}",
        "forget": "{name} is forgotten",
        "ask_staff": "staff are asked at {block}: {text}",
        "unanswered": "nobody can be asked at {block}: {text}",
        "tag": "tag {name}",
        "untag": "tag {name} is taken off",
        "notify": "staff are told: {text}",
        "subscribe": "subscribed to {topic}",
        "unsubscribe": "unsubscribed from {topic}",
        "typing": "typing",
        "wake": "{block} will be opened at {at}",
        "wake_keep": "{block} will be opened at {at}, wherever the person is",
        "call": "{method} {url}",
        "call_body": "{method} {url} {body}",
        "failed": "failed at {block}: {reason}",
    }
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """The engine's own words, in one language."""

    yes: str = "Yes"
    no: str = "No"
    share_contact: str = "Share my contact"
    share_location: str = "Share my location"
    #: A press on a button that the flow no longer has.
    old_button: str = "This button is no longer in use."
    #: The person's block is gone from the new version of the flow.
    moved: str = "This conversation has changed, so it starts again."
    #: The step limit ended a loop.
    stuck: str = "Something in this conversation does not work. The people who run it can see it."
    #: Service Operator found nobody, and the flow has no sentence of its own.
    nobody: str = "Nobody can answer at the moment. Please write again later."
    #: Another server did not answer, and the flow has no sentence of its own.
    unreachable: str = "This does not work at the moment. Please try again later."
    #: The button under a push that ends them, and what stands above buttons that an album cannot carry.
    unsubscribe: str = "Unsubscribe"
    below: str = "Choose below."
    #: By type of input, and by the limit that was not kept; {min} and {max} are filled in.
    retry: Mapping[str, str] = field(default_factory=lambda: _RETRY)
    #: What stands in a text where a variable holds a file, by its kind.
    kinds: Mapping[str, str] = field(default_factory=lambda: _KINDS)
    #: What a play tells of effects (`notes.described`), with their fields as places.
    effects: Mapping[str, str] = field(default_factory=lambda: _EFFECTS)


#: Where the caller has no others.
ENGLISH = Phrases()
