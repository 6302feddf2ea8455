"""What the office knows: tickets of its department, events it has seen, faults that were ordered."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, Field

Now = Callable[[], float]
# So that a flood does not fill the memory.
MOST_TICKETS, MOST_SEEN, MOST_LINES = 500, 20_000, 100


DEEDS = {
    "file": "登记", "assign": "分派", "accept": "受理", "return": "退回", "comment": "记录", "reply": "回复市民",
    "ask": "请市民补充", "submit": "提交答复", "approve": "审核通过", "send_back": "退回修改", "resolve": "办结",
    "tell": "告知市民", "close": "关闭", "reopen": "重新办理", "withdraw": "撤销", "urge": "催办",
    "remark": "市民补充", "rate": "市民评价", "merge": "合并", "escalate": "超时上报",
}  # fmt: skip


class Fault(BaseModel):
    """For the next `times` events, or calls of ours.

    down: an event is refused with 503. error: with 500. slow: it is taken after `seconds`. lost: it is taken, and the
    answer is 504. deaf: the answer to a call of ours is lost after the product has done it, and the call is repeated.
    """

    kind: Literal["down", "error", "slow", "lost", "deaf"]
    times: int = Field(1, ge=1, le=1_000_000)
    seconds: float = Field(0.0, ge=0, le=60)


class OfficeTicket(BaseModel):
    """A ticket as the office sees it. `ours`: with our department now. `lines`: what happened, in words."""

    id: str
    number: str
    title: str
    type: str
    status: str
    version: int
    ours: bool
    description: str = ""
    citizen: str = ""
    due_at: str | None = None
    lines: list[str] = []


@dataclass
class State:
    now: Now = time.time
    tickets: OrderedDict[str, OfficeTicket] = field(default_factory=OrderedDict)
    seen: OrderedDict[str, None] = field(default_factory=OrderedDict)
    faults: list[Fault] = field(default_factory=list)
    repeats: int = 0
    refused: int = 0

    def fault(self, *kinds: str) -> Fault | None:
        """The next ordered fault, when it is one of these."""
        if not self.faults or self.faults[0].kind not in kinds:
            return None
        fault = self.faults[0]
        fault.times -= 1
        if not fault.times:
            self.faults.pop(0)
        return fault

    def is_repeat(self, event_id: str) -> bool:
        """Whether the event was taken before; from now on it was."""
        if event_id in self.seen:
            self.repeats += 1
            return True
        self.seen[event_id] = None
        while len(self.seen) > MOST_SEEN:
            self.seen.popitem(last=False)
        return False

    def take(self, data: dict[str, Any], department_id: str) -> None:
        """An event of `ticket.<step>`."""
        told, step = data["ticket"], data["step"]
        department = told["department"] or {}
        citizen = told["citizen"] or {}
        known = self.tickets.get(told["id"])
        deed = DEEDS.get(step["step"], step["step"])
        line = f"{step['by_name']} {deed}：{step['reason']}".rstrip("：")
        ticket = OfficeTicket(
            id=told["id"], number=told["number"], title=told["title"], type=told["type"]["name"],
            status=told["status"], version=told["version"],
            ours=not department_id or department.get("id") == department_id,
            description=told["description"],
            citizen=" ".join(part for part in (citizen.get("name"), citizen.get("phone")) if part),
            due_at=told["due_at"], lines=[*(known.lines if known else []), line][-MOST_LINES:],
        )  # fmt: skip
        self.tickets[ticket.id] = ticket
        self.tickets.move_to_end(ticket.id)
        while len(self.tickets) > MOST_TICKETS:
            self.tickets.popitem(last=False)
