"""The unemployment self-check in words. Pure: answers and region in, contents out."""

from __future__ import annotations

from actions.forms.context import Answers
from actions.region import RegionNumbers
from actions.replies import HUMAN
from actions.tasks.unemployment.judge import judge_benefit
from actions.tasks.wording import source_line, suggest
from core.conversation.content import ChoicesContent, Content

BASIS = (
    "依据：《中华人民共和国社会保险法》第四十五条、第四十六条，"
    "《实施〈中华人民共和国社会保险法〉若干规定》第十三条。"
)
RESIGNED = "因单位拖欠工资、不缴社保等被迫离职的，可以带证据请失业保险经办机构认定。"


def show_unemployment(answers: Answers, region: RegionNumbers) -> list[Content]:
    """Whether, how long and how much, with what is still missing."""
    benefit = judge_benefit(answers, region)
    if benefit.obstacles:
        head = [
            "自查结果：按您说的情况，目前还不能领失业金。",
            *(f"✗ {o}。" for o in benefit.obstacles),
        ]
    else:
        head = [f"自查结果：您符合领失业金的条件，最长可以领{benefit.most}个月。"]
    lines = [*head, *(f"✓ {ground}。" for ground in benefit.grounds)]
    if not benefit.obstacles:
        lines.append(
            f"标准：{region.display('si.unemployment_benefit')}。"
            "实际领几个月，由当地在上限内按缴费时间核定。"
        )
    if answers["unemployment_reason"] == "resigned":
        lines.append(RESIGNED)
    text = "\n".join([*lines, "", BASIS, source_line(region, office="失业保险经办机构")])
    choices = [suggest("失业金怎么申请，去哪里办"), suggest("失业登记怎么办"), HUMAN]
    return [ChoicesContent(text=text, choices=choices)]
