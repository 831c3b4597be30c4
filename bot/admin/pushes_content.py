"""What a push says: a message sent to the bot, in several languages, with buttons; any step again, in any order."""

from __future__ import annotations

from bot.admin import pushes_words as words
from bot.admin.pushes_content_presses import (
    AskButtons,
    AskLanguage,
    AskMessage,
    DropVersion,
    FurtherFile,
    PreviewIn,
    ShowMessage,
    ShowOptions,
    WriteButtons,
    WriteLanguage,
    WriteMessage,
)
from bot.admin.pushes_edit import expect, onward_from
from bot.admin.pushes_presses import ShowPush
from bot.flow.content import Content, Kind
from bot.services import contents, drafts, push_compose, push_content, pushes, pushes_preview
from bot.services.conversations import Incoming
from bot.services.refusal import Refusal
from bot.services.roles import Role
from bot.ui.desk import Desk
from bot.ui.html import Html, Words, excerpt, html, join, lines, paragraphs, quote
from bot.ui.press import pack
from bot.ui.registry import NotAwaited, action, page, typed
from bot.ui.screen import Button, Done, Row, Screen, Step, rows_of
from models import Push, PushRun

#: Characters of a message that its page shows.
_EXCERPT = 300


@page(ShowMessage, role=Role.ADMIN)
def show_message(press: ShowMessage, desk: Desk) -> Screen:
    """Every version with its buttons, and what Telegram thinks of it."""
    push = pushes.get(desk.db, press.push_id)
    said = push_content.versions(desk.db, push.content_id)
    refused = push_content.refused(desk.db, push)
    text = paragraphs(
        html("<b>{}</b>", desk.say("pushes.message_title", revision=push.revision)),
        *(_version(language, content, desk) for language, content in sorted(said.items())),
        html("{}", desk.say("pushes.no_message_yet")) if not said else None,
        html("{}", desk.say("push.content_refused", reason=refused)) if refused else None,
        html("{}", desk.say("pushes.clicks_note")) if any(content.rows for content in said.values()) else None,
    )
    return Screen(text, _buttons(push, sorted(said), desk), words.to_card(push, desk))


def _version(language: str, content: Content, desk: Desk) -> Html:
    return lines(
        html("<b>{}</b> · {}", _called(language, desk), desk.say(f"kinds.{content.kind}")),
        quote(excerpt(contents.words(content.text), _EXCERPT)) if content.text else None,
        *(
            join(" · ", (html("[{}]", excerpt(option.label, words.ON_SCREEN)) for option in row))
            for row in content.rows
        ),
    )


def _called(language: str, desk: Desk) -> Words:
    return desk.say("pushes.for_others") if not language else Words(language)


def _buttons(push: Push, languages: list[str], desk: Desk) -> tuple[Row, ...]:
    first = Button(desk.say("pushes.write_message"), AskMessage(push.id, ""))
    if not languages:
        return ((first,),)
    further = [language for language in languages if language]
    return (
        *rows_of(
            first,
            Button(desk.say("pushes.edit_buttons"), AskButtons(push.id, "")),
            Button(desk.say("pushes.preview"), PreviewIn(push.id, "")),
        ),
        *(_of_version(push, language) for language in further),
        *rows_of(
            Button(desk.say("pushes.add_language"), AskLanguage(push.id)),
            Button(desk.say("pushes.edit_options"), ShowOptions(push.id)),
            Button(desk.say("pushes.next"), onward_from(push, desk)),
        ),
    )


def _of_version(push: Push, language: str) -> Row:
    return rows_of(
        Button(f"✎ {language}", AskMessage(push.id, language)),
        Button(f"👁 {language}", PreviewIn(push.id, language)),
        Button(f"✕ {language}", DropVersion(push.id, language)),
    )[0]


@action(AskMessage, role=Role.ADMIN)
def begin_message(press: AskMessage, desk: Desk) -> Done:
    """The next message is what the push says."""
    return expect(WriteMessage(press.push_id, press.language), desk)


@page(WriteMessage, role=Role.ADMIN)
def ask_message(press: WriteMessage, desk: Desk) -> Screen:
    """What can be sent, and how a name gets into it."""
    return _question("pushes.ask_message", press.push_id, desk, example="{first_name}", fallback="{first_name|you}")


def _question(key: str, push_id: int, desk: Desk, *rows: Row, **values: str) -> Screen:
    push = pushes.get(desk.db, push_id)
    back = ShowMessage(push.id) if push.content_id is not None else ShowPush(push.id)
    path = (*words.to_card(push, desk), Step(desk.say("pushes.message"), ShowMessage(push.id)))
    return Screen(html("{}", desk.say(key, **values)), (*rows, (Button(desk.say("ui.cancel"), back),)), path)


@typed(WriteMessage, role=Role.ADMIN)
def take_message(press: WriteMessage, incoming: Incoming, desk: Desk) -> Done:
    """It is kept as it is, and sent back as users will get it; the files of an album come one by one."""
    content = push_compose.content_of(incoming)
    _set(press.push_id, press.language, content, desk)
    if album := push_compose.album_of(incoming):
        expected = pack(FurtherFile(press.push_id, press.language))
        drafts.put(desk.db, desk.actor.id, expected, {"album": album}, desk.now)
        return Done(desk.say("pushes.album_begun"), then=ShowMessage(press.push_id))
    return _previewed(press.push_id, press.language, desk)


