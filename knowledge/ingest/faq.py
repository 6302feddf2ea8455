"""Finds questions in texts that have no proper headings: 问：…答：…, and numbered questions. Pure."""

from __future__ import annotations

import re

Line = tuple[int, str]

# Below every real heading, so that those become categories.
_HEADING_MARK = "######"
_HEADING = re.compile(r"#{1,6}\s+\S")
_ASKED = re.compile(
    r"(?:\*\*)?(?:问题?|Q|提问)\s*[0-9一二三四五六七八九十]*\s*[:：](?:\*\*)?\s*(.+)", re.I
)
_ANSWERED = re.compile(r"(?:\*\*)?(?:答案?|A|答复|回答|解答)\s*[:：](?:\*\*)?\s*(.*)", re.I)
# 一、 （一） (1) 1. 1、 第一问 ...; not 1.5
_NUMBER = (
    r"(?:第[0-9一二三四五六七八九十百]+[问条章节]\s*[、:：]?|[（(][0-9一二三四五六七八九十]+[）)]\s*[、.．]?"
    r"|[一二三四五六七八九十]+\s*[、.．]|\d{1,3}\s*(?:[、)）]|[.．](?!\d)))\s*"
)
_NUMBERED = re.compile(rf"(?:\*\*)?{_NUMBER}(?:\*\*)?\s*([^？?]{{2,200}}[？?])(?:\*\*)?\s*(.*)")
_LEADING_NUMBER = re.compile(rf"(?:{_NUMBER})(?=\S)")


def unnumbered(heading: str) -> str:
    """A heading without what counts it or calls it a question: 3. 怎么提取？ -> 怎么提取？"""
    if asked := _ASKED.fullmatch(heading):
        heading = asked.group(1)
    return _LEADING_NUMBER.sub("", heading.strip("* "), count=1)


def starts_question(text: str) -> bool:
    """Whether a line begins a question or an answer of a list."""
    return bool(_ASKED.match(text) or _ANSWERED.match(text) or _NUMBERED.match(text))


def headed(lines: list[Line]) -> list[Line]:
    """The lines, with a heading in place of each question that was only written like one."""
    texts = [line.strip() for _, line in lines]
    headings = sum(bool(_HEADING.match(t)) for t in texts)
    if any(map(_ASKED.fullmatch, texts)) and any(map(_ANSWERED.fullmatch, texts)):
        return _rewritten(lines, _ASKED, answers=True)
    # One numbered question among many headings is a step in an answer.
    if sum(bool(_NUMBERED.fullmatch(t)) for t in texts) > headings:
        return _rewritten(lines, _NUMBERED, answers=False)
    return lines


def _rewritten(lines: list[Line], question: re.Pattern[str], *, answers: bool) -> list[Line]:
    result: list[Line] = []
    for number, line in lines:
        text = line.strip()
        if found := question.fullmatch(text):
            result.append((number, f"{_HEADING_MARK} {found.group(1).strip('* ')}"))
            rest = found.group(2) if question is _NUMBERED else ""
            if rest:
                result.append((number, rest))
        elif answers and (given := _ANSWERED.fullmatch(text)):
            result.append((number, given.group(1)))
        else:
            result.append((number, line))
    return result
