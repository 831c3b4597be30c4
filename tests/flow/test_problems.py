"""What an operator reads about a flow that cannot be used: everything at once, with line, block and fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.flow import FlowError, load, parse

TOP = 'start = "a"\nfallback = "a"\n'
GOOD = '[blocks.a]\nsay = "Hello"\nend = true\n'


def told(text: str, folder: Path | None = None) -> list[str]:
    """The problems of a flow as the operator reads them."""
    with pytest.raises(FlowError) as caught:
        parse(text, folder=folder)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]


def warned(text: str) -> list[str]:
    return [str(problem) for problem in parse(text, folder=None).warnings]


def test_all_problems_come_at_once_with_line_block_and_fix() -> None:
    text = """start = "hello"
fallback = "helo"

[variables]
city = "text"
age = { type = "numbr" }

[blocks.hello]
say = "Hello {cty}"

[[blocks.hello.connections]]
button = "Next"
to = "gone"

[[blocks.hello.connections]]
buton = "Go on"
to = "go_on"

[blocks.go_on]
say = ""
actions = [
  { do = "sett", variable = "city" },
  { do = "set", variable = "citty" },
]

[blocks.island]
say = "Nobody <b>comes here"
"""
    with pytest.raises(FlowError) as caught:
        parse(text, folder=None)
    assert str(caught.value) == (
        "flow.toml cannot be used:\n"
        '  line 2  "fallback" leads to "helo"; there is no such block. Did you mean "hello"?\n'
        '  line 6  "numbr" is not a type: use one of text, number, boolean, date, time, datetime.'
        ' Did you mean "number"?\n'
        '  line 9  block "hello": the text uses {cty}; there is no such variable. Did you mean "city"?\n'
        '  line 13  block "hello": the button "Next" leads to "gone"; there is no such block. Did you mean "go_on"?\n'
        '  line 16  block "hello": "buton" is not a setting of the connection. Did you mean "button"?\n'
        '  line 20  block "go_on": the message must be a text that is not empty\n'
        '  line 22  block "go_on": "sett" is not a known "do": use one of set, unset, add, say, show, when, '
        "service_operator, tag, untag, notify, wait, random, typing, subscribe, unsubscribe, call, return, http, end."
        ' Did you mean "set"?\n'
        '  line 23  block "go_on": the variable "citty" is not declared in [variables]. Did you mean "city"?\n'
        '  line 26  block "island" can never be reached; if a push is to open it, add: entry = true\n'
        '  line 27  block "island": the HTML is broken: <b> is never closed'
    )


def block(body: str) -> str:
    """A flow whose block begins in line 5: `body` is from line 6 on."""
    return f'{TOP}[variables]\nage = "number"\n[blocks.a]\n{body}\n'


def test_buttons_have_an_upper_limit() -> None:
    options = ", ".join(f"'{number}'" for number in range(46))
    inputs = ", ".join(["{ input = { type = 'choice', options = [" + options + "] } }"] * 2)
    assert any("the block has 92 buttons" in line for line in told(block(f"say = 'x'\nconnections = [{inputs}]")))


def test_media_must_lie_in_the_folder_of_the_flow(tmp_path: Path) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "entrance.jpg").write_bytes(b"x")
    body = "say = [{ photo = 'media/entrance.jpg' }, { photo = 'media/entrence.jpg' }, { photo = '../../etc/passwd' }]"
    assert told(block(body), tmp_path) == [
        'line 6  block "a": the file "../../etc/passwd" lies outside the folder of the flow',
        'line 6  block "a": the file "media/entrence.jpg" is missing. Did you mean "entrance.jpg"?',
    ]


def test_a_link_out_of_the_folder_is_no_way_out(tmp_path: Path) -> None:
    (tmp_path / "flow").mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"x")
    (tmp_path / "flow" / "a.jpg").symlink_to(tmp_path / "secret.jpg")
    assert "lies outside the folder" in told(block("say = { photo = 'a.jpg' }"), tmp_path / "flow")[0]


@pytest.mark.parametrize(
    ("body", "warning"),
    [
        ("say = 'x'", "the block leads nowhere"),
        ("say = 'x'\nactions = [{ do = 'service_operator' }]", 'the action "service_operator" has no "else"'),
        ("say = 'x'\nactions = [{ do = 'http', url = 'https://a.example' }]", 'the action "http" has no "else"'),
        (
            "say = 'x'\nconnections = [{ button = 'A button with far too many words', to = 'a' }]",
            "is long; a phone shows",
        ),
        (f"say = '{'x' * 4090} {{first_name}}'\nend = true", "the text may grow to 4,121 characters"),
    ],
)
def test_what_works_but_is_odd_is_a_warning(body: str, warning: str) -> None:
    text = block(body).replace('fallback = "a"', 'fallback = "b"') + "[blocks.b]\nsay = 'y'\n"
    assert any(warning in line for line in warned(text)), warned(text)


def test_what_a_text_may_grow_to_is_what_the_inputs_of_the_flow_let_in() -> None:
    inputs = """
