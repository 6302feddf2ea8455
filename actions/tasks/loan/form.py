"""The questions of the loan form (domain.yml: loan_form) and how its answers become a LoanQuestion."""

from __future__ import annotations

from typing import Any

from actions.forms.amounts import CountField, MoneyField
from actions.forms.choices import ChoiceField
from actions.forms.context import Answers, Checked, EndForm, Prepared, TaskContext
from actions.forms.fields import SKIP, Option, words
from actions.forms.form import Form
from actions.forms.turn import Turn
from actions.replies import HUMAN
from actions.tasks.loan.estimate import LoanQuestion
from actions.tasks.retirement.calendar import Month
from core.conversation.content import Choice

UNSURE = "unsure"
AGAIN = Choice(label="重新测算贷款额度", value="重新测算贷款额度")


async def _house(value: Any, answers: Answers, context: TaskContext) -> Checked:
    if value == "third":
        raise EndForm(
            "购买第三套及以上住房，不能使用公积金贷款（《关于发展住房公积金个人住房贷款业务的通知》"
            "建金〔2014〕148号第一条），不用再往下算了。住房套数由当地公积金中心认定，拿不准可以问工作人员。",
            [AGAIN, HUMAN],
        )
    return Checked(value)


async def _before(value: Any, answers: Answers, context: TaskContext) -> Checked:
    if value == "unpaid":
        raise EndForm(
            "家庭还有没还清的公积金贷款，还清以前不能再次申请（《关于住房公积金管理若干具体问题的指导意见》"
            "建金管〔2005〕5号），不用再往下算了。还清以后，欢迎再来测算。",
            [AGAIN, Choice(label="提前还款能省多少利息", value="提前还款能省多少利息"), HUMAN],
        )
    return Checked(value)


class _FromAge:
    """Ages from this one on. Before it even the longest loan, thirty years, ends in time: who now is that young retires
    at 55 at the earliest, and the loan may last five years more.
    """

    def __contains__(self, value: object) -> bool:
        return isinstance(value, int) and value > YOUNG


YOUNG = 30


