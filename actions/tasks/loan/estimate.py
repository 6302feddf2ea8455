"""Estimates a housing fund loan. Pure: integer fen and Decimal rates in, an estimate with its reasons out.

The amount is the least of four bounds that city rules have in common: the cap per household, a multiple of
the account balance, what the down payment leaves of the price, and what the income can repay. The numbers
come from the region. Nation-wide are: a loan needs continuous deposits (住房公积金管理条例第二十六条, 建金〔2014〕148号
第一条), none for a third home (建金〔2014〕148号第一条), none while another one of the family is not repaid
(建金管〔2005〕5号).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from actions.money import FEN_PER_YUAN, percent, yuan
from actions.region import RegionNumbers
from actions.tasks.repayment.questions import rate_key
from actions.tasks.repayment.schedule import annuity_factor, plan
from actions.tasks.retirement.calendar import Group, Month, retirement_of

# Loans are granted in whole thousands of yuan.
GRANULE = 1000 * FEN_PER_YUAN
# The region's number for families with several children.
BONUS = "fund.loan_max_children_bonus"


@dataclass(frozen=True)
class LoanQuestion:
    """What the citizen said. Money in fen; `years` None: as long as possible; `price` None: not known yet."""

    household: Literal["single", "family"]
    house: Literal["first", "second", "third"]
    balance: int
    income: int
    months: int
    age: int
    sex: Literal["male", "female"]
    years: int | None = None
    price: int | None = None
    # Fund loans of the family so far; unpaid: one is still running.
    before: Literal["none", "one", "more", "unpaid"] = "none"
    many_children: bool = False
    # Whose retirement age holds; None: the most cautious one for the sex.
    group: Group | None = None
    # This month, from which the birth is counted back; None: only the region's age limits are looked at.
    now: Month | None = None

    @property
    def terms(self) -> Literal["first", "second"]:
        """By which rules a loan would be given."""
        return "first" if self.house == "first" else "second"


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
    limit = age_limit(question, region)
    longest = min(region.whole("fund.loan_max_years"), limit - question.age)
    obstacles = _obstacles(question, region)
    if longest < 1:
        obstacles.append(f"贷款要在{limit}周岁前还清，您目前{question.age}周岁，已经没有可贷的年限")
    years = max(1, min(question.years or longest, longest))
    rate = region.rate(rate_key(terms_of(question, region), years * 12))
    bounds = _bounds(question, region, years, rate)
    least = min(bound.amount for bound in bounds)
    amount = 0 if obstacles else max(0, least // GRANULE * GRANULE)
    if not obstacles and amount == 0:
        obstacles.append("按这些数字算出来的可贷额度不足1千元")
    schedule = plan("annuity", amount, rate, years * 12) if amount else None
    return LoanEstimate(
        amount=amount,
        years=years,
        rate=rate,
        monthly_payment=schedule.first.payment if schedule else 0,
        total_interest=schedule.interest if schedule else 0,
        bounds=bounds,
        obstacles=tuple(obstacles),
    )


def _obstacles(question: LoanQuestion, region: RegionNumbers) -> list[str]:
    """Why there is no loan for now, whatever the amount."""
    obstacles: list[str] = []
    if question.before == "unpaid":
        obstacles.append("家庭还有没还清的公积金贷款，还清以前不能再次申请（建金管〔2005〕5号）")
    if question.house == "third":
        obstacles.append("购买第三套及以上住房，不能使用公积金贷款（建金〔2014〕148号第一条）")
    times = "fund.loan_max_times"
    if question.before == "more" and times in region.values and region.whole(times) <= 2:
        obstacles.append(f"当地一个家庭最多使用{region.display(times)}公积金贷款，已经用完了")
    needed = region.whole("fund.loan_min_months")
    if question.months < needed:
        obstacles.append(f"申请贷款前要连续足额缴存满{needed}个月，您目前是{question.months}个月")
    return obstacles


def terms_of(question: LoanQuestion, region: RegionNumbers) -> Literal["first", "second"]:
    """By which rules: in some regions an earlier fund loan makes the next home a second one."""
    again = "fund.loan_again_as_second"
    counted = again in region.values and region.text(again) == "yes"
    return "second" if counted and question.before in ("one", "more") else question.terms


def age_limit(question: LoanQuestion, region: RegionNumbers) -> int:
    """The age in years by which the loan must be repaid.

    The region's limit for the sex, and where the region counts from it, some years after the own legal retirement.
    """
    limit = region.whole(f"fund.loan_age_limit_{question.sex}")
    after = "fund.loan_years_after_retirement"
    if question.now is None or after not in region.values:
        return limit
    group: Group = question.group or ("male" if question.sex == "male" else "female_50")
    birth = question.now.plus(-12 * question.age)
    legal = retirement_of(birth, group, region).age
    return min(limit, legal // 12 + region.whole(after))


def _bounds(
    question: LoanQuestion, region: RegionNumbers, years: int, rate: Decimal
) -> tuple[Bound, ...]:
    cap_key = f"fund.loan_max_{question.household}"
    who = "夫妻双方缴存" if question.household == "family" else "一人缴存"
    multiple = region.number("fund.loan_balance_multiple")
    ratio = region.number("fund.loan_payment_income_ratio")
    affordable = Decimal(question.income) * ratio * annuity_factor(rate, years * 12)
    bounds = [
        _cap(question, region, cap_key, who),
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
        down = region.number(f"fund.down_payment_{terms_of(question, region)}")
        bounds.append(
            Bound(
                "首付要求",
                _floor(question.price * (1 - down)),
                f"房价{yuan(question.price)}减去至少{percent(down)}的首付",
            )
        )
    return tuple(bounds)


def _cap(question: LoanQuestion, region: RegionNumbers, key: str, who: str) -> Bound:
    cap, how = region.fen(key), f"{who}的家庭每户最高{region.display(key)}"
    if question.many_children and BONUS in region.values:
        cap = _floor(cap * (1 + region.rate(BONUS)))
        how += f"，多子女家庭{region.display(BONUS)}"
    return Bound("当地最高额", cap, how)


def _floor(amount: Decimal) -> int:
    """Down to whole yuan."""
    return int((amount / FEN_PER_YUAN).to_integral_value(ROUND_FLOOR)) * FEN_PER_YUAN
