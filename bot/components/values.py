"""Finds values in a citizen's sentence and normalises them: money, time spans, dates, phones, identity numbers.

Standard library only: pure functions from text to a list of `Value`; entities.py hands them to Rasa.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bot.components.numerals import NUMBER, parse_number


@dataclass(frozen=True)
class Value:
    """One value found at text[start:end].

    kind      value
    amount    money, int fen
    number    a number without a unit, decimal string
    duration  a span of time, int months
    age       int years
    rate      decimal string, 0.12 for 12%
    date      "YYYY-MM-DD" or "YYYY-MM"
    ordinal   which of the choices, int from 1; -1 for the last
    phone     11 digits, or a landline with area code, 0571-88880000
    id_number {"number": 18 characters, "valid": bool, "birth": "YYYY-MM-DD", "sex": "male"|"female"}
    """

    kind: str
    value: Any
    start: int
    end: int


# Whoever answers a question is shorter. Thousands of values in one message would keep Rasa's one thread, and with it
# everybody else's turns, waiting for seconds.
MAX_LENGTH = 1000

# Full-width digits and letters become half-width one to one, so that offsets stay right.
_HALF_WIDTH = (
    {ord("０") + i: ord("0") + i for i in range(10)}
    | {ord("Ａ") + i: ord("A") + i for i in range(26)}
    | {ord("ａ") + i: ord("a") + i for i in range(26)}
    | {ord("．"): ord("."), ord("％"): ord("%"), ord("￥"): ord("¥")}
)

_ID_NUMBER = re.compile(r"(?<![\dA-Za-z])\d{17}[\dXx](?![\dA-Za-z])")
_PHONE = re.compile(
    r"(?<!\d)(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-\d{7,8})(?!\d)"
)
_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2}|[二一][零〇九]\S{2})\s*[年./-]\s*(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
    r"(?:\s*[月./-]\s*(?P<day>3[01]|[12]\d|0?[1-9])(?!\d)\s*[日号]?|\s*月份?|(?![\d.]))"
)
_DURATION = re.compile(
    rf"(?:(?P<years>{NUMBER})\s*(?:周年|年)(?P<half>半)?(?!级|度|月)(?:零?(?P<rest>{NUMBER})\s*个?月)?"
    rf"|(?P<halfyear>半年)|(?P<half_number>{NUMBER})个半月|(?P<months>{NUMBER})\s*个月|(?P<halfmonths>半个月))"
)
_AGE = re.compile(rf"(?P<age>{NUMBER})\s*(?:周?岁)")
_RATE = re.compile(rf"百分之(?P<words>{NUMBER})|(?<!\d)(?P<digits>\d{{1,15}}(?:\.\d{{1,15}})?)\s*%")
_ORDINAL = re.compile(
    rf"第(?P<number>{NUMBER})\s*(?:个|项|种|条|款)?|(?:选|选择|就)?(?P<last>最后(?:一)?(?:个|项|种))|选(?:择)?(?P<picked>\d{{1,2}}|[一二两三四五六七八九十])(?!\d)"
)
_CURRENCY = r"(?:块钱|元钱|元整|元|块|圆|人民币|rmb|RMB)"
_AMOUNT = re.compile(
    rf"[¥￥]\s*(?P<sign>{NUMBER})|(?P<money>{NUMBER})(?P<about>多|几|来)?\s*{_CURRENCY}(?P<tail>[一二两三四五六七八九](?![十百千万个]))?"
    rf"|(?P<bare>{NUMBER})(?P<more>多|来)?"
)
# What is counted by such a word is not money: 三个人, 90平米, 2套, 第三次.
_COUNTED = re.compile(
    r"\s*(?:个|人|口|套|次|平|㎡|米|岁|年|月|日|号|天|周|点|分|级|倍|家|间|位|份|张|种|项|条|楼|层|室|栋|孩|娃|成|%|期|遍|些|下|样|直|般|定|共|起)"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def find_values(text: str) -> list[Value]:
    """The values from left to right; they never overlap (an identity number is not a phone).

    Looked for in the first MAX_LENGTH characters.
    """
    text = text[:MAX_LENGTH].translate(_HALF_WIDTH)
    taken: list[Value] = []
    for finder in (_id_numbers, _phones, _dates, _durations, _ages, _rates, _ordinals, _amounts):
        for value in finder(text):
            if all(value.end <= other.start or value.start >= other.end for other in taken):
                taken.append(value)
    return sorted(taken, key=lambda value: value.start)


def check_id_number(number: str) -> bool:
    """Whether the check digit of an 18-character identity number is right (GB 11643-1999, ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"\d{17}[\dXx]", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[17].upper()


def _id_numbers(text: str) -> Iterator[Value]:
    for match in _ID_NUMBER.finditer(text):
        number = match.group().upper()
        value = {
            "number": number,
            "valid": check_id_number(number),
            "birth": f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
            "sex": "male" if int(number[16]) % 2 else "female",
        }
        yield Value("id_number", value, match.start(), match.end())


def _phones(text: str) -> Iterator[Value]:
    for match in _PHONE.finditer(text):
        digits = match.group()
        if not digits.startswith("0"):
            digits = re.sub(r"[+ -]", "", digits)[-11:]
        yield Value("phone", digits, match.start(), match.end())


def _dates(text: str) -> Iterator[Value]:
    for match in _DATE.finditer(text):
        year, month = parse_number(match["year"]), parse_number(match["month"])
        if year is None or month is None:
            continue
        day = f"-{int(match['day']):02d}" if match["day"] else ""
        yield Value("date", f"{int(year):04d}-{int(month):02d}{day}", match.start(), match.end())


def _durations(text: str) -> Iterator[Value]:
    for match in _DURATION.finditer(text):
        months = _months(match)
        # 2025年 is a year of the calendar, not a span of time.
        if months is not None and 0 < months <= 1200:
            yield Value("duration", months, match.start(), match.end())


def _months(match: re.Match[str]) -> int | None:
    if match["halfyear"]:
        return 6
    if match["halfmonths"]:
        return 1
    if match["half_number"]:
        number = parse_number(match["half_number"])
        return None if number is None else int(number) + 1
    if match["months"]:
        number = parse_number(match["months"])
        return None if number is None else round(number)
    years = parse_number(match["years"])
    if years is None:
        return None
    rest = parse_number(match["rest"]) if match["rest"] else Decimal(0)
    return round(years * 12) + (6 if match["half"] else 0) + int(rest or 0)


def _ages(text: str) -> Iterator[Value]:
    for match in _AGE.finditer(text):
        age = parse_number(match["age"])
        if age is not None and age == int(age):
            yield Value("age", int(age), match.start(), match.end())


def _rates(text: str) -> Iterator[Value]:
    for match in _RATE.finditer(text):
        number = parse_number(match["words"] or match["digits"])
        if number is not None:
            yield Value("rate", format(number / 100, "f"), match.start(), match.end())


def _ordinals(text: str) -> Iterator[Value]:
    for match in _ORDINAL.finditer(text):
        if match["last"]:
            yield Value("ordinal", -1, match.start(), match.end())
            continue
        number = parse_number(match["number"] or match["picked"])
        if number is not None and number == int(number) and 0 < number < 100:
            yield Value("ordinal", int(number), match.start(), match.end())


def _amounts(text: str) -> Iterator[Value]:
    for match in _AMOUNT.finditer(text):
        words = match["sign"] or match["money"] or match["bare"]
        number = parse_number(words)
        # So many digits are the number of a card or an account.
        if number is None or number >= 10**12:
            continue
        if match["bare"] is None:
            if match["tail"]:  # 三块五
                tail = parse_number(match["tail"])
                number += (tail or Decimal(0)) / 10
            yield Value("amount", int(number * 100), match.start(), match.end())
            continue
        counted = _COUNTED.match(text, match.end())
        if counted or (words in _VAGUE_ALONE and len(text.strip("。.!！,， ")) > len(words)):
            continue
        if re.search(r"[千万亿kKwW]", words):
            yield Value("amount", int(number * 100), match.start(), match.end())
        else:
            yield Value("number", format(number, "f"), match.start(), match.end())


# A lone character of these is part of a word far more often than a number: 一般, 万一, 十分, 百姓.
_VAGUE_ALONE = frozenset("零〇一二两俩幺三四五六七八九十百千万亿")
