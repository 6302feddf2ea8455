"""Questions for an amount of money or a count: how their answers are read and checked. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.forms.fields import Entity, Field, Problem, Read
from actions.money import yuan
from actions.spans import span

# A minus sign or 负 right before a value; in 3-5万 the sign stands after a digit and means "to".
_MINUS = re.compile(r"(?:(?<![0-9a-zA-Z])[-−－]|负)\s*$")


def is_negative(text: str, entity: Entity) -> bool:
    """The values of the NLU carry no sign, so that a phone number is not taken for a sum."""
    return _MINUS.search(text[: entity.start]) is not None


@dataclass(frozen=True)
class MoneyField(Field):
    """An amount in fen, between `least` and `most`. A number without a unit counts as yuan."""

    least: int = 0
    most: int = 10_000_000_00
    example: str = "50000元、5万"

    @property
    def expected(self) -> str:
        return f"请填一个金额，比如：{self.example}"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            if entity.kind == "amount":
                fen = int(entity.value)
            elif entity.kind == "number":
                fen = int(Decimal(entity.value) * 100)
            else:
                continue
            if is_negative(text, entity):
                return Problem(f"{self.topic}不能是负数（比如：{self.example}）")
            if 0 < fen < self.least:
                return Problem(
                    f"{yuan(fen)}看起来太小了，请带上单位再说一次（比如：{self.example}）"
                )
            if fen < self.least:
                return Problem(f"{self.topic}要大于0（比如：{self.example}）")
            if fen > self.most:
                return Problem(f"{yuan(fen)}看起来太大了，请核对一下（最多{yuan(self.most)}）")
            return Read(fen, (entity.start, entity.end))
        return None

    def show(self, value: Any) -> str:
        return yuan(int(value))


@dataclass(frozen=True)
class CountField(Field):
    """A whole number with a unit: months, years or an age. `unit` is month, year or age."""

    unit: str = "month"
    least: int = 0
    most: int = 600

    @property
    def expected(self) -> str:
        example = {"month": "8个月、3年", "year": "20年", "age": "35岁"}[self.unit]
        return f"请填{self.least}到{self.most}之间的{self._unit_word}数，比如：{example}"

    @property
    def _unit_word(self) -> str:
        return {"month": "月", "year": "年", "age": "周岁"}[self.unit]

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            count = self._count(entity)
            if count is None:
                continue
            if is_negative(text, entity):
                return Problem(f"{self.topic}不能是负数，应当在{self.least}到{self.most}之间")
            if count != int(count):
                return Problem(f"{self.topic}要填整数")
            if not self.least <= count <= self.most:
                return Problem(
                    f"{self.topic}填{int(count)}不对，应当在{self.least}到{self.most}之间"
                )
            return Read(int(count), (entity.start, entity.end))
        return None

    def _count(self, entity: Entity) -> Decimal | None:
        if entity.kind == "number":
            return Decimal(entity.value)
        if entity.kind == "duration" and self.unit in ("month", "year"):
            months = Decimal(entity.value)
            return months if self.unit == "month" else (months / 12).to_integral_value()
        if entity.kind == "age" and self.unit == "age":
            return Decimal(entity.value)
        return None

    def show(self, value: Any) -> str:
        return span(int(value)) if self.unit == "month" else f"{value}{self._unit_word}"
