"""In which language a citizen writes, guessed by script: for routing to people who speak it. Pure."""

from __future__ import annotations

import unicodedata

CHINESE, ENGLISH = "zh", "en"
# Fewer words of Latin letters than this are a name, a number of a form or a slip of the keyboard.
_ENOUGH_WORDS = 2


def guess_language(text: str) -> str | None:
    """zh, en, or None where the text does not say (digits, emoji, a single word)."""
    if any("CJK" in unicodedata.name(c, "") for c in text):
        return CHINESE
    words = [word for word in text.split() if any(c.isascii() and c.isalpha() for c in word)]
    return ENGLISH if len(words) >= _ENOUGH_WORDS else None
