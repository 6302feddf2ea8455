"""What the readers of values share: the value they find, and the line of text they read. Called by values.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.components.numerals import Numeral, find_numerals

# Signs and particles that carry no value of their own; behind a number they end it.
SPACE = re.compile(r"\s*")
RANGE = re.compile(r"\s*(?:到|至|-|~|—|–|～|－)+\s*")


@dataclass(frozen=True)
class Value:
    """One value found at text[start:end]. What the kinds mean: docs/nlu-values.md.

    kind          value
    amount        money, int fen
    number        a number without a unit, decimal string
    duration      a span of time, int months
    age           int years
    rate          decimal string, 0.12 for 12%
    date          "YYYY-MM-DD" or "YYYY-MM"
    year          int
    ordinal       which of the choices, int from 1; -1 for the last
    phone         11 digits, or a landline with area code, 0571-88880000
    id_number     {"number", "valid": bool, "birth": "YYYY-MM-DD" | None, "sex": "male" | "female" | None}
    employer_code, fund_account, bank_card   {"number", "valid": bool}
    """

    kind: str
    value: Any
    start: int
    end: int


# Readable characters become their half-width or simplified form one to one, so that offsets stay right.
_PLAIN = (
    {ord("０") + i: ord("0") + i for i in range(10)}
    | {ord("Ａ") + i: ord("A") + i for i in range(26)}
    | {ord("ａ") + i: ord("a") + i for i in range(26)}
    | {ord("①") + i: ord("1") + i for i in range(9)}
    | str.maketrans("．％￥：（）＋＊－\u3000", ".%¥:()+*- ")
    | str.maketrans("萬億圓兩個歲號幾點後週這來餘證個間從開關險養老買賣貸戶離職結婚單檔",
                    "万亿圆两个岁号几点后周这来余证个间从开关险养老买卖贷户离职结婚单档")
    # Half a character, as broken clients send it: spaCy cannot store it.
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
    | str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
)  # fmt: skip
# Eleven digits in a row are spoken only for phones, accounts and identity numbers.
_SPOKEN = re.compile(r"[零〇一二三四五六七八九幺]{11,}[xX]?")
_SPOKEN_DIGITS = str.maketrans("零〇一二三四五六七八九幺", "001234567891")


def plain(text: str) -> str:
    """The text with every character in the form the readers know; as long as before."""
    text = text.translate(_PLAIN)
    return _SPOKEN.sub(lambda match: match.group().translate(_SPOKEN_DIGITS), text)


class Line:
    """A text in plain form, its numbers, and what of it has been read."""

    def __init__(self, text: str, today: date) -> None:
        self.text = text
        self.today = today
        self.values: list[Value] = []
        # Looking up and taking a place costs the same in a message of a thousand numbers.
        self._taken = bytearray(len(text))
        self._numerals: dict[int, Numeral] | None = None

    def take(self, start: int, end: int) -> None:
        """Nobody else may read text[start:end]."""
        self._taken[start:end] = b"\1" * (end - start)
        if self._numerals is not None:
            for place in range(start, end):
                self._numerals.pop(place, None)

    def add(self, kind: str, value: Any, start: int, end: int) -> None:
        self.values.append(Value(kind, value, start, end))

    def free(self, start: int, end: int) -> bool:
        return 1 not in self._taken[start:end]

    @property
    def numerals(self) -> list[Numeral]:
        """The numbers nobody has read yet, from left to right."""
        return list(self._unread().values())

    def _unread(self) -> dict[int, Numeral]:
        if self._numerals is None:
            found = find_numerals(self.text)
            self._numerals = {n.start: n for n in found if self.free(n.start, n.end)}
        return self._numerals

    def after(self, position: int) -> Numeral | None:
        """The number that begins at a position or behind the spaces there."""
        match = SPACE.match(self.text, position)
        return self._unread().get(match.end() if match else position)

    def other_end(self, numeral: Numeral) -> Numeral | None:
        """The second end of a range, 5万 for the 3 in 3到5万."""
        match = RANGE.match(self.text, numeral.end)
        return self.after(match.end()) if match else None

    def unit(self, numeral: Numeral, pattern: re.Pattern[str]) -> "Unit | None":
        """The unit behind a number, or the one it borrows from the other end of its range."""
        match = pattern.match(self.text, numeral.end)
        if match and self.free(numeral.end, match.end()):
            return Unit(match, match.end(), None)
        other = self.other_end(numeral)
        match = pattern.match(self.text, other.end) if other else None
        return Unit(match, numeral.end, other) if match else None


@dataclass(frozen=True)
class Unit:
    """`end` is where the mention ends; `lender` the number a unit was borrowed from."""

    match: re.Match[str]
    end: int
    lender: Numeral | None
