"""Files a ticket inside a transaction: the one way in for desk, bot, citizens, programs, import and left messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.conversation.content import printable
from core.conversation.models import Conversation
from core.errors import Conflict, InvalidInput, PermissionDenied
from core.ids import new_id
from core.sms.phones import PhoneInvalid, mobile
from core.unit_of_work import UnitOfWork
from handoff.tickets import files
from handoff.tickets.access import hand_to, may_read
from handoff.tickets.deadlines.service import moved
from handoff.tickets.history import record
from handoff.tickets.life import assigning_by_hand as by_hand
from handoff.tickets.life import flow
from handoff.tickets.life.notifying import notify
from handoff.tickets.life.placing import enter, settle
from handoff.tickets.life.who import By, Citizen, account_of, hand_of, person_for, signature
from handoff.tickets.models import TITLE_LENGTH, Ticket
from handoff.tickets.numbers import next_number
from handoff.tickets.schemas import Source
from handoff.tickets.status import FILE, TicketStatus
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import LoadedType, for_filing
from handoff.tickets.types.values import checked_values


class TicketFiledBefore(Conflict):
    """What comes from elsewhere is a ticket already. Details: `id`, `number`."""

    code, default_message = "ticket_filed_before", "这件事已经登记过工单。"


@dataclass(frozen=True, kw_only=True, repr=False)
class Filing:
    """What a ticket begins with. `values`: its type's fields; `beside`: what was told and is no field of the type.

    `complete`: required fields must be filled in. `priority` None: the type's own. `department_id`, `assignee_id`:
    given by hand, else the rules decide. `conversation` is locked by the caller. `file_ids`: uploads of `by`.
    """

    type: str
    title: str
    by: By
    source: Source
    description: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True
    priority: str | None = None
    business: str | None = None
    region: str | None = None
    external_id: str | None = None
    conversation: Conversation | None = None
    contact_id: str | None = None
    citizen_name: str = ""
    citizen_phone: str = ""
    department_id: str | None = None
    assignee_id: str | None = None
    file_ids: Sequence[str] = ()


async def add(uow: UnitOfWork, filing: Filing) -> Ticket:
    """File it, give it to somebody, start its clocks.

    Raises TicketTypeUnknown, TicketTypeInactive, TicketFieldRefused, TicketFiledBefore, InvalidInput, NotFound.
    """
    await _refuse_second(uow.session, filing)
    type_ = await for_filing(uow.session, filing.type)
    check_type(filing.by, type_.id)
    definition = type_.definition
    values = checked_values(
        definition, filing.values, by=hand_of(filing.by), complete=filing.complete
    )
    conversation, now = filing.conversation, uow.clock.now()
    ticket = Ticket(
        id=new_id(), number=await next_number(uow, definition.prefix), type=type_.id,
        type_version=type_.version, title=filing.title[:TITLE_LENGTH], description=filing.description,
        fields={**filing.beside, **values}, business=filing.business or _business(conversation),
        region=filing.region, priority=checked_priority(definition, filing.priority),
        status=TicketStatus.NEW.value, stage=definition.flow.stages[0].key, version=0,
        source=filing.source, external_id=filing.external_id,
        conversation_id=conversation.id if conversation else None,
        contact_id=conversation.contact_id if conversation else filing.contact_id,
        citizen_name=printable(filing.citizen_name).strip()[:64],
        citizen_phone=plain_phone(filing.citizen_phone),
        created_by=account_of(filing.by), created_at=now, updated_at=now,
    )  # fmt: skip
    uow.session.add(ticket)
    try:
        await uow.session.flush()
    except IntegrityError:
        if filing.external_id is None:
            raise
        # Filed under the same name at this very moment; who asks again is told its number.
        raise TicketFiledBefore() from None
    taken = await _files(uow, ticket, definition, filing)
    data = {"stage": ticket.stage, **await _give(uow, ticket, type_, filing)}
    if taken:
        data["files"] = taken
    have = await settle(uow, ticket, type_)
    await hand_to(uow, ticket.id, [ticket.created_by])
    actor, name = signature(filing.by)
    await moved(uow, ticket, FILE, None, definition)
    await notify(uow, ticket, FILE, by=ticket.created_by, had=None, have=have, review=False)
    await record(uow, ticket, FILE, None, actor=actor, actor_name=name, reason="", data=data)
    return ticket


async def _give(
    uow: UnitOfWork, ticket: Ticket, type_: LoadedType, filing: Filing
) -> dict[str, Any]:
    """To whom the filer says, else to whom the rules say; what the history keeps."""
    if filing.department_id is None and filing.assignee_id is None:
        return await enter(uow, ticket, type_, FILE)
    person = await person_for(uow.session, filing.by)
    target = await by_hand.target_of(
        uow.session, ticket, type_, filing.department_id, filing.assignee_id
    )
    by_hand.check_filer(flow.stage_of(type_.definition.flow, ticket), person, target)
    return await by_hand.give(uow, ticket, type_, target, None)


async def _files(
    uow: UnitOfWork, ticket: Ticket, definition: TicketDefinition, filing: Filing
) -> list[str]:
    if isinstance(filing.by, Citizen):
        if filing.by.contact_id is None:
            return []
        return await files.take_up_from_citizen(
            uow, ticket, filing.file_ids, contact_id=filing.by.contact_id
        )
    by = signature(filing.by)[0]
    # What a field shows the citizen, its files do as well.
    shown, hidden = files.named_in(definition, ticket.fields)
    taken = await files.take_up(uow, ticket, shown, by=by, for_citizen=True)
    return [*taken, *await files.take_up(uow, ticket, _others(taken, hidden, filing), by=by)]


def _others(taken: Sequence[str], hidden: Sequence[str], filing: Filing) -> list[str]:
    return [each for each in (*hidden, *filing.file_ids) if each not in taken]


async def _refuse_second(session: AsyncSession, filing: Filing) -> None:
    if filing.external_id is None:
        return
    query = select(Ticket).where(
        Ticket.source == filing.source, Ticket.external_id == filing.external_id
    )
    there = await session.scalar(query)
    if there is None:
        return
    # One program does not learn of another's tickets by asking for their names.
    if not isinstance(filing.by, Actor) or await may_read(session, there, filing.by):
        raise TicketFiledBefore(id=there.id, number=there.number)
    raise TicketFiledBefore()


def check_type(by: By, type_id: str) -> None:
    """A program files what its key is for, and makes nothing else of it. Raises PermissionDenied."""
    types = by.limits.types if isinstance(by, Actor) and by.limits is not None else ()
    if types and type_id not in types:
        raise PermissionDenied("这个接口密钥不能登记这类工单。", field="type")


def checked_priority(definition: TicketDefinition, wanted: str | None) -> str:
    """The type's own where none is wanted. Raises InvalidInput for one that the type does not have."""
    if wanted is None:
        return definition.priority
    if wanted not in definition.priorities:
        raise InvalidInput("这类工单没有这个紧急程度。", field="priority")
    return wanted


def plain_phone(text: str) -> str:
    """As citizens prove it: eleven digits; what is no mobile stays as it was written."""
    try:
        return mobile(text)
    except PhoneInvalid:
        return printable(text).strip()[:32]


def _business(conversation: Conversation | None) -> str | None:
    return conversation.business if conversation is not None else None
