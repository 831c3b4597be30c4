"""Reading a whole flow: the top of the file, the blocks, and the ways in from everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot.flow.actions import Action, End
from bot.flow.actions_read import read_action, read_actions
from bot.flow.book import Book
from bot.flow.connections import read_connections
from bot.flow.messages import Message, read_message
from bot.flow.reader import LANGUAGE, NAME, Node
from bot.flow.schema import Block, Command, Flow, Keyword
from bot.flow.variables import read_variables
from bot.flow.wording import Text
from bot.rules import fold
from bot.sentences import Sentence

MAX_BLOCKS = 10_000
#: What the bot answers itself, whatever a flow says.
RESERVED_COMMANDS = frozenset(
    [
        "start",
        "help",
        "language",
        "mydata",
        "forget",
        "stop",
        "cancel",
        "admin",
        "users",
        "user",
        "groups",
        "push",
        "requests",
        "conversation",
        "flow",
        "stats",
        "staff",
        "audit",
        "settings",
    ]
)
_BLOCK = Sentence("the block")
_OPENED = {"start": Sentence("by Start"), "fallback": Sentence("when nothing else fits")}


def read_flow(root: Node) -> Flow:
    """The flow as it is written; what is wrong is noted in the book of `root`."""
    book = root.book
    book.languages = _languages(root)
    variables = read_variables(root)
    reactivated, reactivated_text = _reactivated(root)
    blocks = _blocks(root)
    flow = Flow(
        start=_opening(root, "start"),
        fallback=_opening(root, "fallback"),
        blocks=blocks,
        variables=variables,
        keywords=tuple(_keyword(one) for one in root.tables("keywords", Sentence("the keyword"))),
        commands=_commands(root),
        links=_links(root),
        calls=book.calls,
        options=_options(blocks),
        has_keyboards=any(block.shares() for block in blocks.values()),
        languages=book.languages,
        zone=_zone(root),
        hears_edits=root.has("edited") and root.one_of("edited", ("ignore", "again")) == "again",
        reactivated=reactivated,
        reactivated_text=reactivated_text,
        rating=root.html("rating"),
    )
    root.done()
    return flow


def _options(blocks: Mapping[str, Block]) -> dict[str, dict[str, Text]]:
    """Choices are stored as their first version; those that have others are said in the person's language."""
    found: dict[str, dict[str, Text]] = {}
    for block in blocks.values():
        for ask in (connection.input for connection in block.connections):
            if ask is not None and ask.store is not None:
                several = {option.source(): option for option in ask.options if len(option.versions) > 1}
                found.setdefault(ask.store, {}).update(several)
    return {name: options for name, options in found.items() if options}


def _opening(root: Node, key: str) -> str:
    """`start` or `fallback`: both must be there."""
    root.who = f'"{key}"'
    if not root.has(key):
        root.book.problem(
            (), Sentence('"{key}" is missing: name the block that is opened {when}', key=key, when=_OPENED[key])
        )
    name = root.block(key)
    root.who = ""
    return name or ""


def _languages(root: Node) -> tuple[str, ...]:
    words = root.words("languages") or ("en",)
    for word in words:
        if not LANGUAGE.fullmatch(word):
            root.wrong("languages", Sentence('"{word}" is not a language: use codes such as "en" and "de"', word=word))
    return words


def _zone(root: Node) -> ZoneInfo | None:
    name = root.string("time_zone")
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        # ZoneInfoNotFoundError is a KeyError; odd names end as ValueError or as a folder that cannot be read.
        root.wrong("time_zone", Sentence('"{name}" is not a time zone: use a name such as "Europe/Vienna"', name=name))
        return None


def _reactivated(root: Node) -> tuple[str | None, Text | None]:
    value = root.raw("reactivated")
    if isinstance(value, str) and NAME.fullmatch(value):
        root.who = '"reactivated"'
        return root.block("reactivated"), None
    return None, root.html("reactivated")


