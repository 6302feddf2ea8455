"""Draws tickets for whoever looks: with names, what he may do now, and personal numbers shown in part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.models import Account, Department
from core.auth.permissions import Permission
from core.conversation.models import Contact
from core.masked_numbers import covered
from core.sms.phones import masked
from handoff.tickets import files, repository
from handoff.tickets.access import Person, departments_of, person_of, readable
from handoff.tickets.deadlines import reading as deadlines
from handoff.tickets.life import flow
from handoff.tickets.life.stepping import REASONED
from handoff.tickets.life.telling import Telling
from handoff.tickets.models import Ticket, TicketHand, TicketHistory, TicketLink, TicketRating
from handoff.tickets.rated import given
from handoff.tickets.schemas import (
    FieldRead,
    HistoryRead,
    NextStage,
    RelatedTicket,
    TicketDetail,
    TicketRead,
)
from handoff.tickets.status import FILE, UNDER_WAY, TicketStatus, TicketStep
from handoff.tickets.types.definition import END
from handoff.tickets.types.reading import LoadedType, all_types, of_ticket, of_tickets
from handoff.tickets.types.values import To, shown_values
from handoff.tickets.wording import Names, ids_in, lines_of

# Whose turn it is where it is nobody's by name.
TURNS = {
    "department": "部门内先受理的人", "anybody": "先受理的人", "dispatchers": "分派人员",
    "named": "本环节指定的人员",
}  # fmt: skip


async def rows(session: AsyncSession, actor: Actor, tickets: Sequence[Ticket]) -> list[TicketRead]:
    """For short lists, in their order; the caller has seen to it that the actor may see them."""
    person = await person_of(session, actor)
    loaded = await of_tickets(session, tickets)
    people, departments = await _named(session, tickets)
    contacts = await _contacts(session, tickets)
    found = []
    for ticket in tickets:
        type_ = loaded.get((ticket.type, ticket.type_version))
        read = _row(ticket, type_, actor, person)
        names = {
            "assignee_name": people.get(ticket.assignee_id or ""),
            "department_name": departments.get(ticket.department_id or ""),
            "contact_name": contacts.get(ticket.contact_id or ""),
        }
        found.append(read.model_copy(update=names))
    return found


async def detail(
    session: AsyncSession, actor: Actor, ticket: Ticket, telling: Telling
) -> TicketDetail:
    """Everything of one ticket; the caller has seen to it that the actor may see it."""
    type_ = await of_ticket(session, ticket)
    definition = type_.definition
    stage = flow.stage_of(definition.flow, ticket)
    history = await repository.history(session, ticket.id)
    [row] = await rows(session, actor, [ticket])
    names = await _all_names(session, type_, [ticket], history)
    values = shown_values(definition, ticket.fields or {}, to=await sees(session, ticket, actor))
    follows = [*flow.following(definition.flow, stage), *([END] if flow.is_last(stage) else [])]
    stages = {each.key: each.name for each in definition.flow.stages}
    related = _Related(session, actor)
    shown = [_step(each, names) for each in history]
    for step, each in zip(history, shown, strict=True):
        if step.step == TicketStep.TELL:
            each.delivery, each.read = await telling.delivery(session, step)
    return TicketDetail(
        **row.model_dump(),
        description=covered(ticket.description),
        resolution=covered(ticket.resolution, by_citizen=False),
        draft=covered(ticket.draft, by_citizen=False),
        history=shown,
        handler_name=names.accounts.get(ticket.handler_id or ""),
        turn_name=row.assignee_name or TURNS.get(ticket.turn, ""),
        values=[FieldRead.model_validate(each) for each in values],
        deadlines=await deadlines.of_ticket(session, ticket),
        files=await files.of_ticket(session, ticket.id),
        links=await related.links(ticket.id),
        merged=await related.merged(ticket.id),
        merged_into=await related.one(ticket.merged_into_id),
        worded=[each for each in row.steps if each in REASONED],
        next_stages=[NextStage(key=key, name=stages.get(key, "办结")) for key in follows],
        definition=definition,
        external_id=ticket.external_id,
        rating=given(await session.get(TicketRating, ticket.id)),
    )  # fmt: skip


def _row(ticket: Ticket, type_: LoadedType | None, actor: Actor, person: Person) -> TicketRead:
    steps: list[TicketStep] = []
    update: dict[str, Any] = {}
    if type_ is not None:
        stage = flow.stage_of(type_.definition.flow, ticket)
        update = {"type_name": type_.definition.name, "stage_name": stage.name}
        if actor.may(Permission.TICKET_HANDLE) and ticket.forgotten_at is None:
            steps = flow.steps_for(ticket, stage, person)
    if ticket.status not in UNDER_WAY:
        update["stage_name"] = ""
    return TicketRead.model_validate(ticket).model_copy(
        update={
            **update, "title": covered(ticket.title), "steps": steps,
            "citizen_phone": shown_phone(ticket.citizen_phone),
            "forgotten": ticket.forgotten_at is not None,
        }
    )  # fmt: skip


def shown_phone(phone: str) -> str:
    starred = masked(phone)
    return starred if starred != phone else covered(phone)


async def sees(session: AsyncSession, ticket: Ticket, actor: Actor) -> To:
    """Fields for handlers are seen by those whose turn it is or was, and by those who dispatch."""
    me = actor.account_id
    if actor.may(Permission.TICKET_DISPATCH) or me in (ticket.assignee_id, ticket.handler_id):
        return "handlers"
    # Who filed it has to do with it as well, and does not work on it for that; nor does who filed a duplicate of it.
    hand = await session.get(TicketHand, (me, ticket.id))
    if hand is None or ticket.created_by == me:
        return "staff"
    return "staff" if await _filed_a_duplicate(session, ticket, me) else "handlers"


async def _filed_a_duplicate(session: AsyncSession, ticket: Ticket, me: str) -> bool:
    """And has taken no step on either."""
    query = select(Ticket.id).where(Ticket.merged_into_id == ticket.id, Ticket.created_by == me)
    ids = set(await session.scalars(query))
    if not ids:
        return False
    steps = select(TicketHistory.step).where(
        TicketHistory.ticket_id.in_({*ids, ticket.id}), TicketHistory.actor == me
    )
    return not set(await session.scalars(steps)) - {FILE}


def _step(row: TicketHistory, names: Names) -> HistoryRead:
    read = HistoryRead.model_validate(row)
    taken = row.data.get("files")
    return read.model_copy(
        update={
            "reason": covered(row.reason, by_citizen=row.actor in ("visitor", "bot")),
            "lines": lines_of(row.step, row.data, names),
            "files": taken if isinstance(taken, list) else [],
        }
    )


class _Related:
    """Other tickets as a page names them; who may not see them learns the number alone."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        self._session = session
        self._actor = actor

    async def links(self, ticket_id: str) -> list[RelatedTicket]:
        query = select(TicketLink).where(
            or_(TicketLink.ticket_id == ticket_id, TicketLink.other_id == ticket_id)
        )
        rows = (await self._session.scalars(query.order_by(TicketLink.at))).all()
        ids = [row.other_id if row.ticket_id == ticket_id else row.ticket_id for row in rows]
        return await self._read(ids)

    async def merged(self, ticket_id: str) -> list[RelatedTicket]:
        """Duplicates of it, and of those; with what their citizens added."""
        found = await self._read(await repository.merged_into(self._session, ticket_id))
        for each in found:
            added = [
                row
                for row in await repository.history(self._session, each.id)
                if row.step == TicketStep.REMARK
            ]
            each.remarks = [_step(row, Names()) for row in added]
        return found

    async def one(self, ticket_id: str | None) -> RelatedTicket | None:
        found = await self._read([ticket_id] if ticket_id else [])
        return found[0] if found else None

    async def _read(self, ids: Sequence[str]) -> list[RelatedTicket]:
        if not ids:
            return []
        departments = await departments_of(self._session, self._actor)
        seen = readable(self._actor, departments).label("seen")
        query = select(Ticket, seen).where(Ticket.id.in_(ids)).order_by(Ticket.id)
        return [
            RelatedTicket(
                id=ticket.id, number=ticket.number, title=covered(ticket.title) if allowed else "",
                status=TicketStatus(ticket.status), readable=bool(allowed),
            )
            for ticket, allowed in await self._session.execute(query)
        ]  # fmt: skip


