"""Steps with two tickets: a duplicate goes on in another one, related ones are linked. See effects.py."""

from __future__ import annotations

from sqlalchemy import delete, or_, select

from core.errors import Conflict, InvalidInput, NotFound
from core.unit_of_work import UnitOfWork
from handoff.tickets import files, repository
from handoff.tickets.access import hand_to
from handoff.tickets.history import record
from handoff.tickets.life import flow
from handoff.tickets.life.case import Case, Done
from handoff.tickets.life.placing import check_review_kept
from handoff.tickets.life.who import signature
from handoff.tickets.models import Ticket, TicketLink
from handoff.tickets.status import UNDER_WAY, TicketStatus, TicketStep, next_status
from handoff.tickets.types.reading import of_ticket


class MergeRefused(Conflict):
    code, default_message = "ticket_merge_refused", "只能合并到另一张还在办理的工单。"


class AlreadyLinked(Conflict):
    code, default_message = "ticket_already_linked", "这两张工单已经关联过。"


async def merge(case: Case) -> Done:
    """What is under way goes on in another one that is under way; so there are no circles. `lock` has locked both.

    Files, links and remarks are seen from there, and whoever had to do with this one sees that one.
    """
    uow, ticket, other = case.uow, case.ticket, await _other(case)
    if other.id == ticket.id or other.status not in UNDER_WAY:
        raise MergeRefused(field="other")
    onward = (await of_ticket(uow.session, other)).definition.flow
    check_review_kept(case, onward, flow.stage_of(onward, other))
    ticket.merged_into_id = other.id
    await files.share(uow, ticket.id, other.id)
    await _share_links(uow, ticket.id, other.id)
    await hand_to(uow, other.id, [ticket.created_by, ticket.assignee_id, ticket.handler_id])
    before = TicketStatus(other.status)
    next_status(before, TicketStep.TAKE_IN)
    actor, name = signature(case.by)
    other.updated_at = uow.clock.now()
    if ticket.remarked_at is not None:
        other.remarked_at = ticket.remarked_at
    await record(
        uow, other, TicketStep.TAKE_IN, before, actor=actor, actor_name=name,
        reason=case.wanted.reason, data={"id": ticket.id, "number": ticket.number},
    )  # fmt: skip
    return Done({"id": other.id, "number": other.number})


async def link(case: Case) -> Done:
    ticket, other = case.ticket, await _other(case)
    if other.id == ticket.id:
        raise InvalidInput("不能和自己关联。", field="other")
    pair = _pair(ticket.id, other.id)
    if await case.uow.session.get(TicketLink, pair) is not None:
        raise AlreadyLinked(field="other")
    case.uow.session.add(
        TicketLink(
            ticket_id=pair[0], other_id=pair[1], at=case.uow.clock.now(), by=signature(case.by)[0]
        )
    )
    return Done({"id": other.id, "number": other.number})


async def unlink(case: Case) -> Done:
    other = await _other(case)
    found = await case.uow.session.get(TicketLink, _pair(case.ticket.id, other.id))
    if found is None:
        raise NotFound("这两张工单没有关联。", what="link", field="other")
    await case.uow.session.delete(found)
    return Done({"id": other.id, "number": other.number})


async def _other(case: Case) -> Ticket:
    if case.wanted.other_id is None:
        raise InvalidInput("请填写另一张工单的编号。", field="other")
    found = (
        await repository.ticket_for_update(case.uow.session, case.wanted.other_id)
        if case.step is TicketStep.MERGE
        else await case.uow.session.get(Ticket, case.wanted.other_id)
    )
    if found is None:
        raise NotFound("没有找到这张工单。", what="ticket", field="other")
    return found


async def _share_links(uow: UnitOfWork, ticket_id: str, into_id: str) -> None:
    """Also those to the other one itself, which say nothing any more."""
    query = select(TicketLink).where(
        or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)
    )
    for row in (await uow.session.scalars(query)).all():
        related = row.other_id if row.ticket_id == ticket_id else row.ticket_id
        if related == into_id:
            continue
        pair = _pair(related, into_id)
        if await uow.session.get(TicketLink, pair) is None:
            uow.session.add(TicketLink(ticket_id=pair[0], other_id=pair[1], at=row.at, by=row.by))
    this = _pair(ticket_id, into_id)
    await uow.session.execute(
        delete(TicketLink).where(TicketLink.ticket_id == this[0], TicketLink.other_id == this[1])
    )


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)
