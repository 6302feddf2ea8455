"""The kinds of questions of the appointment: a hall, a day, a time. Pure.

Their choices come from the business system. Before they are known (约南湖区后天上午十点) an answer is only a wish;
offers.py finds out what it comes to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from actions.forms.choices import ChoiceField
from actions.forms.fields import Entity, Problem, Read

WISH = "wish"
# Answers to the question for the time that are no time.
OTHER_DAY = "other_day"

_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,5}?(?:新区|区|县)")
_NUMERAL = {c: n for n, c in enumerate("零一二三四五六七八九十")} | {
    "两": 2,
    "十一": 11,
    "十二": 12,
}
_TIME = re.compile(
    r"(?P<part>早上|上午|早|中午|下午|傍晚|晚上)?(?P<hour>\d{1,2}|十[一二]|[一二两三四五六七八九十])"
    r"(?:[:：](?P<clock>[0-5]\d)|[点时](?P<half>半)?(?:(?P<minute>[0-5]?\d|十五|三十|四十五)分?|钟|整)?)"
)
_NO_TIME = re.compile(r"[早晚快慢有差]一点")
_MINUTES = {"十五": 15, "三十": 30, "四十五": 45}
_PART = re.compile(r"早上|上午|下午")
_DAY_OF_MONTH = re.compile(r"(?<!\d)(?P<day>\d{1,2})[号日]")
NOON = 12
# Halls are open in the day: 三点 is in the afternoon.
FIRST_HOUR = 8


def is_wish(value: Any) -> bool:
    return isinstance(value, Mapping) and WISH in value


@dataclass(frozen=True)
class HallField(ChoiceField):
    """The slot's value: what is kept of the hall, or the words that named a district before halls were offered."""

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        if self.choices:
            if re.search(r"最近|附近|离我|周边", text):
                return Problem("我看不到您的位置，请告诉我您在哪个区，或者从下面选一个大厅")
            return super().read(text, entities)
        match = _DISTRICT.search(text)
        return Read({WISH: match.group()}, match.span()) if match else None

    def show(self, value: Any) -> str:
        if isinstance(value, Mapping):
            return str(value.get("name") or value.get(WISH))
        return super().show(value)


@dataclass(frozen=True)
class DayField(ChoiceField):
    """A day with free places, YYYY-MM-DD: 明天, 下周三, 24号, or one of the choices."""

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        found = self._by_words(text)
        if found is not None:
            return found
        for entity in entities:
            if entity.kind == "date" and len(str(entity.value)) == len("2026-11-24"):
                return self._offered(str(entity.value), (entity.start, entity.end))
        match = _DAY_OF_MONTH.search(text)
        if match and self.choices:
            number = int(match["day"])
            day = next((o.value for o in self.choices if int(o.value[-2:]) == number), None)
            return Read(day, match.span()) if day else Problem(f"{number}号没有空位")
        return super().read(text, entities) if self.choices else None

    def _offered(self, day: str, span: tuple[int, int]) -> Read | Problem:
        if self.choices and all(o.value != day for o in self.choices):
            return Problem(f"{show_day(day)}没有空位，请从下面的日子里选一天")
        return Read(day, span)

    def show(self, value: Any) -> str:
        return show_day(str(value))


@dataclass(frozen=True)
class SlotField(ChoiceField):
    """The time of day. Offered ones have the slot's id and its label begins with its start (9:00-9:30)."""

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for option in self.choices:
            start = text.find(option.label)
            if start >= 0:
                return Read(option.value, (start, start + len(option.label)))
        match = _TIME.search(_NO_TIME.sub(lambda m: " " * len(m.group()), text))
        if match is not None:
            return self._at(_clock(match), match.span())
        if not self.choices:
            return None
        part = _PART.search(text)
        if part is not None:
            return self._half(part.group() == "下午", part.span())
        return super().read(text, entities)

    def _at(self, clock: str, span: tuple[int, int]) -> Read | Problem:
        if not self.choices:
            return Read({WISH: clock}, span)
        found = next((o.value for o in self.choices if o.label.startswith(f"{clock}-")), None)
        return (
            Read(found, span)
            if found
            else Problem(f"{clock}已经约满或者不开放，请从下面选一个时段")
        )

    def _half(self, afternoon: bool, span: tuple[int, int]) -> Read | Problem:
        """下午: the only slot there, else the citizen has to choose among them."""
        starts = [o for o in self.choices if o.value != OTHER_DAY]
        fitting = [o for o in starts if (int(o.label.split(":")[0]) >= NOON) == afternoon]
        half = "下午" if afternoon else "上午"
        if len(fitting) == 1:
            return Read(fitting[0].value, span)
        if not fitting:
            return Problem(f"{half}已经约满了，请选别的时段")
        return Problem(f"{half}还有{'、'.join(o.label.split('-')[0] for o in fitting)}，请选一个")

    def show(self, value: Any) -> str:
        if is_wish(value):
            return str(value[WISH])
        if isinstance(value, Mapping):
            start, end = (datetime.fromisoformat(str(value[name])) for name in ("start", "end"))
            return show_span(start, end)
        return super().show(value)


def _clock(match: re.Match[str]) -> str:
    """9:00, 13:30: in the words of the offered labels."""
    said = match["hour"]
    hour = int(said) if said.isdigit() else _NUMERAL[said]
    afternoon = match["part"] in ("下午", "傍晚", "晚上")
    if hour < NOON and (afternoon or (match["part"] in (None, "中午") and hour < FIRST_HOUR)):
        hour += NOON
    minute = match["clock"] or match["minute"] or ("30" if match["half"] else "0")
    return f"{hour}:{_MINUTES.get(minute) or int(minute):02d}"


def show_day(day: str) -> str:
    """2026-11-24 -> 11月24日 周二"""
    found = date.fromisoformat(day)
    return f"{found.month}月{found.day}日 周{'一二三四五六日'[found.weekday()]}"


def show_span(start: datetime, end: datetime) -> str:
    """9:00-9:30"""
    return f"{start.hour}:{start:%M}-{end.hour}:{end:%M}"
