"""Reading the action `http`: where it may call is settled when the flow is loaded, whatever people write later."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from zlib import crc32

from bot.flow.actions import Action, Http
from bot.flow.reader import Node, read_text
from bot.flow.wording import Json, Text
from bot.sentences import Sentence

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
#: The name of a host, not an address: the last part begins with a letter.
HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
#: The host is written out, in small letters, and something that ends it comes before the first place for a variable.
_ADDRESS = re.compile(rf"https://({HOST.pattern})(:\d{{1,5}})?(?=[/?]|$)[^\s#\\]*")
_WAY = re.compile(r"[^.\s]{1,100}(\.[^.\s]{1,100}){0,9}")
#: Values within values of what is sent.
_MAX_DEPTH = 6

ReadChain = Callable[[Node, str, int], tuple[Action, ...]]


def read_http(node: Node, depth: int, read_chain: ReadChain) -> Http | None:
    """The action; `read_chain` reads the lists `then` and `else`."""
    if not node.has("url"):
        node.book.problem(node.path, Sentence('{who} needs "url"', who=node.who))
    url, body = _url(node), _body(node)
    method = _method(node)
    if not node.has("else"):
        node.book.warning(
            node.path, Sentence('{who} has no "else": say there what a person hears when it fails', who=node.who)
        )
    store = tuple(_store(node))
    then, otherwise = read_chain(node, "then", depth + 1), read_chain(node, "else", depth + 1)
    if url is None:
        return None
    call = Http(_new_id(node, method, url), method, url, _host(url), body, store, then, otherwise)
    node.book.calls[call.id] = call
    return call


def _host(url: Text) -> str:
    found = _ADDRESS.match(_head(url, 0))
    return found[1] if found else ""


def _new_id(node: Node, method: str, url: Text) -> str:
    """Eight digits of the place's block and the call's words; the second of the same calls is another one."""
    words = f"{node.path[1:2]} {method} {url.source()}"
    number = 0
    while (name := f"{crc32(f'{words} {number}'.encode('utf-8', 'surrogatepass')):08x}") in node.book.calls:
        number += 1
    return name


def _url(node: Node) -> Text | None:
    url = node.text("url")
    if url is None:
        return None
    heads = [_head(url, place) for place in range(len(url.versions))]
    hosts = {found[1] for head in heads if (found := _ADDRESS.match(head))}
    if len(hosts) == 1 and all(map(_is_whole, heads, url.versions)):
        return url
    node.wrong(
        "url",
        Sentence('"url" must begin with https:// and a host that is written out, such as https://api.example.com/'),
    )
    return None


def _head(url: Text, place: int) -> str:
    """What stands before the first place for a variable."""
    _, parts = url.versions[place]
    return parts[0] if parts and isinstance(parts[0], str) else ""


def _is_whole(head: str, version: tuple[str, tuple[object, ...]]) -> bool:
    """Whether the host ends before the first variable begins, and nothing odd stands in the address."""
    found = _ADDRESS.fullmatch(head)
    rest = head.removeprefix("https://")
    return found is not None and (len(version[1]) == 1 or "/" in rest or "?" in rest)


def _method(node: Node) -> str:
    written = (node.string("method") or ("POST" if node.has("json") else "GET")).upper()
    if written not in METHODS:
        node.wrong(
            "method",
            Sentence(
                '"{written}" is not a known "method": use one of {known}', written=written, known=", ".join(METHODS)
            ),
        )
    elif written == "GET" and node.has("json"):
        node.wrong("json", Sentence('"GET" sends nothing: leave out "json", or use method = "POST"'))
    return written


def _body(node: Node) -> Json:
    value = node.raw("json")
    if value is None:
        return None
    if not isinstance(value, dict):
        node.wrong("json", Sentence('"json" must be a table, such as { name = "{first_name}" }'))
        return None
    return _json(node, node.at("json"), value, 0)


def _json(node: Node, path: tuple[str | int, ...], value: object, depth: int) -> Json:
    match value:
        case _ if depth > _MAX_DEPTH:
            node.book.problem(path, Sentence('"json" is nested more than {most} deep', most=_MAX_DEPTH))
        case bool():
            return value
        case int() | float() if isfinite(value):
            return value
        case "":
            return Text((("", ()),))
        case str():
            return read_text(node.book, path, value, '"json"')
        case list():
            return tuple(_json(node, (*path, place), item, depth + 1) for place, item in enumerate(value))
        case dict():
            return {key: _json(node, (*path, key), item, depth + 1) for key, item in value.items()}
        case _:
            node.book.problem(path, Sentence('"json" can hold texts, numbers, true and false, lists and tables'))
    return None


def _store(node: Node) -> list[tuple[str, tuple[str, ...]]]:
    table = node.raw("store")
    if table is None:
        return []
    if not isinstance(table, dict):
        node.wrong("store", Sentence('"store" must be a table, such as { price = "offer.price" }'))
        return []
    ways: list[tuple[str, tuple[str, ...]]] = []
    for name, way in table.items():
        node.variable("store", name)
        if isinstance(way, str) and (way == "" or _WAY.fullmatch(way)):
            ways.append((name, tuple(way.split(".")) if way else ()))
        else:
            node.book.problem(
                (*node.at("store"), name), Sentence('"{way}" is not a way to a value, such as "items.0.price"', way=way)
            )
    return ways
