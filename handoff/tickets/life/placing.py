"""A ticket comes to a stage: whose it becomes, whose turn it is then, and who sees it from then on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Account, Department
from core.errors import InvalidInput, PermissionDenied
from core.unit_of_work import UnitOfWork
from handoff.tickets.access import hand_to, tree
from handoff.tickets.assigning.service import place
from handoff.tickets.life import flow
from handoff.tickets.life.case import Case
from handoff.tickets.life.who import of_role, working
from handoff.tickets.models import Ticket
from handoff.tickets.status import UNDER_WAY
from handoff.tickets.types.definition import Flow, Stage
from handoff.tickets.types.reading import LoadedType


class ReviewLost(PermissionDenied):
    code, default_message = (
        "ticket_review_lost",
        "这张工单的答复要经过审核，改成或合并到不用审核的工单，要由分派人员来做。",
    )


def check_review_kept(case: Case, onward: Flow, at: Stage) -> None:
    """What must be reviewed goes on where it is reviewed as well: at `at` of the flow `onward`. Who dispatches decides
    otherwise; nobody else gets round a review by calling the matter something else. Raises ReviewLost."""
    decides = case.person is None or case.person.dispatches
    if decides or not flow.must_be_reviewed(case.type.definition.flow, case.stage):
        return
    if not flow.must_be_reviewed(onward, at):
        raise ReviewLost()


async def enter(uow: UnitOfWork, ticket: Ticket, type_: LoadedType, step: str) -> dict[str, Any]:
    """The ticket has come to its `stage` by `step`: it is given to somebody. Returns what the history keeps of it.

    Where a rule has decided whose it is, a stage of dispatching is done already. The caller settles whose turn it is.
    """
    placed = await place(uow, ticket, type_.definition, step)
    ticket.department_id, ticket.assignee_id = placed.department_id, placed.assignee_id
    ticket.stage = placed.stage
    stage = flow.stage_of(type_.definition.flow, ticket)
    if stage.kind == "review" and ticket.assignee_id == ticket.handler_id:
        # Nobody reviews what he wrote himself.
        ticket.assignee_id = None
    return {**placed.data(), "assignee_id": ticket.assignee_id, "stage": ticket.stage}


def leads_on(type_: LoadedType, stage: Stage) -> bool:
    """Whether the stage is done when somebody has the ticket: dispatching, unless nothing but the end comes after."""
    return stage.kind == "dispatch" and bool(flow.following(type_.definition.flow, stage))


def move_on(ticket: Ticket, type_: LoadedType, stage: Stage, wanted: str | None) -> Stage:
    """To the stage that was chosen, or the usual one. Raises InvalidInput for one that does not follow."""
    keys = flow.following(type_.definition.flow, stage)
    key = wanted or (keys[0] if keys else None)
    following = type_.definition.flow.stage(key) if key in keys and key is not None else None
    if following is None:
        raise InvalidInput("不能转到这个环节，请重新选择下一步。", field="next_stage")
    ticket.stage = following.key
    return following


async def settle(
    uow: UnitOfWork, ticket: Ticket, type_: LoadedType, turn: flow.Turn | None = None
) -> set[str]:
    """Write down whose turn it is now, and let those see the ticket; returns those whose it is by name.

    `turn`: where that is said already.
    """
    named: set[str] | None = None
    if ticket.status not in UNDER_WAY:
        turn = flow.Turn.NOBODY
    if turn is None:
        stage = flow.stage_of(type_.definition.flow, ticket)
        named = await named_for(uow.session, stage, ticket)
        turn = flow.turn_at(
            stage, department_id=ticket.department_id, assignee_id=ticket.assignee_id,
            named=named, undivided=(await tree(uow.session)).undivided,
        )  # fmt: skip
    ticket.turn = turn.value
    have = (named or set()) if turn is flow.Turn.NAMED else {ticket.assignee_id} - {None}
    await hand_to(uow, ticket.id, have)
    return {each for each in have if each is not None and turn is not flow.Turn.NOBODY}


async def named_for(session: AsyncSession, stage: Stage, ticket: Ticket) -> set[str] | None:
    """Who the stage's `who` leaves of those that can log in; None where that is not asked."""
    who = stage.who
    match who.kind:
        case "leader":
            department = (
                await session.get(Department, ticket.department_id)
                if ticket.department_id
                else None
            )
            named = await working(session, [department.leader_id if department else None])
        case "persons":
            named = await working(session, who.account_ids)
        case "role":
            named = await of_role(session, who.role or "")
        case "department":
            there = (await tree(session)).downwards(who.department_id or "")
            ids = await session.scalars(select(Account.id).where(Account.department_id.in_(there)))
            named = await working(session, ids)
        case _:
            return None
    return named - {ticket.handler_id} if stage.kind == "review" and ticket.handler_id else named
