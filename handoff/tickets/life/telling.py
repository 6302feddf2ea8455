"""Tells citizens what steps said: in their conversation, else by a text message that something is there to be read.

Each step is told once: by a timer that is taken in the same transaction (telling_due.py). Where duplicates go on in a
ticket, their citizens are told its result too; who is the citizen of both is told once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.configs import get_config
from core.conversation import deliveries, thread
from core.conversation.models import Conversation
from core.conversation.schemas import Author, Delivery
from core.conversation.speaking import speak
from core.conversation.status import ConversationStatus
from core.conversation.ways import SOCKET_CHANNELS
from core.sms.service import Sms
from core.sms.told import delivery_of
from core.timers.sweeper import TimerHandler
from core.unit_of_work import UnitOfWork
from handoff.tickets import repository
from handoff.tickets.life.reaching import conversation_of, phone_of
from handoff.tickets.life.stepping import step
from handoff.tickets.life.telling_due import TELL_TIMER
from handoff.tickets.life.who import System
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.models import Ticket, TicketHistory
from handoff.tickets.self_service import CONFIG_NAME, NOBODY_BY_NAME, CitizenTicketSettings
from handoff.tickets.status import TicketStep

HEADS = {
    TicketStep.REPLY: "【工单 {number} 的回复】",
    TicketStep.ASK: "【工单 {number} 需要您补充】",
    TicketStep.RESOLVE: "【工单 {number} 的答复】",
    TicketStep.MERGE: "【工单 {number}】",
}
MERGED = "您反映的问题与工单 {other} 是同一件事，已经合并到 {other} 一起办理，结果会同时告诉您。"
# Texts never hold what was answered: a phone that nobody has proved may be a stranger's.
TEMPLATES = {
    TicketStep.REPLY: "ticket_reply",
    TicketStep.ASK: "ticket_question",
    TicketStep.RESOLVE: "ticket_answer",
    TicketStep.MERGE: "ticket_merged",
}


@dataclass(frozen=True)
class _Way:
    """How a citizen is reached: by `conversation`, else by `phone`; neither: not at all."""

    conversation: str | None
    phone: str | None

    @property
    def name(self) -> str:
        return "channel" if self.conversation else "sms" if self.phone else "none"


class Telling:
    def __init__(self, sms: Sms | None) -> None:
        """`sms` None: there are no text messages."""
        self._sms = sms

    def timers(self) -> dict[str, TimerHandler]:
        return {TELL_TIMER: TimerHandler(self.tell)}

    async def tell(self, uow: UnitOfWork, subject: str, payload: dict[str, Any]) -> None:
        """Timer handler: of the step that `subject` names, as ticket/version."""
        ticket_id, _, version = subject.partition("/")
        said = await _step(uow.session, ticket_id, int(version))
        if said is None:
            return
        ids = [ticket_id]
        if said.step == TicketStep.RESOLVE:
            ids += await repository.merged_into(uow.session, ticket_id)
        # Locks in their order: conversations before the tickets that hang on them.
        ways = {each: await self._way(uow.session, each) for each in ids}
        names = sorted({way.conversation for way in ways.values() if way.conversation})
        locked = {each: await thread.load_for_update(uow, each) for each in names}
        tickets = {
            each: await repository.ticket_for_update(uow.session, each) for each in sorted(ids)
        }
        reached: set[str] = set()
        for each in ids:
            ticket = tickets[each]
            if ticket is None or ticket.forgotten_at is not None:
                continue
            if not await _told(uow.session, ticket, said):
                await self._tell_one(uow, ticket, said, ways[each], locked, reached)

    async def _way(self, session: AsyncSession, ticket_id: str) -> _Way:
        """A conversation that is under way, or that a channel delivers to; else the phone; else a window that will
        show it when its citizen comes back."""
        ticket = await session.get(Ticket, ticket_id)
        if ticket is None or ticket.forgotten_at is not None:
            return _Way(None, None)
        phone = phone_of(ticket) if self._sms is not None else None
        found = await conversation_of(session, ticket)
        conversation = await session.get(Conversation, found) if found else None
        if conversation is None:
            return _Way(None, phone)
        left = conversation.status == ConversationStatus.CLOSED
        if phone is not None and left and conversation.channel in SOCKET_CHANNELS:
            return _Way(None, phone)
        return _Way(conversation.id, None)

    async def _tell_one(
        self,
        uow: UnitOfWork,
        ticket: Ticket,
        said: TicketHistory,
        way: _Way,
        locked: dict[str, Conversation],
        reached: set[str],
    ) -> None:
        kind, own = TicketStep(said.step), said.ticket_id == ticket.id
        data: dict[str, Any] = {"of": said.version, "way": way.name}
        if not own:
            # The citizen of a duplicate reads the result with his own ticket.
            ticket.resolution = said.reason
            data["of_ticket"] = said.ticket_id
        target = way.conversation or way.phone
        if target is not None and target in reached:
            data["way"] = "same"
        elif way.conversation is not None:
            words = _words(kind, said)
            author = await _author(uow.session, said)
            head = HEADS[kind].format(number=ticket.number)
            message = await speak(uow, locked[way.conversation], author, head, words)
            data["message_id"] = message.id
        elif way.phone is not None and self._sms is not None:
            data["key"] = f"{ticket.id}/{said.ticket_id}/{said.version}"
            params = {"number": ticket.number}
            if kind is TicketStep.MERGE:
                params["other"] = str(said.data.get("number"))
            await self._sms.enqueue(
                uow, phone=way.phone, template=TEMPLATES[kind], params=params, key=data["key"]
            )
        if target is not None:
            reached.add(target)
        await step(uow, ticket, TicketStep.TELL, StepWrite(data=data), System())

    async def delivery(
        self, session: AsyncSession, row: TicketHistory
    ) -> tuple[Delivery | None, bool | None]:
        """How far what `row` (a `tell`) sent has come, and whether it was opened where that can be seen."""
        if row.data.get("way") == "sms" and self._sms is not None:
            state = await self._sms.state_of(session, str(row.data.get("key")))
            return (delivery_of(state) if state else None), None
        return await deliveries.of_message(session, row.data.get("message_id"))


def _words(kind: TicketStep, said: TicketHistory) -> str:
    if kind is TicketStep.MERGE:
        return MERGED.format(other=said.data.get("number"))
    return said.reason


async def _author(session: AsyncSession, said: TicketHistory) -> Author:
    """Who said it, as the citizen sees him; a program and the product itself are nobody."""
    if said.step == TicketStep.MERGE or said.actor == "system":
        return thread.SYSTEM
    settings = await get_config(session, CONFIG_NAME, CitizenTicketSettings)
    return Author(
        kind="agent", id=said.actor, name=said.actor_name if settings.names else NOBODY_BY_NAME
    )


async def _step(session: AsyncSession, ticket_id: str, version: int) -> TicketHistory | None:
    query = select(TicketHistory).where(
        TicketHistory.ticket_id == ticket_id, TicketHistory.version == version
    )
    return await session.scalar(query)


async def _told(session: AsyncSession, ticket: Ticket, said: TicketHistory) -> bool:
    """Whether its citizen was told of that step already."""
    return any(
        row.data.get("of") == said.version
        and row.data.get("of_ticket", ticket.id) == said.ticket_id
        for row in await repository.history(session, ticket.id)
        if row.step == TicketStep.TELL
    )
