"""Random flows, whole and broken, and random things a person may do."""

from __future__ import annotations

from copy import deepcopy
from datetime import date

from hypothesis import strategies as st

from bot.flow import Answer, Flow, FlowError, parse
from bot.flow.content import Kind
from bot.flow.heard import Chose, Commanded, Heard, Shared, Started, Wrote

NAMES = ("a", "b", "c", "d")
VARIABLES = {"word": "text", "count": "number", "flag": "boolean", "day": "date"}
RULES = ("count > 3", "count is not set", "flag", "word = x", "not tag = t", "day before 2026-12-01")
#: What a broken flow may hold anywhere a value is expected.
JUNK = st.sampled_from(
    ["", "nope", "{nope}", "<b>", -1, 0, True, [], {}, [1], {"x": 1}, {"do": "x"}, [[]], 1.5, date(2026, 1, 1)]
)
SAYINGS: tuple[object, ...] = (
    "{count|0: none|one: # x|other: <b>#</b> x}",
    "Hello {word|you}",
    "<b>{count}</b> and {day}",
    "{flag}",
    {"en": "Yes", "de": "{word}"},
)

Tree = dict[str, object]

texts = st.sampled_from(SAYINGS)
names = st.sampled_from(NAMES)
targets = st.one_of(names, st.just("Somebody will come."))


def tables(**fields: st.SearchStrategy[object]) -> st.SearchStrategy[Tree]:
    """A table of these keys; a value of None leaves its key out."""
    return st.fixed_dictionaries(dict(fields)).map(lambda table: {k: v for k, v in table.items() if v is not None})


def word(do: str, **fields: st.SearchStrategy[object]) -> st.SearchStrategy[Tree]:
    return tables(do=st.just(do), **fields)


simple_actions = st.one_of(
    word("set", variable=st.just("word"), value=st.sampled_from(["x", "", "{count}"])),
    word("set", variable=st.just("count")),
    word("unset", variable=st.sampled_from(tuple(VARIABLES))),
    word("add", variable=st.just("count"), by=st.sampled_from([1, 1e14, "{word}"])),
    word("say", text=texts),
    word("show", to=names),
    word("tag", name=st.just("t")),
    word("untag", name=st.just("t")),
    word("notify", text=texts),
    word("typing"),
    word("wait", hours=st.just(1), to=names, keep=st.sampled_from([None, True])),
    word("wait", until=st.just("day"), days=st.integers(-3, 3), to=names),
    word("subscribe", topic=st.just("news")),
    word("call", to=names, then=names),
    word("return"),
    word("end"),
)
actions = st.recursive(
    simple_actions,
    lambda inner: st.one_of(
        word("when", rule=st.sampled_from(RULES), then=st.lists(inner, max_size=2), **{"else": targets}),
        word("service_operator", then=st.lists(inner, max_size=2), **{"else": targets}),
        word(
            "http",
            url=st.sampled_from(["https://a.example/{word}", "https://a.example/?q={count}&d={day}"]),
            json=st.none() | st.just({"w": "{word}", "c": "{count}", "n": [1, "{flag}", {"d": "{day|x}"}]}),
            store=st.sampled_from([{}, {"word": "a.b", "count": "n"}, {"day": "d", "flag": "f", "word": ""}]),
            then=st.lists(inner, max_size=2),
            **{"else": targets},
        ),
        word("random", branches=st.lists(tables(weight=st.just(2), then=targets), min_size=2, max_size=3)),
    ),
    max_leaves=4,
)
inputs = st.one_of(
    tables(type=st.sampled_from(["text", "email", "phone", "url", "photo", "file", "time"]), store=st.just("word")),
    tables(type=st.just("number"), store=st.just("count"), tries=st.just(2), give_up=names, max=st.just(50)),
    tables(type=st.just("date"), store=st.just("day")),
    tables(type=st.just("yes_no"), store=st.just("flag")),
    tables(type=st.just("choice"), options=st.just(["x", "y"]), store=st.just("word")),
    tables(type=st.sampled_from(["contact", "location"]), store=st.just("word")),
)
connections = st.one_of(
    tables(button=st.sampled_from(["Go", "Stop", "{word|Go}"]), to=names, actions=st.lists(actions, max_size=2)),
    tables(input=inputs, to=st.none() | names, actions=st.lists(actions, max_size=2)),
    tables(any=st.just(True), to=names),
    tables(contact=st.just("Mine"), store=st.just("word"), to=names),
    tables(when=st.sampled_from(RULES), to=names),
)


