"""Estimates a housing fund loan. Pure: integer fen and Decimal rates in, an estimate with its reasons out.

The amount is the least of four bounds that city rules have in common: the cap per household, a multiple of
the account balance, what the down payment leaves of the price, and what the income can repay. The numbers
come from the region; the rule that a loan needs continuous deposits from 住房公积金管理条例第二十六条 and
建金〔2014〕148号第一条.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from actions.money import FEN_PER_YUAN, percent, yuan
from actions.region import RegionNumbers

# Loans are granted in whole thousands of yuan.
GRANULE = 1000 * FEN_PER_YUAN


@dataclass(frozen=True)
class LoanQuestion:
    """What the citizen said. Money in fen; `years` None: as long as possible; `price` None: not known yet."""

    household: Literal["single", "family"]
    house: Literal["first", "second"]
    balance: int
    income: int
    months: int
    age: int
    sex: Literal["male", "female"]
    years: int | None = None
    price: int | None = None


@dataclass(frozen=True)
class Bound:
    """One upper limit of the amount (fen) and, in words for the citizen, how it came about."""

    name: str
    amount: int
    how: str


@dataclass(frozen=True)
class LoanEstimate:
    """`obstacles` not empty: no loan for now, and why. Money in fen, `rate` per year (0.026 = 2.6 %)."""

    amount: int
    years: int
    rate: Decimal
    monthly_payment: int
    total_interest: int
    bounds: tuple[Bound, ...]
    obstacles: tuple[str, ...]

    @property
    def deciding(self) -> Bound:
        """The bound that decides the amount."""
        return min(self.bounds, key=lambda bound: bound.amount)


def estimate_loan(question: LoanQuestion, region: RegionNumbers) -> LoanEstimate:
    """The largest loan the region's rules allow for these answers."""
    obstacles: list[str] = []
    needed = region.whole("fund.loan_min_months")
    if question.months < needed:
        obstacles.append(f"申请贷款前要连续足额缴存满{needed}个月，您目前是{question.months}个月")

    age_limit = region.whole(f"fund.loan_age_limit_{question.sex}")
    longest = min(region.whole("fund.loan_max_years"), age_limit - question.age)
    if longest < 1:
        obstacles.append(
            f"贷款要在{age_limit}周岁前还清，您目前{question.age}周岁，已经没有可贷的年限"
        )
    years = max(1, min(question.years or longest, longest))

    rate = region.rate(f"fund.loan_rate_{question.house}_{'over5' if years > 5 else '5'}")
    bounds = _bounds(question, region, years, rate)
    least = min(bound.amount for bound in bounds)
    amount = 0 if obstacles else least // GRANULE * GRANULE
    if not obstacles and amount <= 0:
        obstacles.append("按这些数字算出来的可贷额度不足1千元")
    payment = monthly_payment(amount, rate, years)
    return LoanEstimate(
        amount=amount,
        years=years,
        rate=rate,
        monthly_payment=payment,
        total_interest=max(0, payment * years * 12 - amount),
        bounds=bounds,
        obstacles=tuple(obstacles),
    )


def monthly_payment(principal: int, rate: Decimal, years: int) -> int:
    """The equal monthly payment (等额本息) in fen, rounded half up."""
    if principal <= 0:
        return 0
    exact = Decimal(principal) / _annuity_factor(rate, years)
    return int(exact.to_integral_value(ROUND_HALF_UP))


def _annuity_factor(rate: Decimal, years: int) -> Decimal:
    """How much principal one unit of monthly payment repays."""
    months = years * 12
    if rate == 0:
        return Decimal(months)
    monthly = rate / 12
    return (1 - (1 + monthly) ** -months) / monthly


def _bounds(
    question: LoanQuestion, region: RegionNumbers, years: int, rate: Decimal
) -> tuple[Bound, ...]:
    cap_key = f"fund.loan_max_{question.household}"
    who = "夫妻双方缴存" if question.household == "family" else "一人缴存"
    multiple = region.number("fund.loan_balance_multiple")
    ratio = region.number("fund.loan_payment_income_ratio")
    affordable = Decimal(question.income) * ratio * _annuity_factor(rate, years)
    bounds = [
        Bound("当地最高额", region.fen(cap_key), f"{who}的家庭每户最高{region.display(cap_key)}"),
        Bound(
            "账户余额",
            _floor(question.balance * multiple),
            f"账户余额{yuan(question.balance)}的{region.display('fund.loan_balance_multiple')}",
        ),
        Bound(
            "还款能力",
            _floor(affordable),
            f"月还款不超过家庭月收入{yuan(question.income)}的{percent(ratio)}，按{years}年算",
        ),
    ]
    if question.price is not None:
        down = region.number(f"fund.down_payment_{question.house}")
        bounds.append(
            Bound(
                "首付要求",
                _floor(question.price * (1 - down)),
                f"房价{yuan(question.price)}减去至少{percent(down)}的首付",
            )
        )
    return tuple(bounds)


def _floor(amount: Decimal) -> int:
    """Down to whole yuan."""
    return int((amount / FEN_PER_YUAN).to_integral_value(ROUND_FLOOR)) * FEN_PER_YUAN
