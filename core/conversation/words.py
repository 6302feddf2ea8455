"""What the desk's search finds a message by: its words in one plain form. Pure; called where messages are stored."""

from __future__ import annotations

import unicodedata
from typing import Any

# The part of a content that people wrote or read, by its type. Activity lines are not looked for.
_TEXTS = {
    "text": ("text",),
    "choices": ("text",),
    "answer": ("question", "text_md"),
    "image": ("name",),
    "voice": ("name",),
    "video": ("name",),
    "file": ("name",),
    "location": ("label",),
}


def plain_words(text: str) -> str:
    """Lower case, full-width forms made narrow, any run of white space one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(content: dict[str, Any]) -> str:
    """The searchable words of a stored content; empty for what is not searched."""
    kind = content.get("type")
    if kind == "form":
        data = content.get("data")
        parts = _leaves(data) if isinstance(data, dict) else []
    else:
        parts = [str(content.get(name) or "") for name in _TEXTS.get(str(kind), ())]
    return plain_words(" ".join(parts))


def _leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in _leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in _leaves(each)]
    return [value] if isinstance(value, str) else []
