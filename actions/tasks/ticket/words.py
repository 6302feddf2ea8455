"""How a ticket stands, in plain words. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.clock import LOCAL_ZONE
from core.conversation.tickets import TicketProgress, TicketState

STATES: dict[TicketState, str] = {
    "new": "已经登记，等待受理",
    "open": "正在办理",
    "pending": "需要您补充情况",
    "resolved": "已经有了答复",
    "closed": "已经办结",
    "withdrawn": "已经撤销",
}
_NEXT: dict[TicketState, str] = {
    "new": "接下来：工作人员受理后会安排专人办理。",
    "open": "接下来：办理人核实清楚后给出答复，答复后可以在这里看到。",
    "pending": "接下来：打开网页或小程序里的“办事进度”补充，可以附照片；也可以转人工告诉工作人员。补充后继续办理。",
    "resolved": "请在网页或小程序的“办事进度”里确认是否解决，也可以评价；没有解决的，可以在那里提出，或者转人工说明。",
    "closed": "可以在网页或小程序的“办事进度”里评价。还有问题的，可以转人工，或者重新登记一件。",
    "withdrawn": "需要的话可以重新登记一件。",
}
# A citizen may urge once a day; the desk's side holds to it as well.
URGE_EVERY = timedelta(days=1)
SHORT_TITLE = 16


def describe(ticket: TicketProgress) -> str:
    """Number, matter, state, dates, what was asked or answered, what comes next."""
    lines = [
        f"工单{ticket.number}：{STATES[ticket.state]}。",
        f"• 事项：{ticket.type}，{ticket.title}",
        f"• 登记时间：{_minute(ticket.filed_at)}",
    ]
    if ticket.changed_at > ticket.filed_at:
        lines.append(f"• 最近进展：{_minute(ticket.changed_at)}")
    if ticket.due_at is not None and ticket.state in ("new", "open", "pending"):
        lines.append(f"• 承诺答复：{_minute(ticket.due_at)}前")
    if ticket.asked:
        lines.append(f"• 请您补充：{ticket.asked}")
    if ticket.answer:
        lines.append(f"• 答复：{ticket.answer}")
    if ticket.urged_at is not None and ticket.state in ("new", "open"):
        lines.append(f"• 上次催办：{_minute(ticket.urged_at)}")
    if ticket.state in ("new", "open"):
        lines.append("要补充或者撤销，请打开网页或小程序里的“办事进度”。")
    return "\n".join([*lines, _NEXT[ticket.state]])


def may_be_urged(ticket: TicketProgress, now: datetime) -> bool:
    if ticket.state not in ("new", "open"):
        return False
    return ticket.urged_at is None or ticket.urged_at <= now - URGE_EVERY


def label(ticket: TicketProgress) -> str:
    """For a button: number and matter, short."""
    title = ticket.title
    short = title if len(title) <= SHORT_TITLE else title[: SHORT_TITLE - 1] + "…"
    return f"{ticket.number} {short}"


def _minute(at: datetime) -> str:
    local = at.astimezone(LOCAL_ZONE)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"
