"""Implements core.conversation.own_tickets.CitizensTickets for the channels: each part does its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from core.conversation.attachments.links import FileLinks
from core.conversation.opinions import RatingRules
from core.conversation.own_tickets import (
    TicketForm,
    TicketKey,
    TicketOpening,
    TicketRemark,
    TicketWindow,
)
from core.events import OwnTickets
from core.sensitive.book import SensitiveWords
from core.sms.codes import PhoneCodes
from core.sms.service import Sms
from core.unit_of_work import UnitOfWorkFactory
from handoff.businesses import CONFIG_NAME as BUSINESSES
from handoff.businesses import BusinessLines
from handoff.tickets.citizens import repository as own
from handoff.tickets.citizens.acting import Acting
from handoff.tickets.citizens.handing_in import HandingIn
from handoff.tickets.citizens.keys import TicketKeys
from handoff.tickets.citizens.opening import TicketOpener
from handoff.tickets.citizens.proving import PhoneProofs
from handoff.tickets.citizens.rating import TicketRatings
from handoff.tickets.citizens.reading import OwnTicketReader
from handoff.tickets.citizens.schemas import (
    OwnTicket,
    OwnTicketDetail,
    OwnTicketField,
    OwnTicketForms,
    OwnTicketType,
)
from handoff.tickets.citizens.tries import Tries
from handoff.tickets.types.reading import LoadedType, all_types
from handoff.tickets.types.values import asked_of_citizen

# In a window's list.
MOST = 50


class CitizenTicketService:
    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        codes: PhoneCodes,
        sms: Sms,
        links: FileLinks,
        words: SensitiveWords,
        rules: RatingRules,
        tries: Tries,
        secret: str,
    ) -> None:
        """`secret`: the installation's key. `rules`: how services are rated, which tickets share."""
        self._uows = uows
        self._reader = OwnTicketReader(clock=uows.clock, links=links)
        self._proofs = PhoneProofs(uows, codes)
        self._opener = TicketOpener(
            uows=uows, proofs=self._proofs, tries=tries, keys=TicketKeys(secret, uows.clock),
            reader=self._reader,
        )  # fmt: skip
        self._handing_in = HandingIn(
            uows=uows, proofs=self._proofs, sms=sms, words=words, reader=self._reader
        )
        self._acting = Acting(uows=uows, opener=self._opener, words=words)
        self._ratings = TicketRatings(uows=uows, opener=self._opener, rules=rules, words=words)

    async def forms(self) -> OwnTicketForms:
        async with self._uows.read() as session:
            types = [each for each in await all_types(session) if _offered(each)]
            return OwnTicketForms(
                types=[_form(each) for each in types],
                businesses=(await get_config(session, BUSINESSES, BusinessLines)).lines,
                codes=await self._proofs.asked_for(session),
            )

    async def own(self, window: TicketWindow) -> list[OwnTicket]:
        async with self._uows.read() as session:
            rows = await own.of_window(session, window.contact_id, window.inbox_id, limit=MOST)
            return await self._reader.rows(session, rows)

    async def open(self, window: TicketWindow, wanted: TicketOpening) -> OwnTicketDetail:
        return await self._opener.open(window, wanted)

    async def read(self, window: TicketWindow, which: TicketKey) -> OwnTicketDetail:
        async with self._uows.read() as session:
            ticket = await self._opener.find(session, window, which)
            return await self._opener.shown(session, window, which, ticket)

    async def file(
        self,
        window: TicketWindow,
        wanted: TicketForm,
        open_conversation: Callable[[], Awaitable[str]],
    ) -> OwnTicketDetail:
        return await self._handing_in.file(window, wanted, open_conversation)

    async def remark(
        self, window: TicketWindow, which: TicketKey, wanted: TicketRemark
    ) -> OwnTicketDetail:
        return await self._acting.remark(window, which, wanted)

    async def withdraw(
        self, window: TicketWindow, which: TicketKey, reason: str
    ) -> OwnTicketDetail:
        return await self._acting.withdraw(window, which, reason)

    async def urge(self, window: TicketWindow, which: TicketKey) -> OwnTicketDetail:
        return await self._acting.urge(window, which)

    async def confirm(self, window: TicketWindow, which: TicketKey) -> OwnTicketDetail:
        return await self._acting.confirm(window, which)

    async def rate(
        self, window: TicketWindow, which: TicketKey, score: int, tags: Sequence[str], comment: str
    ) -> OwnTicketDetail:
        return await self._ratings.rate(window, which, score, tags, comment)

    async def summary(
        self, session: AsyncSession, contact_id: str | None, inbox_id: str
    ) -> OwnTickets:
        return (
            OwnTickets() if contact_id is None else await own.summary(session, contact_id, inbox_id)
        )


def _offered(loaded: LoadedType) -> bool:
    return loaded.active and loaded.definition.by_citizen


def _form(loaded: LoadedType) -> OwnTicketType:
    definition = loaded.definition
    fields = [
        OwnTicketField.model_validate(field, from_attributes=True)
        for field in definition.fields
        if asked_of_citizen(field)
    ]
    return OwnTicketType(id=loaded.id, name=definition.name, help=definition.help, fields=fields)
