"""Reads days, months and years: 2025年3月5日, 90年5月, 去年3月, 下周三, 月底. Called by values.py.

Which day a bare 15号 or 周三 means, and what a range inherits: docs/nlu-values.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from bot.components.numerals import Numeral
from bot.components.reading import Line

_YEARS = {
    "大前年": -3, "前年": -2, "去年": -1, "上一年度": -1, "上年度": -1, "上一年": -1, "上年": -1,
    "今年": 0, "本年度": 0, "本年": 0, "明年": 1, "后年": 2,
}  # fmt: skip
_DAYS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0, "今日": 0, "今早": 0, "今晚": 0,
    "明天": 1, "明日": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3,
}  # fmt: skip
_WEEKDAYS = "一二三四五六日"
# The characters before exclude 证明年限, 以前年度, 基本月薪, 每月底, 一周五天.
_HEAD = re.compile(
    r"(?P<year>大前年|(?<![以之目提])前年|去年|上一年度?|(?<!以)上年度?|(?<!至)今年|(?<!成)本年度?"
    r"|(?<![说证声表写注标])明年|(?<![以之然往今])后年)(?![金限龄审检])"
    r"|(?P<month>(?<!以)上上个?月|(?<!以)上个?月|下下个?月|下个?月|这个?月|(?<![基成])本月)(?![薪供均])"
    r"|(?P<day>大前天|(?<![以之])前天|大后天|(?<![以之])后天|[昨今明][天日晚]|[今明]早)"
    r"|(?P<week>(?P<which>上上|上|这|本|下下|下)个?|(?<![每一二两三四五六七八九十几0-9]))"
    r"(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-7])(?![0-9个天年])"
    r"|(?<![每个])(?P<month_end>月[底末](?![薪线]))|(?<![每个])(?P<month_begin>月初)"
    r"|(?<!每)(?<!每年)(?P<year_end>年[底末])|(?<!每)(?<!每年)(?P<year_begin>年初)"
)
_ISO = re.compile(
    r"(?<![0-9.])(?P<year>(?:19|20)[0-9]{2})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?:(?P=sign)(?P<day>[0-9]{1,2}))?"
    r"(?![0-9%]|[/.][0-9]|-(?!(?:19|20)[0-9][0-9])[0-9]|\s*[元块万亿千kw])"
)
_COMPACT = re.compile(
    r"(?<=生日|出生|生于|日期|年月)(?:日期|年月日|年月|时间)?[是为:在\s]*(?P<behind>(?:19|20)[0-9]{4}(?:[0-9]{2})?)(?![0-9])"
    r"|(?<![0-9])(?P<before>(?:19|20)[0-9]{4}(?:[0-9]{2})?)(?=\s*(?:出生|生日|生人|生的|生[,，。 ]|生$))"
)
_YEAR = re.compile(r"\s*年(?!代|龄|级)度?")
_BORN = re.compile(r"\s*年(?=生|出生|参加工作|入职|进厂|毕业|结婚)")
_MONTH = re.compile(r"\s*月(?![薪供租均饼])份?")
# Not 5日内, 超过3日: days are no dates.
_DAY = re.compile(
    r"\s*(?:号|日(?!内|以内|之内|左右))(?![楼窗线门院房公店厅文令柜台车站机工码段桥])"
)
_OF_YEAR = re.compile(r"(?:年?(?P<end>[底末])|年?(?P<begin>初))(?![薪期])")
_OF_MONTH = re.compile(r"(?P<end>[底末])(?![薪线])|(?P<begin>初)")
_OF = re.compile(r"的?\s*")
# 第3号, 每月15号 (which one?), 北京路12号.
_NO_DATE_BEFORE = (*"第个路街巷道弄室栋幢楼廿卅初", "每月", "胡同")
_JOINED = re.compile(r"\s*(?:[到至~\-—–～－和跟与、或及,，]|以及)\s*")


# Instead of a day: the last of the month, 3月底.
LAST = -1


@dataclass(frozen=True)
class Said:
    """A date as it was said; `end` is where the mention ends. None: that part was left out."""

    year: int | None
    month: int | None
    day: int | None
    end: int


def read_dates(line: Line) -> None:
    """Add the dates and years of a line, and take what they were read from."""
    for pattern in (_ISO, _COMPACT):
        for match in pattern.finditer(line.text):
            _add_written(line, match)
    heads = {m.start(): m for m in _HEAD.finditer(line.text) if line.free(*m.span())}
    places = sorted({*heads, *(n.start for n in line.numerals)})
    done, before = 0, None
    for place in places:
        if place < done:
            continue
        said = _relative(line, heads[place]) if place in heads else None
        if said is None:
            numeral = line.after(place)
            said = _numbered(line, numeral) if numeral and numeral.start == place else None
        if said is None:
            continue
        joined = before is not None and _JOINED.fullmatch(line.text, before.end, place)
        said = _complete(said, before if joined else None, line.today)
        _add(line, said, place)
        done, before = said.end, said


def _add(line: Line, said: Said, start: int) -> None:
    """Nothing is added for a day that does not exist; but nobody else may read its parts."""
    if said.year is not None and 1900 <= said.year <= 2100:
        try:
            day = date(said.year, said.month or 1, 1 if said.day in (None, LAST) else said.day)
        except ValueError:
            pass
        else:
            if said.day == LAST:
                day += relativedelta(day=31)
            if said.month is None:
                line.add("year", said.year, start, said.end)
            else:
                value = f"{day:%Y-%m}" if said.day is None else day.isoformat()
                line.add("date", value, start, said.end)
    line.take(start, said.end)


def _add_written(line: Line, match: re.Match[str]) -> None:
    parts = match.groupdict()
    if "sign" in parts:
        start = match.start()
        year, month, day = parts["year"], parts["month"], parts["day"]
        if day is None and int(month) > 12:  # 2025.30, 2024-2025
            return
    else:
        start = match.start("behind") if parts["behind"] else match.start("before")
        digits = parts["behind"] or parts["before"]
        year, month, day = digits[:4], digits[4:6], digits[6:] or None
    if line.free(start, match.end()):
        _add(line, Said(int(year), int(month), int(day) if day else None, match.end()), start)


def _relative(line: Line, match: re.Match[str]) -> Said | None:
    today, end, word = line.today, match.end(), match.group()
    if match["year"]:
        return _in_year(line, today.year + _YEARS[match["year"]], end)
    if match["month"]:
        away = word.count("下") - word.count("上")
        return _in_month(line, today + relativedelta(day=1, months=away), end)
    if match["day"]:
        return _on(today + timedelta(days=_DAYS[word]), end)
    if match["weekday"]:
        return _on(_weekday(today, match["which"] or "", match["weekday"]), end)
    if match["month_end"]:
        return _on(today + relativedelta(day=31), end)
    if match["month_begin"]:
        return _on(today.replace(day=1), end)
    return Said(today.year, 12 if match["year_end"] else 1, None, end)


def _on(day: date, end: int) -> Said:
    return Said(day.year, day.month, day.day, end)


def _weekday(today: date, which: str, name: str) -> date:
    """周三 alone is the next one, today included; 下周三 the one in the next week from Monday to Sunday."""
    index = int(name) - 1 if name.isdigit() else _WEEKDAYS.index(name.replace("天", "日"))
    if not which:
        return today + timedelta(days=(index - today.weekday()) % 7)
    away = which.count("下") - which.count("上")
    return today + timedelta(days=index - today.weekday() + 7 * away)


def _in_year(line: Line, year: int, end: int) -> Said:
    """What follows a year: 3月5日, 年底, or nothing."""
    edge = _OF_YEAR.match(line.text, end)
    if edge:
        return Said(year, 12 if edge["end"] else 1, None, edge.end())
    joint = _OF.match(line.text, end)
    numeral = line.after(joint.end() if joint else end)
    said = _month(line, numeral) if numeral else None
    return Said(year, said.month, said.day, said.end) if said else Said(year, None, None, end)


def _in_month(line: Line, first: date, end: int) -> Said:
    """What follows a month: 15号, 底, or nothing."""
    edge = _OF_MONTH.match(line.text, end)
    if edge:
        return _on(first + relativedelta(day=31) if edge["end"] else first, edge.end())
    joint = _OF.match(line.text, end)
    numeral = line.after(joint.end() if joint else end)
    day = _day(line, numeral) if numeral else None
    if day is None:
        return Said(first.year, first.month, None, end)
    return Said(first.year, first.month, day.day, day.end)


def _numbered(line: Line, numeral: Numeral) -> Said | None:
    """A date that begins with a number: 2025年…, 3月…, 15号."""
    year = _year(line, numeral)
    if year is not None:
        return year
    before = line.text[: numeral.start]
    if before.endswith(_NO_DATE_BEFORE):
        return None
    said = None
    # 2年3月 is a span of time.
    if not re.search(r"[0-9一二两三四五六七八九十]\s*年零?\s*$", before[-6:]):
        said = _month(line, numeral)
    return said or _day(line, numeral)


def _year(line: Line, numeral: Numeral) -> Said | None:
    unit = line.unit(numeral, _YEAR)
    year = _year_of(numeral, line.today)
    if unit is None or year is None:
        return None
    short = len(numeral.text) == 2
    if not short or (unit.lender and len(unit.lender.text) != 2):
        if short:
            return None
        return Said(year, None, None, unit.end) if unit.lender else _in_year(line, year, unit.end)
    if unit.lender:
        return None
    said = _in_year(line, year, unit.end)
    if said.month is not None:
        return said
    old = 71 <= numeral.low <= 99 and not line.text.startswith("产权", unit.end)
    named = unit.match.group().endswith("度")
    if named or numeral.text[0] in "0零〇" or old or _BORN.match(line.text, numeral.end):
        return said
    return None


def _year_of(numeral: Numeral, today: date) -> int | None:
    """The year a number can mean: four digits, or two digits read one by one (九八, 05)."""
    text = numeral.text
    if numeral.scale != 1 or not re.fullmatch(r"[0-9零〇一二三四五六七八九]+|两千.+", text):
        return None
    if len(text) == 2:
        two = int(text.translate(_ONE_BY_ONE))
        return 2000 + two if two <= today.year - 2000 + 5 else 1900 + two
    if numeral.vague or numeral.low != int(numeral.low) or not 1900 <= numeral.low <= 2100:
        return None
    return int(numeral.low) if len(text) >= 4 else None


_ONE_BY_ONE = str.maketrans("零〇一二三四五六七八九", "00123456789")


def _month(line: Line, numeral: Numeral) -> Said | None:
    unit = line.unit(numeral, _MONTH)
    whole = _whole(numeral, 31)
    if unit is None or whole is None or numeral.text in ("两", "俩"):
        return None
    day = None
    if not unit.lender:
        following = line.after(unit.end)
        day = _day(line, following) if following else None
        edge = _OF_MONTH.match(line.text, unit.end)
        if edge:
            return Said(None, whole, LAST if edge["end"] else 1, edge.end())
    if day:
        return Said(None, whole, day.day, day.end)
    return Said(None, whole, None, unit.end)


def _day(line: Line, numeral: Numeral) -> Said | None:
    unit = line.unit(numeral, _DAY)
    whole = _whole(numeral, 99)
    if unit is None or whole is None or (unit.lender and _whole(unit.lender, 31) is None):
        return None
    return Said(None, None, whole, unit.end)


def _whole(numeral: Numeral, most: int) -> int | None:
    low = numeral.low
    fits = not numeral.vague and numeral.scale == 1 and low == int(low) and 0 < low <= most
    return int(low) if fits and low != Decimal(0) else None


def _complete(said: Said, before: Said | None, today: date) -> Said:
    """Fill in the year and month that were left out: from the date before, else from today."""
    if said.year is not None:
        return said
    if said.month is not None:
        year = before.year if before and before.year else today.year
        return Said(year, said.month, said.day, said.end)
    if before and before.month:
        return Said(before.year, before.month, said.day, said.end)
    # The next month that has such a day; none has a 32nd.
    for away in range(0 if today.day <= (said.day or 0) else 1, 13):
        first = today + relativedelta(day=1, months=away)
        if (first + relativedelta(day=31)).day >= (said.day or 99):
            return Said(first.year, first.month, said.day, said.end)
    return said
