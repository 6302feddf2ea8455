"""The desk's side: looks left messages through and takes the steps with them, one transaction each."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.auth.actor import Actor
from core.auth.models import Account
from core.auth.permissions import Permission
from core.conversation.attachments.links import FileLinks
from core.conversation.models import Conversation
from core.errors import AlreadyClaimed, InvalidInput, NotFound, NotOwner
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.desk.access import may_read
from handoff.left_messages import clock, repository
from handoff.left_messages.answering import Answering
from handoff.left_messages.files import attached
from handoff.left_messages.history import record
from handoff.left_messages.models import LeftMessage
from handoff.left_messages.repository import Wanted
from handoff.left_messages.schemas import (
    LeftMessageCounts,
    LeftMessageDetail,
    LeftMessagePage,
    LeftMessageRead,
    LeftMessageStepRead,
    LeftMessageStepWrite,
)
from handoff.left_messages.status import LeftStatus, LeftStep, next_by_agent
from handoff.left_messages.ticketing import may_file, ticket_of
from handoff.left_messages.versions import check_version

# Steps that mean nothing without words.
_WORDED = {LeftStep.FOLLOW_UP: "请写明回访情况。"}


class LeftMessageDesk:
    def __init__(self, *, uows: UnitOfWorkFactory, answering: Answering, links: FileLinks) -> None:
        self._uows = uows
        self._answering = answering
        self._links = links

    # ---- reading -------------------------------------------------------------------------------

    async def page(
        self, actor: Actor, wanted: Wanted, *, after: str | None, limit: int
    ) -> LeftMessagePage:
        """What the actor may see, newest first; `next` is the `after` of the next page."""
        now = self._uows.clock.now()
        async with self._uows.read() as session:
            rows = await repository.page(
                session, actor, wanted, now=now, after=after, limit=limit + 1
            )
        items = [LeftMessageRead.of(row, name, now) for row, name in rows[:limit]]
        return LeftMessagePage(items=items, next=items[-1].id if len(rows) > limit else None)

    async def counts(self, actor: Actor) -> LeftMessageCounts:
        async with self._uows.read() as session:
            found = await repository.counts(session, actor, self._uows.clock.now())
        return LeftMessageCounts(new=found.new, mine=found.mine, overdue=found.overdue)

    async def get(self, left_id: str, actor: Actor) -> LeftMessageDetail:
        """Raises NotFound, also for what is beyond the actor's scope."""
        async with self._uows.read() as session:
            return await self._detail(session, await _readable(session, left_id, actor), actor)

    async def _detail(
        self, session: AsyncSession, row: LeftMessage, actor: Actor
    ) -> LeftMessageDetail:
        conversation = await session.get_one(Conversation, row.conversation_id)
        read = LeftMessageRead.of(
            row, await _name_of(session, row.claimed_by), self._uows.clock.now()
        )
        history = []
        for step in await repository.steps(session, [row.id]):
            delivery, seen = await self._answering.delivery(session, step)
            told = {"delivery": delivery, "read": seen}
            history.append(LeftMessageStepRead.of(step).model_copy(update=told))
        shown = await may_read(session, conversation, actor)
        return LeftMessageDetail(
            **read.model_dump(),
            conversation_id=conversation.id if shown else None,
            ticket=(ticket := await ticket_of(session, row)),
            may_file=ticket is None and may_file(row, actor),
            attachments=await attached(session, self._links, row),
            history=history,
        )

    # ---- steps ---------------------------------------------------------------------------------

    async def take_step(
        self, left_id: str, step: LeftStep, wanted: LeftMessageStepWrite, actor: Actor
    ) -> LeftMessageDetail:
        """One step along the table.

        Raises IllegalTransition, AlreadyClaimed to the second who claims, LeftMessageChanged when somebody stepped
        since `wanted.version`, NotOwner for the answer to what somebody else looks after, WordsBlocked.
        """
        if step is LeftStep.ANSWER:
            self._answering.check(wanted.text)
        if step in _WORDED and not wanted.text:
            raise InvalidInput(_WORDED[step], field="text")
        async with self._uows.write() as uow:
            seen = await self._meant(uow.session, left_id, step, actor)
            into_thread = step is LeftStep.ANSWER and wanted.way == "channel"
            # Locks in their order: the conversation before what hangs on it.
            conversation = await self._answering.target(uow, seen) if into_thread else None
            row = await repository.lock(uow.session, left_id)
            assert row is not None
            if await self._is_claimed_by(uow.session, row, step, actor):
                return await self._detail(uow.session, row, actor)
            await check_version(uow.session, row, wanted.version)
            forgotten = row.forgotten_at is not None
            after = next_by_agent(LeftStatus(row.status), step, forgotten=forgotten)
            _check_whose(row, step, actor)
            data = await self._apply(uow, row, step, wanted, actor, conversation)
            await record(
                uow, row, step, after, actor=actor.account_id, actor_name=actor.name,
                text=wanted.text, data=data,
            )  # fmt: skip
            return await self._detail(uow.session, row, actor)

    async def _meant(
        self, session: AsyncSession, left_id: str, step: LeftStep, actor: Actor
    ) -> LeftMessage:
        """What the step is about. Who claims what a colleague has just taken is told so, and not that it is gone."""
        try:
            return await _readable(session, left_id, actor)
        except NotFound:
            # In this order: between two looks it may be claimed, but not given back unseen.
            claims = step is LeftStep.CLAIM
            taken = await repository.claimed_before(session, left_id, actor) if claims else None
            if taken is None:
                raise
            return taken

    async def _is_claimed_by(
        self, session: AsyncSession, row: LeftMessage, step: LeftStep, actor: Actor
    ) -> bool:
        """Whether a claim is a repeat of the actor's own. Raises AlreadyClaimed when somebody else was quicker."""
        if step is not LeftStep.CLAIM or row.status != LeftStatus.CLAIMED:
            return False
        if row.claimed_by == actor.account_id:
            return True
        name = await _name_of(session, row.claimed_by) or "其他坐席"
        raise AlreadyClaimed(f"{name}已经认领了这条留言。", by=name)

    async def _apply(
        self,
        uow: UnitOfWork,
        row: LeftMessage,
        step: LeftStep,
        wanted: LeftMessageStepWrite,
        actor: Actor,
        conversation: Conversation | None,
    ) -> dict[str, object]:
        """Change the row as the step says; returns what its history keeps beside the text."""
        now = uow.clock.now()
        if step is LeftStep.CLAIM:
            row.claimed_by = actor.account_id
        elif step is LeftStep.GIVE_BACK:
            row.claimed_by = None
        elif step is LeftStep.ANSWER:
            if conversation is not None:
                data = await self._answering.say(uow, row, conversation, wanted.text, actor)
            else:
                data = await self._answering.text(uow, row, wanted.text)
            late = row.due_at is not None and row.due_at <= now
            row.answered_at = now
            await clock.stop(uow, row)
            return {"way": wanted.way, "late": late, **data}
        elif step is LeftStep.HANDLE:
            row.handled_at = now
            await clock.stop(uow, row)
        return {}


def _check_whose(row: LeftMessage, step: LeftStep, actor: Actor) -> None:
    """Who claimed it answers it. Supervisors may give it back for somebody who is away, or end it."""
    if step in (LeftStep.CLAIM, LeftStep.FOLLOW_UP) or row.claimed_by == actor.account_id:
        return
    if step is not LeftStep.ANSWER and actor.may(Permission.CONVERSATION_SUPERVISE):
        return
    raise NotOwner("这条留言由别人认领，要由认领的人处理。", owner_id=row.claimed_by)


async def _readable(session: AsyncSession, left_id: str, actor: Actor) -> LeftMessage:
    row = await repository.readable(session, left_id, actor)
    if row is None:
        raise NotFound("没有找到这条留言。", what="left_message")
    return row


async def _name_of(session: AsyncSession, account_id: str | None) -> str | None:
    account = await session.get(Account, account_id) if account_id else None
    return account.name if account else None
