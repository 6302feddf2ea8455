"""The repayment plan in words, with its tables. Pure: schedules in, contents out."""

from __future__ import annotations

from collections.abc import Sequence

from actions.money import exact_yuan, figures, yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.spans import span
from actions.tasks.repayment.questions import rate_words
from actions.tasks.repayment.schedule import Schedule
from actions.tasks.wording import suggest
from core.conversation.content import ChoicesContent, Content, Table, TextContent

FIRST_ROWS = 3
YEAR = 12
ROUNDING = "每月按年利率的十二分之一计息；实际扣款以借款合同和银行的还款计划为准。"


def plan_summary(
    amount: int, months: int, rate: str, plans: Sequence[Schedule], region: RegionNumbers
) -> Content:
    """The two ways compared; `plans` is equal instalments, then equal principal."""
    annuity, linear = plans
    saved = annuity.interest - linear.interest
    lines = [
        f"贷款{yuan(amount)}，{span(months)}还清，{rate_words(rate, months, region)}：",
        f"• 等额本息：每月还{exact_yuan(annuity.first.payment)}，利息一共{exact_yuan(annuity.interest)}。",
        f"• 等额本金：第一个月还{exact_yuan(linear.first.payment)}，以后逐月减少，"
        f"最后一个月{exact_yuan(linear.last.payment)}，利息一共{exact_yuan(linear.interest)}。",
    ]
    if saved > 0:
        lines.append(
            f"等额本金的利息少{exact_yuan(saved)}，但开头每月要多还"
            f"{exact_yuan(linear.first.payment - annuity.first.payment)}；"
            "想每月一样多、压力小，选等额本息。"
        )
    table = Table(
        caption="两种还款方式比一比（元）",
        columns=["", "等额本息", "等额本金"],
        rows=[
            ["第一个月", figures(annuity.first.payment), figures(linear.first.payment)],
            ["最后一个月", figures(annuity.last.payment), figures(linear.last.payment)],
            ["利息合计", figures(annuity.interest), figures(linear.interest)],
            ["本息合计", figures(annuity.paid), figures(linear.paid)],
        ],
    )
    return TextContent(text="\n".join(lines), table=table)


def plan_by_month(plans: Sequence[Schedule]) -> Content:
    """The months that show how it goes, and what to do next."""
    annuity, linear = plans
    rows = [
        [
            str(month),
            _whole(annuity.instalments[month - 1].payment),
            _whole(annuity.instalments[month - 1].left),
            _whole(linear.instalments[month - 1].payment),
            _whole(linear.instalments[month - 1].left),
        ]
        for month in months_shown(annuity.months)
    ]
    caption = "按月还款表（元，每年一行）" if annuity.months > YEAR else "按月还款表（元）"
    table = Table(
        caption=caption, columns=["月", "等额本息", "还欠", "等额本金", "还欠"], rows=rows
    )
    choices = [suggest("提前还款能省多少利息"), suggest("两种还款方式选哪个好"), HUMAN]
    text = f"每个月的还款和还欠的本金在表里，取整到元。{ROUNDING}"
    return ChoicesContent(text=text, choices=choices, table=table)


def months_shown(months: int) -> list[int]:
    """The first months, each year's end and the last; all of a loan of a year or less."""
    if months <= YEAR:
        return list(range(1, months + 1))
    ends = range(YEAR, months + 1, YEAR)
    return sorted({*range(1, FIRST_ROWS + 1), *ends, months})


def picture_name(amount: int, months: int) -> str:
    """What somebody hears who cannot see the picture; the tables hold its figures."""
    return f"还款对比图：贷款{yuan(amount)}、{span(months)}，等额本息和等额本金每月还款与剩余本金的变化"


def _whole(fen: int) -> str:
    return f"{(fen + 50) // 100:,}"
