"""The part of a typed /push that is about a sending: hold it up, look at what became of it, take it back."""

from __future__ import annotations

from collections.abc import Callable

from bot.admin import find
from bot.admin import pushes_words as words
from bot.admin.pushes import preview
from bot.admin.pushes_after import send_file
from bot.admin.pushes_after_presses import AskEditSent, AskRecall, SendFile, ShowPicture, ShowReport, ShowWhy
from bot.admin.pushes_content import preview_in
from bot.admin.pushes_content_presses import PreviewIn
from bot.admin.pushes_presses import PauseRun, Preview, ResumeRun, ShowPush
from bot.admin.pushes_run import pause, resume
from bot.services import push_content, push_runs, pushes
from bot.services.refusal import Refusal
from bot.ui.desk import Desk
from bot.ui.press import Press
from bot.ui.registry import BadArguments
from bot.ui.screen import Done
from models import Push, PushRun

Typed = Callable[[str, Desk], Done]


def _push(text: str, desk: Desk) -> Push:
    """The push with this title, in quotes or not. Raises BadArguments where there is none in the text."""
    title = text.strip()
    if len(title) > 1 and title[0] in words.QUOTES and title.endswith(words.QUOTES[title[0]]):
        title = title[1:-1].strip()
    if not title:
        raise BadArguments
    return pushes.find(desk.db, title)


def _sent(text: str, desk: Desk) -> PushRun:
    """The sending of a push that began last. Raises a Refusal where none has."""
    push = _push(text, desk)
    if not (runs := push_runs.last(desk.db, push.id, limit=1)):
        raise Refusal("pushes.never_sent", title=push.title)
    return runs[0]


def _going(text: str, desk: Desk) -> PushRun:
    """The sending of a push that goes on now. Raises a Refusal where none does."""
    push = _push(text, desk)
    run = push_runs.going_on(desk.db, push.id, desk.now)
    if run is None:
        raise Refusal("pushes.not_running", title=push.title)
    return run


def _end_of(text: str) -> tuple[str, str]:
    """What stands before the last word, and the last word."""
    before, _, last = text.strip().rpartition(" ")
    return before, last


def _report(text: str, desk: Desk) -> Done:
    before, kind = _end_of(text)
    match kind.lower():
        case "csv" | "xlsx" as ending:
            return send_file(SendFile(_sent(before, desk).id, ending), desk)
        case "picture":
            return Done(then=ShowPicture(_sent(before, desk).id))
    return Done(then=ShowReport(_sent(text, desk).id))


def _why(text: str, desk: Desk) -> Done:
    """Who is meant is the last word: an id, a @name, a name."""
    before, who = _end_of(text)
    return Done(then=ShowWhy(_sent(before, desk).id, find.one(desk, who).id))


def _preview(text: str, desk: Desk) -> Done:
    """As the admin gets it; with a language behind the title as somebody who speaks that."""
    before, language = _end_of(text)
    if before and push_content.is_language(language) and before.endswith(tuple(words.QUOTES.values())):
        return preview_in(PreviewIn(_push(before, desk).id, language), desk)
    return preview(Preview(_push(text, desk).id), desk)


def _rename(text: str, desk: Desk) -> Done:
    before, found, title = text.rpartition(" to ")
    if not found:
        raise BadArguments
    push = pushes.rename(desk.db, _push(before, desk).id, title.strip(), by=desk.actor, now=desk.now)
    return Done(then=ShowPush(push.id))


def _asks(question: Callable[[int], Press]) -> Typed:
    """The question before something that cannot be undone; it is answered with a button."""
    return lambda text, desk: Done(then=question(_sent(text, desk).id))


VERBS: dict[str, Typed] = {
    "pause": lambda text, desk: pause(PauseRun(_going(text, desk).id), desk),
    "resume": lambda text, desk: resume(ResumeRun(_going(text, desk).id), desk),
    "preview": _preview,
    "rename": _rename,
    "report": _report,
    "recall": _asks(AskRecall),
    "change": _asks(AskEditSent),
    "why": _why,
}
