"""The questions of the retirement form (domain.yml: retirement_form)."""

from __future__ import annotations

from actions.forms.amounts import CountField
from actions.forms.choices import ChoiceField
from actions.forms.entries import MonthField
from actions.forms.fields import Option, words
from actions.forms.form import Form

UNSURE = "unsure"

RETIREMENT_FORM = Form(
    name="retirement_form",
    intent="calculate_retirement",
    title="退休时间计算",
    fields=(
        ChoiceField(
            slot="retirement_sex",
            topic="性别",
            question="请问是男职工还是女职工？",
            choices=(
                Option(
                    "male", "男", words("男的 男士 男职工 男性 先生 我爸 爸爸 老公 丈夫 老头子")
                ),
                Option("female", "女", words("女的 女士 女职工 女性 我妈 妈妈 老婆 妻子 媳妇")),
            ),
            keywords=words("男的 女的 男职工 女职工 性别 男 女"),
        ),
        ChoiceField(
            slot="retirement_post",
            topic="原退休年龄",
            question="原来的退休年龄是50周岁（一般是工人岗位），还是55周岁（一般是管理、技术岗位）？",
            when={"retirement_sex": ("female",)},
            choices=(
                Option(
                    "female_50",
                    "原50周岁（工人岗位）",
                    words("50岁 五十岁 五十 50 工人 车间 工勤 操作工 服务员 一线"),
                ),
                Option(
                    "female_55",
                    "原55周岁（管理、技术岗位）",
                    words(
                        "55岁 五十五岁 五十五 55 干部 管理 技术 职员 会计 教师 老师 办公室 公务员"
                    ),
                ),
                Option(UNSURE, "不清楚", words("不知道 不确定 不晓得 说不准")),
            ),
            keywords=words("工人 干部 管理岗 技术岗 车间"),
        ),
        MonthField(
            slot="retirement_birth",
            topic="出生年月",
            question="请问是哪年哪月出生的？（以档案和身份证上的为准，比如：1975年8月）",
            keywords=words("出生年月 出生 生日 生的 生人"),
            earliest="1930-01",
            latest="2012-12",
            example="1975年8月",
        ),
        CountField(
            slot="retirement_paid",
            topic="养老保险缴费年限",
            question="到现在养老保险一共缴了多久？（比如：18年、18年6个月；不清楚可以跳过）",
            keywords=words("缴费年限 缴费 缴了 交了 缴满 交满 社保交了 养老保险"),
            unit="month",
            least=0,
            most=720,
            skippable=True,
        ),
    ),
)
