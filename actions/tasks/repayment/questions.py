"""Questions that the tasks about repaying share: a term, and a rate told or taken from the region. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from actions.forms.amounts import is_negative
from actions.forms.choices import ChoiceField
from actions.forms.fields import Entity, Field, Option, Problem, Read, words
from actions.money import percent
from actions.region import RegionNumbers
from actions.spans import span

# The longest term of a housing loan; a region's own limit is looked at in the result.
MOST_MONTHS = 360
MOST_YEARS = MOST_MONTHS // 12
# Beyond it is no loan a bank may make; 24 % is where courts once stopped to protect interest.
MOST_RATE = Decimal("0.24")
# A plain number below this is a ratio (0.026), above it a percentage (2.6).
RATIO_BELOW = Decimal("0.2")
SHORT_TERM_MONTHS = 60


@dataclass(frozen=True)
class TermField(Field):
    """A term in months, said in years or months; up to thirty, a number without a unit counts years."""

    least: int = 1
    example: str = "20年、240个月"

    @property
    def expected(self) -> str:
        return f"请填年数或月数，最长{MOST_YEARS}年，比如：{self.example}"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            if entity.kind not in ("duration", "number"):
                continue
            said = Decimal(str(entity.value))
            months = said * 12 if entity.kind == "number" and said <= MOST_YEARS else said
            if is_negative(text, entity):
                return Problem(f"{self.topic}不能是负数，比如：{self.example}")
            if months != int(months) or not self.least <= months <= MOST_MONTHS:
                return Problem(
                    f"{self.topic}应当在{span(self.least)}到{MOST_YEARS}年之间，比如：{self.example}"
                )
            return Read(int(months), (entity.start, entity.end))
        return None

    def show(self, value: Any) -> str:
        return span(int(value))


@dataclass(frozen=True)
class RateField(ChoiceField):
    """A yearly rate: told (2.6%: a ratio as text in the slot), or by the kind of home and then the region's."""

    choices: tuple[Option, ...] = (
        Option("first", "首套利率", words("首套 第一套 头一套 首次 一套")),
        Option("second", "第二套利率", words("第二套 二套 第2套 两套 改善")),
    )
    takes_values: bool = True

    @property
    def expected(self) -> str:
        return "请选“首套利率”或“第二套利率”，也可以直接说年利率，比如：2.6%"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        for entity in entities:
            rate = _rate(entity)
            if rate is None:
                continue
            if is_negative(text, entity) or rate > MOST_RATE:
                return Problem("年利率应当在0到24%之间，请核对一下，比如：2.6%")
            return Read(str(rate), (entity.start, entity.end))
        return super().read(text, entities)

    def show(self, value: Any) -> str:
        if value in ("first", "second"):
            return super().show(value)
        return percent(Decimal(value))


def _rate(entity: Entity) -> Decimal | None:
    if entity.kind == "rate":
        return Decimal(str(entity.value))
    if entity.kind != "number":
        return None
    number = Decimal(str(entity.value))
    # 1 and 2 are the places of the choices.
    if number == int(number) and number <= 2:
        return None
    return number if number < RATIO_BELOW else number / 100


def rate_of(answer: str, months: int, region: RegionNumbers) -> Decimal:
    """The yearly rate as a ratio. `months`: the term the contract was made for, which decides the region's rate."""
    if answer not in ("first", "second"):
        return Decimal(answer)
    return region.rate(rate_key(answer, months))


def rate_key(home: str, months: int) -> str:
    """The region's number for a fund loan's rate."""
    return f"fund.loan_rate_{home}_{'5' if months <= SHORT_TERM_MONTHS else 'over5'}"


def rate_words(answer: str, months: int, region: RegionNumbers) -> str:
    """年利率2.6%（首套5年以上，中国人民银行…）"""
    rate = percent(rate_of(answer, months, region))
    if answer not in ("first", "second"):
        return f"年利率{rate}"
    home = "首套" if answer == "first" else "第二套"
    term = "5年以下（含）" if months <= SHORT_TERM_MONTHS else "5年以上"
    return f"年利率{rate}（公积金贷款{home}、{term}，{region.source(rate_key(answer, months))}）"
