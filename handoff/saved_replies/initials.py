"""How a title is found by its first letters: 请稍候 -> qsh. Called when a reply is stored."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin

MAX_INITIALS = 128


def initials_of(title: str) -> str:
    """The first letters in pinyin, Latin letters and digits as they are; anything else is left out."""
    letters = "".join(lazy_pinyin(title, style=Style.FIRST_LETTER)).lower()
    return "".join(c for c in letters if c.isascii() and c.isalnum())[:MAX_INITIALS]
