"""Which of the offered choices a typed or spoken text means: its label, 第二个, ②, 租房的. Pure; answering.py calls it.

In doubt it is none: the text then goes to the bot as it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.conversation.answers import PERSON
from core.conversation.content import AnswerContent, Choice, ChoicesContent, Content

_DIGITS = {
    **{c: n for n, c in enumerate("一二三四五六七八九十", 1)},
    "两": 2,
    "十一": 11,
    "十二": 12,
}
_NUMBER = r"\d{1,2}|十[一二]|[一二两三四五六七八九十]"
_CIRCLED = {chr(ord("①") + n): n + 1 for n in range(12)}
# Said around a choice; none of these words tells one from another.
_BEFORE = r"(?:嗯|哦|那|那就|就|好的?|我?(?:还是)?(?:想?选择?|想?要|点|按|问的?是|说的?是)|应该是|是|请|回复|答案?)*"
_AFTER = r"(?:吧|的|呢|啊|了|呀|哦|就行|就好|就可以|可以|谢谢|那个|这个)*"
_PLACE = re.compile(
    rf"{_BEFORE}(?:(?P<ordinal>第)?(?P<number>{_NUMBER})(?P<unit>个|条|项|种|款|号|行|问题|选项)?(?:选项|问题)?"
    rf"|(?P<last>最后|末尾|倒数第一)(?:那?一?[个条项种款])?|(?P<first>头|最前面?那?)一?[个条项]"
    rf"|(?P<of_two>前|后|上|下)(?:面)?(?:那|一|的那)*[个条项]){_AFTER}"
)
_FILLERS = re.compile(rf"^{_BEFORE}|{_AFTER}$")
_PUNCTUATION = re.compile(r"[\s,，。.!！?？、:：;；~～“”\"'‘’（）()【】\[\]《》…·-]+")
_ASKS = re.compile(r"[?？]|吗|什么|怎么|怎样|为啥|为什么|多少|哪|是不是|能不能|有没有|多久|几")
# The ways out of a question are no entries of a list: 2 under a question for an amount is an amount.
_WAYS_OUT = frozenset({PERSON.value, "跳过", "不变", "不办了", "再试一次"})
SHORTEST_PART = 2
# Nobody names a choice in more words than these.
LONGEST = 40


def offered_choices(content: Content) -> list[Choice]:
    """What a message lets the citizen pick: its choices, or the questions an answer leads on to."""
    match content:
        case ChoicesContent():
            return list(content.choices)
        case AnswerContent():
            return [Choice(label=question, value=question) for question in content.next]
        case _:
            return []


def meant_choice(text: str, choices: Sequence[Choice]) -> str | None:
    """The value of the choice the text means, None when it is none of them or not surely one."""
    if not choices:
        return None
    said = _bare(text)
    for choice in choices:
        if said and said in (_bare(choice.label), _bare(choice.value)):
            return choice.value
    if len(text) > LONGEST:
        return None
    place = _place(text, choices)
    if place is not None:
        return choices[place].value if 0 <= place < len(choices) else None
    if _ASKS.search(text):
        return None
    return _by_part(said, choices)


def _bare(text: str) -> str:
    """Without punctuation, in one width and case."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).lower()


def _place(text: str, choices: Sequence[Choice]) -> int | None:
    """The place that is named, from 0; None when none is. May lie outside the list."""
    stripped = _PUNCTUATION.sub("", text)
    if stripped in _CIRCLED:
        return _CIRCLED[stripped] - 1
    match = _PLACE.fullmatch(_bare(text))
    if match is None:
        return None
    if match["last"]:
        return len(choices) - 1
    if match["first"]:
        return 0
    if match["of_two"]:
        return {"前": 0, "上": 0, "后": 1, "下": 1}[match["of_two"]] if len(choices) == 2 else None
    if not match["ordinal"] and match["unit"] in (None, "号", "行"):
        # A mere number is one only where there is a list to count.
        if sum(choice.value not in _WAYS_OUT for choice in choices) < 2:
            return None
    elif not match["ordinal"]:
        # 两个, 3个: so many, not the third.
        return None
    number = match["number"]
    return (int(number) if number.isdigit() else _DIGITS[number]) - 1


def _by_part(said: str, choices: Sequence[Choice]) -> str | None:
    """The choice a distinctive part of whose label was said, and little else: 租房 for 租房可以提取公积金吗."""
    part = _FILLERS.sub("", said)
    if len(part) < SHORTEST_PART:
        return None
    labels = [_bare(choice.label) for choice in choices]
    having = [index for index, label in enumerate(labels) if part in label]
    if len(having) != 1:
        return None
    others = [label for index, label in enumerate(labels) if index != having[0]]
    pairs = {part[i : i + 2] for i in range(len(part) - 1)}
    if any(pair in label for pair in pairs for label in others):
        return None
    return choices[having[0]].value
