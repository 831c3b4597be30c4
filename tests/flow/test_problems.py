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


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("start = ", "line 1  this is not TOML: invalid value"),
        ("a = 1\nb = 2\nb = 3\n", "line 3  this is not TOML: cannot overwrite a value"),
        ("x = " + "[" * 5000, "line 1  the lists and tables are nested too deeply"),
        (
            "x = " + "9" * 5000,
            "line 1  this is not TOML: exceeds the limit (4300 digits) for integer string conversion",
        ),
        ("x = " + "[" * 70 + "]" * 70, "line 1  the lists and tables are nested too deeply"),
        (TOP + GOOD + '[[keywords]]\nis = "\\u200e"\nto = "a"\n', 'line 7  "is" has a word without a visible sign'),
        ("", 'line 1  "start" is missing: name the block that is opened by Start'),
        ("", "line 1  the flow has no blocks: begin with [blocks.welcome]"),
        ("blocks = 3\n", "line 1  the flow has no blocks: begin with [blocks.welcome]"),
        (TOP + "[blocks]\na = 3\n", 'line 4  block "a": a block must be a table: [blocks.name]'),
        (TOP + '[blocks.a]\n["blocks"."B c"]\n', 'line 4  block "B c": "B c" cannot name a block'),
        ('time_zone = "Vienna"\n' + TOP + GOOD, 'line 1  "Vienna" is not a time zone'),
        ('time_zone = "../etc"\n' + TOP + GOOD, 'line 1  "../etc" is not a time zone'),
        ('languages = ["english"]\n' + TOP + GOOD, 'line 1  "english" is not a language'),
        (TOP + "[variables]\nid = 'number'\n" + GOOD, 'line 4  "id" is a field that every person has already'),
        (TOP + "[variables]\nnot = 'number'\n" + GOOD, 'line 4  "not" cannot name a variable'),
        (
            TOP + "[variables]\nx = { type = 'date', default = 1 }\n" + GOOD,
            'line 4  "default" does not fit the type date',
        ),
        (TOP + "[variables]\nx = { type = 'text', min = 1 }\n" + GOOD, "line 4  only a number has limits"),
        (TOP + "[variables]\nx = { type = 'number', min = 3, max = 1 }\n" + GOOD, 'line 4  "min" is more than "max"'),
        (TOP + GOOD + "[[keywords]]\nto = 'a'\n", 'line 6  the keyword needs "is", "contains" or "starts_with"'),
        (TOP + GOOD + "[[commands]]\nname = 'help'\nto = 'a'\n", "line 7  /help is a command of the bot itself"),
        (TOP + GOOD + "[[links]]\nparameter = 'ä b'\nto = 'a'\n", 'line 7  "ä b" cannot stand in a link'),
    ],
)
def test_the_top_of_a_file_is_checked(text: str, problem: str) -> None:
    assert any(line.startswith(problem) for line in told(text)), told(text)


def http(url: str, more: str = "else = 'Pity.'") -> str:
    return f"say = 'x'\nactions = [{{ do = 'http', url = '{url}', {more} }}]"


