"""What is told and filed of a complaint. Pure.

The law is that of the articles fund-not-pay, fund-not-open, fund-complain-privacy, si-employer-complaint and
si-employer-late-fee.
"""

from __future__ import annotations

from typing import Any

from actions.forms.context import Answers
from actions.forms.fields import SKIP
from actions.tasks.complaint.form import (
    AGAINST_UNIT,
    ANONYMOUS,
    COMPLAINT_FORM,
    EVIDENCE,
    FUND,
    KIND,
    NAME,
    OFFICE,
    OTHER,
    PHONE,
    SERVICE,
    SIGNED,
    SINCE,
    SOCIAL,
    STORY,
    SYSTEM,
    UNIT,
    WANTED,
)
from actions.tasks.wording import suggest
from core.conversation.content import Choice
from core.conversation.ports import FileTicket

# The id of the shipped type; what it is called is the console's.
TYPE = "complaint"
# The line of business (缴存) of what is complained of, where that is certain.
_BUSINESS = {FUND: "缴存"}
_LAW = {
    FUND: (
        "单位逾期不缴或者少缴公积金的，由公积金中心责令限期缴存，逾期仍不缴的可以申请人民法院强制执行；"
        "不给职工开户的，责令限期办理，逾期不办的处罚款。\n"
        "依据：《住房公积金管理条例》（国务院令第262号公布，第844号修订）第三十九条、第四十条。"
    ),
    SOCIAL: (
        "单位没有按时足额缴社保的，由征收机构责令限期缴纳或者补足，并按日加收万分之五的滞纳金；"
        "您也有权向有关部门举报、投诉。\n依据：《中华人民共和国社会保险法》第八十二条、第八十六条。"
    ),
}
_MATTER = {
    FUND: "不缴、少缴公积金",
    SOCIAL: "不缴、少缴社保",
    SERVICE: "服务态度、办事拖延",
    SYSTEM: "系统故障",
}
SHORT_STORY = 24
CALLED_BACK = "办理人会打您留的电话核实情况。手里的证据先保存好，核实时再提供。"
NOT_CALLED_BACK = (
    "您选择了匿名，不会有人给您回电话；进展可以在这里说“查工单进度”查看。手里的证据请先保存好。"
)
_PAPERS = {FUND: "单位不交公积金怎么办", SOCIAL: "单位不给交社保怎么投诉"}
PROGRESS = suggest("查工单进度")


def told(answers: Answers) -> str:
    """What the citizen reads before the number."""
    law = _LAW.get(answers[KIND], "")
    back = NOT_CALLED_BACK if answers[SIGNED] == ANONYMOUS else CALLED_BACK
    return "\n".join(part for part in (f"您反映的情况已经记下。{back}", law) if part)


def choices(answers: Answers) -> list[Choice]:
    question = _PAPERS.get(answers[KIND])
    return [PROGRESS, *([suggest(question)] if question else [])]


def ticket(answers: Answers) -> FileTicket:
    """Everything that was answered; `fields` are shown to agents under these names."""
    fields = {"反映的问题": _shown(KIND, answers)}
    for slot, name in (
        (UNIT, "被反映单位"), (OFFICE, "窗口或人员"), (SINCE, "发生时间"), (WANTED, "诉求"), (EVIDENCE, "证据"),
        (SIGNED, "是否实名"),
    ):  # fmt: skip
        if _given(answers.get(slot)):
            fields[name] = _shown(slot, answers)
    return FileTicket(
        type=TYPE,
        title=_title(answers),
        description=str(answers[STORY]),
        fields=fields,
        business=_BUSINESS.get(answers[KIND]),
        name=_shown(NAME, answers) if _given(answers.get(NAME)) else "",
        # Whole: the desk calls this number, and the citizen proves himself with it.
        phone=str(answers[PHONE]) if _given(answers.get(PHONE)) else "",
    )


def _title(answers: Answers) -> str:
    kind, story = answers[KIND], str(answers[STORY]).replace("\n", " ")
    if kind in AGAINST_UNIT:
        return f"{answers[UNIT]}{_MATTER[kind]}"
    short = story if len(story) <= SHORT_STORY else f"{story[:SHORT_STORY]}…"
    return short if kind == OTHER else f"{_MATTER[kind]}：{short}"


def _given(value: Any) -> bool:
    return value not in (None, SKIP)


def _shown(slot: str, answers: Answers) -> str:
    return COMPLAINT_FORM.field(slot).show(answers[slot])