def sensible(block: Tree) -> Tree:
    """Without what the checks refuse at once: a `to` never used, buttons under an album, a button twice."""
    listed = block["connections"]
    ways: dict[object, Tree] = {}
    for way in listed if isinstance(listed, list) else []:
        ways.setdefault(way.get("button") or way.get("contact") or toml(way.get("input", way)), way)
    dropped = {"to"} if ways else set()
    kept = {key: value for key, value in block.items() if key not in dropped}
    said = block["say"]
    return kept | {"connections": list(ways.values()), "say": [*said, "Well?"] if isinstance(said, list) else said}


messages = st.one_of(
    texts,
    tables(photo=st.sampled_from(["a.jpg", "{word}"]), caption=texts),
    tables(poll=texts, options=st.just(["x"])),
    tables(album=st.just(["a.jpg", "{word}"])),
)
blocks = tables(
    say=st.lists(messages, min_size=1, max_size=2),
    actions=st.lists(actions, max_size=2),
    connections=st.lists(connections, max_size=3),
    to=st.none() | names,
    columns=st.none() | st.integers(1, 3),
    entry=st.just(True),
).map(sensible)
flows = tables(
    languages=st.sampled_from([["en", "de"], ["de", "en"]]),
    start=st.just("a"),
    fallback=names,
    variables=st.just(VARIABLES),
    blocks=st.fixed_dictionaries(dict.fromkeys(NAMES, blocks)),
    keywords=st.lists(tables(contains=st.just(["x"]), to=names), max_size=1),
    commands=st.lists(tables(name=st.just("hours"), to=names), max_size=1),
    links=st.lists(tables(parameter=st.just("x"), to=names), max_size=1),
    edited=st.sampled_from(["again", "ignore"]),
    reactivated=st.none() | names,
)


@st.composite
def broken_flows(draw: st.DrawFn) -> Tree:
    """A flow in which some values were replaced with junk, or keys misspelt."""
    # A copy, because the strategies share their constants.
    flow = deepcopy(draw(flows))
    for _ in range(draw(st.integers(1, 4))):
        _spoil(draw, flow)
    return flow


def _spoil(draw: st.DrawFn, tree: object) -> None:
    """Walk to some place in the tree and put something else there."""
    holder, depth = tree, draw(st.integers(0, 6))
    while True:
        keys: list[object] = list(holder) if isinstance(holder, dict) else list(range(len(holder)))  # type: ignore[arg-type]
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        inner = holder[key]  # type: ignore[index]
        if depth == 0 or not isinstance(inner, dict | list):
            break
        holder, depth = inner, depth - 1
    if isinstance(holder, dict) and draw(st.booleans()):
        holder[f"{key}x"] = holder.pop(key)
    else:
        holder[key] = deepcopy(draw(JUNK))  # type: ignore[index]


def toml(value: object) -> str:
    """A tree as TOML: every value inline, because that says all there is to say."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + "".join(f"\\u{ord(sign):04x}" if sign in '"\\' or sign < " " else sign for sign in value) + '"'
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{toml(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
        case date():
            return value.isoformat()
    return repr(value)


def document(flow: Tree) -> str:
    """A flow as a file."""
    return "\n".join(f"{toml(key)} = {toml(value)}" for key, value in flow.items())


def loaded(flow: Tree) -> Flow | FlowError:
    """A tree as a flow, or why it is none."""
    try:
        return parse(document(flow), folder=None)
    except FlowError as error:
        return error


#: One that fits for each type of input.
FITTING = (
    "x",
    "y",
    "12",
    "yes",
    "no",
    "1.5.2026",
    "14:30",
    "a@b.cd",
    "+43 1 234567",
    "https://a.example",
    "Go",
    "Stop",
)
sayings = ["x", "go", "12", "yes", "1.5.2026", "a@b.cd", "Mine", "", "\x00\ud800", "🙂" * 3000]
words = st.sampled_from(sayings) | st.text(max_size=20)
ids = st.sampled_from(["00000000", "f0b8ba7d", ""])


bodies = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["2026-12-01", "7"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "n", "d", "f"]), inner),
    max_leaves=5,
)
answers = st.builds(Answer, st.booleans(), bodies)


@st.composite
def heard(draw: st.DrawFn, pressable: list[tuple[str, str]]) -> Heard:
    """Something a person does: any input, and presses on buttons that were seen."""
    kinds: list[st.SearchStrategy[Heard]] = [
        st.builds(Wrote, words),
        st.builds(Started, st.sampled_from(["", "x"])),
        st.builds(Commanded, st.sampled_from(["hours", "x"]), words),
        st.builds(
            Shared,
            st.sampled_from(Kind),
            st.sampled_from(["photo:x", "48,16", ""]),
            words,
            st.booleans(),
            st.sampled_from([None, None, "album"]),
        ),
        st.builds(Chose, st.sampled_from([*NAMES, "gone"]), ids),
    ]
    if pressable:
        kinds += [st.sampled_from(pressable).map(lambda press: Chose(*press))] * 3
    return draw(st.one_of(kinds))
