"""What an editor's sentence or reply may be made of, and when two sentences are the same or nearly so. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

MAX_EXAMPLE, MAX_REPLY = 100, 1000
# Characters that are drawn over others, or turn the direction of reading: they hide what a text says.
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u2028\u2029\ufffc\ufffd]")
_SPACE = re.compile(r"\s+")
_CLOSING = re.compile(r"[\s,，。.!！?？~、…；;：:]+")
_WORD = re.compile(r"\{([a-z_]+)\}")
NEAR = 0.8


def _clean(text: str) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cs", "Co") and c not in "\n\t" for c in text):
        raise ValueError("含有控制字符，请删去后再提交")
    if _HIDDEN.search(text):
        raise ValueError("含有看不见的字符，请删去后再提交")
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """A sentence as a citizen would write it. Raises ValueError, in Chinese."""
    text = _clean(text)
    if "\n" in text.strip():
        raise ValueError("每句只能写一行")
    text = _SPACE.sub(" ", text).strip()
    if not text:
        raise ValueError("不能为空")
    return text


def _phrase(text: str) -> str:
    text = one_line(text)
    # 👍 says something, a lone question mark does not.
    if not any(unicodedata.category(c)[0] in "LNS" for c in text):
        raise ValueError("只有标点，没有文字")
    return text


def _template(text: str) -> str:
    text = "\n".join(line.rstrip() for line in _clean(text).strip().split("\n"))
    if not text:
        raise ValueError("不能为空")
    # The channel takes blank lines for the end of a message.
    return re.sub(r"\n{2,}", "\n", text)


def _reply(text: str) -> str:
    text = _template(text)
    if strange_words(text, ()):
        raise ValueError("不能含有花括号 { }")
    return text


def words_of(template: str) -> list[str]:
    """The words in braces that the program fills in."""
    return _WORD.findall(template)


def strange_words(template: str, known: Iterable[str]) -> bool:
    """Whether anything stands in braces but `known` words.

    Rasa fills in slots there: {loan_income} would put what a citizen said into the text.
    """
    known = set(known)
    rest = _WORD.sub(lambda match: "" if match[1] in known else match[0], template)
    return "{" in rest or "}" in rest


Phrase = Annotated[str, StringConstraints(max_length=MAX_EXAMPLE), AfterValidator(_phrase)]
Template = Annotated[str, StringConstraints(max_length=MAX_REPLY), AfterValidator(_template)]
ReplyText = Annotated[str, StringConstraints(max_length=MAX_REPLY), AfterValidator(_reply)]
Title = Annotated[str, StringConstraints(max_length=20), AfterValidator(_phrase)]
Means = Annotated[str, StringConstraints(max_length=100), AfterValidator(_phrase)]
Note = Annotated[str, StringConstraints(max_length=200), AfterValidator(one_line)]


def key_of(text: str) -> str:
    """Equal for sentences that are the same to a reader: width, case, spaces and punctuation do not count."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _CLOSING.sub("", folded)[:160] or folded[:160]


def likeness(one: str, other: str) -> float:
    """0..1, of two keys: the share of common character pairs (Dice)."""
    left, right = pairs(one), pairs(other)
    return 2 * len(left & right) / ((len(left) + len(right)) or 1)


def pairs(key: str) -> frozenset[str]:
    """The character pairs of a key; a single character is a pair with nothing."""
    return frozenset(key[i : i + 2] for i in range(len(key) - 1)) or frozenset({key})
