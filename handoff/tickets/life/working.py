"""The steps by which a ticket goes through its flow: taken, given, handed in, reviewed, sent back. See effects.py."""

from __future__ import annotations

from typing import Any

from handoff.tickets import repository
from handoff.tickets.history import last_of
from handoff.tickets.life import assigning_by_hand as by_hand
from handoff.tickets.life import flow
from handoff.tickets.life.case import Case, Done
from handoff.tickets.life.flow import Turn
from handoff.tickets.life.placing import enter, leads_on, move_on
from handoff.tickets.life.who import working
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.status import TicketStep
from handoff.tickets.types.definition import END, TicketDefinition
from handoff.tickets.types.values import checked_values


async def accept(case: Case) -> Done:
    """Whoever takes it has it; taking it from dispatching is dispatching it to oneself."""
    ticket, person = case.ticket, case.person
    data: dict[str, Any] = {"from": ticket.assignee_id, "to": case.account_id}
    if leads_on(case.type, case.stage):
        move_on(ticket, case.type, case.stage, case.wanted.next_stage)
    ticket.assignee_id = case.account_id
    if ticket.department_id is None and person is not None and person.department_id is not None:
        allowed = case.type.definition.department_ids
        if not allowed or person.departments & set(allowed):
            ticket.department_id = person.department_id
    return Done({**data, "stage": ticket.stage, "department_id": ticket.department_id})


async def assign(case: Case) -> Done:
    ticket, wanted = case.ticket, case.wanted
    target = await by_hand.target_of(
        case.uow.session, ticket, case.type, wanted.department_id, wanted.assignee_id
    )
    by_hand.check_giver(case.stage, ticket, case.person, target)
    before = {"from": ticket.assignee_id, "from_department": ticket.department_id}
    given = await by_hand.give(case.uow, ticket, case.type, target, wanted.next_stage)
    return Done({**before, "to": ticket.assignee_id, **given})


async def give_back(case: Case) -> Done:
    """To whoever dispatches; the flow begins anew, and what was written stays for whoever gets it next."""
    ticket = case.ticket
    data = {"from": ticket.assignee_id, "from_department": ticket.department_id}
    placed = await enter(case.uow, ticket, case.type, TicketStep.RETURN)
    ticket.stage = case.type.definition.flow.stages[0].key
    ticket.department_id = ticket.handler_id = None
    turn = Turn.DISPATCHERS if ticket.assignee_id is None else None
    return Done({**data, **placed, "department_id": None, "stage": ticket.stage}, turn=turn)


async def submit(case: Case) -> Done:
    """The answer is written; on to the next stage."""
    ticket = case.ticket
    complete_fields(case)
    written = {
        "from": case.stage.key, "from_department": ticket.department_id, "by": case.account_id,
    }  # fmt: skip
    stage = move_on(ticket, case.type, case.stage, case.wanted.next_stage)
    ticket.draft, ticket.handler_id = case.wanted.reason, case.account_id
    if stage.kind != "handle" or stage.who.kind != "assigned":
        ticket.assignee_id = None
    elif ticket.assignee_id is None:
        ticket.assignee_id = case.account_id
    return Done({**written, **await enter(case.uow, ticket, case.type, case.step)})


async def approve(case: Case) -> Done:
    """On to the next stage; after the last one the ticket is resolved with what was approved."""
    ticket, next_ = case.ticket, case.wanted.next_stage or case.stage.next[0]
    data = {"from": case.stage.key}
    if next_ == END and flow.is_last(case.stage):
        return Done({**data, "stage": END}, then=TicketStep.RESOLVE)
    stage = move_on(ticket, case.type, case.stage, next_)
    await _back_to_writer(case, person=stage.kind == "handle" and stage.who.kind == "assigned")
    return Done({**data, **await enter(case.uow, ticket, case.type, case.step)})


async def send_back(case: Case) -> Done:
    """To the stage and the person who wrote it, or whoever is there for him."""
    ticket = case.ticket
    data = {"from": case.stage.key, "reviewed_by": case.account_id}
    written = await _back_to_writer(case, person=True)
    ticket.stage = written.data["from"] if written is not None else ticket.stage
    stage = flow.stage_of(case.type.definition.flow, ticket)
    writer = ticket.assignee_id
    if stage.who.kind == "assigned":
        return Done({**data, **await enter(case.uow, ticket, case.type, case.step)})
    if not await working(case.uow.session, [writer]):
        ticket.assignee_id = None
    return Done({**data, "stage": ticket.stage, "assignee_id": ticket.assignee_id})


async def _back_to_writer(case: Case, *, person: bool) -> TicketHistory | None:
    """The department that wrote the answer has it again, and whoever wrote it if `person`; the step it was."""
    ticket = case.ticket
    steps = await repository.history(case.uow.session, ticket.id)
    written = last_of(steps, TicketStep.SUBMIT)
    ticket.assignee_id = ticket.handler_id if person else None
    if written is not None:
        ticket.department_id = written.data.get("from_department")
    return written


def complete_fields(case: Case) -> None:
    """What the desk fills in is filled in by now. Raises TicketFieldRefused."""
    known, beside = split(case.type.definition, case.ticket)
    known |= case.wanted.values
    checked = checked_values(case.type.definition, known, by="staff", complete=True)
    case.ticket.fields = {**beside, **checked}


def split(definition: TicketDefinition, ticket: Ticket) -> tuple[dict[str, Any], dict[str, Any]]:
    """What stands under the type's fields, and what beside them."""
    keys = {field.key for field in definition.fields}
    known = {key: value for key, value in ticket.fields.items() if key in keys}
    return known, {key: value for key, value in ticket.fields.items() if key not in keys}
