"""What a ticket is found by: its words in one plain form, personal numbers covered. Pure; called where it is stored.

Covered, because a number that is shown in part must not be found out digit by digit; a whole phone number is looked
for in its own column.
"""

from __future__ import annotations

from core.conversation.words import plain_words
from core.errors import InvalidInput
from core.masked_numbers import covered

MOST_WORDS = 5
NAME = "§"


class WordsTooShort(InvalidInput):
    code, default_message = "search_too_short", "请至少输入两个字。"


def words_of(*texts: str | None, name: str = "") -> str:
    """The searchable words of what belongs to one ticket; the citizen's name stands last, with a mark before it."""
    words = plain_words(" ".join(covered(text) for text in texts if text))
    return f"{words} {named(name)}" if name.strip() else words


def named(name: str) -> str:
    """What stands in the words of the tickets of somebody whose name begins so."""
    return NAME + plain_words(covered(name))


def asked_words(text: str) -> list[str]:
    """The words looked for, all of which must be there. Raises WordsTooShort."""
    words = plain_words(text).split()[:MOST_WORDS]
    if not any(len(word) > 1 for word in words):
        raise WordsTooShort(field="q")
    return words