LOAN_FORM = Form(
    name="loan_form",
    intent="calculate_loan",
    title="公积金贷款额度测算",
    fields=(
        ChoiceField(
            slot="loan_household",
            topic="缴存情况",
            question="这次买房，是您一个人缴存公积金，还是夫妻双方都在缴存？",
            keywords=words("夫妻 老婆 老公 爱人 配偶 单身 一个人 两个人"),
            choices=(
                Option(
                    "single",
                    "我一人缴存",
                    words("一个人 一人 单身 自己 单人 只有我 就我 单方 没结婚 未婚 离异"),
                ),
                Option(
                    "family",
                    "夫妻双方缴存",
                    words(
                        "夫妻 双方 两个人 两人 俩人 老婆 老公 爱人 媳妇 配偶 我们俩 家庭 都交 都缴"
                    ),
                ),
            ),
        ),
        ChoiceField(
            slot="loan_house",
            topic="住房套数",
            question="准备买的是家庭首套住房，还是第二套？",
            keywords=words("首套 二套 第一套 第二套"),
            check=_house,
            choices=(
                Option(
                    "first", "首套", words("第一套 头一套 首次 第1套 一套 1套 没有房 没房 名下无房")
                ),
                Option("second", "第二套", words("二套 改善 第2套 有一套 已有一套")),
                Option(
                    "third",
                    "第三套及以上",
                    words("三套 第三套 第四套 已有两套 有两套 两套房了 已经两套"),
                ),
            ),
        ),
        ChoiceField(
            slot="loan_before",
            topic="以前的公积金贷款",
            question="您家（本人和配偶）以前用过公积金贷款吗？",
            check=_before,
            keywords=words("没用过 没有用过 没贷过 没还清 没还完 用过 贷过"),
            choices=(
                Option(
                    "none",
                    "没用过",
                    words(
                        "没有用过 没有 没 没贷过 从没用过 第一次 首次 头一次 都没有 都没用过 没用"
                    ),
                ),
                Option(
                    "unpaid",
                    "有一笔还没还清",
                    words(
                        "没还清 没还完 还没还清 还没还完 没有还清 没有还完 还在还 正在还 未结清 未还清 没结清 还着呢 "
                        "还有一笔没还清 还有没还清 有一笔没还清 还有贷款没还清 还有一笔没还完 有没还清的 还欠着"
                    ),
                ),
                Option(
                    "one",
                    "用过一次，已还清",
                    words("用过一次 一次 贷过一次 用过 贷过 还清了 结清了 已经还清 已还清 1次"),
                ),
                Option("more", "用过两次以上", words("两次 用过两次 多次 三次 好几次 2次 二次")),
            ),
        ),
        MoneyField(
            slot="loan_balance",
            topic="公积金账户余额",
            question="公积金账户余额一共有多少？（夫妻双方的加在一起，比如：8万）",
            keywords=words("账户余额 余额 账户里 账上 账户"),
            least=100_00,
            most=500_0000_00,
            example="50000元、5万",
        ),
        CountField(
            slot="loan_months",
            topic="连续缴存时间",
            question="到现在连续缴存公积金多久了？（比如：8个月、3年）",
            keywords=words("连续缴存 连续缴 连续交 缴存了 交了 缴了 缴存 存了"),
            unit="month",
            least=0,
            most=600,
        ),
        MoneyField(
            slot="loan_income",
            topic="家庭月收入",
            question="家庭税前月收入大约多少？（夫妻双方的加在一起，比如：12000元）",
            keywords=words("家庭月收入 月收入 收入 工资 月薪"),
            least=500_00,
            most=200_0000_00,
            example="12000元、1.2万",
        ),
        ChoiceField(
            slot="loan_sex",
            topic="性别",
            question="主借款人是男士还是女士？（贷款到期时的年龄上限不同）",
            choices=(
                Option("male", "男", words("男士 男的 男性 先生")),
                Option("female", "女", words("女士 女的 女性")),
            ),
        ),
        CountField(
            slot="loan_age",
            topic="年龄",
            question="主借款人今年多少周岁？（比如：35岁）",
            keywords=words("年龄 今年 岁"),
            unit="age",
            least=18,
            most=80,
        ),
        ChoiceField(
            slot="loan_post",
            topic="退休年龄",
            question="按改革前的规定，您是50岁还是55岁退休？（贷款要在退休后几年内还清）",
            keywords=words("退休"),
            when={"loan_sex": ("female",), "loan_age": _FromAge()},
            choices=(
                Option("female_50", "50岁（工人岗位）", words("50岁 50 五十岁 五十 工人 生产岗位")),
                Option(
                    "female_55",
                    "55岁（干部、管理或技术岗位）",
                    words("55岁 55 五十五岁 五十五 干部 管理 技术 公务员 教师 医生"),
                ),
                Option(UNSURE, "不清楚", words("不知道 不确定 说不清 不晓得")),
            ),
        ),
        CountField(
            slot="loan_years",
            topic="贷款年限",
            question="打算贷多少年？（1到30年，比如：20年；没想好可以跳过，按最长的算）",
            keywords=words("贷款年限 年限 期限 贷 分"),
            unit="year",
            least=1,
            most=30,
            skippable=True,
        ),
        MoneyField(
            slot="loan_price",
            topic="房屋总价",
            question="房子总价大约多少？（比如：120万；没看好房可以跳过）",
            keywords=words("房屋总价 总价 房价 房款 房子"),
            least=10_000_00,
            most=10000_0000_00,
            example="1200000元、120万",
            skippable=True,
        ),
        # Never asked (prepare answers it): few have to say it, and the result says what it would change.
        ChoiceField(
            slot="loan_children",
            topic="子女情况",
            question="您家是多子女家庭吗？",
            keywords=words(
                "不是多子女 不是二孩 多子女 二孩 三孩 二胎 三胎 两个孩子 三个孩子 俩孩子 两个娃 俩娃 两个小孩"
            ),
            choices=(
                Option(
                    "no", "不是多子女家庭", words("不是多子女 不是二孩 一个孩子 没有孩子 没孩子")
                ),
                Option(
                    "yes",
                    "多子女家庭",
                    words(
                        "多子女 二孩 三孩 二胎 三胎 两个孩子 三个孩子 俩孩子 两个娃 俩娃 两个小孩"
                    ),
                ),
            ),
        ),
    ),
)


def prepare(turn: Turn, context: TaskContext) -> Prepared:
    """A family has no bonus unless it says so; retirement matters only where the region counts from it."""
    counted = "fund.loan_years_after_retirement" in context.region.values
    return Prepared({"loan_children": "no", **({} if counted else {"loan_post": SKIP})})


def loan_question(answers: Answers, now: Month) -> LoanQuestion:
    """The completed form's answers; every slot is filled, years and price may be skipped. `now`: this month."""

    def optional(slot: str) -> int | None:
        return None if answers[slot] == SKIP else int(answers[slot])

    post = answers.get("loan_post")
    return LoanQuestion(
        household=answers["loan_household"],
        house=answers["loan_house"],
        balance=int(answers["loan_balance"]),
        income=int(answers["loan_income"]),
        months=int(answers["loan_months"]),
        age=int(answers["loan_age"]),
        sex=answers["loan_sex"],
        years=optional("loan_years"),
        price=optional("loan_price"),
        before=answers["loan_before"],
        many_children=answers["loan_children"] == "yes",
        group=post if post in ("female_50", "female_55") else None,
        now=now,
    )