def _set(push_id: int, language: str, content: Content, desk: Desk) -> None:
    push_content.set_message(desk.db, push_id, content, language, by=desk.actor, setup=desk.setup, now=desk.now)


def _previewed(push_id: int, language: str, desk: Desk) -> Done:
    told = pushes_preview.preview(desk.db, push_id, language=language, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(desk.say("pushes.previewed"), then=ShowMessage(push_id), pending=told)


@page(FurtherFile, role=Role.ADMIN)
def show_album(press: FurtherFile, desk: Desk) -> Screen:
    """The message as far as its files have come."""
    return show_message(ShowMessage(press.push_id), desk)


@typed(FurtherFile, role=Role.ADMIN)
def take_further_file(press: FurtherFile, incoming: Incoming, desk: Desk) -> Done:
    """A further file of the same album; anything else is none of it."""
    album = push_compose.album_of(incoming)
    if album is None or album != desk.draft.get("album"):
        raise NotAwaited
    part = push_compose.content_of(incoming)
    push_content.add_to_album(
        desk.db, press.push_id, part, press.language, by=desk.actor, setup=desk.setup, now=desk.now
    )
    drafts.put(desk.db, desk.actor.id, pack(press), {"album": album}, desk.now)
    return Done()


@action(AskButtons, role=Role.ADMIN)
def begin_buttons(press: AskButtons, desk: Desk) -> Done:
    """The next message is the buttons."""
    return expect(WriteButtons(press.push_id, press.language), desk)


@page(WriteButtons, role=Role.ADMIN)
def ask_buttons(press: WriteButtons, desk: Desk) -> Screen:
    """How buttons are written; those there are can be copied and changed."""
    push = pushes.get(desk.db, press.push_id)
    present = push_content.versions(desk.db, push.content_id).get(press.language)
    written = push_compose.written_buttons(present.rows) if present else ""
    copy = ((Button(desk.say("pushes.copy_buttons"), copy=written),),) if 0 < len(written) <= 256 else ()
    return _question("pushes.ask_buttons", press.push_id, desk, *copy)


@typed(WriteButtons, role=Role.ADMIN)
def take_buttons(press: WriteButtons, incoming: Incoming, desk: Desk) -> Done:
    """They are shown at once, as users will see them."""
    rows = push_compose.buttons_of(incoming.words)
    push_content.set_buttons(
        desk.db, press.push_id, rows, press.language, by=desk.actor, setup=desk.setup, now=desk.now
    )
    return _previewed(press.push_id, press.language, desk)


@action(AskLanguage, role=Role.ADMIN)
def begin_language(press: AskLanguage, desk: Desk) -> Done:
    """The next message is a language."""
    return expect(WriteLanguage(press.push_id), desk)


@page(WriteLanguage, role=Role.ADMIN)
def ask_language(press: WriteLanguage, desk: Desk) -> Screen:
    """The languages of the flow, and how others are written."""
    push = pushes.get(desk.db, press.push_id)
    said = push_content.versions(desk.db, push.content_id)
    offered = [language for language in desk.setup.flow.languages if language and language not in said]
    rows = rows_of(*(Button(language, AskMessage(push.id, language)) for language in offered[:9]))
    return _question("pushes.ask_language", press.push_id, desk, *rows)


@typed(WriteLanguage, role=Role.ADMIN)
def take_language(press: WriteLanguage, incoming: Incoming, desk: Desk) -> Done:
    """On to the message in that language."""
    language = incoming.words.strip().lower().replace("_", "-")
    if not push_content.is_language(language):
        raise Refusal("push.no_language", word=language)
    return expect(WriteMessage(press.push_id, language), desk)


@action(DropVersion, role=Role.ADMIN)
def drop_version(press: DropVersion, desk: Desk) -> Done:
    """Its people get what everybody else gets."""
    push_content.drop_version(desk.db, press.push_id, press.language, by=desk.actor, setup=desk.setup, now=desk.now)
    return Done(then=ShowMessage(press.push_id))


@action(PreviewIn, role=Role.ADMIN)
def preview_in(press: PreviewIn, desk: Desk) -> Done:
    """The real thing, as somebody who speaks this language gets it."""
    told = pushes_preview.preview(
        desk.db, press.push_id, language=press.language, by=desk.actor, setup=desk.setup, now=desk.now
    )
    return Done(desk.say("pushes.previewed"), pending=told)


def summary(push: Push | PushRun, desk: Desk) -> Html:
    """What a push says, or a run that has begun, in a line or two."""
    said = push_content.versions(desk.db, push.content_id)
    if not said:
        if push.start is None:
            return html("{}", desk.say("pushes.starts_nothing"))
        stays = "keep_place" in push_content.options(push)
        return html("{}", desk.say("pushes.starts_in_place" if stays else "pushes.starts", block=push.start))
    first = said.get("") or Content(Kind.TEXT)
    kind = desk.say("pushes.says", kind=desk.say(f"kinds.{first.kind}"), count=len(said))
    shown = excerpt(contents.words(first.text), words.ON_SCREEN)
    return lines(html("{}", kind), html("<i>{}</i>", shown) if shown else None)


def details(push: Push | PushRun, desk: Desk) -> Html | None:
    """Its topic and options, where it has any."""
    names = [desk.say(f"pushes.option_{name}") for name in push_content.OPTIONS if name in push_content.options(push)]
    return (
        lines(
            html("{}", desk.say("pushes.topic_is", topic=push.topic)) if push.topic else None,
            html("{}", ", ".join(names)) if names else None,
        )
        or None
    )
