"""What a flexible worker pays a month into pension, medical insurance and the housing fund. Pure, integer fen.

Pension: a base between the region's limits, 20 %, of which 8 % go to the personal account (国发〔2005〕38号 part 3;
国办发〔2019〕13号 part 3). Medical insurance and the housing fund by the region's own rules
(住房公积金管理条例, as amended by 国务院令第844号, article 49: flexible workers may deposit).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from actions.region import RegionNumbers


@dataclass(frozen=True)
class Contributions:
    """Fen a month; None for what was not asked for. `base`: the pension base used, `personal`: into one's account."""

    pension: int | None
    personal: int | None
    base: int | None
    medical: int | None
    fund: int | None

    @property
    def total(self) -> int:
        return sum(part or 0 for part in (self.pension, self.medical, self.fund))


def pension_base(percent: int, region: RegionNumbers) -> int:
    """The base at so many percent of the local wage, within the region's limits. The least base is 60 %."""
    least, most = (
        region.fen("si.contribution_base_min"),
        region.fen("si.contribution_base_max"),
    )
    return max(least, min(most, _fen(Decimal(least) * percent / 60)))


def contributions(
    *, base: int | None, medical: bool, fund: tuple[int, Decimal] | None, region: RegionNumbers
) -> Contributions:
    """`base`: the pension base or None; `fund`: base and rate of the housing fund or None."""
    return Contributions(
        pension=None if base is None else _fen(base * region.rate("si.flexible_pension_rate")),
        personal=None if base is None else _fen(base * region.rate("si.pension_personal_rate")),
        base=base,
        medical=region.fen("si.flexible_medical_month") if medical else None,
        fund=None if fund is None else _fen(fund[0] * fund[1]),
    )


def _fen(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_HALF_UP))
