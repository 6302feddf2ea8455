"""What each step changes of a ticket. Called by stepping.py, which has checked that the step may be taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from core.errors import Conflict, InvalidInput
from core.timers.repository import cancel_timer
from handoff.tickets import repository
from handoff.tickets.life import closing, correcting, joining, working
from handoff.tickets.life.case import Case, Done
from handoff.tickets.life.reaching import reachable
from handoff.tickets.life.who import Citizen, signature
from handoff.tickets.models import TicketHistory
from handoff.tickets.status import TicketStep

URGE_EVERY = timedelta(days=1)


class CitizenUnreachable(Conflict):
    code = "ticket_citizen_unreachable"
    default_message = "这张工单没有留市民的手机号，也没有对应的会话，消息发不出去。"


class UrgedBefore(Conflict):
    code, default_message = "ticket_urged_before", "这张工单一天内已经催办过，请再等一等。"


async def nothing(case: Case) -> Done:
    return Done()


async def to_citizen(case: Case) -> Done:
    """Words that go out; refused where there is no way for them."""
    if not await reachable(case.uow.session, case.ticket):
        raise CitizenUnreachable()
    return Done()


async def urge(case: Case) -> Done:
    """A citizen once a day; people at the desk see for themselves when it was urged last."""
    now = case.uow.clock.now()
    if isinstance(case.by, Citizen):
        before = last_urged(await repository.history(case.uow.session, case.ticket.id))
        if before is not None and before > now - URGE_EVERY:
            raise UrgedBefore()
    case.ticket.urged_at = now
    return Done()


def last_urged(steps: Sequence[TicketHistory]) -> datetime | None:
    """When its citizen last asked to hurry; that the desk does so as well is the office's own affair."""
    visitor, _ = signature(Citizen())
    own = [each.at for each in steps if each.step == TicketStep.URGE and each.actor == visitor]
    return max(own, default=None)


async def remark(case: Case) -> Done:
    """An answer that is disputed does not close by itself: somebody has to decide."""
    if case.wanted.data.get("disputes"):
        await cancel_timer(case.uow, closing.CLOSE_TIMER, case.ticket.id)
    case.ticket.remarked_at = case.uow.clock.now()
    return Done()


async def rate(case: Case) -> Done:
    score = case.wanted.score
    if score is None or not 1 <= score <= 5:
        raise InvalidInput("请选择评分。", field="score")
    case.ticket.score = score
    return Done({"score": score})


async def withdraw(case: Case) -> Done:
    return Done({"from": case.ticket.assignee_id})


Effect = Callable[[Case], Awaitable[Done]]

EFFECTS: dict[TicketStep, Effect] = {
    TicketStep.CLASSIFY: correcting.classify,
    TicketStep.REVISE: correcting.revise,
    TicketStep.ASSIGN: working.assign,
    TicketStep.ACCEPT: working.accept,
    TicketStep.RETURN: working.give_back,
    TicketStep.COMMENT: nothing,
    TicketStep.REPLY: to_citizen,
    TicketStep.ASK: to_citizen,
    TicketStep.RESUME: nothing,
    TicketStep.SUBMIT: working.submit,
    TicketStep.APPROVE: working.approve,
    TicketStep.SEND_BACK: working.send_back,
    TicketStep.RESOLVE: closing.resolve,
    TicketStep.TELL: nothing,
    TicketStep.FOLLOW_UP: closing.follow_up,
    TicketStep.RATE: rate,
    TicketStep.CLOSE: closing.close,
    TicketStep.REOPEN: closing.reopen,
    TicketStep.WITHDRAW: withdraw,
    TicketStep.URGE: urge,
    TicketStep.REMARK: remark,
    TicketStep.MERGE: joining.merge,
    TicketStep.TAKE_IN: nothing,
    TicketStep.LINK: joining.link,
    TicketStep.UNLINK: joining.unlink,
    TicketStep.ESCALATE: nothing,
    TicketStep.RESCHEDULE: nothing,
}


async def apply(case: Case) -> Done:
    return await EFFECTS[case.step](case)
