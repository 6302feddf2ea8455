"""Reads the months a citizen wants to see: 最近半年, 今年, 去年3月到5月, 全部. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

# 住房公积金管理条例 was issued in 1999; the first funds began in 1991.
EARLIEST = date(1991, 1, 1)
DEFAULT_MONTHS = 12

_DIGIT = {c: n for n, c in enumerate("零一二三四五六七八九十", 0)} | {"两": 2, "〇": 0}
_COUNT = r"\d{1,3}|[一二两三四五六七八九十]{1,3}"
_YEAR = (
    r"(?:(?P<{p}year>(?:19|20)\d{{2}})\s*[年./-]|(?P<{p}short>\d{{2}})\s*年"
    r"|(?P<{p}word>今年|本年|去年|上一?年|前年|大前年)的?)"
)
_MONTH = r"(?P<{p}month>1[0-2]|0?[1-9](?!\d)|十[一二]?|[一二三四五六七八九])\s*月?份?"
_ALL = re.compile(r"全部|所有|一直以来|从头|开户(?:以来|到现在)|从开户|有史以来|历年|每一年")
_LAST_MONTHS = re.compile(
    rf"(?:最近|近|过去|前|这)的?(?P<count>{_COUNT})\s*个?月|(?P<counted>{_COUNT})\s*个月"
)
_FUTURE = re.compile(r"明年|后年|下个?月")
_LAST_YEARS = re.compile(rf"(?:最近|近|过去|前|这)(?:的)?(?P<count>{_COUNT})\s*年")
_HALF = re.compile(r"半年|六个月")
_BETWEEN = re.compile(
    _YEAR.format(p="a") + "?" + r"\s*" + _MONTH.format(p="a")
    + r"\s*(?:到|至|[-—~～－])\s*(?:"
    + _YEAR.format(p="b") + r"?\s*" + _MONTH.format(p="b") + r"|(?P<now>现在|今天|目前|如今|今))"
)  # fmt: skip
_SINCE = re.compile(
    _YEAR.format(p="a") + "?" + r"\s*" + _MONTH.format(p="a") + r"\s*(?:以来|以后|之后|开始|起)"
)
_ONE_MONTH = re.compile(_YEAR.format(p="a") + r"\s*" + _MONTH.format(p="a"))
_BARE_MONTH = re.compile(
    r"(?<![\d个])(?P<month>1[0-2]|0?[1-9](?!\d)|十[一二]?|[一二三四五六七八九])\s*月份?(?![到至])"
)
_YEARS = re.compile(
    _YEAR.format(p="a").rstrip(")") + r")\s*(?:到|至|[-—~～])\s*" + _YEAR.format(p="b")
)
_ONE_YEAR = re.compile(_YEAR.format(p="a"))
_BACK = {"今年": 0, "本年": 0, "去年": 1, "上年": 1, "上一年": 1, "前年": 2, "大前年": 3}


@dataclass(frozen=True)
class Span:
    """Whole months, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}/{self.last:%Y-%m}"

    @classmethod
    def parse(cls, kept: str) -> Span:
        """From what `str` made."""
        first, last = kept.split("/")
        return cls(date.fromisoformat(f"{first}-01"), date.fromisoformat(f"{last}-01"))


IN_FUTURE = "还没有到那个时候，请说已经过去的月份，比如：今年、去年3月到5月"


def read_span(text: str, today: date) -> Span | str | None:
    """The span in the text, words about what is wrong with it, or None when there is none."""
    this = today.replace(day=1)
    # 2023到2024年: the first one is a year as well.
    found = _find(re.sub(r"((?:19|20)\d\d)(?=[到至])", r"\1年", text), this)
    if _FUTURE.search(text):
        return IN_FUTURE
    if found is None:
        return None
    first, last = found
    if first > this:
        return IN_FUTURE
    return Span(max(first, EARLIEST), max(min(last, this), EARLIEST))


def default_span(today: date) -> Span:
    this = today.replace(day=1)
    return Span(back(this, DEFAULT_MONTHS - 1), this)


def _find(text: str, this: date) -> tuple[date, date] | None:
    if match := _BETWEEN.search(text):
        return _between(match, this)
    if match := _SINCE.search(text):
        return _month(match, "a", this, None), this
    if _ALL.search(text):
        return EARLIEST, this
    if match := _ONE_MONTH.search(text):
        month = _month(match, "a", this, None)
        return month, month
    if match := _YEARS.search(text):
        return date(_year(match, "a", this), 1, 1), date(_year(match, "b", this), 12, 1)
    return _recent(text, this)


def _recent(text: str, this: date) -> tuple[date, date] | None:
    if re.search(r"上个?月", text):
        return back(this, 1), back(this, 1)
    if re.search(r"这个?月|本月|当月", text):
        return this, this
    if match := _LAST_MONTHS.search(text):
        count = _number(match["count"] or match["counted"])
        return back(this, max(count, 1) - 1), this
    if _HALF.search(text):
        return back(this, 5), this
    if match := _LAST_YEARS.search(text):
        return back(this, max(_number(match["count"]), 1) * 12 - 1), this
    if match := _ONE_YEAR.search(text):
        year = _year(match, "a", this)
        return date(year, 1, 1), date(year, 12, 1)
    if match := _BARE_MONTH.search(text):
        month = date(this.year, _number(match["month"]), 1)
        month = month if month <= this else month.replace(year=this.year - 1)
        return month, month
    return None


def _between(match: re.Match[str], this: date) -> tuple[date, date]:
    first = _month(match, "a", this, None)
    last = this if match["now"] else _month(match, "b", this, first)
    named = any(match[f"{part}{kind}"] for part in "ab" for kind in ("year", "short", "word"))
    if last > this and not named:
        # 11月到2月 in November: the winter that has been.
        first, last = back(first, 12), back(last, 12)
    return (first, last) if first <= last else (last, first)


def _month(match: re.Match[str], part: str, this: date, after: date | None) -> date:
    """The month; without a year it is the next one after `after`, else the last one before now."""
    number = _number(match[f"{part}month"])
    named = any(match[f"{part}{kind}"] for kind in ("year", "short", "word"))
    if named:
        return date(_year(match, part, this), number, 1)
    if after is not None:
        month = date(after.year, number, 1)
        return month if month >= after else month.replace(year=after.year + 1)
    month = date(this.year, number, 1)
    return month if month <= this else month.replace(year=this.year - 1)


def _year(match: re.Match[str], part: str, this: date) -> int:
    if match[f"{part}year"]:
        return int(match[f"{part}year"])
    if match[f"{part}short"]:
        return 2000 + int(match[f"{part}short"])
    return this.year - _BACK[match[f"{part}word"]]


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _DIGIT.get(tens, 1) * 10 + (_DIGIT.get(ones, 0) if ones else 0)
    return _DIGIT[text[-1]]


def back(month: date, months: int) -> date:
    """The month so many before."""
    index = month.year * 12 + month.month - 1 - months
    return date(max(index // 12, 1), index % 12 + 1, 1)
