"""What an agent does with conversations: take, answer, end. One transaction each."""

from __future__ import annotations

from core.auth.actor import Actor
from core.conversation import repository, thread
from core.conversation.content import ActivityContent, AnswerContent, Content
from core.conversation.handoffs import close_conversation
from core.conversation.models import Conversation
from core.conversation.ports import Desk
from core.conversation.schemas import Author, ConversationRead, MessageRead
from core.conversation.status import ConversationStatus, Trigger
from core.errors import Conflict, PermissionDenied
from core.events import Audience, Event, TypingUpdated, agent_room, contact_room
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory
from handoff.desk.access import check_in_charge, check_owner, check_readable
from handoff.desk.ports import InternalArticles, RatingLookup
from handoff.desk.service import request_rating, tell_presence
from handoff.queue import assignments
from handoff.queue.service import QueueService
from handoff.sla.service import ClockService


class RatedAlready(Conflict):
    code, default_message = "already_rated", "市民已经评价过这次服务。"


class InternalOnly(PermissionDenied):
    """The article is for agents. Details: `article_id`."""

    code, default_message = "internal_only", "这个条目只供坐席参考，不能直接发给市民。"


class AgentCommands:
    """Every method checks who may, and returns what is true after the commit."""

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        desk: Desk,
        queue: QueueService,
        clocks: ClockService,
        ratings: RatingLookup,
        articles: InternalArticles,
    ) -> None:
        self._uows = uows
        self._desk = desk
        self._queue = queue
        self._clocks = clocks
        self._ratings = ratings
        self._articles = articles

    # ---- taking --------------------------------------------------------------------------------

    async def claim_next(self, actor: Actor) -> ConversationRead:
        """The next in line. Raises QueueEmpty, CapacityReached."""
        async with self._uows.write() as uow:
            conversation = await self._queue.claim_next(uow, actor)
            return await self._taken(uow, conversation)

    async def claim(self, conversation_id: str, actor: Actor) -> ConversationRead:
        """This one, from the queue or from the bot. Raises AlreadyClaimed, CapacityReached."""
        async with self._uows.write() as uow:
            wanted = await thread.load(uow.session, conversation_id)
            if wanted.status == ConversationStatus.BOT:
                # What waits is for everybody, the bot's for those who may see them.
                await check_readable(uow.session, wanted, actor)
            seen = ConversationStatus(wanted.status)
            conversation = await self._queue.claim(uow, conversation_id, actor, seen=seen)
            return await self._taken(uow, conversation)

    async def _taken(self, uow: UnitOfWork, conversation: Conversation) -> ConversationRead:
        await self._clocks.citizen_waits(uow, conversation)
        return await thread.read_conversation(uow.session, conversation)

    # ---- talking -------------------------------------------------------------------------------

    async def send_message(
        self,
        conversation_id: str,
        actor: Actor,
        content: Content,
        *,
        client_msg_id: str,
        private: bool = False,
    ) -> MessageRead:
        """Say something to the citizen (the owner only), or note something for colleagues.

        The owner is looked up under the row lock: who lost the conversation a moment ago gets
        NotOwner, and the citizen never hears two people. A client_msg_id stored before returns that
        message, whoever owns the conversation by now.
        """
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            stored = await repository.message_by_client_id(
                uow.session, conversation.id, client_msg_id
            )
            if stored is not None:
                if stored.author_id != actor.account_id:
                    raise Conflict("这个消息编号已经用过了。", field="client_msg_id")
                return MessageRead.of(stored)
            if private:
                await check_readable(uow.session, conversation, actor)
            else:
                check_owner(conversation, actor)
                if isinstance(content, AnswerContent):
                    await self._refuse_internal(uow, content.article_id)
            message = await thread.append(
                uow, conversation, Author(kind="agent", id=actor.account_id, name=actor.name),
                content, client_msg_id=client_msg_id, private=private,
            )  # fmt: skip
            if not private:
                # Whoever answers has read what was asked.
                conversation.agent_read_seq = max(
                    conversation.agent_read_seq, conversation.visitor_seq
                )
                await assignments.note_answer(uow, conversation.id)
                await self._clocks.agent_answered(uow, conversation)
            await uow.session.flush()
            return MessageRead.of(message)

    async def _refuse_internal(self, uow: UnitOfWork, article_id: str) -> None:
        # The card has no button for it; this is for whatever else speaks to the socket.
        if await self._articles.is_internal(uow.session, article_id):
            raise InternalOnly(article_id=article_id)

    async def mark_read(self, conversation_id: str, actor: Actor, seq: int) -> None:
        """The owner has read up to `seq`; others look without leaving a trace."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            check_owner(conversation, actor)
            read_seq = min(seq, conversation.last_seq)
            if read_seq <= conversation.agent_read_seq:
                return
            conversation.agent_read_seq = read_seq
            read = await thread.read_conversation(uow.session, conversation)
            rooms = frozenset({agent_room(actor.account_id)})
            uow.publish(Event("conversation.updated", read, Audience(agent_rooms=rooms)))
            visitors = frozenset({contact_room(conversation.contact_id)})
            uow.publish(
                Event("conversation.updated", read.for_visitor(), Audience(visitor_rooms=visitors))
            )

    async def set_typing(self, conversation_id: str, actor: Actor, *, on: bool) -> None:
        """Shown to the citizen for as long as it lasts; not stored."""
        async with self._uows.read() as session:
            conversation = await thread.load(session, conversation_id)
        check_owner(conversation, actor)
        typing = TypingUpdated(conversation_id=conversation.id, author="agent", on=on)
        room = frozenset({contact_room(conversation.contact_id)})
        await self._uows.announce(Event("typing.updated", typing, Audience(visitor_rooms=room)))

    # ---- ending --------------------------------------------------------------------------------

    async def release(self, conversation_id: str, actor: Actor) -> ConversationRead:
        """Back to the bot, which starts a new episode."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            check_in_charge(conversation, actor)
            owner = conversation.owner_id
            await thread.transition(
                uow, conversation, Trigger.RELEASED, actor=actor.account_id,
                text="已转回智能助手，您可以继续提问；需要时可再次转人工。",
            )  # fmt: skip
            await assignments.end(uow, conversation.id, "released")
            await self._clocks.stop(uow, conversation.id)
            if owner is not None:
                await tell_presence(uow, owner)
            return await thread.read_conversation(uow.session, conversation)

    async def close(self, conversation_id: str, actor: Actor) -> ConversationRead:
        """End the conversation; the citizen is asked for a rating."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            check_in_charge(conversation, actor)
            await close_conversation(
                uow, self._desk, conversation, actor=actor.account_id,
                text="会话已结束，感谢您的咨询。",
            )  # fmt: skip
            return await thread.read_conversation(uow.session, conversation)

    async def invite_rating(self, conversation_id: str, actor: Actor) -> None:
        """Ask for a rating now. Raises RatedAlready when this service has one."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            check_owner(conversation, actor)
            if await self._ratings.is_rated(uow.session, conversation.id):
                raise RatedAlready()
            activity = ActivityContent(kind="rating_invited", text="请您对本次服务作出评价。")
            await thread.append(uow, conversation, thread.SYSTEM, activity)
            request_rating(uow, conversation, invited_by=actor.name)
