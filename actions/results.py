"""Puts the outcome of the two tasks into words. Pure: answers and region in, contents out."""

from __future__ import annotations

from typing import Any

from actions.forms.loan_form import loan_question
from actions.loan import LoanEstimate, estimate_loan, percent, yuan
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.verdict import Verdict
from actions.withdrawal import judge_withdrawal
from core.conversation.content import Choice, ChoicesContent, Content


def show_loan(answers: dict[str, Any], region: RegionNumbers) -> list[Content]:
    """The loan estimate with how it was computed."""
    question = loan_question(answers)
    estimate = estimate_loan(question, region)
    lines = _loan_lines(estimate, region)
    if not estimate.obstacles and question.years and question.years > estimate.years:
        by_region = estimate.years == region.whole("fund.loan_max_years")
        limit = "当地贷款最长" if by_region else "受年龄限制最多只能贷"
        lines.insert(1, f"（您想贷{question.years}年，{limit}{estimate.years}年。）")
    text = "\n".join([*lines, "", _source_line(region)])
    return [
        ChoicesContent(
            text=text,
            choices=[_again("重新测算贷款额度"), _again("公积金贷款需要什么材料"), HUMAN],
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


def show_withdrawal(answers: dict[str, Any], region: RegionNumbers) -> list[Content]:
    """The verdict with its reasons, papers and sources."""
    verdict = judge_withdrawal(answers, region)
    text = "\n".join([*_verdict_lines(verdict), "", _source_line(region)])
    return [
        ChoicesContent(
            text=text, choices=[_again("提取公积金几天到账"), _again("服务大厅在哪里"), HUMAN]
        )
    ]


def _verdict_lines(verdict: Verdict) -> list[str]:
    if verdict.eligible:
        head = [f"自查结果：您符合“{verdict.title}”的条件。"]
        papers = [
            "",
            "需要准备的材料：",
            *(f"{n}. {paper}" for n, paper in enumerate(verdict.papers, 1)),
        ]
    else:
        head = [
            f"自查结果：目前还不符合“{verdict.title}”的条件。",
            *(f"✗ {o}。" for o in verdict.obstacles),
        ]
        papers = [
            "",
            "条件具备以后，需要准备的材料：",
            *(f"{n}. {p}" for n, p in enumerate(verdict.papers, 1)),
        ]
    met = [f"✓ {ground}。" for ground in verdict.grounds]
    remarks = [f"• {remark}。" for remark in verdict.remarks]
    remarks = ["", "还要知道：", *remarks] if remarks else []
    return [*head, *met, *papers, *remarks, "", "依据：" + "；".join(map(str, verdict.citations))]


def _source_line(region: RegionNumbers) -> str:
    if region.example:
        return f"其中的地方标准是{region.name}的示例数据，不是真实政策。结果仅供参考，请以当地公积金中心的审核为准。"
    return f"地方标准按{region.name}的规定。结果仅供参考，请以公积金中心的审核为准。"


def _again(text: str) -> Choice:
    return Choice(label=text, value=text)
