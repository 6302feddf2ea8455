"""Filing tickets and moving them along their table; every step is written with who and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import Permission
from core.conversation import thread
from core.conversation.content import ActivityContent, printable
from core.conversation.models import Conversation
from core.conversation.ports import FileTicket, UrgeTicket
from core.conversation.status import ConversationStatus
from core.errors import Conflict, InvalidInput, NotFound, PermissionDenied
from core.ids import new_id
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.tickets import repository
from handoff.tickets.history import record
from handoff.tickets.life import from_bot
from handoff.tickets.models import TITLE_LENGTH, Ticket
from handoff.tickets.numbers import next_number
from handoff.tickets.repository import TicketFilter
from handoff.tickets.schemas import (
    Source,
    TicketCreate,
    TicketDetail,
    TicketPage,
    TicketRead,
    TicketStepWrite,
)
from handoff.tickets.status import TicketStatus, TicketStep, next_status

# Steps that need a reason: whoever reads the history later must find out why.
_REASONED = {
    TicketStep.RETURN: "请写明退回原因。",
    TicketStep.COMMENT: "请写明办理情况。",
    TicketStep.ASK: "请写明要市民补充什么。",
    TicketStep.RESOLVE: "请写明答复内容。",
    TicketStep.REOPEN: "请写明重新办理的原因。",
    TicketStep.WITHDRAW: "请写明撤销原因。",
}


class TicketChanged(Conflict):
    """Somebody else was quicker. Details: `version` now, `by` whom, `step` what they did."""

    code = "ticket_changed"


MayRead = Callable[[AsyncSession, Conversation, Actor], Awaitable[bool]]


class TicketService:
    def __init__(self, *, uows: UnitOfWorkFactory, may_read: MayRead) -> None:
        """`may_read`: whether somebody may see a conversation (desk.access)."""
        self._uows = uows
        self._may_read = may_read

    # ---- filing --------------------------------------------------------------------------------

    async def file(self, wanted: TicketCreate, actor: Actor) -> TicketDetail:
        """An agent files a ticket. From an open conversation the citizen is told the number."""
        async with self._uows.write() as uow:
            conversation = None
            if wanted.conversation_id is not None:
                conversation = await thread.load_for_update(uow, wanted.conversation_id)
                await self._check_may_file(uow.session, conversation, actor)
            await _known_account(uow.session, wanted.assignee_id)
            ticket = await self._add(
                uow, source="agent", type=wanted.type, title=wanted.title,
                description=wanted.description, priority=wanted.priority, fields=wanted.fields,
                conversation=conversation, assignee_id=wanted.assignee_id,
                actor=actor.account_id, actor_name=actor.name, created_by=actor.account_id,
            )  # fmt: skip
            if conversation is not None and conversation.status != ConversationStatus.CLOSED:
                text = f"已为您登记工单，编号 {ticket.number}，我们会尽快办理。"
                activity = ActivityContent(
                    kind="ticket_filed", text=text, data={"number": ticket.number}
                )
                await thread.append(uow, conversation, thread.SYSTEM, activity)
            return await self._detail(uow.session, ticket)

    async def file_from_bot(
        self, uow: UnitOfWork, conversation: Conversation, wanted: FileTicket
    ) -> str:
        """The bot collected it; inside the engine's transaction. Returns the number."""
        ticket = await self._add(
            uow, source="bot", type=printable(wanted.type)[:64] or "其他",
            title=printable(wanted.title)[:TITLE_LENGTH] or "未填写标题",
            description=printable(wanted.description), priority="normal",
            fields=from_bot.clean_fields(wanted.fields),
            conversation=conversation, assignee_id=None, actor="bot", actor_name="智能助手",
            created_by=None,
        )  # fmt: skip
        return ticket.number

    async def urge_from_bot(
        self, uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket
    ) -> str:
        """The citizen asks to hurry; inside the engine's transaction. Returns what he is told."""
        return await from_bot.urge(uow, conversation, wanted)

    async def _add(
        self,
        uow: UnitOfWork,
        *,
        source: Source,
        type: str,
        title: str,
        description: str,
        priority: str,
        fields: dict[str, Any],
        conversation: Conversation | None,
        assignee_id: str | None,
        actor: str,
        actor_name: str,
        created_by: str | None,
    ) -> Ticket:
        now = uow.clock.now()
        ticket = Ticket(
            id=new_id(), number=await next_number(uow), type=type, title=title,
            description=description, fields=fields, priority=priority,
            status=TicketStatus.NEW.value, version=0, source=source,
            conversation_id=conversation.id if conversation else None,
            contact_id=conversation.contact_id if conversation else None, created_by=created_by,
            assignee_id=assignee_id, resolution="", created_at=now, updated_at=now,
        )  # fmt: skip
        uow.session.add(ticket)
        await uow.session.flush()
        await record(
            uow, ticket, "file", None, actor=actor, actor_name=actor_name, reason="",
            data={"assignee_id": assignee_id} if assignee_id else {},
        )  # fmt: skip
        return ticket

    # ---- steps ---------------------------------------------------------------------------------

    async def take_step(
        self, ticket_id: str, step: TicketStep, wanted: TicketStepWrite, actor: Actor
    ) -> TicketDetail:
        """One step along the table.

        Raises IllegalTransition, TicketChanged when somebody stepped since `wanted.version`,
        InvalidInput for a missing reason or assignee.
        """
        async with self._uows.write() as uow:
            ticket = await repository.ticket_for_update(uow.session, ticket_id)
            if ticket is None:
                raise NotFound("没有这张工单。", what="ticket")
            await self._same_version(uow.session, ticket, wanted.version)
            before = TicketStatus(ticket.status)
            after = next_status(before, step)
            if step in _REASONED and not wanted.reason:
                raise InvalidInput(_REASONED[step], field="reason")
            data = await self._apply(uow, ticket, step, after, wanted, actor)
            await record(
                uow, ticket, step, before, actor=actor.account_id, actor_name=actor.name,
                reason=wanted.reason, data=data,
            )  # fmt: skip
            return await self._detail(uow.session, ticket)

    async def _same_version(self, session: AsyncSession, ticket: Ticket, seen: int) -> None:
        if ticket.version == seen:
            return
        last = await repository.last_step(session, ticket.id)
        by = last.actor_name if last else ""
        raise TicketChanged(
            f"{by or '其他人'}刚刚处理过这张工单，请刷新后再操作。",
            version=ticket.version,
            by=by,
            step=last.step if last else None,
        )

    async def _apply(
        self,
        uow: UnitOfWork,
        ticket: Ticket,
        step: TicketStep,
        after: TicketStatus,
        wanted: TicketStepWrite,
        actor: Actor,
    ) -> dict[str, Any]:
        """Change the row as the step says; returns what the history keeps beside the reason."""
        now = uow.clock.now()
        data: dict[str, Any] = {}
        if step is TicketStep.ASSIGN:
            if wanted.assignee_id is None:
                raise InvalidInput("请选择办理人。", field="assignee_id")
            await _known_account(uow.session, wanted.assignee_id)
            data = {"from": ticket.assignee_id, "to": wanted.assignee_id}
            ticket.assignee_id = wanted.assignee_id
        elif step is TicketStep.ACCEPT:
            data = {"from": ticket.assignee_id, "to": actor.account_id}
            ticket.assignee_id = actor.account_id
        elif step is TicketStep.RETURN:
            data = {"from": ticket.assignee_id}
            ticket.assignee_id = None
        elif step is TicketStep.RESOLVE:
            ticket.resolution, ticket.resolved_at = wanted.reason, now
        elif step is TicketStep.REOPEN:
            ticket.resolved_at = ticket.closed_at = None
            ticket.assignee_id = ticket.assignee_id or actor.account_id
        if after in (TicketStatus.CLOSED, TicketStatus.WITHDRAWN):
            ticket.closed_at = now
        ticket.status, ticket.updated_at = after.value, now
        return data

    # ---- reading -------------------------------------------------------------------------------

    async def get(self, ticket_id: str) -> TicketDetail:
        async with self._uows.read() as session:
            ticket = await session.get(Ticket, ticket_id)
            if ticket is None:
                raise NotFound("没有这张工单。", what="ticket")
            return await self._detail(session, ticket)

    async def page(self, wanted: TicketFilter, *, after: str | None, limit: int) -> TicketPage:
        """Newest first; `next` is the `after` of the next page."""
        async with self._uows.read() as session:
            rows = await repository.page(session, wanted, after=after, limit=limit + 1)
        items = [
            TicketRead.of(row, assignee=who, contact=whose) for row, who, whose in rows[:limit]
        ]
        return TicketPage(items=items, next=items[-1].id if len(rows) > limit else None)

    async def of_contact(self, session: AsyncSession, contact_id: str) -> list[TicketRead]:
        """The contact's latest tickets, newest first: for the desk's side panel."""
        wanted = TicketFilter(contact_id=contact_id)
        rows = await repository.page(session, wanted, after=None, limit=20)
        return [TicketRead.of(row, assignee=who, contact=whose) for row, who, whose in rows]

    async def conversations_of(self, session: AsyncSession, number: str) -> list[str]:
        """The conversation in which the ticket of that number was filed; none: []."""
        found = await repository.conversation_of(session, number.upper())
        return [] if found is None else [found]

    async def _check_may_file(
        self, session: AsyncSession, conversation: Conversation, actor: Actor
    ) -> None:
        """From what one sees: one's own, one nobody serves, or any for those who supervise."""
        if not await self._may_read(session, conversation, actor):
            raise NotFound("没有找到这个会话。", what="conversation")
        mine = conversation.owner_id in (None, actor.account_id)
        if not mine and not actor.may(Permission.CONVERSATION_SUPERVISE):
            raise PermissionDenied("这个会话由其他坐席服务，不能由您登记工单。")

    async def _detail(self, session: AsyncSession, ticket: Ticket) -> TicketDetail:
        return TicketDetail.with_history(
            ticket,
            await repository.history(session, ticket.id),
            assignee=await repository.name_of(session, ticket.assignee_id),
            contact=await repository.contact_name(session, ticket.contact_id),
        )


async def _known_account(session: AsyncSession, account_id: str | None) -> None:
    if account_id is None:
        return
    account = await session.get(Account, account_id)
    if account is None or not account.active:
        raise NotFound("没有这个办理人。", what="account")