[variables]
word = "text"
plan = "text"
n = { type = "number", max = 1000000000000 }
[[blocks.a.connections]]
input = { store = "word", max_length = 300 }
to = "b"
[[blocks.a.connections]]
input = { store = "plan", type = "choice", options = ["Basic", { en = "The one for large families", de = "x" }] }
to = "b"
[blocks.b]
say = "z"
[[blocks.b.connections]]
button = "{plan} {plan} {plan}"
to = "a"
"""
    text = f"languages = ['en', 'de']\n{TOP}[blocks.a]\nsay = %s\n{inputs}"
    for place, grown in [("{word}", 1280), ("{plan}{plan}", 1032), ("{n}{n}{n}{n}", 1032)]:
        odd = warned(text % f"{{ photo = 'x.jpg', caption = '{'y' * 980}{place}' }}")
        assert any(f"the caption may grow to {grown:,} characters" in line for line in odd), odd
    assert any("may grow to 80 characters; above 64 it is cut" in line for line in warned(text % "'x'"))


def test_missing_translations_are_a_warning() -> None:
    text = f'languages = ["en", "de"]\n{TOP}[blocks.a]\nsay = {{ de = "Hallo" }}\nend = true\n'
    assert warned(text) == ['line 5  block "a": "Hallo" is missing in en']


def test_files_that_cannot_be_read_are_told_in_one_sentence(tmp_path: Path) -> None:
    for name, content, reason in [
        ("missing.toml", None, "there is no file .*missing.toml; copy flow.example.toml to it, or name another one"),
        ("latin.toml", b"x = '\xe4'", "the file is not UTF-8 text"),
        ("huge.toml", b"#" * 4_000_001, "the file is larger than 4,000,000 bytes"),
    ]:
        path = tmp_path / name
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(FlowError, match=reason):
            load(path)


def test_a_byte_order_mark_and_windows_lines_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    path.write_bytes(b"\xef\xbb\xbf" + (TOP + GOOD).replace("\n", "\r\n").encode())
    assert load(path).blocks.keys() == {"a"}
    assert told((TOP + "[blocks.a]\nsya = 'x'\n").replace("\n", "\r\n"))[0].startswith("line 4  ")


def test_the_version_follows_the_text() -> None:
    first, second = parse(TOP + GOOD, folder=None), parse(TOP + GOOD + "# more\n", folder=None)
    assert len(first.version) == 16
    assert first.version != second.version
    assert first.version == parse(TOP + GOOD, folder=None).version


@pytest.mark.parametrize(
    ("rule", "possible"),
    [
        ("age > 18 and age < 12", False),
        ("age > 120", False),
        ("age >= 120", True),
        ("age = 5 and age in (6, 7)", False),
        ("age > 5 and age < 5", False),
        ("age >= 5 and age <= 5", True),
        ("city = Vienna and city = Graz", False),
        ("city = Vienna and city in (vienna, Graz)", True),
        ("city = Vienna and city contains x", True),
        ("tag = a and tag = b", True),
        ("age < 12 or age > 18", True),
        ("(age < 12 and age > 18) or (age > 130)", False),
        ("not (age > 120)", True),
        ("born after 2000-01-01 and born before 1990-01-01", False),
        ("born after today and born before 1990-01-01", True),
        ("age between 12 and 18 and age between 19 and 20", False),
    ],
)
def test_a_condition_that_can_never_hold_is_a_warning(rule: str, possible: bool) -> None:
    text = f"""{TOP}[variables]
