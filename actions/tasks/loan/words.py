"""The loan estimate in words. Pure: answers and region in, contents out."""

from __future__ import annotations

from actions.forms.context import Answers
from actions.money import percent, yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.tasks.loan.estimate import LoanEstimate, estimate_loan
from actions.tasks.loan.form import loan_question
from actions.tasks.wording import source_line, suggest
from core.conversation.content import ChoicesContent, Content


def show_loan(answers: Answers, region: RegionNumbers) -> list[Content]:
    """The loan estimate with how it was computed."""
    question = loan_question(answers)
    estimate = estimate_loan(question, region)
    lines = _loan_lines(estimate, region)
    if not estimate.obstacles and question.years and question.years > estimate.years:
        by_region = estimate.years == region.whole("fund.loan_max_years")
        limit = "当地贷款最长" if by_region else "受年龄限制最多只能贷"
        lines.insert(1, f"（您想贷{question.years}年，{limit}{estimate.years}年。）")
    text = "\n".join([*lines, "", source_line(region)])
    return [
        ChoicesContent(
            text=text,
            choices=[suggest("重新测算贷款额度"), suggest("公积金贷款需要什么材料"), HUMAN],
        )
    ]


def _loan_lines(estimate: LoanEstimate, region: RegionNumbers) -> list[str]:
    if estimate.obstacles:
        return [
            "按您提供的情况，目前还不能申请公积金贷款：",
            *(f"• {o}。" for o in estimate.obstacles),
        ]
    lines = [
        f"测算结果：大约可以贷{yuan(estimate.amount)}，贷{estimate.years}年。",
        f"年利率{percent(estimate.rate)}，等额本息每月还{yuan(estimate.monthly_payment)}，"
        f"利息合计约{yuan(estimate.total_interest)}。",
        "",
        "怎么算的（取下面几项里最小的，向下取整到千元）：",
        *(f"• {bound.name}：{yuan(bound.amount)}（{bound.how}）" for bound in estimate.bounds),
        f"起决定作用的是“{estimate.deciding.name}”。",
    ]
    # What the form does not ask about and a centre's own check will.
    lines.append(
        "还有未还清的公积金贷款、或者已有两套住房的，一般不能再贷；"
        "法定退休年龄较低的女职工，可贷年限可能更短。"
    )
    if "fund.loan_max_children_bonus" in region.values:
        lines.append(
            f"多子女家庭的最高额可以{region.display('fund.loan_max_children_bonus')}，这里没有计入。"
        )
    return lines
