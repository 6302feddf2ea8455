"""The desk's side of tickets: files them, takes steps with them, shows them; one transaction each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.permissions import Permission, Role
from core.conversation import thread
from core.conversation.content import ActivityContent
from core.conversation.models import Conversation
from core.conversation.ports import FileTicket, UrgeTicket
from core.conversation.status import ConversationStatus
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.idempotency.once import Once
from core.sensitive.book import SensitiveWords
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.saved_replies.filling import refuse_unfilled
from handoff.tickets import repository
from handoff.tickets.access import check_readable, departments_of, not_found, readable
from handoff.tickets.life import filing, from_bot, reading, stepping
from handoff.tickets.life.filing import Filing
from handoff.tickets.life.telling import Telling
from handoff.tickets.life.telling_due import TOLD
from handoff.tickets.life.writes import StepWrite
from handoff.tickets.models import Ticket
from handoff.tickets.repository import TicketFilter
from handoff.tickets.schemas import (
    TicketCreate,
    TicketDetail,
    TicketRead,
    TicketStepWrite,
)
from handoff.tickets.status import NOT_OF_THE_DESK, TicketStep

# Words that a citizen reads sooner or later.
_READ_BY_CITIZENS = TOLD - {TicketStep.MERGE} | {TicketStep.SUBMIT}
_WITH_OTHER = frozenset({TicketStep.MERGE, TicketStep.LINK, TicketStep.UNLINK})

MayRead = Callable[[AsyncSession, Conversation, Actor], Awaitable[bool]]


class TicketService:
    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        may_read: MayRead,
        words: SensitiveWords,
        telling: Telling,
    ) -> None:
        """`may_read`: whether somebody may see a conversation (desk.access). `words`: what agents may not send."""
        self.telling = telling
        self._uows = uows
        self._may_read = may_read
        self._words = words

    # ---- filing --------------------------------------------------------------------------------

    async def file(
        self, wanted: TicketCreate, actor: Actor, once: Once | None = None
    ) -> TicketDetail:
        """Somebody of the office files a ticket. From an open conversation the citizen is told the number."""
        async with self._uows.write() as uow:
            if once is not None and (before := await once.before(uow, TicketDetail)) is not None:
                return before
            conversation = None
            if wanted.conversation_id is not None:
                conversation = await thread.load_for_update(uow, wanted.conversation_id)
                await self._check_may_file(uow.session, conversation, actor)
            ticket = await filing.add(uow, _filing(wanted, actor, conversation))
            if conversation is not None and conversation.status != ConversationStatus.CLOSED:
                text = f"已为您登记工单，编号 {ticket.number}，我们会尽快办理。"
                activity = ActivityContent(
                    kind="ticket_filed", text=text, data={"number": ticket.number}
                )
                await thread.append(uow, conversation, thread.SYSTEM, activity)
            return await self._answer(uow, actor, ticket, once)

    async def file_from_bot(
        self, uow: UnitOfWork, conversation: Conversation, wanted: FileTicket
    ) -> str:
        """The bot collected it; inside the engine's transaction. Returns the number."""
        return await from_bot.file(uow, conversation, wanted)

    async def urge_from_bot(
        self, uow: UnitOfWork, conversation: Conversation, wanted: UrgeTicket
    ) -> str:
        """The citizen asks to hurry; inside the engine's transaction. Returns what he is told."""
        return await from_bot.urge(uow, conversation, wanted)

    # ---- steps ---------------------------------------------------------------------------------

    async def take_step(
        self,
        ticket_id: str,
        step: TicketStep,
        wanted: TicketStepWrite,
        actor: Actor,
        once: Once | None = None,
    ) -> TicketDetail:
        """One step. Raises NotFound for what the actor may not see, and what life/stepping.py says."""
        if step in NOT_OF_THE_DESK:
            raise PermissionDenied("这一步由系统或市民完成，不能由工作人员操作。")
        if step in _READ_BY_CITIZENS:
            self._words.check_agent(wanted.reason)
            refuse_unfilled(wanted.reason)
        async with self._uows.write() as uow:
            if once is not None and (before := await once.before(uow, TicketDetail)) is not None:
                return before
            await self.step(uow, ticket_id, step, wanted, actor)
            ticket = await uow.session.get_one(Ticket, ticket_id)
            return await self._answer(uow, actor, ticket, once)

    async def _answer(
        self, uow: UnitOfWork, actor: Actor, ticket: Ticket, once: Once | None
    ) -> TicketDetail:
        detail = await reading.detail(uow.session, actor, ticket, self.telling)
        if once is not None:
            await once.after(uow, detail)
        return detail

    async def step(
        self,
        uow: UnitOfWork,
        ticket_id: str,
        step: TicketStep,
        wanted: TicketStepWrite,
        actor: Actor,
    ) -> None:
        """As `take_step`, inside a transaction of the caller, who has checked the words."""
        other_id = await self._other(uow.session, step, wanted.other, actor)
        ticket = await stepping.lock(uow, ticket_id, other_id)
        ticket = await self._meant(uow, ticket, step, wanted, actor)
        await stepping.step(uow, ticket, step, _write(wanted, other_id), actor)

    async def _meant(
        self,
        uow: UnitOfWork,
        ticket: Ticket | None,
        step: TicketStep,
        wanted: TicketStepWrite,
        actor: Actor,
    ) -> Ticket:
        """What the step is about. Who accepts what a colleague has just taken is told so, and not that it is gone."""
        if ticket is None:
            raise not_found()
        try:
            return await check_readable(uow.session, ticket, actor)
        except NotFound:
            if step is TicketStep.ACCEPT:
                await stepping.check_quicker(uow, ticket, wanted.version, actor)
            raise

    async def _other(
        self, session: AsyncSession, step: TicketStep, text: str | None, actor: Actor
    ) -> str | None:
        """The id of the other ticket, which is named by its number or id; the actor must see it too."""
        if step not in _WITH_OTHER:
            return None
        if not text:
            raise InvalidInput("请填写另一张工单的编号。", field="other")
        found = await repository.by_number_or_id(session, text)
        try:
            return (await check_readable(session, found, actor)).id
        except NotFound:
            raise NotFound(
                "没有找到另一张工单，请核对编号。", what="ticket", field="other"
            ) from None

    # ---- reading -------------------------------------------------------------------------------

    async def get(self, ticket_id: str, actor: Actor) -> TicketDetail:
        """Raises NotFound, also for what is beyond the actor's scope."""
        async with self._uows.read() as session:
            ticket = await check_readable(session, await session.get(Ticket, ticket_id), actor)
            return await reading.detail(session, actor, ticket, self.telling)

    async def of_contact(
        self, session: AsyncSession, contact_id: str, actor: Actor
    ) -> list[TicketRead]:
        """The contact's latest tickets that the actor may see, newest first: for the desk's side panel."""
        seen = readable(actor, await departments_of(session, actor))
        wanted = TicketFilter(contact_id=contact_id)
        return await reading.rows(
            session, actor, await repository.page(session, wanted, seen, after=None, limit=20)
        )

    async def conversations_of(self, session: AsyncSession, number: str) -> list[str]:
        """The conversation in which the ticket of that number was filed; none: []."""
        found = await repository.conversation_of(session, number.upper())
        return [] if found is None else [found]

    async def _check_may_file(
        self, session: AsyncSession, conversation: Conversation, actor: Actor
    ) -> None:
        """From what one sees: one's own, one nobody serves, or any for those who supervise."""
        reads = actor.may(Permission.CONVERSATION_READ)
        if not reads or not await self._may_read(session, conversation, actor):
            raise NotFound("没有找到这个会话。", what="conversation")
        mine = conversation.owner_id in (None, actor.account_id)
        if not mine and not actor.may(Permission.CONVERSATION_SUPERVISE):
            raise PermissionDenied("这个会话由其他坐席服务，不能由您登记工单。")


def _filing(wanted: TicketCreate, actor: Actor, conversation: Conversation | None) -> Filing:
    return Filing(
        type=wanted.type, title=wanted.title, description=wanted.description, values=wanted.fields,
        priority=wanted.priority, business=wanted.business or None, region=wanted.region or None,
        by=actor, source="api" if actor.role is Role.PROGRAM else "agent", conversation=conversation,
        citizen_name=wanted.citizen_name, citizen_phone=wanted.citizen_phone, external_id=wanted.external_id,
        department_id=wanted.department_id, assignee_id=wanted.assignee_id, file_ids=wanted.file_ids,
    )  # fmt: skip


def _write(wanted: TicketStepWrite, other_id: str | None) -> StepWrite:
    given = wanted.model_dump(exclude={"fields", "other"})
    return StepWrite(**given, values=wanted.fields, other_id=other_id)
