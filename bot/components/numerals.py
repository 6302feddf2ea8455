"""Reads numbers as citizens write and speak them: 三千五, 1.2万, 3千5, 两百万, 十来万, 3,500, 15w. By cn2an."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import cn2an

# Nobody has or owes more; beyond it the arithmetic of the readers would run out of digits.
MOST = 10**15
ONES = "零〇一二两俩三四五六七八九"
SIGNS = f"0-9{ONES}幺十百千万亿"
# What a number can look like: at most 25 characters, each matched in one way only, and only from where it
# begins, so that the search stays linear in texts of thousands of digits. Letters are units only behind a digit
# (3k, 1.2w), a comma only before three digits.
_SIGN = rf"(?![百千万]分之)[{SIGNS}]"
NUMBER = (
    rf"(?<![{SIGNS}]){_SIGN}"
    rf"(?:{_SIGN}|[,，](?=[0-9]{{3}}(?![0-9]))|\.(?=[0-9])|点(?=[{ONES}])|(?<=[0-9])[kKwW](?![A-Za-z])){{0,24}}"
    rf"(?!{_SIGN})"
)
# Vague, the lower bound counts: 五万多, 十来万, 十几年. 来 only before a unit (十来万), never a verb (来办).
_VAGUE = r"(?:(?P<vague>[多几余](?![少额])|来(?=[万千百亿块元岁年个平]))(?P<scale>[百千万亿]{1,2}(?!分))?)?"
_NUMERAL = re.compile(rf"(?P<number>{NUMBER})(?:\s+(?P<apart>[万千亿]))?{_VAGUE}")
# What cn2an does not know.
_SPELLINGS = str.maketrans(
    {",": "", "，": "", "〇": "零", "俩": "两", "k": "千", "K": "千", "w": "万", "W": "万"}
)
_POINT = re.compile(r"([零一二两三四五六七八九十]+)点([零一二三四五六七八九]+)")
# 两三千, 十五六万: two neighbours before a unit mean "from the first to the second".
_PAIR = re.compile(
    r"(?P<low>一[二两]|[两二]三|三五|三四|四五|五六|六七|七八|八九)(?P<rest>[十百千万亿]{0,2})$"
)
_MIXED = re.compile(rf"[0-9]{{2}}(?=[{ONES}十])")
_TIME_UNIT = re.compile(r"年|个月|个半|岁|周岁|期|%")
_MONEY_FIRST = re.compile(r".*[千万亿kKwW](?=.)")
_NEXT_ONE = re.compile(r"(?:.*[百千万亿0-9kKwW]|.*[百千万亿][二三四五六七八九])一$")


@dataclass(frozen=True)
class Numeral:
    """A number in text[start:end]; `low` is its value, of a vague one the lower bound. `text` is without 多, 来.

    `scale`: the unit it ends in (万), 1 when there is none: in 3到5万 the 3 borrows it.
    """

    text: str
    start: int
    end: int
    low: Decimal
    vague: bool
    scale: int

    @property
    def digits(self) -> bool:
        """Whether it was typed in digits, without a unit."""
        return self.text.isascii() and self.text.isdigit()


@lru_cache(maxsize=2048)
def parse_number(text: str) -> Decimal | None:
    """The value of a whole numeral, or None when the characters make no number.

    A last digit without its unit counts one unit lower, as it is spoken: 三千五 is 3500, 一万二 is 12000.
    Digits without any unit are read one by one: 二零二五 is 2025.
    """
    # "20年零3个月": the zero only joins.
    text = re.sub(r"^零+(?=[0-9])", "", text.translate(_SPELLINGS))
    try:
        value = cn2an.cn2an(_POINT.sub(_decimal, text), "smart")
    except (ValueError, KeyError):  # the latter for some impossible orders of units
        return None
    # Through the shortest decimal form: 4.35万 is 43500, not 43499.999...
    return Decimal(str(round(value, 4))).normalize()


def find_numerals(text: str) -> list[Numeral]:
    """The numbers in a text from left to right, without what only looks like one (百分, 万一)."""
    return [n for match in _NUMERAL.finditer(text) for n in _read(match)]


def _read(match: re.Match[str]) -> list[Numeral]:
    words, start = match["number"], match.start()
    before = match.string[max(0, start - 1) : start]
    # 百分, 万一; 几十万 has no lower bound.
    # 夫妻俩一起: 俩 only stands alone.
    if (
        words[0] in "百千万亿"
        or ("俩" in words and len(words) > 1)
        or (before in ("几", "数") and words[0] == "十")
    ):
        return []
    cut = _two_numbers(words, match.string[match.end() : match.end() + 2])
    if cut:
        middle = start + cut
        parts = _pair(words[cut:], middle) or _numeral(words[cut:], middle, match.end("number"))
        numerals = (_numeral(words[:cut], start, middle), parts)
        return [n for n in numerals if n]
    numeral = _vague(match) or _pair(words, start) or _plain(match)
    return [numeral] if numeral else []


def _two_numbers(words: str, follows: str) -> int:
    """Where the second of two numbers begins that were said in one breath, 0 when it is one number.

    三千五一个月, 8000三年; 80万25年 and 五万三年, because nobody counts tens of thousands of years.
    """
    if len(words) > 2 and words[-1] == "一" and _NEXT_ONE.match(words):
        return len(words) - 1 if follows[:1] in tuple("个年次天季套") else 0
    mixed = _MIXED.search(words)
    if mixed:
        return mixed.end()
    if _TIME_UNIT.match(follows):
        money = _MONEY_FIRST.match(words)
        if money and (parse_number(words) or 10_000) > 3000:
            return money.end()
    return 0


def _plain(match: re.Match[str]) -> Numeral | None:
    end = match.end("apart") if match["apart"] else match.end("number")
    return _numeral(match["number"] + (match["apart"] or ""), match.start(), end)


def _vague(match: re.Match[str]) -> Numeral | None:
    words = match["number"] + (match["apart"] or "")
    if not match["vague"] or (match["vague"] == "几" and words[-1] not in "十百千万0"):
        return None
    return _numeral(words, match.start(), match.end(), match["scale"] or "", vague=True)


def _pair(words: str, start: int) -> Numeral | None:
    match = _PAIR.search(words)
    if not match:
        return None
    head = words[: match.start()]
    # 一二三四 is a row of digits, 二零二三 a year; only 十五六, 一百七八十 go on from a unit.
    if head and head[-1] not in "十百千万亿":
        return None
    low = head + match["low"][0] + match["rest"]
    return _numeral(low, start, start + len(words), vague=True)


def _numeral(
    words: str, start: int, end: int, scale: str = "", *, vague: bool = False
) -> Numeral | None:
    low = parse_number(words)
    if low is None:
        return None
    factor = 1
    for unit in scale:
        factor *= _UNITS[unit]
    if low * factor > MOST:
        return None
    own = _UNITS.get(words[-1], 1) if not words[-1].isdigit() else 1
    return Numeral(words, start, end, low * factor, vague, factor if scale else own)


_UNITS = {
    "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000,
    "k": 1000, "K": 1000, "w": 10_000, "W": 10_000,
}  # fmt: skip


def _decimal(match: re.Match[str]) -> str:
    """一点二 -> 1.2, which cn2an reads before a unit as well."""
    whole = cn2an.cn2an(match[1], "smart")
    digits = "".join(str(cn2an.cn2an(digit, "smart")) for digit in match[2])
    return f"{int(whole)}.{digits}"
