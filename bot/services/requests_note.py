"""Notes: lines of staff's that only staff see."""

from __future__ import annotations

from bot.flow.content import Content
from bot.services import contents

#: What a line of staff's begins with that only staff are to see.
NOTE_MARK = "//"


def is_note(content: Content) -> bool:
    """Whether a line of staff's is a note that only staff see."""
    return contents.words(content.text).lstrip().startswith(NOTE_MARK)


def note_words(content: Content) -> str:
    """The words of a note, without the mark."""
    return contents.words(content.text).strip().removeprefix(NOTE_MARK).strip()
