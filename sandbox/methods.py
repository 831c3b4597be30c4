"""All methods, entered into the table by being imported here."""

from __future__ import annotations

from sandbox import (
    methods_chat,
    methods_commands,
    methods_copy,
    methods_delete,
    methods_edit,
    methods_file,
    methods_inline,
    methods_me,
    methods_media,
    methods_members,
    methods_queries,
    methods_reactions,
    methods_text,
    methods_things,
    methods_topics,
    methods_webhook,
)

NOUNS = (
    methods_chat,
    methods_commands,
    methods_copy,
    methods_delete,
    methods_edit,
    methods_file,
    methods_inline,
    methods_me,
    methods_media,
    methods_members,
    methods_queries,
    methods_reactions,
    methods_text,
    methods_things,
    methods_topics,
    methods_webhook,
)