def _blocks(root: Node) -> dict[str, Block]:
    table = root.raw("blocks")
    if not isinstance(table, dict) or not table:
        root.book.problem(("blocks",), Sentence("the flow has no blocks: begin with [blocks.welcome]"))
        return {}
    if len(table) > MAX_BLOCKS:
        root.wrong("blocks", Sentence("a flow can have at most {most} blocks", most=MAX_BLOCKS))
        return {}
    return {name: _block(root.book, name, value) for name, value in table.items()}


def _block(book: Book, name: str, value: object) -> Block:
    path = ("blocks", name)
    if not NAME.fullmatch(name):
        book.problem(
            path, Sentence('"{name}" cannot name a block: use small letters, digits and _, at most 32', name=name)
        )
    if not isinstance(value, dict):
        book.problem(path, Sentence("a block must be a table: [blocks.name]"))
        return Block(name)
    node = Node(book, path, value, _BLOCK)
    steps = (*_say(node), *read_actions(node, "actions"))
    block = Block(
        name=name,
        steps=(*steps, End()) if node.flag("end") else steps,
        connections=read_connections(node),
        to=_to(node),
        columns=node.whole("columns", 1, 8) or 1,
        entry=node.flag("entry"),
    )
    node.done()
    return block


def _to(node: Node) -> str | None:
    node.who = '"to"'
    to = node.block("to")
    node.who = _BLOCK
    return to


def _say(node: Node) -> list[Message | Action]:
    value = node.raw("say")
    listed = value if isinstance(value, list) else [] if value is None else [value]
    steps: list[Message | Action] = []
    for place, item in enumerate(listed):
        path = (*node.path, "say", place) if isinstance(value, list) else node.at("say")
        step: Message | Action | None
        if isinstance(item, dict) and "do" in item:
            step = read_action(Node(node.book, path, item, Sentence("the action")))
        else:
            step = read_message(node, "say", path, item)
        if step:
            steps.append(step)
    return steps


def _keyword(node: Node) -> Keyword:
    equal, contains, starts = (_folded(node, key) for key in ("is", "contains", "starts_with"))
    if not (equal or contains or starts):
        node.book.problem(node.path, Sentence('the keyword needs "is", "contains" or "starts_with"'))
    node.who = Sentence('the keyword "{word}"', word=(*equal, *contains, *starts, "")[0])
    if not node.has("to"):
        node.book.problem(node.path, Sentence('{who} needs "to"', who=node.who))
    language = node.one_of("language", node.book.languages) if node.has("language") else None
    keyword = Keyword(node.block("to") or "", equal, contains, starts, language, node.rule("when"))
    node.done()
    return keyword


def _folded(node: Node, key: str) -> tuple[str, ...]:
    """Words as they are compared; one that folds to nothing would be found in every text."""
    words = tuple(map(fold, node.words(key)))
    if "" in words:
        node.wrong(key, Sentence('"{key}" has a word without a visible sign', key=key))
    return words


def _commands(root: Node) -> dict[str, Command]:
    commands: dict[str, Command] = {}
    for node in root.tables("commands", Sentence("the command")):
        name = node.name("name", Sentence("a command"))
        node.who = Sentence('the command "/{name}"', name=name)
        if name in RESERVED_COMMANDS:
            node.wrong("name", Sentence("/{name} is a command of the bot itself; choose another name", name=name))
        if name in commands:
            node.wrong("name", Sentence("there are two commands /{name}", name=name))
        command = Command(name or "", _target(node), node.text("description"))
        node.done()
        commands[command.name] = command
    return commands


def _target(node: Node) -> str:
    if not node.has("to"):
        node.book.problem(node.path, Sentence('{who} needs "to"', who=node.who))
    return node.block("to") or ""


def _links(root: Node) -> dict[str, str]:
    links: dict[str, str] = {}
    for node in root.tables("links", Sentence("the link")):
        word = node.needed("parameter") or ""
        node.who = Sentence('the link "{word}"', word=word)
        if len(word) > 64 or not word.replace("-", "").replace("_", "").isalnum() or not word.isascii():
            node.wrong(
                "parameter",
                Sentence('"{word}" cannot stand in a link: use at most 64 letters, digits, _ and -', word=word),
            )
        links[word] = _target(node)
        node.done()
    return links
