"""A left message goes on as a ticket: with its text, name, phone, business and files; each names the other.

With that it is done with here: the ticket has an owner and a deadline of its own. Its citizen is told the number.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation import thread
from core.conversation.attachments.models import Attachment
from core.conversation.content import ActivityContent
from core.conversation.models import Conversation
from core.conversation.status import ConversationStatus
from core.errors import IllegalTransition, NotFound, NotOwner
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.left_messages import clock, repository
from handoff.left_messages.history import record
from handoff.left_messages.models import LeftMessage
from handoff.left_messages.schemas import LeftTicket, LeftTicketWrite
from handoff.left_messages.status import LeftStatus, LeftStep, next_status
from handoff.left_messages.versions import check_version
from handoff.tickets.guessing import title_of
from handoff.tickets.life.filing import Filing, add
from handoff.tickets.models import Ticket, TicketFile
from handoff.tickets.status import TicketStatus

SOURCE: Final = "left_message"
# Under which the ticket says where it comes from, beside the fields of its type.
NUMBER_FIELD = "留言编号"
TOLD = "您的留言 {left} 已登记为工单，编号 {number}，由专人办理，办理结果会告诉您。"


class LeftTickets:
    def __init__(self, uows: UnitOfWorkFactory) -> None:
        self._uows = uows

    async def file(self, left_id: str, wanted: LeftTicketWrite, actor: Actor) -> None:
        """Raises NotFound, NotOwner, LeftMessageChanged, TicketFiledBefore, and what filing.add refuses."""
        async with self._uows.write() as uow:
            seen = await repository.readable(uow.session, left_id, actor)
            # What a colleague has just taken is not gone: the version below says who it was.
            seen = seen or await repository.claimed_before(uow.session, left_id, actor)
            if seen is None:
                raise NotFound("没有找到这条留言。", what="left_message")
            # Locks in their order: the conversation before what hangs on it.
            conversation = await thread.load_for_update(uow, seen.conversation_id)
            row = await repository.lock(uow.session, left_id)
            assert row is not None
            await check_version(uow.session, row, wanted.version)
            if row.forgotten_at is not None:
                raise IllegalTransition("这条留言的个人信息已经到期清除，不能再转为工单。")
            if not may_file(row, actor):
                raise NotOwner("这条留言由别人认领，要由认领的人处理。", owner_id=row.claimed_by)
            after = next_status(LeftStatus(row.status), LeftStep.FILE)
            ticket = await self._add(uow, row, conversation, wanted, actor)
            told = TOLD.format(left=row.number, number=ticket.number)
            if conversation.status != ConversationStatus.CLOSED:
                line = ActivityContent(
                    kind="ticket_filed", text=told, data={"number": ticket.number}
                )
                await thread.append(uow, conversation, thread.SYSTEM, line)
            row.claimed_by = row.claimed_by or actor.account_id
            row.handled_at = uow.clock.now()
            await clock.stop(uow, row)
            await record(
                uow, row, LeftStep.FILE, after, actor=actor.account_id, actor_name=actor.name,
                text=told, data={"ticket_id": ticket.id, "number": ticket.number},
            )  # fmt: skip

    async def _add(
        self,
        uow: UnitOfWork,
        row: LeftMessage,
        conversation: Conversation,
        wanted: LeftTicketWrite,
        actor: Actor,
    ) -> Ticket:
        # What was taken back since is not brought along.
        there = select(Attachment.id).where(
            Attachment.id.in_(row.files), Attachment.state == "sent"
        )
        files = list(await uow.session.scalars(there))
        filing = Filing(
            type=wanted.type, title=wanted.title or title_of(row.text), by=actor, source=SOURCE,
            description="\n\n".join(part for part in (row.text, wanted.note) if part),
            beside={NUMBER_FIELD: row.number}, complete=False, priority=wanted.priority,
            business=wanted.business or row.business, external_id=row.id, conversation=conversation,
            citizen_name=row.name, citizen_phone=row.phone, file_ids=files,
        )  # fmt: skip
        ticket = await add(uow, filing)
        # They are the citizen's own.
        own = update(TicketFile).where(TicketFile.ticket_id == ticket.id)
        await uow.session.execute(own.values(by_citizen=True, by="visitor"))
        return ticket


def may_file(row: LeftMessage, actor: Actor) -> bool:
    """Whoever looks after it, anybody while nobody does, and those who lead."""
    if row.forgotten_at is not None or not actor.may(Permission.TICKET_HANDLE):
        return False
    return row.claimed_by in (None, actor.account_id) or actor.may(
        Permission.CONVERSATION_SUPERVISE
    )


async def ticket_of(session: AsyncSession, row: LeftMessage) -> LeftTicket | None:
    query = select(Ticket).where(Ticket.source == SOURCE, Ticket.external_id == row.id)
    found = await session.scalar(query)
    if found is None:
        return None
    return LeftTicket(id=found.id, number=found.number, status=TicketStatus(found.status))
