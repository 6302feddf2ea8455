"""What a citizen's browser asks about tickets (工单). Thin; `handoff/tickets/citizens` does the work."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from channels.web.codes import address_of
from channels.web.commands import Visitor, contact_of
from core.auth.permissions import Permission
from core.conversation.engine import Engine
from core.conversation.own_tickets import (
    CitizensTickets,
    ShownTicket,
    TicketForm,
    TicketKey,
    TicketOpening,
    TicketRemark,
    TicketWindow,
)
from core.events import OwnTickets, ticket_room
from core.ids import Id
from core.sockets import ClientMessageId, CommandGroup, Empty, Payload, command
from core.unit_of_work import UnitOfWorkFactory

# Longer than what is taken, so that what is too long gets a clear refusal; not so long that it costs anything.
_LONG = 4000
_MANY = 200
_MOST_IN_FIELDS = 20_000


def _small(fields: dict[str, Any]) -> dict[str, Any]:
    if len(json.dumps(fields, ensure_ascii=False)) > _MOST_IN_FIELDS:
        raise ValueError("fields are too large")
    return fields


Key = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{1,12}\.[A-Za-z0-9_-]{24})?$")]
Fields = Annotated[dict[str, Any], Field(max_length=60), AfterValidator(_small)]
Files = Annotated[list[Id], Field(max_length=_MANY)]


class OpenTicket(Payload):
    number: str = Field(max_length=64)
    phone: str = Field(max_length=64)
    code: str = Field(max_length=64)


class NameTicket(Payload):
    """`key`: what opening it gave; "" for one of the window's own."""

    id: Id
    key: Key = ""


class FileTicket(Payload):
    client_msg_id: ClientMessageId
    type: str = Field(max_length=64)
    name: str = Field(max_length=_LONG)
    phone: str = Field(max_length=64)
    code: str = Field(max_length=64)
    business: str | None = Field(default=None, max_length=64)
    text: str = Field(max_length=_LONG)
    fields: Fields = {}
    attachment_ids: Files = []


class RemarkTicket(NameTicket):
    client_msg_id: ClientMessageId
    text: str = Field(max_length=_LONG)
    attachment_ids: Files = []
    disputes: bool = False


class WithdrawTicket(NameTicket):
    reason: str = Field(max_length=_LONG)


class RateTicket(NameTicket):
    score: int = Field(ge=1, le=5)
    tags: Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=_MANY)] = []
    comment: str = Field(default="", max_length=_LONG)


class TicketCommands(CommandGroup):
    def __init__(self, uows: UnitOfWorkFactory, engine: Engine, tickets: CitizensTickets) -> None:
        self._uows = uows
        self._engine = engine
        self._tickets = tickets

    async def summary(
        self, session: AsyncSession, contact_id: str | None, inbox_id: str
    ) -> OwnTickets:
        """For session.ready."""
        return await self._tickets.summary(session, contact_id, inbox_id)

    @command(Empty, permission=Permission.PUBLIC)
    async def ticket_forms(self, sid: str, caller: Visitor, payload: Empty) -> BaseModel:
        return await self._tickets.forms()

    @command(Empty, permission=Permission.PUBLIC)
    async def list_tickets(self, sid: str, caller: Visitor, payload: Empty) -> dict[str, Any]:
        rows = await self._tickets.own(await self._window(sid, caller))
        return {"items": [row.model_dump(mode="json") for row in rows]}

    @command(OpenTicket, permission=Permission.PUBLIC)
    async def open_ticket(self, sid: str, caller: Visitor, payload: OpenTicket) -> BaseModel:
        wanted = TicketOpening(**payload.model_dump())
        return await self._followed(
            sid, await self._tickets.open(await self._window(sid, caller), wanted)
        )

    @command(NameTicket, permission=Permission.PUBLIC)
    async def read_ticket(self, sid: str, caller: Visitor, payload: NameTicket) -> BaseModel:
        return await self._followed(
            sid, await self._tickets.read(await self._window(sid, caller), _which(payload))
        )

    @command(FileTicket, permission=Permission.PUBLIC)
    async def file_ticket(self, sid: str, caller: Visitor, payload: FileTicket) -> BaseModel:
        return await self._tickets.file(
            await self._window(sid, caller),
            TicketForm(**payload.model_dump()),
            lambda: self._engine.open(
                caller.identity.inbox_id, caller.identity.external_id,
                new_contact_id=caller.contact_id, sub_channel=caller.sub_channel,
            ),
        )  # fmt: skip

    @command(RemarkTicket, permission=Permission.PUBLIC)
    async def remark_ticket(self, sid: str, caller: Visitor, payload: RemarkTicket) -> BaseModel:
        wanted = TicketRemark(**payload.model_dump(exclude={"id", "key"}))
        return await self._tickets.remark(await self._window(sid, caller), _which(payload), wanted)

    @command(WithdrawTicket, permission=Permission.PUBLIC)
    async def withdraw_ticket(
        self, sid: str, caller: Visitor, payload: WithdrawTicket
    ) -> BaseModel:
        window = await self._window(sid, caller)
        return await self._tickets.withdraw(window, _which(payload), payload.reason)

    @command(NameTicket, permission=Permission.PUBLIC)
    async def urge_ticket(self, sid: str, caller: Visitor, payload: NameTicket) -> BaseModel:
        return await self._tickets.urge(await self._window(sid, caller), _which(payload))

    @command(NameTicket, permission=Permission.PUBLIC)
    async def confirm_ticket(self, sid: str, caller: Visitor, payload: NameTicket) -> BaseModel:
        return await self._tickets.confirm(await self._window(sid, caller), _which(payload))

    @command(RateTicket, permission=Permission.PUBLIC)
    async def rate_ticket(self, sid: str, caller: Visitor, payload: RateTicket) -> BaseModel:
        return await self._tickets.rate(
            await self._window(sid, caller), _which(payload), payload.score, payload.tags,
            payload.comment,
        )  # fmt: skip

    async def _followed(self, sid: str, ticket: ShownTicket) -> ShownTicket:
        """A window that has opened a ticket hears of it until it goes; of its own it hears anyway."""
        if ticket.key:
            await self.sockets.enter_room(sid, ticket_room(ticket.id))
        return ticket

    async def _window(self, sid: str, caller: Visitor) -> TicketWindow:
        async with self._uows.read(brief=True) as session:
            contact_id = await contact_of(session, caller)
        environ = self.sockets.server.get_environ(sid, self.sockets.namespace)
        return TicketWindow(contact_id, caller.identity.inbox_id, address_of(environ))


def _which(payload: NameTicket) -> TicketKey:
    return TicketKey(payload.id, payload.key)
