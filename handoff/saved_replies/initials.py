"""How a title is found by its first letters: 请稍候 -> qsh. Called when a reply is stored."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin

MAX_INITIALS = 128


def initials_of(title: str) -> str:
    """The first letters in pinyin, Latin letters and digits as they are; anything else is left out."""
    letters = lazy_pinyin(title, style=Style.FIRST_LETTER, errors=lambda other: list(other))
    return "".join(letter.lower() for letter in letters if letter.isascii() and letter.isalnum())[
        :MAX_INITIALS
    ]
