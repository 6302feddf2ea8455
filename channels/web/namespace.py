"""The /visitor namespace: what a citizen's browser can ask for. Thin; the engine and the desk do the work."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from channels.web import payloads as p
from channels.web.tokens import VisitorIdentity, VisitorTokens
from core.auth.permissions import Permission
from core.conversation import repository, thread
from core.conversation.content import TextContent
from core.conversation.engine import Engine
from core.conversation.feedback import give_feedback, verdicts
from core.conversation.intake import InboundMessage
from core.conversation.models import Conversation
from core.conversation.ports import HotQuestions
from core.conversation.schemas import ConversationRead, MessageRead
from core.errors import InvalidInput, NotFound, PermissionDenied
from core.events import (
    Event,
    QueueUpdated,
    SessionReady,
    TypingUpdated,
    contact_room,
    inbox_room,
)
from core.ids import new_id
from core.rate_limit import RateLimit
from core.sockets import CommandNamespace, Empty, command
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Visitor:
    """Who is behind a connection."""

    identity: VisitorIdentity
    contact_id: str


class Ratings(Protocol):
    async def rate(
        self, *, conversation_id: str, contact_id: str, score: int, tags: list[str], comment: str
    ) -> Any: ...


class QueueState(Protocol):
    def __call__(self, conversation_id: str) -> Awaitable[QueueUpdated | None]: ...


class VisitorNamespace(CommandNamespace):
    def __init__(
        self,
        *,
        engine: Engine,
        uows: UnitOfWorkFactory,
        tokens: VisitorTokens,
        ratings: Ratings,
        queue_state: QueueState,
        hot: HotQuestions,
    ) -> None:
        super().__init__("/visitor")
        self._engine = engine
        self._uows = uows
        self._tokens = tokens
        self._ratings = ratings
        self._queue_state = queue_state
        self._hot = hot
        # A person types perhaps one message a second; a program that floods is told to wait.
        self.rate_limit = RateLimit(uows.clock, limit=60, window=timedelta(seconds=10))
        # Each one rings at every desk.
        self._handoffs = RateLimit(uows.clock, limit=10, window=timedelta(minutes=1))

    def allow(self, caller: Visitor, permission: Permission) -> None:
        if permission is not Permission.PUBLIC:
            raise PermissionDenied(permission=permission)

    def counted_as(self, caller: Visitor) -> str:
        return caller.contact_id

    async def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        ready, visitor = await self._open_session(auth)
        self.remember(sid, visitor)
        await self.enter_room(sid, contact_room(visitor.contact_id))
        await self.enter_room(sid, inbox_room(visitor.identity.inbox_id))
        await self.emit("session.ready", ready.model_dump(mode="json"), to=sid)
        if ready.conversation is not None and ready.conversation.status == "queued":
            place = await self._queue_state(ready.conversation.id)
            if place is not None:
                await self.emit("queue.updated", place.model_dump(mode="json"), to=sid)

    async def on_disconnect(self, sid: str, _reason: Any = None) -> None:
        self.callers().pop(sid, None)

    async def _open_session(self, auth: Any) -> tuple[SessionReady, Visitor]:
        wanted = p.Connect.model_validate(auth if auth is not None else {})
        if wanted.identity is not None:
            raise InvalidInput("这个接入点没有开通网站登录身份。", field="identity")
        identity = (
            self._tokens.read(wanted.token, wanted.inbox)
            if wanted.token
            else VisitorIdentity(wanted.inbox, new_id())
        )
        async with self._uows.read() as session:
            inbox = await repository.enabled_inbox(session, identity.inbox_id)
            if inbox is None or inbox.channel != "web":
                raise NotFound("这个接入点不存在或已停用。", what="inbox")
            contact = await repository.contact_by_identity(session, inbox.id, identity.external_id)
            contact_id = contact.id if contact else identity.external_id
            conversation = (
                await repository.latest_conversation(session, contact_id, inbox.id)
                if contact
                else None
            )
            read = (
                (await thread.read_conversation(session, conversation)).for_visitor()
                if conversation
                else None
            )
            unread = (
                await repository.unread_by_citizen(session, conversation) if conversation else 0
            )
        ready = SessionReady(
            token=self._tokens.issue(identity),
            contact=contact_id,
            conversation=read,
            unread=unread,
            welcome=inbox.config.get("welcome", []),
            hot=[each.question for each in await self._hot.of_inbox(inbox.id)],
        )
        return ready, Visitor(identity, contact_id)

    async def _current(self, session: Any, caller: Visitor) -> Conversation:
        """The caller's open conversation; NotFound before the first message and after closing."""
        conversation = await repository.open_conversation(
            session, caller.contact_id, caller.identity.inbox_id
        )
        if conversation is None:
            raise NotFound("当前没有进行中的会话。", what="conversation")
        return conversation

    async def _current_id(self, caller: Visitor) -> str:
        async with self._uows.read() as session:
            return (await self._current(session, caller)).id

    @command(p.SendMessage, permission=Permission.PUBLIC)
    async def send_message(self, sid: str, caller: Visitor, payload: p.SendMessage) -> MessageRead:
        receipt = await self._engine.receive(
            InboundMessage(
                inbox_id=caller.identity.inbox_id,
                external_contact=caller.identity.external_id,
                content=TextContent(text=payload.content.text),
                client_msg_id=payload.client_msg_id,
                new_contact_id=caller.contact_id,
            )
        )
        return receipt.message

    @command(p.ListMessages, permission=Permission.PUBLIC)
    async def list_messages(
        self, sid: str, caller: Visitor, payload: p.ListMessages
    ) -> dict[str, Any]:
        async with self._uows.read() as session:
            if payload.conversation_id is not None:
                conversation = await thread.load(session, payload.conversation_id)
            else:
                latest = await repository.latest_conversation(
                    session, caller.contact_id, caller.identity.inbox_id
                )
                if latest is None:
                    return {"conversation": None, "messages": []}
                conversation = latest
            if conversation.contact_id != caller.contact_id:
                raise NotFound(
                    what="conversation"
                )  # the same answer as for one that does not exist
            rows = await repository.messages(
                session, conversation.id, after_seq=payload.after_seq, before_seq=payload.before_seq,
                limit=payload.limit, with_private=False,
            )  # fmt: skip
            read: ConversationRead = (
                await thread.read_conversation(session, conversation)
            ).for_visitor()
            now = self._uows.clock.now()
            answers = [row.id for row in rows if row.content.get("type") == "answer"]
            helpful = await verdicts(session, answers)
        messages = [
            MessageRead.for_citizen(row, now).model_copy(update={"helpful": helpful.get(row.id)}).model_dump(mode="json")
            for row in rows
        ]  # fmt: skip
        return {"conversation": read.model_dump(mode="json"), "messages": messages}

    @command(p.RequestHandoff, permission=Permission.PUBLIC)
    async def request_handoff(self, sid: str, caller: Visitor, payload: p.RequestHandoff) -> None:
        self._handoffs.check(caller.contact_id)
        conversation_id = await self._engine.open(
            caller.identity.inbox_id, caller.identity.external_id, new_contact_id=caller.contact_id
        )
        await self._engine.request_handoff(conversation_id, category=payload.category)

    @command(Empty, permission=Permission.PUBLIC)
    async def cancel_handoff(self, sid: str, caller: Visitor, payload: Empty) -> None:
        await self._engine.cancel_handoff(await self._current_id(caller))

    @command(p.RateConversation, permission=Permission.PUBLIC)
    async def rate_conversation(
        self, sid: str, caller: Visitor, payload: p.RateConversation
    ) -> None:
        await self._ratings.rate(
            conversation_id=payload.conversation_id, contact_id=caller.contact_id,
            score=payload.score, tags=payload.tags, comment=payload.comment,
        )  # fmt: skip

    @command(p.AnswerFeedback, permission=Permission.PUBLIC)
    async def answer_feedback(self, sid: str, caller: Visitor, payload: p.AnswerFeedback) -> None:
        async with self._uows.write() as uow:
            await give_feedback(
                uow,
                contact_id=caller.contact_id,
                message_id=payload.message_id,
                helpful=payload.helpful,
            )

    @command(p.MarkRead, permission=Permission.PUBLIC)
    async def mark_read(self, sid: str, caller: Visitor, payload: p.MarkRead) -> None:
        async with self._uows.write() as uow:
            latest = await repository.latest_conversation(
                uow.session, caller.contact_id, caller.identity.inbox_id
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

    @command(Empty, permission=Permission.PUBLIC)
    async def close_conversation(self, sid: str, caller: Visitor, payload: Empty) -> None:
        await self._engine.close(
            await self._current_id(caller), actor="visitor", text="访客结束了会话。"
        )
