"""Somebody says whose a ticket is: a department, a person, or both. Checked here; used by filing and by assign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.models import Department
from core.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from core.unit_of_work import UnitOfWork
from handoff.tickets.access import Person, tree, worker
from handoff.tickets.assigning.service import place
from handoff.tickets.life import flow
from handoff.tickets.life.placing import leads_on, move_on
from handoff.tickets.models import Ticket
from handoff.tickets.status import TicketStep
from handoff.tickets.types.definition import Stage
from handoff.tickets.types.reading import LoadedType


class DepartmentNotOfType(InvalidInput):
    code, default_message = "ticket_department_not_of_type", "这类工单不能转给这个部门。"


class AssignRefused(PermissionDenied):
    code, default_message = (
        "ticket_assign_refused",
        "您只能把工单转给本部门的人，转给其他部门请退回分派。",
    )


class ReviewsOwnDraft(Conflict):
    code, default_message = "ticket_own_draft", "答复是这位同事写的，要由别人审核。"


@dataclass(frozen=True)
class Target:
    department_id: str | None
    person: Person | None


async def target_of(
    session: AsyncSession,
    ticket: Ticket,
    type_: LoadedType,
    department_id: str | None,
    assignee_id: str | None,
) -> Target:
    """Where it is to go. Without a department it stays in the ticket's, or goes to the person's own.

    Raises NotFound for who cannot take it, InvalidInput for nobody and for departments that do not fit.
    """
    if department_id is None and assignee_id is None:
        raise InvalidInput("请选择部门或办理人。", field="assignee_id")
    person = None
    if assignee_id is not None:
        person = await worker(session, assignee_id)
        if person is None:
            raise NotFound(
                "没有这个办理人，或者账号已经停用。", what="account", field="assignee_id"
            )
    if department_id is None and person is not None:
        stays = ticket.department_id in person.departments
        department_id = ticket.department_id if stays else person.department_id
    elif department_id is not None:
        if await session.get(Department, department_id) is None:
            raise NotFound("没有这个部门。", what="department", field="department_id")
        if person is not None and department_id not in person.departments:
            raise InvalidInput("这位办理人不在所选的部门里。", field="assignee_id")
    if department_id is not None:
        await check_of_type(session, type_, department_id)
    return Target(department_id, person)


async def check_of_type(session: AsyncSession, type_: LoadedType, department_id: str) -> None:
    """Raises DepartmentNotOfType for one that is none of the type's, nor below one."""
    allowed = type_.definition.department_ids
    if allowed and not set((await tree(session)).upwards(department_id)) & set(allowed):
        raise DepartmentNotOfType(field="department_id")


def check_giver(stage: Stage, ticket: Ticket, giver: Person | None, target: Target) -> None:
    """Raises AssignRefused for what is beyond the giver, ReviewsOwnDraft for a reviewer who wrote it."""
    to = target.person
    if to is not None and stage.kind == "review" and to.account_id == ticket.handler_id:
        raise ReviewsOwnDraft(field="assignee_id")
    if giver is not None and not flow.may_be_given(
        stage, ticket, giver, to=to, department_id=target.department_id
    ):
        raise AssignRefused()


def check_filer(stage: Stage, filer: Person | None, target: Target) -> None:
    """Who files it may keep it or give it to his own department; where it begins with dispatching, who dispatches."""
    if filer is None or filer.dispatches:
        return
    near = filer.undivided or target.department_id in filer.departments
    own = target.person is not None and target.person.account_id == filer.account_id
    if stage.kind == "dispatch" or not (near or own):
        raise AssignRefused("这类工单由分派人员决定交给谁办理，登记时不用选。")


async def give(
    uow: UnitOfWork, ticket: Ticket, type_: LoadedType, target: Target, next_stage: str | None
) -> dict[str, Any]:
    """Put it there; a stage of dispatching is done with that. The caller settles whose turn it is.

    Somebody who is away has it done by whoever stands in; of a department one is chosen as its rules say.
    """
    stage = flow.stage_of(type_.definition.flow, ticket)
    if leads_on(type_, stage):
        stage = move_on(ticket, type_, stage, next_stage)
    ticket.department_id = target.department_id
    ticket.assignee_id = target.person.account_id if target.person is not None else None
    data: dict[str, Any] = {}
    if stage.who.kind == "assigned" or target.person is not None:
        placed = await place(uow, ticket, type_.definition, TicketStep.ASSIGN)
        ticket.assignee_id = placed.assignee_id
        if target.department_id is None:
            ticket.department_id = placed.department_id
        data = {"why": list(placed.why)}
    return {
        **data, "stage": ticket.stage, "department_id": ticket.department_id,
        "assignee_id": ticket.assignee_id,
    }  # fmt: skip
