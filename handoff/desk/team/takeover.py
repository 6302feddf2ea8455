"""Somebody steps in: takes a conversation from the bot or, as a supervisor, from an agent."""

from __future__ import annotations

from core.auth.actor import Actor
from core.auth.permissions import Permission
from core.conversation import thread
from core.conversation.schemas import ConversationRead
from core.conversation.status import ConversationStatus, Trigger
from core.errors import InvalidInput, PermissionDenied
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.access import check_readable
from handoff.desk.team.moving import Moving, add_note, author_of, clean
from handoff.desk.team.state import publish_team, tell
from handoff.desk.team.targets import ToOneself
from handoff.hours.service import service_texts
from handoff.queue.service import QueueService
from handoff.texts import fill


class TakeOver:
    def __init__(self, *, uows: UnitOfWorkFactory, queue: QueueService, moving: Moving) -> None:
        self._uows = uows
        self._queue = queue
        self._moving = moving

    async def take_over(self, conversation_id: str, actor: Actor, reason: str) -> ConversationRead:
        """The actor serves it from now on; a reason is owed where a colleague loses it.

        From the bot: whoever may see it. From an agent: supervisors. What waits is claimed, not taken over.
        Raises CapacityReached, NotFound, PermissionDenied, InvalidInput, IllegalTransition.
        """
        reason = clean(reason)
        async with self._uows.write() as uow:
            profile = await self._queue.reserve(uow, actor.account_id)
            conversation = await thread.load_for_update(uow, conversation_id)
            await check_readable(uow.session, conversation, actor)
            previous = conversation.owner_id
            if previous == actor.account_id:
                raise ToOneself("会话已经在您手里。")
            if conversation.status == ConversationStatus.ASSIGNED:
                if not actor.may(Permission.CONVERSATION_SUPERVISE):
                    raise PermissionDenied(permission=Permission.CONVERSATION_SUPERVISE)
                if not reason:
                    raise InvalidInput("请填写接管原因。", field="reason")
            texts = await service_texts(uow.session, conversation.inbox_id)
            await self._moving.to_agent(
                uow, conversation, profile, Trigger.TAKEN_OVER, by=actor.account_id,
                text=fill(texts.claimed, name=actor.name),
            )  # fmt: skip
            if reason:
                await add_note(uow, conversation, author_of(actor), "接管原因", reason)
            if previous is not None:
                tell(
                    uow, previous, "taken_over", f"{actor.name}接管了您的会话：{reason}",
                    conversation_id=conversation.id, agent_id=actor.account_id,
                )  # fmt: skip
            await publish_team(uow, conversation, also=[previous])
            return await thread.read_conversation(uow.session, conversation)
