"""All methods, entered into the table by being imported here."""

from __future__ import annotations

from sandbox import (
    methods_chat,
    methods_commands,
    methods_copy,
    methods_delete,
    methods_edit,
    methods_file,
    methods_me,
    methods_media,
    methods_queries,
    methods_text,
    methods_things,
    methods_webhook,
)

NOUNS = (
    methods_chat,
    methods_commands,
    methods_copy,
    methods_delete,
    methods_edit,
    methods_file,
    methods_me,
    methods_media,
    methods_queries,
    methods_text,
    methods_things,
    methods_webhook,
)