# ---- names -------------------------------------------------------------------------------------


async def _named(
    session: AsyncSession, tickets: Sequence[Ticket], more: Sequence[dict[str, Any]] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """Names of accounts and of departments that these tickets and steps' data name."""
    accounts = {each for t in tickets for each in (t.assignee_id, t.handler_id) if each}
    departments = {t.department_id for t in tickets if t.department_id}
    for data in more:
        named = ids_in(data)
        accounts |= named[0]
        departments |= named[1]
    people = await session.execute(
        select(Account.id, Account.name).where(Account.id.in_(sorted(accounts)))
    )
    places = await session.execute(
        select(Department.id, Department.name).where(Department.id.in_(sorted(departments)))
    )
    return {row.id: row.name for row in people}, {row.id: row.name for row in places}


async def _contacts(session: AsyncSession, tickets: Sequence[Ticket]) -> dict[str, str | None]:
    ids = sorted({ticket.contact_id for ticket in tickets if ticket.contact_id})
    query = select(Contact.id, Contact.name).where(Contact.id.in_(ids))
    return {row.id: row.name for row in await session.execute(query)} if ids else {}


async def _all_names(
    session: AsyncSession, type_: LoadedType, tickets: list[Ticket], history: list[TicketHistory]
) -> Names:
    people, departments = await _named(session, tickets, [row.data for row in history])
    classified = any(row.step == TicketStep.CLASSIFY for row in history)
    types = await all_types(session) if classified else []
    return Names(
        accounts=people,
        departments=departments,
        types={each.id: each.definition.name for each in types},
        definition=type_.definition,
    )
