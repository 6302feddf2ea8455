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
    "pending": "接下来：把要补充的情况告诉工作人员（说“转人工”），办理就会继续。",
    "resolved": "对答复不满意的，可以转人工说明，请工作人员重新办理。",
    "closed": "还有问题的，可以转人工，或者重新登记一件。",
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
        lines.append(f"• 答复期限：{_minute(ticket.due_at)}")
    if ticket.asked:
        lines.append(f"• 请您补充：{ticket.asked}")
    if ticket.answer:
        lines.append(f"• 答复：{ticket.answer}")
    if ticket.urged_at is not None and ticket.state in ("new", "open"):
        lines.append(f"• 上次催办：{_minute(ticket.urged_at)}")
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
