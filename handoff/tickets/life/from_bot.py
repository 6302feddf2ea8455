"""What the bot collected for a ticket, and the citizen's wish to hurry it; inside the engine's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.conversation.content import printable
from core.conversation.models import Conversation
from core.conversation.ports import FileTicket, UrgeTicket
from core.conversation.tickets import PHONE_FIELD
from core.errors import IllegalTransition
from core.unit_of_work import UnitOfWork
from handoff.tickets import repository
from handoff.tickets.life import filing, stepping
from handoff.tickets.life.effects import UrgedBefore
from handoff.tickets.life.filing import Filing
from handoff.tickets.life.who import Bot, Citizen
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.models import TITLE_LENGTH
from handoff.tickets.proving import has_phone, is_own
from handoff.tickets.status import TicketStep
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.reading import OTHER, LoadedType, TicketTypeUnknown, in_force
from handoff.tickets.types.values import TicketFieldRefused, by_names, checked_values

NAME_FIELD = "姓名"
MOST_FIELDS, MOST_CHARACTERS = 24, 1000
URGED = "已经为您催办工单 {number}，办理人会看到您的催促。"
URGED_BEFORE = "工单 {number} 一天内已经催办过，办理人看得到，请您再等一等。"
NOT_URGED = "工单 {number} 现在不需要催办。"
UNKNOWN = "没有找到这张工单，请核对编号。"


async def file(uow: UnitOfWork, conversation: Conversation, wanted: FileTicket) -> str:
    """File it under its type, else under the one for everything; what is no field of the type stands beside.

    Nobody can be asked again here: what does not fit a field is kept as it was said. Returns the number.
    """
    type_ = await _type(uow, wanted.type)
    fields = clean_fields(wanted.fields)
    # An organisation's own forms, and a bot that was trained before, say them among the fields: taken out of there.
    name, phone = fields.pop(NAME_FIELD, ""), fields.pop(PHONE_FIELD, "")
    values, beside = fitting(type_.definition, fields)
    ticket = await filing.add(
        uow,
        Filing(
            type=type_.id, title=printable(wanted.title)[:TITLE_LENGTH].strip() or "未填写标题",
            description=printable(wanted.description), values=values, beside=beside, complete=False,
            by=Bot(), source="bot", conversation=conversation,
            business=_short(wanted.business, 64), region=_short(wanted.region, 32),
            citizen_name=printable(wanted.name) or name, citizen_phone=printable(wanted.phone) or phone,
        ),
    )  # fmt: skip
    return ticket.number


def _short(text: str | None, most: int) -> str | None:
    return printable(text).strip()[:most] or None if text is not None else None


async def _type(uow: UnitOfWork, wanted: str) -> LoadedType:
    try:
        found = await in_force(uow.session, printable(wanted))
    except TicketTypeUnknown:
        return await in_force(uow.session, OTHER)
    return found if found.active else await in_force(uow.session, OTHER)


async def urge(uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket) -> str:
    """Write it into the ticket's history, at most once a day; what the citizen is told."""
    found = await repository.by_number(uow.session, wanted.number)
    ticket = await repository.ticket_for_update(uow.session, found.id) if found else None
    if ticket is None or not (
        is_own(ticket, conversation) or (wanted.phone and has_phone(ticket, wanted.phone))
    ):
        return UNKNOWN
    try:
        await stepping.step(
            uow, ticket, TicketStep.URGE, StepWrite(), Citizen(conversation.contact_id)
        )
    except UrgedBefore:
        return URGED_BEFORE.format(number=ticket.number)
    except IllegalTransition:
        return NOT_URGED.format(number=ticket.number)
    return URGED.format(number=ticket.number)


def fitting(
    definition: TicketDefinition, fields: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What fits the type's fields, by key; and everything else, by the name under which it came."""
    known, beside = by_names(definition, fields)
    names = {field.key: field.name for field in definition.fields}
    values: dict[str, Any] = {}
    for key, value in known.items():
        try:
            values |= checked_values(definition, {key: value}, by="program", complete=False)
        except TicketFieldRefused:
            beside[names[key]] = value
    return values, beside


def clean_fields(fields: Mapping[str, Any]) -> dict[str, str]:
    """What the bot collected, as it may be stored and shown: texts without what harms screens, of bounded length."""
    return {
        printable(str(name))[:64]: printable(str(value))[:MOST_CHARACTERS]
        for name, value in list(fields.items())[:MOST_FIELDS]
    }
