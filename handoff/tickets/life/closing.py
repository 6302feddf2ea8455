"""The steps at the end of a ticket and after it: resolved, followed up, closed by hand or by itself, opened again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from core.errors import Conflict, InvalidInput
from core.timers.repository import cancel_timer, set_timer
from core.unit_of_work import UnitOfWork
from handoff.tickets import repository
from handoff.tickets.history import last_of
from handoff.tickets.life.case import Case, Done
from handoff.tickets.life.placing import enter
from handoff.tickets.life.who import System
from handoff.tickets.life.working import complete_fields
from handoff.tickets.models import Ticket
from handoff.tickets.status import TicketStep
from handoff.tickets.types.reading import LoadedType

CLOSE_TIMER = "ticket.close"


class FollowUpNeeded(Conflict):
    code, default_message = "ticket_follow_up_needed", "这类工单要先回访市民，再关闭。"


async def resolve(case: Case) -> Done:
    """Settled with the words of the step, or with what was approved."""
    ticket, now = case.ticket, case.uow.clock.now()
    reviewed = case.stage.kind == "review"
    if not reviewed:
        complete_fields(case)
        ticket.handler_id = case.account_id
        ticket.assignee_id = case.account_id or ticket.assignee_id
    ticket.resolution = ticket.draft = case.wanted.reason
    ticket.resolved_at = now
    await _arm_closing(case.uow, ticket, case.type)
    return Done(
        {
            "from": case.stage.key, "from_department": ticket.department_id,
            "assignee_id": ticket.assignee_id,
        }
    )  # fmt: skip


async def follow_up(case: Case) -> Done:
    """回访. Who is satisfied, or cannot be reached, lets it close; who is not, waits for somebody to decide."""
    result = case.wanted.result
    if result is None:
        raise InvalidInput("请选择回访结果。", field="result")
    if case.ticket.closed_at is None:
        if result == "unsatisfied":
            await cancel_timer(case.uow, CLOSE_TIMER, case.ticket.id)
        else:
            await _arm_closing(case.uow, case.ticket, case.type, followed_up=True)
    return Done({"result": result})


async def close(case: Case) -> Done:
    if case.person is not None and case.type.definition.follow_up:
        steps = await repository.history(case.uow.session, case.ticket.id)
        since = last_of(steps, TicketStep.RESOLVE)
        followed = last_of(steps, TicketStep.FOLLOW_UP)
        if followed is None or (since is not None and followed.version < since.version):
            raise FollowUpNeeded()
    await cancel_timer(case.uow, CLOSE_TIMER, case.ticket.id)
    return Done({"by_itself": True} if isinstance(case.by, System) else {})


async def reopen(case: Case) -> Done:
    """Back to whoever wrote the answer, which is a draft again; a duplicate is a ticket of its own again."""
    ticket = case.ticket
    data: dict[str, Any] = {"merged_into": ticket.merged_into_id} if ticket.merged_into_id else {}
    steps = await repository.history(case.uow.session, ticket.id)
    answered = [each for each in steps if each.step in (TicketStep.SUBMIT, TicketStep.RESOLVE)]
    written = next(
        (each for each in reversed(answered) if _wrote(case, each.data.get("from"))), None
    )
    if ticket.handler_id is not None and written is not None:
        ticket.stage, ticket.department_id = written.data["from"], written.data["from_department"]
    ticket.resolution, ticket.merged_into_id = "", None
    ticket.resolved_at = ticket.closed_at = None
    await cancel_timer(case.uow, CLOSE_TIMER, ticket.id)
    return Done({**data, **await enter(case.uow, ticket, case.type, case.step)})


def _wrote(case: Case, key: str | None) -> bool:
    """Whether answers are written at that stage of the ticket's flow."""
    stage = case.type.definition.flow.stage(key or "")
    return stage is not None and stage.kind != "review"


async def _arm_closing(
    uow: UnitOfWork, ticket: Ticket, type_: LoadedType, *, followed_up: bool = False
) -> None:
    """It closes by itself some days after it was resolved; where it is to be followed up, not before that."""
    days = type_.definition.close_after_days
    if days == 0 or (type_.definition.follow_up and not followed_up):
        return
    resolved = ticket.resolved_at or uow.clock.now()
    due = max(resolved + timedelta(days=days), uow.clock.now())
    await set_timer(uow, CLOSE_TIMER, ticket.id, due)
