"""Finds the questions in a long message: a story with one question at its end, or several at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

# Shorter messages are searched for as they stand.
LONG = 26
# A piece with less says nothing alone.
SHORTEST = 5
MAX_QUESTIONS = 3
# Each costs one more search.
MAX_KERNELS = 2
_SENTENCE_END = re.compile(r"[。！？!?；;\n]+|\s{2,}")
_CLAUSE_END = re.compile(r"[。！？!?；;\n，,、：:]+|\s+")
_ASKS = re.compile(
    r"吗|么|呢|[?？]|怎么|怎样|咋|如何|多少|多久|几|什么|啥|哪|能不能|可不可以|可以不|是不是|要不要|有没有|能否|谁"
)


def questions(text: str) -> list[str]:
    """The sentences of `text` that ask something, in their order, when there are several; else nothing."""
    pieces = [p.strip() for p in _SENTENCE_END.split(text)]
    asking = [p for p in pieces if len(p) >= 2 and _ASKS.search(p)]
    return asking[:MAX_QUESTIONS] if len(asking) > 1 else []


def kernels(text: str, names_topic: Callable[[str], bool]) -> list[str]:
    """Of a long story the clause that asks, with the clause before it that says what about."""
    if len(text) < LONG:
        return []
    clauses = [c for c in _CLAUSE_END.split(text) if c]
    asking = [i for i, c in enumerate(clauses) if _ASKS.search(c) and len(c) >= SHORTEST]
    if not asking or len(clauses) < 2:
        return []
    last = asking[-1]
    subject = next((c for c in reversed(clauses[:last]) if names_topic(c)), "")
    found = [clauses[last]] if names_topic(clauses[last]) else []
    if subject:
        found.append(f"{subject} {clauses[last]}")
    if last:
        found.append(f"{clauses[last - 1]} {clauses[last]}")
    return list(dict.fromkeys(found))[:MAX_KERNELS]
