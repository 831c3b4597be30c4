"""The emoji that any topic may have for an icon."""

from __future__ import annotations

_EMOJI = "📰 💡 ⚡ 🎙 🔝 🗣 🆒 ❗ 📝 📆 📁 🔎 📣 🔥 ❓ 📈 📉 💬 ✅ ☑ 🆘 🔒 🏆 🎯"
#: By the id of their custom emoji.
ICONS = {str(5_312_000_000_000_000_000 + number): emoji for number, emoji in enumerate(_EMOJI.split(), 1)}
