"""Reads spans of time and ages: 五年零三个月, 三年半, 15个年头, 36期, 满55岁. Called by values.py."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from bot.components.numerals import Numeral
from bot.components.reading import Line, Unit

MOST_MONTHS = 1200
_LENGTH = re.compile(
    r"\s*(?:(?P<years>周年|个?年头|年(?![级度底末初代终龄报审检卡费薪化]))"
    r"|个?(?P<half_months>半月)|个(?P<about>[多来])?(?P<months>月)|个?(?P<quarters>季度?(?![节]))"
    r"|(?P<periods>期(?![限间货望待末房工])))"
)
# 两月, 俩月: 三月 is March.
_FEW_MONTHS = re.compile(r"(?P<months>月)(?![份底初末饼])")
_HALF = re.compile(
    r"(?<![上下多0-9零一二两三四五六七八九十个年])(?:半年(?!度|报)|半个多?月)(?:多(?!少))?"
)
_AND_HALF = re.compile(r"\s*半(?:多(?!少))?")
_MORE = re.compile(r"多(?![少次个缴交])")
_INSTALMENTS = re.compile(r"[分还贷剩欠]了?剩?$")
_REST = re.compile(r"\s*(?:零|又|,|，)?\s*")
_REST_MONTHS = re.compile(r"\s*(?P<months>个月|月)(?![份底初])")
_AGE = re.compile(r"\s*周?岁(?![数月])半?")


def read_ages(line: Line) -> None:
    """Whole years of age; 55岁半 is 55."""
    for numeral in line.numerals:
        unit = line.unit(numeral, _AGE)
        if unit is None or numeral.low != int(numeral.low) or numeral.low > 200:
            continue
        line.add("age", int(numeral.low), numeral.start, unit.end)
        line.take(numeral.start, unit.end)


def read_spans(line: Line) -> None:
    """Spans of time in months; half months are rounded up."""
    for match in _HALF.finditer(line.text):
        if line.free(*match.span()):
            line.add("duration", 6 if "年" in match.group() else 1, *match.span())
            line.take(*match.span())
    done = 0
    for numeral in line.numerals:
        if numeral.start < done or line.text[: numeral.start].endswith("第"):
            continue
        unit = line.unit(numeral, _LENGTH)
        if unit is None and numeral.text in ("两", "俩"):
            unit = line.unit(numeral, _FEW_MONTHS)
        if unit is None:
            continue
        months, done = _months(line, numeral, unit)
        if months is not None and 0 <= months <= MOST_MONTHS:
            line.add("duration", months, numeral.start, done)
        line.take(numeral.start, done)


def _months(line: Line, numeral: Numeral, unit: Unit) -> tuple[int | None, int]:
    """The months, and where the mention ends."""
    said, count, end = unit.match, numeral.low, unit.end
    if said.groupdict().get("periods"):
        # 二期 is mostly a part of an estate.
        instalments = count >= 6 or _INSTALMENTS.search(line.text[: numeral.start])
        return (int(count) if instalments and count == int(count) else None), end
    if said.groupdict().get("quarters"):
        return _round(count * 3), end
    if said.groupdict().get("half_months"):
        return _round(count + Decimal("0.5")), end
    if not said.groupdict().get("years"):
        return _round(count), _vague(line, end)
    half = None if unit.lender else _AND_HALF.match(line.text, end)
    if half:
        return _round(count * 12 + 6), half.end()
    if unit.lender:
        return _round(count * 12), end
    rest, rest_end = _rest(line, end)
    return _round(count * 12 + rest), _vague(line, end) if rest_end == end else rest_end


def _rest(line: Line, end: int) -> tuple[Decimal, int]:
    """The months behind the years: 零三个月."""
    joint = _REST.match(line.text, end)
    # 零 alone may begin the number (零3) or stand before it.
    numeral = line.after(end) or line.after(joint.end() if joint else end)
    unit = _REST_MONTHS.match(line.text, numeral.end) if numeral else None
    if numeral is None or unit is None or numeral.low >= 12:
        return Decimal(0), end
    return numeral.low, unit.end()


def _vague(line: Line, end: int) -> int:
    more = _MORE.match(line.text, end)
    return more.end() if more else end


def _round(months: Decimal) -> int:
    return int(months.quantize(Decimal(1), ROUND_HALF_UP))
