"""A step's data in words, for a ticket's history: to whom it went, where it stands, what was changed. Pure.

The step itself, who took it and the reason are shown beside; nothing of them is said again here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from handoff.tickets.assigning.reasons import explain
from handoff.tickets.deadlines.wording import late_lines, moved_lines
from handoff.tickets.status import FILE, TicketStep
from handoff.tickets.types.definition import END, PRIORITIES, TicketDefinition

_T = TicketStep
# What a history keeps of the steps that give the ticket to somebody.
_GIVING = frozenset(
    {FILE, _T.ACCEPT, _T.ASSIGN, _T.RETURN, _T.SUBMIT, _T.APPROVE, _T.SEND_BACK, _T.REOPEN, _T.CLASSIFY}
)  # fmt: skip
_COLUMNS = {"title": "标题", "citizen_name": "市民姓名", "citizen_phone": "联系电话"}
_WAYS = {
    "channel": "在会话中告知市民", "sms": "用短信告知市民", "same": "与合并的工单是同一位市民，已一并告知",
    "none": "没有市民的联系方式，未能告知",
}  # fmt: skip
_RESULTS = {"satisfied": "市民满意", "unsatisfied": "市民不满意", "unreachable": "未联系上市民"}


@dataclass(frozen=True)
class Names:
    """What ids and keys are called. `definition`: the type the ticket was filed under."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    definition: TicketDefinition | None = None

    def stage(self, key: object) -> str:
        if key == END:
            return "办结"
        found = self.definition.flow.stage(str(key)) if self.definition is not None else None
        return found.name if found is not None else ""

    def field(self, key: str) -> str:
        if key in _COLUMNS:
            return _COLUMNS[key]
        fields = self.definition.fields if self.definition is not None else []
        return next((each.name for each in fields if each.key == key), key)


def ids_in(data: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """The accounts and the departments that a step's data names."""
    accounts = {data.get(key) for key in ("assignee_id", "to")} | {*(data.get("told") or [])}
    departments = {data.get(key) for key in ("department_id", "from_department")}
    return (
        {each for each in accounts if isinstance(each, str)},
        {each for each in departments if isinstance(each, str)},
    )


def lines_of(step: str, data: Mapping[str, Any], names: Names) -> list[str]:
    """A sentence each, in the order in which they are read."""
    lines: list[str] = []
    if step == _T.CLASSIFY:
        before, after = (names.types.get(str(data.get(key))) for key in ("from_type", "to_type"))
        lines.append(f"类型由“{before or '其他'}”改为“{after or '其他'}”")
    if step in _GIVING:
        lines += _given(step, data, names)
    for key, what in (("business", "业务"), ("region", "地区"), ("priority", "紧急程度")):
        lines += _changed(what, data.get(key))
    if changed := data.get("changed"):
        lines.append(f"修改了{'、'.join(names.field(str(key)) for key in changed)}")
    if step == _T.FOLLOW_UP and data.get("result") in _RESULTS:
        lines.append(_RESULTS[data["result"]])
    if step == _T.RATE and data.get("score"):
        lines.append(_rated(data))
    if step == _T.REMARK and data.get("disputes"):
        lines.append("市民认为没有解决，请决定是否重新办理")
    if step in (_T.MERGE, _T.TAKE_IN, _T.LINK, _T.UNLINK) and data.get("number"):
        lines.append(f"工单 {data['number']}")
    if step == _T.TELL and data.get("way") in _WAYS:
        lines.append(_WAYS[data["way"]])
    if step == _T.CLOSE and data.get("by_itself"):
        lines.append("到期自动关闭")
    if step == _T.CLOSE and data.get("confirmed"):
        lines.append("市民确认已经解决")
    if step == _T.ESCALATE:
        lines += late_lines(data, names.accounts)
    if step == _T.RESCHEDULE:
        lines += moved_lines(data)
    return lines + explain(data.get("why") or [])


def _rated(data: Mapping[str, Any]) -> str:
    """The words beside it stand with the rating."""
    label = f"{data['label']}（{data['score']} 分）" if data.get("label") else f"{data['score']} 分"
    tags = f"：{'、'.join(data['tags'])}" if data.get("tags") else ""
    return f"{'改为' if data.get('again') else '评分'} {label}{tags}"


def _given(step: str, data: Mapping[str, Any], names: Names) -> list[str]:
    lines = []
    department = names.departments.get(str(data.get("department_id")), "")
    person = names.accounts.get(str(data.get("assignee_id") or data.get("to")), "")
    to = " ".join(each for each in (department, person) if each)
    if to and step != _T.ACCEPT:
        lines.append(f"交给{to}")
    before = names.departments.get(str(data.get("from_department")), "")
    # Where the rules gave it back, `why` says so.
    if step == _T.RETURN and before and not data.get("why"):
        lines.append(f"由{before}退回")
    stage = names.stage(data.get("stage"))
    if stage and step != _T.ACCEPT:
        lines.append(f"进入“{stage}”环节")
    return lines


def _changed(what: str, change: Any) -> list[str]:
    if not isinstance(change, list) or len(change) != 2:
        return []
    before, after = (PRIORITIES.get(str(each), str(each or "无")) for each in change)
    return [f"{what}由“{before}”改为“{after}”"]
