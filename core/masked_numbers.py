"""Shows personal numbers in part: 138****5678. Pure; for everything the desk reads, while the store keeps the whole.

masking.py knows how the numbers look; there they are taken out for good, here their middle is covered, so that an
agent can still tell one from another. As there, a number too many is covered rather than one too few: a look at the
whole is one click away for those who may.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.masking import (
    ACCOUNT,
    CARD,
    IDENTITY,
    LANDLINE,
    MOBILE,
    OLD_IDENTITY,
    PASTED,
    PERMIT,
    each,
    plain_char,
    spoken,
)

STAR = "*"
# Fewer digits than this, however written, are no personal number (a permit has seven).
_FEWEST = 7
_DIGIT = re.compile(
    "[0-9〇零一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖]|[^\x00-\x7f\u3000-\u9fff\uff21-\uff5a]"
)
# Our own numbers of tickets and left messages, by which people look things up: a series, the day, a count. Which
# series there are is set in the console; no document has a day and a count after its letters.
_DAY = r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_TICKET = re.compile(rf"(?<![A-Za-z])[A-Z]{{2,4}}{_DAY}-[0-9]{{4,6}}(?![0-9])", re.IGNORECASE)
_DATE = r"(?:19|20)[0-9]{2}-(?:0?[1-9]|1[0-2])(?:-(?:0?[1-9]|[12][0-9]|3[01]))?"
_DATES = re.compile(rf"{_DATE}(?:[ \-—–]{{1,3}}{_DATE})*(?:[ ]+[0-9]{{1,2}})?")
# Taken by a number already: nothing else is found there.
_TAKEN = "\x00"

# How many are left to see at the beginning and at the end; a negative beginning: all but so many at the end.
_Shown = tuple[int, int]
_Rules = tuple[tuple[re.Pattern[str], _Shown | None], ...]
# None: a quarter at either end. A mobile shows its network and the last four, as banks and carriers print it.
# A card as it is printed; looked for before a mobile, as which its last groups may pass.
_GROUPS = re.compile(
    r"(?<![0-9])[0-9]{4}([\s\u200b-\u200f\u2060\ufeff\-]{1,3})[0-9]{4}(?:\1[0-9]{4}){2}(?:\1[0-9]{1,4})?(?![0-9])"
)
_PERSONS: _Rules = (
    (IDENTITY, (4, 4)),
    (_GROUPS, (4, 4)),
    (MOBILE, (-8, 4)),
    (OLD_IDENTITY, (4, 3)),
    (CARD, (4, 4)),
)
_CITIZENS: _Rules = (
    (PASTED, (4, 4)), *_PERSONS, (LANDLINE, (-8, 4)), (PERMIT, (2, 2)), (ACCOUNT, None),
)  # fmt: skip
_SPOKEN: _Rules = ((IDENTITY, (4, 4)), (MOBILE, (-8, 4)), (CARD, (4, 4)), (ACCOUNT, None))
# What bot and agents write names hotlines, documents and receipts; only what can be nothing else is covered.
_LONG = re.compile(r"(?<![0-9])[0-9](?:[ \-]?[0-9]){15,}(?![0-9])")
_SERVICE: _Rules = ((PASTED, (4, 4)), *_PERSONS, (_LONG, (4, 4)))


def covered(text: str, *, by_citizen: bool = True) -> str:
    """The text with the middle of personal numbers starred; the same object when there is none."""
    if not _may_hold_one(text):
        return text
    plain = _TICKET.sub(lambda m: _TAKEN * len(m[0]), each(text, plain_char))
    chars = list(text)
    plain = _cover(chars, plain, _CITIZENS if by_citizen else _SERVICE)
    if by_citizen and not text.isascii():
        _cover(chars, spoken(plain), _SPOKEN)
    starred = "".join(chars)
    return starred if starred != text else text


def _may_hold_one(text: str) -> bool:
    """Nearly no message has that many digits; told without looking closer."""
    return len(text) >= _FEWEST and len(_DIGIT.findall(text)) >= _FEWEST


def _cover(
    chars: list[str], plain: str, rules: Iterable[tuple[re.Pattern[str], _Shown | None]]
) -> str:
    """Star in `chars` what the rules find in `plain`, which has a character for each. Returns what is left of it."""
    for pattern, shown in rules:
        taken = []
        for match in pattern.finditer(plain):
            if pattern is ACCOUNT and _DATES.fullmatch(match[0].strip()):
                continue
            taken.append(match.span())
            places = [place for place in range(*match.span()) if plain[place].isalnum()]
            head, tail = shown or (min(len(places) // 4, 4),) * 2
            head = head if head >= 0 else len(places) + head
            for place in places[head : len(places) - tail]:
                chars[place] = STAR
        for start, end in taken:
            plain = plain[:start] + _TAKEN * (end - start) + plain[end:]
    return plain
