"""Puts an answer into fewer and plainer words: its first sentence, its steps, an example. Pure."""

from __future__ import annotations

import re

from core.conversation.content import AnswerContent

MOST_STEPS = 4
# Longer than this is not read by whoever has not understood the answer.
LONGEST_STEP = 60
_MARKS = re.compile(r"\*\*|__|`|^#+\s*|!\[[^\]]*\]\([^)]*\)", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_STEP = re.compile(
    r"^\s*(?:[-*•]|\d+[.、)）]|[①-⑩]|[（(][一二三四五六七八九十\d]+[)）])\s*(?P<step>.+)$"
)
_EXAMPLE = re.compile(r"[^。！？\n]*(?:比如|例如|举例|举个例子)[^。！？\n]*[。！？]?")


def in_plain_words(answer: AnswerContent) -> str:
    """The gist of an answer's Markdown as plain text, and an invitation to say what is unclear."""
    text = _LINK.sub(r"\1", _MARKS.sub("", answer.text_md))
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    steps = [match["step"] for line in lines if (match := _STEP.match(line))]
    prose = next((line for line in lines if not _STEP.match(line)), "")
    parts = [f"简单说：{_first_sentence(prose)}" if prose else "简单说，分这几步："]
    parts += [f"{n}. {_short(step)}" for n, step in enumerate(steps[:MOST_STEPS], 1)]
    example = _EXAMPLE.search(text)
    if example and example.group().strip() not in parts[0]:
        parts.append(example.group().strip())
    # What was left out still holds.
    return "\n".join([*parts, "完整的条件和依据，请看上一条回答。哪一句还不清楚，直接告诉我。"])


def _first_sentence(text: str) -> str:
    end = re.search(r"[。！？；]", text)
    return text if end is None else text[: end.start()] + "。"


def _short(step: str) -> str:
    """The step's first clause that stands for itself, within the length that is read."""
    whole = _first_sentence(step).rstrip("。")
    if len(whole) <= LONGEST_STEP:
        return whole
    cut = max(whole.rfind("，", 0, LONGEST_STEP), whole.rfind("、", 0, LONGEST_STEP))
    return whole[:cut] + " 等" if cut > 0 else whole
