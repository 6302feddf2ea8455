"""Reads numbers as citizens write and speak them: 三千五, 1.2万, 3千5, 两百万, 二十, 3,500. Standard library only."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "幺": 1,
}
_SMALL_UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "K": 1000}
_LARGE_UNITS = {"万": 10_000, "w": 10_000, "W": 10_000, "亿": 100_000_000}
_UNITS = _SMALL_UNITS | _LARGE_UNITS

# What a number can look like. Letters count as units only right behind a digit (3k, 1.2w).
NUMBER = (
    r"(?:(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?[kKwW]?|[零〇一二两俩幺三四五六七八九十百千万亿])"
    r"(?:\d+(?:\.\d+)?|[零〇一二两俩幺三四五六七八九十百千万亿]|点(?=[零〇一二三四五六七八九]))*"
)
_TOKEN = re.compile(r"\d+(?:\.\d+)?|.")


def parse_number(text: str) -> Decimal | None:
    """The value of a whole numeral, or None when the characters make no number.

    A last digit without its unit counts as one unit lower, as it is spoken: 三千五 is 3500, 一万二 is 12000.
    Digits without any unit are read one by one: 二零二五 is 2025.
    """
    text = text.replace(",", "").replace("，", "")
    if not text:
        return None
    if re.fullmatch(r"[零〇一二两三四五六七八九幺]{2,}", text):
        return Decimal("".join(str(_DIGITS[c]) for c in text))
    total = section = Decimal(0)  # `section` counts below the next 万 or 亿
    current: Decimal | None = None
    last_unit, after_zero, places = 1, False, 0  # `places` counts the digits behind 点
    for token in _TOKEN.findall(text):
        if token[0].isdigit():
            if current is not None:
                return None
            current = Decimal(token)
        elif token == "点":
            current, places = current or Decimal(0), 1
        elif token in _DIGITS:
            digit = Decimal(_DIGITS[token])
            if places:
                current = (current or Decimal(0)) + digit.scaleb(-places)
                places += 1
            elif token in "零〇" and (section or total):
                after_zero = True
            elif current is not None:
                return None
            else:
                current = digit
        elif token in _UNITS:
            unit = _UNITS[token]
            places = 0
            if unit < 10_000:
                section += (Decimal(1) if current is None else current) * unit
            else:
                section += current or Decimal(0)
                if not section:
                    return None
                total = (total + section) * unit if unit == 100_000_000 else total + section * unit
                section = Decimal(0)
            current, last_unit, after_zero = None, unit, False
        else:
            return None
    if current is not None:
        spoken_short = last_unit > 10 and not after_zero and current < 10 and not places
        section += current * last_unit / 10 if spoken_short else current
    return (total + section).normalize()
