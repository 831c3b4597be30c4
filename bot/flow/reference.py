"""Every table and key of a flow file with what it means: the JSON Schema for editors and the tables of docs/flow.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table: its name, the kind of its value (see `json_schema`), and what it means."""

    name: str
    kind: str
    meaning: str
    needed: bool = False


def _keys(*rows: tuple[str, str, str]) -> tuple[Key, ...]:
    """A name that ends in ! must be there."""
    return tuple(Key(name.rstrip("!"), kind, meaning, name.endswith("!")) for name, kind, meaning in rows)


FLOW = _keys(
    ("start!", "block", "The block that Start opens."),
    ("fallback!", "block", "The block that is opened when nothing else fits."),
    ("languages", "words", 'The languages of the texts, the default first. Without it: "en".'),
    ("time_zone", "string", "The zone of waits and hours, such as Europe/Vienna. Without it: the bot's own."),
    ("edited", "ignore|again", 'What an edited message counts as: "ignore" (the default), or "again", written anew.'),
    ("reactivated", "html", "The block or sentence for people whom staff hand back to the bot."),
    ("rating", "html", "Asked when staff close a request they answered; 1 to 5 are the answers. Without it: nothing."),
    ("variables", "variables", "What is remembered about each person."),
    ("blocks!", "blocks", "The steps of the conversation by name."),
    ("keywords", "keywords", "Words that lead to a block from everywhere; the first that fits counts."),
    ("commands", "commands", "Commands of the flow's own."),
    ("links", "links", "Links to the bot that open a block."),
)
VARIABLE = _keys(
    ("type", "text|number|boolean|date|time|datetime", "What it holds. Without it: text."),
    ("label", "string", "How staff see it named."),
    ("default", "any", "What texts show while it is not set. Rules still see that it is not set."),
    ("min", "number", "The least a number may be."),
    ("max", "number", "The most a number may be."),
    ("tell", "html", "What a person is told when staff change it by hand."),
)
BLOCK = _keys(
    ("say", "say", "The messages, in order; an action may stand between two of them."),
    ("actions", "actions", "What is done after the messages."),
    ("connections", "connections", "What the person can do next."),
    ("to", "block", "Where to go on at once, if there is nothing to wait for."),
    ("columns", "columns", "Buttons in a row, 1 to 8."),
    ("entry", "flag", "A push or an admin may open the block, so it counts as reachable."),
    ("end", "flag", "The conversation is over here; the block may lead nowhere."),
)
CONNECTION = _keys(
    ("button", "text", "A button under the last message."),
    ("url", "address", "Makes the button a link that opens."),
    ("input", "input", "An answer that is checked and stored."),
    ("contact", "label", "A button that shares the person's own contact: true, or its words."),
    ("location", "label", "A button that shares where they are: true, or its words."),
    ("file", "always", "Any file: true."),
    ("any", "always", "Whatever the person writes: true."),
    ("store", "variable", "The variable for a contact, location or file."),
    ("when", "rule", "Counts only if this rule holds; without anything to wait for it is then taken at once."),
    ("actions", "actions", "What is done when it is taken."),
    ("to", "block", "Where it leads. Without it the block's answers are shown again."),
)
INPUT = _keys(
    ("type", "inputs", "What is asked for. Without it: text."),
    ("store", "variable", "Where the answer is kept."),
    ("retry", "html", "What is said to an answer that does not fit, in place of the bot's own sentence."),
    ("tries", "tries", "After so many misses in a row the person goes to `give_up`."),
    ("give_up", "block", "The block after too many misses."),
    (
        "min",
        "limit",
        'The least number, the first date or time; a date also as "today", "tomorrow" or days from today.',
    ),
    ("max", "limit", "The largest number, the last time or date."),
    ("whole", "flag", "Only whole numbers."),
    ("min_length", "length", "The least number of characters of a text."),
    ("max_length", "length", "The most characters of a text."),
    ("pattern", "string", "An RE2 pattern for the whole of a text, email, phone or url."),
    ("options", "options", "The answers of a choice; each becomes a button."),
    ("anyone", "flag", "Contacts of other people count too."),
    ("kinds", "files", "The kinds of files that count. Without it: all."),
)
MESSAGE = _keys(
    ("text", "html", "A text; the same as writing the text alone."),
    ("photo", "media", "A picture: a file beside the flow, or a variable that holds one."),
    ("video", "media", "A video."),
    ("animation", "media", "A GIF or a video without sound."),
    ("document", "media", "Any file."),
    ("audio", "media", "Music."),
    ("voice", "media", "A voice message."),
    ("video_note", "media", "A round video."),
    ("sticker", "media", "A sticker."),
    ("location", "point", "A place: latitude and longitude in degrees."),
    ("album", "album", "2 to 10 files that are shown together."),
    ("poll", "text", "The question of a poll; staff see no answers, the poll does."),
    ("options", "options", "The answers of the poll."),
    ("several", "flag", "Several answers of the poll may be chosen."),
    ("caption", "html", "The words under a file or an album."),
)
KEYWORD = _keys(
    ("is", "words", "The whole message is one of these."),
    ("contains", "words", "One of these is somewhere in the message."),
    ("starts_with", "words", "The message begins with one of these."),
    ("language", "string", "Only for people of this language."),
    ("when", "rule", "Only if this rule holds."),
    ("to!", "block", "Where it leads."),
)
COMMAND = _keys(
    ("name!", "string", "The command without its slash."),
    ("description", "text", "What the menu and /help say about it."),
    ("to!", "block", "Where it leads."),
)
LINK = _keys(
    ("parameter!", "string", "The word in the link: t.me/<bot>?start=<word>."),
    ("to!", "block", "The block that the link opens."),
)
BRANCH = _keys(
    ("weight", "number", "How likely it is beside the others. Without it: 1."),
    ("then", "actions", "What is done."),
)
#: The actions by the word after `do`: their keys beside it.
ACTIONS = {
    "set": _keys(
        ("variable!", "variable", "What is stored."),
        ("value", "value", "The value; without it the person's last input."),
    ),
    "unset": _keys(("variable!", "variable", "What is forgotten.")),
    "add": _keys(
        ("variable!", "variable", "A number; one that is not set counts as 0."),
        ("by", "amount", "What is added. Without it: 1."),
    ),
    "say": _keys(("text!", "html", "What is said.")),
    "show": _keys(("to!", "block", "Where to go; what follows is not done.")),
    "when": _keys(
        ("rule!", "rule", "What decides."),
        ("then", "actions", "Done if the rule holds."),
        ("else", "actions", "Done if it does not."),
    ),
    "service_operator": _keys(
        ("then", "actions", "Done if at least one of staff can be reached."),
        ("else", "actions", "Done if nobody can; what follows the action is not."),
    ),
    "tag": _keys(("name!", "label32", "The tag that is put on the person.")),
    "untag": _keys(("name!", "label32", "The tag that is taken off.")),
    "notify": _keys(("text!", "text", "What staff are told; nobody has to answer.")),
    "wait": _keys(
        ("seconds", "number", "How long, or how far from `until`; units add up."),
        ("minutes", "number", "In minutes."),
        ("hours", "number", "In hours."),
        ("days", "number", "In days."),
        ("until", "variable", "A date variable to count from instead of now; negative times lie before it."),
        ("at", "clock", "The time of that day."),
        ("between", "hours", "Hours in which the block may be opened; else at the next beginning."),
        ("keep", "flag", "Open it also if the person has gone on to something else."),
        ("to", "block", "The block that is opened. Without it: what would have come next."),
    ),
    "random": _keys(("branches!", "branches", "2 to 20 ways, one of which is taken by chance.")),
    "typing": (),
    "subscribe": _keys(("topic!", "label32", "The person gets pushes of this topic again; `all` means every topic.")),
    "unsubscribe": _keys(
        ("topic!", "label32", "The person gets no more pushes of this topic; `all` means none at all.")
    ),
    "call": _keys(
        ("to!", "block", "The first block of the sub-flow."),
        ("then", "block", "Where it returns to. Without it: what would have come next."),
    ),
    "return": (),
    "http": _keys(
        ("url!", "text", "An https address; its host is written out and named in config.toml."),
        ("method", "methods", "Without it GET, or POST where something is sent."),
        ("json", "json", "What is sent, with values in its texts."),
        ("store", "store", "Variables and the ways to their values in the answer, such as items.0.price."),
        ("then", "actions", "Done when the answer is there."),
        ("else", "actions", "Done if there is none; what follows is not."),
    ),
    "end": (),
}
TABLES = {
    "flow": FLOW,
    "variable": VARIABLE,
    "block": BLOCK,
    "message": MESSAGE,
    "connection": CONNECTION,
    "input": INPUT,
    "keyword": KEYWORD,
    "command": COMMAND,
    "link": LINK,
    "branch": BRANCH,
}


def markdown(keys: tuple[Key, ...]) -> str:
    """The keys of one table as a table for people."""
    rows = [f"| `{key.name}`{' (needed)' if key.needed else ''} | {key.meaning} |" for key in keys]
    return "\n".join(["| key | meaning |", "|---|---|", *rows])


def markdown_of_actions() -> str:
    """All actions and their keys as one table."""
    rows = ["| action | key | meaning |", "|---|---|---|"]
    for word, keys in ACTIONS.items():
        rows += [f"| `{word}` | `{key.name}`{' (needed)' if key.needed else ''} | {key.meaning} |" for key in keys]
        if not keys:
            rows.append(f"| `{word}` | | |")
    return "\n".join(rows)
