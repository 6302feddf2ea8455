"""The loan estimate in words. Pure: answers and region in, contents out."""

from __future__ import annotations

from dataclasses import replace

from actions.forms.context import Answers
from actions.money import percent, yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.tasks.loan.estimate import (
    BONUS,
    LoanEstimate,
    LoanQuestion,
    estimate_loan,
    terms_of,
)
from actions.tasks.loan.form import loan_question
from actions.tasks.retirement.calendar import Month
from actions.tasks.wording import source_line, suggest
from core.conversation.content import ChoicesContent, Content


def show_loan(answers: Answers, region: RegionNumbers, now: Month) -> list[Content]:
    """The loan estimate with how it was computed. `now`: this month."""
    question = loan_question(answers, now)
    estimate = estimate_loan(question, region)
    if estimate.obstacles:
        lines = _refusal(estimate)
        choices = [suggest("重新测算贷款额度"), suggest("申请公积金贷款要什么条件"), HUMAN]
    else:
        lines = [*_result(question, estimate, region), *_remarks(question, estimate, region)]
        choices = [suggest("帮我算每月还多少"), suggest("公积金贷款需要什么材料"), HUMAN]
    text = "\n".join([*lines, "", source_line(region)])
    return [ChoicesContent(text=text, choices=choices)]


def _refusal(estimate: LoanEstimate) -> list[str]:
    return [
        "按您提供的情况，目前还不能申请公积金贷款：",
        *(f"• {obstacle}。" for obstacle in estimate.obstacles),
    ]


def _result(question: LoanQuestion, estimate: LoanEstimate, region: RegionNumbers) -> list[str]:
    lines = [f"测算结果：大约可以贷{yuan(estimate.amount)}，贷{estimate.years}年。"]
    if question.years and question.years > estimate.years:
        by_region = estimate.years == region.whole("fund.loan_max_years")
        limit = "当地贷款最长" if by_region else "受年龄限制最多只能贷"
        lines.append(f"（您想贷{question.years}年，{limit}{estimate.years}年。）")
    return [
        *lines,
        f"年利率{percent(estimate.rate)}，等额本息每月还{yuan(estimate.monthly_payment)}，"
        f"利息合计约{yuan(estimate.total_interest // 100 * 100)}。",
        "",
        "怎么算的（取下面几项里最小的，向下取整到千元）：",
        *(f"• {bound.name}：{yuan(bound.amount)}（{bound.how}）" for bound in estimate.bounds),
        f"起决定作用的是“{estimate.deciding.name}”。",
    ]


def _remarks(question: LoanQuestion, estimate: LoanEstimate, region: RegionNumbers) -> list[str]:
    """What would change the result, and what was taken for granted; only what applies."""
    lines: list[str] = []
    if question.price is None:
        down = region.display(f"fund.down_payment_{terms_of(question, region)}")
        lines.append(f"没有填房价；首付至少要房价的{down}，贷款不能超过其余的部分。")
    if terms_of(question, region) != question.terms:
        lines.append("家庭用过公积金贷款，当地按第二套的利率和首付计算。")
    if not question.many_children and BONUS in region.values:
        more = estimate_loan(replace(question, many_children=True), region)
        if more.amount > estimate.amount:
            lines.append(
                f"多子女家庭的最高额可以{region.display(BONUS)}，那样大约可以贷{yuan(more.amount)}。"
            )
    if question.sex == "female" and question.group is None:
        later = estimate_loan(replace(question, group="female_55"), region)
        if later.years > estimate.years:
            lines.append(f"年限按50岁岗位算；是55岁岗位的，最多可以贷{later.years}年。")
    return lines