def block(body: str) -> str:
    """A flow whose block begins in line 5: `body` is from line 6 on."""
    return f'{TOP}[variables]\nage = "number"\n[blocks.a]\n{body}\n'


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("say = 3", 'line 6  block "a": "say" must hold texts and messages'),
        ("say = {}", 'block "a": the message must be one of text, location, album, poll, photo'),
        ("say = { photo = 'a.jpg', video = 'a.mp4' }", "the message is several things at once: photo, video"),
        ("say = { sticker = 'a.webp', caption = 'x' }", "Telegram shows a sticker without a caption"),
        ("say = { location = [91, 0] }", '"location" must be latitude and longitude in degrees'),
        ("say = { album = ['a.jpg'] }", "an album must be a list of 2 to 10 files"),
        ("say = { album = ['a.jpg', { document = 'b.pdf' }] }", "only photos and videos can share an album"),
        ("say = { poll = 'x' }", 'a poll needs "options": a list of 1 to 12 answers'),
        ("say = { photo = '{age}' }", 'the variable "age" cannot hold a file: it must be a text'),
        ("say = 'a { b'", '"{ b" is not a place for a variable'),
        ("say = '{age.real}'", '"{age.real}" is not a place for a variable'),
        ("say = '{__class__}'", '"{__class__}" is not a place for a variable'),
        ("say = { en = 'x', xx = 'y' }", '"xx" is not one of the languages of this flow'),
        ("say = '<u>x</b>'", "the HTML is broken: </b> stands where </u> is due"),
        ("say = '<script>x</script>'", "the HTML is broken: Telegram does not know the tag <script>"),
        ("say = '1 < 2'", "the HTML is broken: "),
        (f"say = '{'x' * 4097}'", "the text has 4,097 characters; Telegram takes 4,096"),
        (f"say = {{ photo = 'a.jpg', caption = '{'x' * 1025}' }}", "the caption has 1,025 characters"),
        (f"say = {['x'] * 21}", "the block has 21 messages; at most 20 make sense"),
        ("columns = 9\nsay = 'x'", '"columns" must be a whole number from 1 to 8'),
        ("say = 'x'\nactions = [{ do = 'http' }]", 'the action "http" needs "url"'),
        (http("http://a.example/"), '"url" must begin with https:// and a host that is written out'),
        (http("https://{first_name}.example/"), '"url" must begin with https:// and a host that is written out'),
        (http("https://a.example{first_name}"), '"url" must begin with https:// and a host that is written out'),
        (http("https://a.example:8{id}/"), '"url" must begin with https:// and a host that is written out'),
        (http("https://me@a.example/"), '"url" must begin with https:// and a host that is written out'),
        (http("https://127.0.0.1/"), '"url" must begin with https:// and a host that is written out'),
        (http("https://[::1]/"), '"url" must begin with https:// and a host that is written out'),
        (http("https://a.example/", "method = 'BREW'"), '"BREW" is not a known "method"'),
        (http("https://a.example/", "method = 'get', json = { x = 1 }"), '"GET" sends nothing'),
        (http("https://a.example/", "json = 'x'"), '"json" must be a table'),
        (http("https://a.example/", "json = { x = nan }"), '"json" can hold texts, numbers'),
        (http("https://a.example/", "json = { x = '{nope}' }"), "there is no such variable"),
        (http("https://a.example/", "store = { nope = 'x' }"), 'the variable "nope" is not declared'),
        (http("https://a.example/", "store = { age = 'a..b' }"), '"a..b" is not a way to a value'),
        (http("https://a.example/", "then = 'a', else = 'a'"), "the blocks go round without waiting for the person"),
        (
            "say = 'x'\nactions = [{ do = 'set', variable = 'age', value = 'old' }]",
            '"old" does not fit the variable "age"',
        ),
        ("say = 'x'\nactions = [{ do = 'set', variable = 'id' }]", '"id" belongs to the system'),
        ("say = 'x'\nactions = [{ do = 'when', rule = 'agee > 3', then = 'a' }]", "the rule `agee > 3` does not work"),
        ("say = 'x'\nactions = [{ do = 'wait', hours = 0, to = 'a' }]", "needs a time from a second to 366 days"),
        ("say = 'x'\nactions = [{ do = 'wait', hours = 1 }]", 'the action "wait" needs "to"'),
        ("say = 'x'\nactions = [{ do = 'wait', until = 'age', to = 'a' }]", '"until" needs a date'),
        ("say = 'x'\nactions = [{ do = 'wait', days = 1, at = 'noon', to = 'a' }]", '"at" must be a time'),
        ("say = 'x'\nactions = [{ do = 'call', to = 'a' }]", 'the action "call" needs "then"'),
        ("say = 'x'\nactions = [{ do = 'random', branches = [{ then = 'a' }] }]", '"branches": a list of 2 to 20'),
        ("say = 'x'\nactions = [{ do = 'tag' }]", 'the action "tag" needs "name"'),
        ("connections = [{ button = 'Go', to = 'a' }]", "the block has buttons and no message to put them under"),
        (
            "say = { album = ['a.jpg', 'b.jpg'] }\nconnections = [{ button = 'Go', to = 'a' }]",
            "an album cannot carry buttons",
        ),
        ("say = 'x'\nconnections = [{}]", "the connection needs one of button, input, contact"),
        ("say = 'x'\nconnections = [{ button = 'Go', any = true, to = 'a' }]", "the connection has button and any"),
        ("say = 'x'\nconnections = [{ button = 'Go', url = 'javascript:x' }]", '"url" must begin with https://'),
        (
            "say = 'x'\nconnections = [{ button = 'Go', to = 'a' }, { button = 'Go', to = 'a' }]",
            'the button "Go" is there twice',
        ),
        (f"say = 'x'\nconnections = [{{ button = '{'x' * 65}', to = 'a' }}]", "has 65 characters; at most 64 fit"),
        ("say = 'x'\nconnections = [{ input = { type = 'nmber' } }]", 'Did you mean "number"?'),
        ("say = 'x'\nconnections = [{ input = { store = 'age', type = 'date' } }]", 'the variable "age" is a number'),
        ("say = 'x'\nconnections = [{ input = { pattern = '(a' } }]", "the pattern does not work: missing )"),
        (
            "say = 'x'\nconnections = [{ input = { pattern = '(?=a)' } }]",
            "the pattern does not work: invalid perl operator",
        ),
        ("say = 'x'\nconnections = [{ input = { tries = 2 } }]", 'the input needs both "tries" and "give_up"'),
        ("say = 'x'\nconnections = [{ input = { type = 'choice' } }]", 'a choice needs "options"'),
        ("say = 'x'\nconnections = [{ to = 'a' }, { any = true, to = 'a' }]", "the connection can never be taken"),
        ("say = 'x'\nto = 'a'\nconnections = [{ any = true, to = 'a' }]", '"to" is never used'),
        ("say = 'x'\nto = 'a'", "the blocks go round without waiting for the person: a → a"),
    ],
)
def test_a_block_is_checked(body: str, problem: str) -> None:
    assert any(problem in line for line in told(block(body))), told(block(body))


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
