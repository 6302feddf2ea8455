"""How an application stands, in plain words: what loan_progress and withdrawal_progress share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from actions.forms.choices import ChoiceField
from actions.forms.context import Answers, TaskContext
from actions.forms.fields import Field, Option
from actions.forms.form import Task
from actions.forms.turn import Turn
from actions.identity.task import Found, personal_task
from actions.identity.words import origin
from actions.money import yuan
from actions.replies import HUMAN
from actions.tasks.wording import suggest
from core.conversation.business import Application, ApplicationStatus, BusinessGateway
from core.conversation.content import Choice, ChoicesContent, Content, TextContent

# More are told from the newest on.
MOST = 8
AUTO = "auto"


@dataclass(frozen=True)
class Kind:
    """A kind of application in words. `business` as skill groups name it, `how`: questions that lead to one."""

    name: str  # loan_progress: of the form and its slots
    intent: str
    title: str
    word: str
    business: str
    paid: str
    how: tuple[str, ...]
    fetch: Callable[[BusinessGateway, str], Awaitable[list[Application]]]

    @property
    def which(self) -> str:
        return f"{self.name}_which"

    @property
    def count(self) -> str:
        return f"{self.name}_count"


def progress_task(kind: Kind) -> Task:
    async def look_up(
        gateway: BusinessGateway, token: str, answers: Answers, context: TaskContext
    ) -> Found:
        found = (await kind.fetch(gateway, token))[:MOST]
        if not found:
            return Found([_none(kind)])
        which = answers[kind.which]
        if which == AUTO and len(found) > 1:
            ask = {kind.count: len(found), kind.which: None}
            return Found([TextContent(text=_overview(kind, found))], reopen=ask)
        # The list may have become shorter since it was shown.
        index = 0 if which == AUTO else min(int(which), len(found)) - 1
        return Found(_shown(kind, found[index], context))

    def opening(turn: Turn, context: TaskContext) -> dict[str, Any]:
        return {kind.count: 0, kind.which: AUTO}

    return personal_task(
        name=f"{kind.name}_form",
        intent=kind.intent,
        title=kind.title,
        label=kind.title.removesuffix("查询"),
        business=kind.business,
        look_up=look_up,
        fields=_fields(kind),
        read_opening=opening,
    )


def _fields(kind: Kind) -> tuple[Field, ...]:
    async def offer(answers: Answers, context: TaskContext) -> Sequence[Option]:
        count = int(answers.get(kind.count) or 0)
        return [Option(str(i), f"第{i}笔", (f"第{i}个", f"第{i}条")) for i in range(1, count + 1)]

    # How many there are is set by the look-up, never asked.
    return (
        ChoiceField(slot=kind.count, topic="笔数", question=""),
        ChoiceField(
            slot=kind.which, topic="查哪一笔", question="想看哪一笔的详细进度？", offer=offer
        ),
    )


def _overview(kind: Kind, found: Sequence[Application]) -> str:
    lines = [f"查到您有{len(found)}笔{kind.word}申请："]
    lines += [
        f"{i}. {one.kind}，{yuan(one.amount)}，{_day(one.submitted_on)}提交，{_state(kind, one)}"
        for i, one in enumerate(found, start=1)
    ]
    return "\n".join(lines)


def _shown(kind: Kind, one: Application, context: TaskContext) -> list[Content]:
    lines = [
        f"您{_day(one.submitted_on)}提交的{one.kind}（{yuan(one.amount)}）：{_state(kind, one)}。",
        *_details(kind, one, context.now.date()),
        f"申请编号：{one.number}",
        origin(context.region),
    ]
    return [ChoicesContent(text="\n".join(lines), choices=_next(kind, one))]


_STATES: dict[ApplicationStatus, str] = {
    "in_progress": "正在办理",
    "needs_documents": "等您补材料",
    "approved": "已经批准，还在办后面的手续",
    "rejected": "没有通过",
    "withdrawn": "已经撤回",
}


def _state(kind: Kind, one: Application) -> str:
    return _STATES.get(one.status, kind.paid)


def _details(kind: Kind, one: Application, today: date) -> list[str]:
    names = [step.name for step in one.steps]
    at = names.index(one.current_step)
    where = f"现在是第{at + 1}步“{one.current_step}”，一共{len(names)}步。"
    match one.status:
        case "paid":
            last = one.steps[-1].done_on
            return [f"{_day(last)}办完最后一步“{names[-1]}”。"] if last else []
        case "rejected":
            reason = (
                f"原因：{one.reason.rstrip('。')}。"
                if one.reason
                else "没有写明原因，可以问公积金中心。"
            )
            return [reason, "按原因改好以后可以重新申请；对结果有疑问的，可以转人工。"]
        case "withdrawn":
            return ["需要的话可以重新申请。"]
        case "needs_documents":
            missing = [f"• {paper}" for paper in one.missing] or [
                "• 请向受理的服务大厅询问要补什么"
            ]
            return [where, "还缺这些材料，补齐了才会往下办：", *missing]
        case _:
            return [where, *_coming(one, names[at + 1 :], today)]


def _coming(one: Application, later: Sequence[str], today: date) -> list[str]:
    lines = []
    if one.expected_on is not None and one.expected_on >= today:
        lines.append(f"这一步预计{_day(one.expected_on)}前办完。")
    elif one.expected_on is not None:
        lines.append(f"这一步原本预计{_day(one.expected_on)}办完，已经过了，可以转人工催办。")
    if later:
        lines.append(f"接下来是：{'、'.join(later)}。")
    return lines


def _next(kind: Kind, one: Application) -> list[Choice]:
    first = "服务大厅在哪里" if one.status == "needs_documents" else "查公积金余额"
    if one.status in ("rejected", "withdrawn"):
        first = kind.how[0]
    return [suggest(first), suggest("退出登录"), HUMAN]


def _none(kind: Kind) -> Content:
    text = f"没有查到您在本地的{kind.word}申请。要办的话，可以先看看："
    return ChoicesContent(text=text, choices=[*map(suggest, kind.how), HUMAN])


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
