"""The questions of the form for flexible workers (domain.yml: flexible_form)."""

from __future__ import annotations

from actions.forms.amounts import MoneyField
from actions.forms.choices import ChoiceField
from actions.forms.context import Answers, Checked, TaskContext
from actions.forms.fields import Option, words
from actions.forms.form import Form
from actions.money import yuan

PENSION = ("both", "pension", "all")
MEDICAL = ("both", "medical", "all")
FUND = ("fund", "all")


async def _within(value: int, answers: Answers, context: TaskContext) -> Checked:
    """The housing fund's base lies between the region's limits."""
    least, most = context.region.fen("fund.flexible_base_min"), context.region.fen("fund.base_max")
    if least <= value <= most:
        return Checked(value)
    return Checked(problem=f"当地的基数在{yuan(least)}到{yuan(most)}之间，请换一个数。")


FLEXIBLE_FORM = Form(
    name="flexible_form",
    intent="estimate_flexible",
    title="灵活就业缴费测算",
    fields=(
        ChoiceField(
            slot="flexible_kind",
            topic="参保项目",
            question="您想算哪几项？",
            keywords=words("养老 医保 公积金 社保"),
            choices=(
                Option(
                    "both",
                    "养老和医保",
                    words("养老医保 养老加医保 社保 两个都 两样都 都交 职工社保"),
                ),
                Option("pension", "只算养老", words("养老 养老保险 只交养老")),
                Option("medical", "只算医保", words("医保 医疗 医疗保险 只交医保")),
                Option("fund", "只算公积金", words("公积金 住房公积金")),
                Option(
                    "all", "养老、医保、公积金都算", words("全部 全都 三样 三项 都要 都算 一起")
                ),
            ),
        ),
        ChoiceField(
            slot="flexible_percent",
            topic="养老缴费档次",
            question="养老保险按哪一档缴？（当地平均工资的百分之几）",
            keywords=words("档次 档 缴费档次"),
            when={"flexible_kind": PENSION},
            choices=(
                Option("60", "60%（最低）", words("60% 百分之六十 六成 最低 最低档 最少")),
                Option("80", "80%", words("百分之八十 八成")),
                Option("100", "100%", words("百分之百 平均 一倍 中间")),
                Option("200", "200%", words("百分之二百 两倍 二倍")),
                Option("300", "300%（最高）", words("300% 百分之三百 三倍 最高 最高档 顶格")),
            ),
        ),
        MoneyField(
            slot="flexible_base",
            topic="公积金缴存基数",
            question="公积金打算按多少的月收入作基数？（比如：5000元）",
            keywords=words("公积金基数 基数 月收入 收入"),
            when={"flexible_kind": FUND},
            least=100_00,
            most=100_0000_00,
            example="5000元",
            check=_within,
        ),
        ChoiceField(
            slot="flexible_rate",
            topic="公积金缴存比例",
            question="公积金打算按多少的比例缴？（全部由个人承担）",
            keywords=words("比例"),
            when={"flexible_kind": FUND},
            choices=tuple(
                Option(str(rate), f"{rate}%", words(f"百分之{word} {rate}个点"))
                for rate, word in (
                    (10, "十"),
                    (12, "十二"),
                    (16, "十六"),
                    (20, "二十"),
                    (24, "二十四"),
                )
            ),
        ),
    ),
)
