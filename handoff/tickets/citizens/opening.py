"""Finds the ticket that a window names: one of its own, or one it was opened for with number and phone."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation.own_tickets import TicketKey, TicketOpening, TicketWindow
from core.errors import NotFound
from core.sms.phones import mobile
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets import repository
from handoff.tickets.citizens import repository as own
from handoff.tickets.citizens.keys import TicketKeys
from handoff.tickets.citizens.proving import PhoneProofs
from handoff.tickets.citizens.reading import OwnTicketReader
from handoff.tickets.citizens.schemas import OwnTicketDetail
from handoff.tickets.citizens.tries import Tries
from handoff.tickets.models import Ticket
from handoff.tickets.proving import has_phone


class TicketNotFound(NotFound):
    """The same for a number that does not exist, for a wrong phone, and for somebody else's."""

    code, default_message = "ticket_not_found", "没有找到这张工单，请核对编号和登记时留的手机号。"


class TicketOpener:
    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        proofs: PhoneProofs,
        tries: Tries,
        keys: TicketKeys,
        reader: OwnTicketReader,
    ) -> None:
        self._uows = uows
        self._proofs = proofs
        self._tries = tries
        self._keys = keys
        self._reader = reader

    async def open(self, window: TicketWindow, wanted: TicketOpening) -> OwnTicketDetail:
        """By number and phone. Whatever does not fit takes the same way and answers alike.

        The code is checked first and spent last: who mistypes the number needs no second one. Raises PhoneInvalid,
        TooManyRequests, the errors of the code (core/sms/codes.py), TicketNotFound.
        """
        phone, number = mobile(wanted.phone), wanted.number.strip().upper()
        self._tries.count(window.contact_id, number, phone, window.address)
        proof = await self._proofs.check(wanted.phone, wanted.code)
        async with self._uows.write() as uow:
            ticket = await repository.by_number(uow.session, number)
            if ticket is None or not has_phone(ticket, phone):
                raise TicketNotFound(field="number")
            await self._proofs.spend(uow, proof)
            key = self._keys.give(ticket.id, window.contact_id)
            return await self._reader.detail(uow.session, ticket, key=key)

    async def find(self, session: AsyncSession, window: TicketWindow, which: TicketKey) -> Ticket:
        """Raises TicketNotFound."""
        return await self._checked(session, window, which, await session.get(Ticket, which.id))

    async def lock(self, uow: UnitOfWork, window: TicketWindow, which: TicketKey) -> Ticket:
        """As `find`, for a step on it."""
        ticket = await repository.ticket_for_update(uow.session, which.id)
        return await self._checked(uow.session, window, which, ticket)

    async def shown(
        self, session: AsyncSession, window: TicketWindow, which: TicketKey, ticket: Ticket
    ) -> OwnTicketDetail:
        """After `find` or `lock`; a key that was given is given anew, so that it lasts while it is used."""
        key = self._keys.give(ticket.id, window.contact_id) if which.key else ""
        return await self._reader.detail(session, ticket, key=key)

    async def _checked(
        self, session: AsyncSession, window: TicketWindow, which: TicketKey, ticket: Ticket | None
    ) -> Ticket:
        if ticket is not None:
            if which.key and self._keys.fits(which.key, ticket.id, window.contact_id):
                return ticket
            if await own.is_of_window(session, ticket, window.contact_id, window.inbox_id):
                return ticket
        raise TicketNotFound()
