"""The withdrawal verdict in words. Pure: answers and region in, contents out."""

from __future__ import annotations

from actions.forms.context import Answers
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.tasks.withdrawal.judge import judge_withdrawal
from actions.tasks.withdrawal.verdict import Verdict
from actions.tasks.wording import source_line, suggest
from core.conversation.content import ChoicesContent, Content

DECISION = "公积金中心自受理之日起3日内决定，并通知您（住房公积金管理条例第二十五条）"


def show_withdrawal(answers: Answers, region: RegionNumbers) -> list[Content]:
    """The verdict with its reasons, papers and sources."""
    verdict = judge_withdrawal(answers, region)
    text = "\n".join([*_verdict_lines(verdict), "", source_line(region)])
    return [
        ChoicesContent(
            text=text, choices=[suggest("提取公积金几天到账"), suggest("服务大厅在哪里"), HUMAN]
        )
    ]


def _verdict_lines(verdict: Verdict) -> list[str]:
    if verdict.eligible:
        head = [f"自查结果：您符合“{verdict.title}”的条件。"]
        if verdict.local:
            head = [f"自查结果：可以申请“{verdict.title}”，能不能提取由当地公积金中心审核决定。"]
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
    decided = [DECISION] if verdict.eligible else []
    remarks = [f"• {remark}。" for remark in (*verdict.remarks, *decided)]
    remarks = ["", "还要知道：", *remarks] if remarks else []
    return [*head, *met, *papers, *remarks, "", "依据：" + "；".join(map(str, verdict.citations))]