age = {{ type = "number", max = 120 }}
city = "text"
born = "date"
[blocks.a]
say = "x"
connections = [{{ any = true, when = "{rule}", to = "a" }}]
"""
    expected = [] if possible else [f'line 9  block "a": the rule `{rule}` can never hold']
    assert warned(text) == expected


@pytest.mark.parametrize(
    ("actions", "reached"),
    [
        ("[{ do = 'show', to = 'b' }, { do = 'typing' }]", False),
        ("[{ do = 'typing' }, { do = 'show', to = 'b' }]", True),
        ("[{ do = 'when', rule = 'age > 3', then = [{ do = 'end' }, { do = 'typing' }] }]", False),
        ("[{ do = 'when', rule = 'age > 3', then = [{ do = 'end' }] }, { do = 'typing' }]", True),
        ("[{ do = 'wait', hours = 1 }, { do = 'typing' }]", False),
        ("[{ do = 'wait', hours = 1, to = 'b' }, { do = 'typing' }]", True),
        ("[{ do = 'http', url = 'https://a.example', else = 'b' }, { do = 'typing' }]", False),
    ],
)
def test_what_stands_behind_a_way_out_is_a_warning(actions: str, reached: bool) -> None:
    text = f"""{TOP}[variables]
age = "number"
[blocks.a]
say = "x"
connections = [{{ button = "Go", actions = {actions}, to = "b" }}, {{ button = "b", to = "b" }}]
[blocks.b]
say = "y"
end = true
"""
    assert any("is never done" in line for line in warned(text)) is not reached


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        ("contains = ['hour']", "is = ['opening hours']", False),
        ("contains = ['hour']", "contains = ['hours', 'time']", True),
        ("is = ['hours']", "is = [' HOURS ']", False),
        ("is = ['hours']", "contains = ['hours']", True),
        ("starts_with = ['op']", "starts_with = ['open']", False),
        ("starts_with = ['open']", "contains = ['open']", True),
        ("contains = ['a'], language = 'en'", "is = ['a']", True),
        ("contains = ['a'], when = 'age > 3'", "is = ['a']", True),
    ],
)
def test_a_keyword_that_an_earlier_one_catches_is_a_warning(first: str, second: str, fits: bool) -> None:
    keywords = f"keywords = [{{ {first}, to = 'a' }}, {{ {second}, to = 'a' }}]\n"
    text = f"{TOP}{keywords}[variables]\nage = 'number'\n{GOOD}"
    assert any("can never fit" in line for line in warned(text)) is not fits


def test_what_is_told_of_a_change_is_checked_like_every_other_text() -> None:
    several = (
        'languages = ["en", "de"]\nvariables = { plan = { tell = "{plann} <b>" }, city = { tell = { en = "x" } } }\n'
    )
    assert told(TOP + several + GOOD) == [
        "line 4  the HTML is broken: <b> is never closed",
        'line 4  the text uses {plann}; there is no such variable. Did you mean "plan"?',
    ]
    assert warned(TOP + several.replace("{plann} <b>", "x") + GOOD) == ['line 4  "x" is missing in de']
    long = "variables = { plan = { tell = '" + "x" * 4097 + "' } }\n"
    assert told(TOP + long + GOOD) == ["line 3  the text has 4,097 characters; Telegram takes 4,096"]
