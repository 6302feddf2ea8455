"""Reads numbers as citizens write and speak them: 三千五, 1.2万, 3千5, 两百万, 二十, 3,500, 15w. By cn2an."""

from __future__ import annotations

import re
from decimal import Decimal

import cn2an

_ONES = "零〇一二两俩幺三四五六七八九"
_SIGNS = f"0-9{_ONES}十百千万亿"
# What a number can look like: at most 25 characters, each matched in one way only, and only from where it
# begins, so that the search stays linear in texts of thousands of digits. Letters are units only behind a digit
# (3k, 1.2w), a comma only before three digits.
NUMBER = (
    rf"(?<![{_SIGNS}])[{_SIGNS}]"
    rf"(?:[{_SIGNS}]|[,，](?=\d{{3}}(?!\d))|\.(?=\d)|点(?=[{_ONES}])|(?<=\d)[kKwW]){{0,24}}(?![{_SIGNS}])"
)
# What cn2an does not know.
_SPELLINGS = str.maketrans(
    {",": "", "，": "", "〇": "零", "俩": "两", "k": "千", "K": "千", "w": "万", "W": "万"}
)
_POINT = re.compile(r"([零一二两三四五六七八九十]+)点([零一二三四五六七八九]+)")


def parse_number(text: str) -> Decimal | None:
    """The value of a whole numeral, or None when the characters make no number.

    A last digit without its unit counts one unit lower, as it is spoken: 三千五 is 3500, 一万二 is 12000.
    Digits without any unit are read one by one: 二零二五 is 2025.
    """
    # "20年零3个月": the zero only joins.
    text = re.sub(r"^零+(?=\d)", "", text.translate(_SPELLINGS))
    try:
        value = cn2an.cn2an(_POINT.sub(_decimal, text), "smart")
    except (ValueError, KeyError):  # the latter for some impossible orders of units
        return None
    # Through the shortest decimal form: 4.35万 is 43500, not 43499.999...
    return Decimal(str(round(value, 4))).normalize()


def _decimal(match: re.Match[str]) -> str:
    """一点二 -> 1.2, which cn2an reads before a unit as well."""
    whole = cn2an.cn2an(match[1], "smart")
    digits = "".join(str(cn2an.cn2an(digit, "smart")) for digit in match[2])
    return f"{int(whole)}.{digits}"
