"""Reads types of tickets as they are in force, and as they were when a ticket was filed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import Conflict, NotFound
from handoff.tickets.models import Ticket
from handoff.tickets.types.definition import TicketDefinition
from handoff.tickets.types.models import TicketType, TicketTypeVersion

# The type of what fits no other; it cannot be switched off.
OTHER = "other"


@dataclass(frozen=True)
class LoadedType:
    """A type in one of its versions. `active`: whether new tickets of it may be filed."""

    id: str
    version: int
    active: bool
    definition: TicketDefinition


class TicketTypeUnknown(NotFound):
    code, default_message = "ticket_type_unknown", "没有这种工单类型，请重新选择。"


class TicketTypeInactive(Conflict):
    code, default_message = "ticket_type_inactive", "这种工单类型已经停用，请选择别的类型。"


async def in_force(session: AsyncSession, type_id: str) -> LoadedType:
    """The type of that id, or of that name (投诉), as it is set now; switched off ones too.

    Raises TicketTypeUnknown.
    """
    row = await session.get(TicketType, type_id[:32])
    if row is not None and row.id == type_id:
        return await _load(session, row, row.version)
    # Names are not unique over time: one that is in use comes before one that was switched off.
    named = [each for each in await all_types(session) if each.definition.name == type_id]
    if not named:
        raise TicketTypeUnknown(field="type")
    return min(named, key=lambda each: not each.active)


async def for_filing(session: AsyncSession, type_id: str) -> LoadedType:
    """As in_force; raises TicketTypeInactive for one that was switched off."""
    found = await in_force(session, type_id)
    if not found.active:
        raise TicketTypeInactive(field="type")
    return found


async def of_ticket(session: AsyncSession, ticket: Ticket) -> LoadedType:
    """The type in the version the ticket was filed under."""
    row = await session.get(TicketType, ticket.type)
    if row is None:
        raise TicketTypeUnknown(field="type")
    return await _load(session, row, ticket.type_version)


async def of_tickets(
    session: AsyncSession, tickets: Iterable[Ticket]
) -> dict[tuple[str, int], LoadedType]:
    """For lists: by (type, version), what these tickets were filed under, in one query."""
    wanted = {(ticket.type, ticket.type_version) for ticket in tickets}
    if not wanted:
        return {}
    key = tuple_(TicketTypeVersion.type_id, TicketTypeVersion.version)
    query = (
        select(TicketType, TicketTypeVersion)
        .join(TicketTypeVersion, TicketTypeVersion.type_id == TicketType.id)
        .where(key.in_(wanted))
    )
    return {
        (row.id, version.version): _loaded(row, version)
        for row, version in await session.execute(query)
    }


async def all_types(session: AsyncSession) -> list[LoadedType]:
    """All as they are in force, in the order of their page, those switched off included."""
    query = (
        select(TicketType, TicketTypeVersion)
        .join(
            TicketTypeVersion,
            (TicketTypeVersion.type_id == TicketType.id)
            & (TicketTypeVersion.version == TicketType.version),
        )
        .order_by(TicketType.position, TicketType.id)
    )
    return [_loaded(row, version) for row, version in await session.execute(query)]


async def _load(session: AsyncSession, row: TicketType, version: int) -> LoadedType:
    found = await session.get(TicketTypeVersion, (row.id, version))
    if found is None:
        raise TicketTypeUnknown(field="type")
    return _loaded(row, found)


def _loaded(row: TicketType, version: TicketTypeVersion) -> LoadedType:
    return LoadedType(
        row.id, version.version, row.active, TicketDefinition.model_validate(version.definition)
    )
