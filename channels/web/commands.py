"""What a citizen's browser can ask for over its socket. Thin; the engine and the desk do the work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from channels.web import payloads as p
from channels.web.history import read_page
from channels.web.tokens import VisitorIdentity
from core.auth.permissions import Permission
from core.conversation import repository, thread
from core.conversation.attachments.links import FileLinks
from core.conversation.engine import Engine
from core.conversation.feedback import give_feedback
from core.conversation.intake import InboundMessage
from core.conversation.models import Conversation
from core.conversation.rating import RatedService, RatingOffer
from core.conversation.schemas import MessageRead
from core.conversation.sent import inbound
from core.conversation.status import ConversationStatus
from core.errors import NotFound
from core.events import Event, TypingUpdated
from core.rate_limit import RateLimit
from core.sockets import CommandGroup, Empty, command
from core.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True)
class Visitor:
    """Who is behind a connection."""

    identity: VisitorIdentity
    contact_id: str
    sub_channel: str = ""


async def contact_of(session: AsyncSession, caller: Visitor) -> str:
    """Whose window it is now: since it connected, the contact may have become one with another (persons.py)."""
    found = await repository.contact_by_identity(
        session, caller.identity.inbox_id, caller.identity.external_id
    )
    return found.id if found is not None else caller.contact_id


class Ratings(Protocol):
    async def rate(
        self,
        *,
        conversation_id: str,
        contact_id: str,
        score: int,
        tags: Sequence[str],
        comment: str,
        service_id: str | None,
    ) -> RatedService: ...

    async def offer(
        self, session: AsyncSession, *, contact_id: str | None, inbox_id: str
    ) -> RatingOffer: ...


class Drafts(Protocol):
    def hear(self, conversation_id: str, draft: str) -> None:
        """Look up for the agent what the citizen is writing; the agent sees only what was found."""
        ...


class VisitorCommands(CommandGroup):
    def __init__(
        self,
        *,
        engine: Engine,
        uows: UnitOfWorkFactory,
        ratings: Ratings,
        links: FileLinks,
        drafts: Drafts,
    ) -> None:
        self._engine = engine
        self._uows = uows
        self._ratings = ratings
        self._links = links
        self._drafts = drafts
        # Each one rings at every desk.
        self._handoffs = RateLimit(uows.clock, limit=10, window=timedelta(minutes=1))

    async def _current(self, session: Any, caller: Visitor) -> Conversation:
        """The caller's open conversation; NotFound before the first message and after closing."""
        conversation = await repository.open_conversation(
            session, await contact_of(session, caller), caller.identity.inbox_id
        )
        if conversation is None:
            raise NotFound("当前没有进行中的会话。", what="conversation")
        return conversation

    async def _current_id(self, caller: Visitor) -> str:
        async with self._uows.read() as session:
            return (await self._current(session, caller)).id

    @command(p.SendMessage, permission=Permission.PUBLIC)
    async def send_message(self, sid: str, caller: Visitor, payload: p.SendMessage) -> MessageRead:
        said = await self._engine.say(
            InboundMessage(
                inbox_id=caller.identity.inbox_id,
                external_contact=caller.identity.external_id,
                content=inbound(payload.content),
                client_msg_id=payload.client_msg_id,
                new_contact_id=caller.contact_id,
                sub_channel=caller.sub_channel,
            )
        )
        return self._links.message_for_citizen(said)

    @command(p.ListMessages, permission=Permission.PUBLIC)
    async def list_messages(
        self, sid: str, caller: Visitor, payload: p.ListMessages
    ) -> dict[str, Any]:
        async with self._uows.read() as session:
            return await read_page(
                session, self._links, self._uows.clock, await contact_of(session, caller),
                caller.identity.inbox_id, payload,
            )  # fmt: skip

    @command(p.RequestHandoff, permission=Permission.PUBLIC)
    async def request_handoff(self, sid: str, caller: Visitor, payload: p.RequestHandoff) -> None:
        self._handoffs.check(caller.contact_id)
        conversation_id = await self._engine.open(
            caller.identity.inbox_id, caller.identity.external_id,
            new_contact_id=caller.contact_id, sub_channel=caller.sub_channel,
        )  # fmt: skip
        await self._engine.request_handoff(conversation_id, category=payload.category)

    @command(Empty, permission=Permission.PUBLIC)
    async def cancel_handoff(self, sid: str, caller: Visitor, payload: Empty) -> None:
        await self._engine.cancel_handoff(await self._current_id(caller))

    @command(p.RateConversation, permission=Permission.PUBLIC)
    async def rate_conversation(
        self, sid: str, caller: Visitor, payload: p.RateConversation
    ) -> RatedService:
        async with self._uows.read(brief=True) as session:
            contact_id = await contact_of(session, caller)
        return await self._ratings.rate(
            conversation_id=payload.conversation_id, contact_id=contact_id,
            score=payload.score, tags=payload.tags, comment=payload.comment,
            service_id=payload.service,
        )  # fmt: skip

    @command(Empty, permission=Permission.PUBLIC)
    async def list_services(self, sid: str, caller: Visitor, payload: Empty) -> RatingOffer:
        """What may be rated, and how: as session.ready told it, after a service has begun or settings changed."""
        async with self._uows.read() as session:
            return await self._ratings.offer(
                session,
                contact_id=await contact_of(session, caller),
                inbox_id=caller.identity.inbox_id,
            )

    @command(p.AnswerFeedback, permission=Permission.PUBLIC)
    async def answer_feedback(self, sid: str, caller: Visitor, payload: p.AnswerFeedback) -> None:
        async with self._uows.write() as uow:
            await give_feedback(
                uow,
                contact_id=await contact_of(uow.session, caller),
                message_id=payload.message_id,
                helpful=payload.helpful,
            )

    @command(p.MarkRead, permission=Permission.PUBLIC)
    async def mark_read(self, sid: str, caller: Visitor, payload: p.MarkRead) -> None:
        async with self._uows.write() as uow:
            latest = await repository.latest_conversation(
                uow.session, await contact_of(uow.session, caller), caller.identity.inbox_id
            )
            if latest is None:
                return  # nothing to have read yet
            conversation = await thread.load_for_update(uow, latest.id)
            seq = min(payload.seq, conversation.last_seq)
            if seq > conversation.visitor_read_seq:
                conversation.visitor_read_seq = seq
                await thread.publish_state(uow, conversation)

    @command(p.SetTyping, permission=Permission.PUBLIC)
    async def set_typing(self, sid: str, caller: Visitor, payload: p.SetTyping) -> None:
        async with self._uows.read() as session:
            conversation = await self._current(session, caller)
        typing = TypingUpdated(conversation_id=conversation.id, author="visitor", on=payload.on)
        audience = thread.audience_of(conversation, private=True)
        await self._uows.announce(Event("typing.updated", typing, audience))
        if payload.on and payload.draft and conversation.status == ConversationStatus.ASSIGNED:
            self._drafts.hear(conversation.id, payload.draft)

    @command(Empty, permission=Permission.PUBLIC)
    async def close_conversation(self, sid: str, caller: Visitor, payload: Empty) -> None:
        await self._engine.close(
            await self._current_id(caller), actor="visitor", text="会话已由市民结束。"
        )
