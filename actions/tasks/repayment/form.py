"""The questions of the repayment form (domain.yml: repayment_form)."""

from __future__ import annotations

from actions.forms.amounts import MoneyField
from actions.forms.fields import words
from actions.forms.form import Form
from actions.tasks.repayment.questions import RateField, TermField

# Below it the table would be all rounding; above it nobody lends.
LEAST_LOAN, MOST_LOAN = 1_000_00, 10_000_0000_00

REPAYMENT_FORM = Form(
    name="repayment_form",
    intent="plan_repayment",
    title="还款计划测算",
    fields=(
        MoneyField(
            slot="repayment_amount",
            topic="贷款金额",
            question="要算多少钱的贷款？（比如：60万）",
            keywords=words("贷款金额 贷款额 贷款 本金 金额 借款 贷 借"),
            least=LEAST_LOAN,
            most=MOST_LOAN,
            example="600000元、60万",
        ),
        TermField(
            slot="repayment_months",
            topic="贷款期限",
            question="分多少年还？（比如：20年，也可以说240个月）",
            keywords=words("贷款期限 贷款年限 年限 期限 分 贷 还"),
        ),
        RateField(
            slot="repayment_rate",
            topic="利率",
            question="按公积金首套还是第二套的利率算？也可以直接说年利率，比如：2.6%",
            keywords=words("年利率 利率 首套 二套"),
        ),
    ),
)
