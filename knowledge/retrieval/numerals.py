"""Writes numbers one way, so that 五级 and 5级, 六十万 and 600000 meet in the index. Pure; used by normalise."""

from __future__ import annotations

import re

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
# A single numeral character is a number only before one of these (五级, 两年) or after 第: 统一, 一样 are words.
_MEASURES = "级年月天日岁元块万套倍成档口人孩胎折环线期类种"
_RUN = re.compile(
    r"(第)?([零〇一二两三四五六七八九十百千万]+)(个月|次(?!性)|[" + _MEASURES + r"])?"
)
# No amount has more characters (九千九百九十九万九千九百九十九 has 15); what is longer is no number to work with.
MAX_NUMERAL = 20
_ARABIC = re.compile(r"\d+(?:\.\d+)?万?")


def _section(text: str) -> int | None:
    """A numeral below 10000 (三千五 = 3500), or None when it is not well formed."""
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit, last_unit = 0, None, 10000
    for char in text:
        if char in _DIGITS:
            if digit not in (None, 0):
                return None
            digit = _DIGITS[char]
        else:
            unit = _UNITS[char]
            if unit >= last_unit:
                return None
            total += (1 if digit in (None, 0) else digit) * unit
            digit, last_unit = None, unit
    if digit:
        # 三千五 is 3500, but 三千零五 is 3005.
        total += digit * (
            last_unit // 10 if last_unit > 10 and "零" not in text and "〇" not in text else 1
        )
    return total


def parse(text: str) -> int | None:
    """The value of a Chinese numeral such as 三千五 or 六十万, or None when it is none (万一, 千万)."""
    if "万" not in text:
        return _section(text)
    head, _, tail = text.partition("万")
    if not head or "万" in tail or head[0] in "百千":
        return None
    high, low = _section(head), _section(tail) if tail else 0
    if high is None or low is None:
        return None
    if tail and all(c in _DIGITS for c in tail) and len(tail) == 1:
        low *= 1000  # 一万二 is 12000
    return high * 10000 + low


def _show(value: int) -> str:
    return f"{value / 10000:g}万" if value >= 10000 and value % 100 == 0 else str(value)


def _chinese(match: re.Match[str]) -> str:
    ordinal, run, measure = match.groups()
    if measure is None and run.endswith("万"):
        # 几万, 六十万: the regular expression took the measure into the run.
        measure = ""
    if (len(run) == 1 and not ordinal and not measure) or len(run) > MAX_NUMERAL:
        return match.group()
    value = parse(run)
    if value is None:
        return match.group()
    # 一千, 十 alone are amounts; 十分, 千万 are not: those never parse or have no measure.
    return f"{_show(value)}{measure or ''}"


def _arabic(match: re.Match[str]) -> str:
    text = match.group()
    if len(text) > MAX_NUMERAL:
        return text
    if text.endswith("万"):
        return f"{float(text[:-1]):g}万"
    if "." in text or len(text) > 9 or text.startswith("0"):
        return text  # phone and identity numbers stay as they are
    return _show(int(text))


def unify(text: str) -> str:
    """`text` with its numbers in Arabic digits, from ten thousand on in 万. 第 before a number is dropped."""
    return _ARABIC.sub(_arabic, _RUN.sub(_chinese, text))
