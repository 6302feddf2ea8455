"""The questions of the prepayment form (domain.yml: prepayment_form) and the loan its answers describe."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from actions.forms.amounts import MoneyField
from actions.forms.choices import ChoiceField
from actions.forms.context import Answers, Checked, Prepared, TaskContext
from actions.forms.fields import SKIP, Entity, Field, Option, Problem, Read, words
from actions.forms.form import Form
from actions.forms.turn import Turn
from actions.money import yuan
from actions.region import RegionNumbers
from actions.spans import span
from actions.tasks.prepayment.compare import Running, running
from actions.tasks.repayment.form import LEAST_LOAN, MOST_LOAN
from actions.tasks.repayment.questions import MOST_MONTHS, RateField, TermField, rate_of

ALL = "all"
_ALL_SAID = re.compile(r"还清|结清|还完|全部|全还|都还|一次性?还")
# What is owed now, or else the loan at its beginning: on these it depends what else is asked.
LEFT, AMOUNT = "prepayment_left", "prepayment_amount"


class _Known:
    """The values of a question that was answered, or not asked yet; not those of a skipped one."""

    def __contains__(self, value: object) -> bool:
        return value != SKIP


# Whoever names the loan's beginning first is not asked what is owed now.
NOT_SINCE_THEN: Mapping[str, Any] = {AMOUNT: (None,)}
WITH_LEFT: Mapping[str, Any] = {LEFT: _Known(), **NOT_SINCE_THEN}
WITHOUT_LEFT: Mapping[str, Any] = {LEFT: (SKIP, None)}


@dataclass(frozen=True)
class SumField(MoneyField):
    """What is to be repaid early: a sum, or everything."""

    @property
    def options(self) -> tuple[Option, ...]:
        return (Option(ALL, "全部还清"),)

    @property
    def expected(self) -> str:
        return f"{super().expected}；想一次还清，就选“全部还清”"

    def read(self, text: str, entities: Sequence[Entity]) -> Read | Problem | None:
        read = super().read(text, entities)
        said = _ALL_SAID.search(text)
        return Read(ALL, said.span()) if read is None and said else read

    def show(self, value: Any) -> str:
        return "全部还清" if value == ALL else super().show(value)


async def _paid(value: Any, answers: Answers, context: TaskContext) -> Checked:
    term = answers.get("prepayment_term")
    if isinstance(term, int) and value >= term:
        return Checked(problem=f"贷款一共{span(term)}，已经还的时间要比它短，请核对一下。")
    return Checked(value)


async def _term(value: Any, answers: Answers, context: TaskContext) -> Checked:
    paid = answers.get("prepayment_paid")
    if isinstance(paid, int) and value <= paid:
        return Checked(problem=f"您说已经还了{span(paid)}，贷款期限要比它长，请核对一下。")
    return Checked(value)


async def _sum(value: Any, answers: Answers, context: TaskContext) -> Checked:
    left = answers.get(LEFT)
    if value != ALL and isinstance(left, int) and value >= left:
        return Checked(ALL, note=f"还欠的本金是{yuan(left)}，按全部还清来算。")
    return Checked(value)


_MONEY: dict[str, Any] = {
    "least": LEAST_LOAN,
    "most": MOST_LOAN,
    "example": "400000元、40万",
}
_FIELDS: tuple[Field, ...] = (
    MoneyField(
        slot=LEFT,
        topic="剩余本金",
        question="贷款还剩多少本金没还？（比如：40万；不知道的话可以跳过，我按当初贷的数来推算）",
        keywords=words("剩余本金 剩余贷款 剩余 还剩 剩下 还欠 欠 余额 剩"),
        skippable=True,
        when=NOT_SINCE_THEN,
        **_MONEY,
    ),
    TermField(
        slot="prepayment_months",
        topic="剩余期限",
        question="还要还多久？（比如：15年，也可以说180个月）",
        keywords=words("剩余期限 剩余年限 剩余 还剩 剩下 还有 还要还 没还 剩"),
        when=WITH_LEFT,
    ),
    MoneyField(
        slot=AMOUNT,
        topic="当初的贷款金额",
        question="当初一共贷了多少钱？（比如：60万）",
        keywords=words("贷款金额 贷款总额 当初 原来 贷款 贷了 借了 贷"),
        when=WITHOUT_LEFT,
        **_MONEY,
    ),
    TermField(
        slot="prepayment_term",
        topic="当初的贷款期限",
        question="当初一共贷了多少年？（比如：30年）",
        keywords=words("贷款期限 贷款年限 期限 年限 总共 一共 分 贷款 贷了 贷"),
        when=WITHOUT_LEFT,
        least=2,
        check=_term,
    ),
    TermField(
        slot="prepayment_paid",
        topic="已经还的时间",
        question="到现在已经还了多久？（比如：5年，也可以说60个月）",
        keywords=words("已经还 已还 还了 还满 还款满 交了 供了"),
        when=WITHOUT_LEFT,
        check=_paid,
    ),
    ChoiceField(
        slot="prepayment_method",
        topic="还款方式",
        question="现在是哪种还款方式？每月还的一样多是等额本息，每月越还越少是等额本金。",
        keywords=words("还款方式"),
        choices=(
            Option("annuity", "等额本息", words("本息 一样多 一样 固定 每月一样 不变的")),
            Option("linear", "等额本金", words("越还越少 递减 逐月减少 越来越少 每月减少")),
        ),
    ),
    RateField(
        slot="prepayment_rate",
        topic="利率",
        question="现在的年利率是多少？（比如：2.6%；公积金贷款不清楚的，选首套还是第二套）",
        keywords=words("年利率 利率 首套 二套"),
    ),
    SumField(
        slot="prepayment_sum",
        topic="提前还的钱",
        question="这次打算提前还多少？（比如：10万）",
        keywords=words("提前还款 提前还 提前 先还 拿出 手里有 手头有 攒了 准备还 打算还 想还"),
        least=100_00,
        most=MOST_LOAN,
        example="100000元、10万",
        check=_sum,
    ),
)
PREPAYMENT_FORM = Form(
    name="prepayment_form", intent="compare_prepayment", title="提前还款测算", fields=_FIELDS
)


def prepare(turn: Turn, context: TaskContext) -> Prepared:
    """Who asks what settling the loan costs has said how much is to be repaid."""
    return Prepared({"prepayment_sum": ALL} if _ALL_SAID.search(turn.text) else {})


def loan_of(answers: Answers, region: RegionNumbers) -> Running:
    """The loan as it stands now."""
    method = answers["prepayment_method"]
    said = answers["prepayment_rate"]
    if answers[AMOUNT] is None:
        months = int(answers["prepayment_months"])
        # Most loans were made for more than five years, however little is left of them.
        return Running(method, int(answers[LEFT]), months, rate_of(said, MOST_MONTHS, region))
    term = int(answers["prepayment_term"])
    rate = rate_of(said, term, region)
    amount, paid = int(answers[AMOUNT]), int(answers["prepayment_paid"])
    return running(method, amount, rate, term, paid)
