"""The questions of the pension form (domain.yml: pension_form)."""

from __future__ import annotations

from actions.forms.amounts import CountField, MoneyField
from actions.forms.choices import UNSURE_WORDS, ChoiceField
from actions.forms.fields import Option, words
from actions.forms.form import Form

# Whoever does not know is reckoned with the lowest level, so that nothing too good is promised.
UNSURE = "unsure"
# The slot's value -> the index, own wage to local wage.
INDEXES = {
    UNSURE: "0.6",
    "60": "0.6",
    "80": "0.8",
    "100": "1",
    "150": "1.5",
    "200": "2",
    "300": "3",
}

PENSION_FORM = Form(
    name="pension_form",
    intent="estimate_pension",
    title="养老金估算",
    fields=(
        CountField(
            slot="pension_age",
            topic="退休年龄",
            question="打算多少岁退休？（比如：60岁；不清楚可以先算退休时间）",
            keywords=words("退休年龄 退休时 岁退休 退休"),
            unit="age",
            least=40,
            most=70,
        ),
        CountField(
            slot="pension_months",
            topic="退休时的缴费年限",
            question="到退休时，养老保险一共能缴多少年？（比如：20年、25年6个月）",
            keywords=words("缴费年限 一共缴 能缴 缴满 交满 缴了 交了 缴 交"),
            unit="month",
            least=1,
            most=660,
        ),
        ChoiceField(
            slot="pension_index",
            topic="缴费水平",
            question="平均下来，您的缴费基数大约是当地平均工资的多少？",
            keywords=words("缴费水平 缴费档次 档次 基数 指数"),
            choices=(
                Option(
                    "60", "60%（最低档）", words("60% 百分之六十 六成 0.6 最低 最低档 最低标准")
                ),
                Option("80", "80%", words("百分之八十 八成 0.8")),
                Option("100", "100%（平均水平）", words("100% 百分之百 平均 一倍 差不多 正常")),
                Option("150", "150%", words("百分之一百五十 一倍半 1.5 1.5倍")),
                Option("200", "200%", words("百分之二百 两倍 二倍 2倍")),
                Option("300", "300%（最高档）", words("300% 百分之三百 三倍 3倍 最高 顶格")),
                Option(UNSURE, "不清楚", UNSURE_WORDS),
            ),
        ),
        MoneyField(
            slot="pension_account",
            topic="个人账户储存额",
            question="退休时养老保险个人账户大约有多少钱？（比如：10万；不清楚可以跳过，按缴费估一个）",
            keywords=words("个人账户 账户储存额 储存额 账户"),
            least=1_00,
            most=500_0000_00,
            example="100000元、10万",
            skippable=True,
        ),
    ),
)
