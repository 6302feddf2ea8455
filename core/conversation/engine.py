"""The engine: what channels call when a citizen does something. Stores first, then sees to the answer."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from core.conversation import beside, intake, past, quick, repository, thread, unread
from core.conversation.attachments.coming import ComingFile
from core.conversation.content import LocationContent, TextContent
from core.conversation.direct.service import Direct
from core.conversation.handoffs import close_conversation, hand_off
from core.conversation.intake import InboundMessage, Receipt, Stored
from core.conversation.models import Contact, Conversation
from core.conversation.ports import Desk
from core.conversation.replies import Replies
from core.conversation.router import Route, decide
from core.conversation.schemas import ConversationRead, MessageRead
from core.conversation.status import ConversationStatus, Trigger
from core.conversation.storing import LOOK_BACK, TURN_LEASE, Fresh, look_back_from
from core.conversation.summary import summarise
from core.conversation.turns import TurnRunner
from core.errors import Conflict
from core.sensitive.book import SensitiveWords
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

Result = TypeVar("Result")
# Two first messages of one citizen at the same instant collide on a unique index; the loser finds the winner's rows.
STORE_TRIES = 4


class HandoffNotOffered(Conflict):
    """The button for people does nothing here, or not at this hour."""

    code = "handoff_not_offered"
    default_message = "这里现在不提供人工服务，您可以直接输入问题，由智能助手解答。"


class Engine:
    """Moves messages along the one way: store, route, ask the bot with no transaction open, store, deliver."""

    def __init__(
        self,
        *,
        uows: UnitOfWorkFactory,
        desk: Desk,
        turns: TurnRunner,
        words: SensitiveWords | None = None,
        direct: Direct | None = None,
        replies: Replies | None = None,
    ) -> None:
        """`words`: what citizens may not write; without it they may write anything. `direct`: the short way.

        `replies`: told of what is written to people, on channels that count our replies.
        """
        self._replies = replies
        self._uows = uows
        self.words = words or SensitiveWords()
        self._desk = desk
        self._turns = turns
        self._direct = direct

    async def say(self, message: InboundMessage) -> MessageRead:
        """As `receive`, for channels that only want the stored message: the short way where there is one."""
        message = self._admitted(message)
        if self._direct is not None:
            stored = await self._direct.from_citizen(message)
            if stored is not None:
                return stored
        return (await self._receive(message)).message

    async def receive(self, message: InboundMessage) -> Receipt:
        """Store a citizen's message and start whatever it calls for. Returns after the commit; idempotent.

        Sensitive words are masked before anything is stored, for everybody; raises WordsRefused.
        """
        return await self._receive(self._admitted(message))

    def _admitted(self, message: InboundMessage) -> InboundMessage:
        match message.content:
            case TextContent(text=text):
                field = "text"
            case LocationContent(label=text) if text:
                field = "label"
            case ComingFile(spoken=text) if text:
                said = replace(message.content, spoken=self.words.admitted(text))
                return replace(message, content=said)
            case _:
                return message
        admitted = self.words.admitted(text)
        if admitted == text:
            return message
        return replace(message, content=message.content.model_copy(update={field: admitted}))

    async def _receive(self, message: InboundMessage) -> Receipt:
        return await _until_no_collision(lambda again: self._receive_once(message, careful=again))

    async def _receive_once(self, message: InboundMessage, *, careful: bool) -> Receipt:
        owes_turn = False
        async with self._uows.write(brief=True, first=True) as uow:
            stored = None if careful else await self._write_on(uow, message)
            if stored is not None:
                owes_turn = True
                read = ConversationRead.of(stored.conversation, contact_name=stored.called)
            else:
                stored = await intake.store(uow, message, careful=careful)
                if not stored.duplicate:
                    owes_turn = await self._route(uow, stored, message.external_contact)
                read = await thread.read_conversation(uow.session, stored.conversation)
            await uow.session.flush()
            receipt = Receipt(MessageRead.of(stored.message), read, stored.duplicate)
        if self._direct is not None:
            self._direct.citizen_wrote(message, stored.conversation, stored.contact)
        if owes_turn:
            self._turns.start(
                receipt.conversation.id,
                Fresh(
                    stored.conversation, stored.message, stored.contact, message.external_contact
                ),
            )
        return receipt

    async def _write_on(self, uow: UnitOfWork, message: InboundMessage) -> Stored | None:
        """The short way for a citizen whose last message was answered here."""
        standing = self._turns.standing(message.inbox_id, message.external_contact)
        if standing is None:
            return None
        return await quick.write_on(
            uow, standing, message, lease_until=uow.clock.now() + TURN_LEASE
        )

    async def _route(self, uow: UnitOfWork, stored: Stored, external_id: str) -> bool:
        """Whether this server now owes the conversation a bot turn."""
        conversation = stored.conversation
        route = decide(ConversationStatus(conversation.status))
        if route is not Route.BOT:
            await self._desk.on_visitor_message(uow, conversation, stored.message)
            if self._replies is not None:
                await self._replies.on_visitor_message(
                    uow, conversation, stored.message, external_id
                )
        if route is Route.AGENT or (route is Route.QUEUE and not await self._beside(uow, stored)):
            return False
        now = uow.clock.now()
        lease = conversation.turn_lease_until
        if lease is not None and lease > now:
            # Whoever holds the lease looks for further messages before it lets go.
            return self._turns.is_running(conversation.id)
        conversation.turn_lease_until = now + TURN_LEASE
        return True

    async def _beside(self, uow: UnitOfWork, stored: Stored) -> bool:
        """What the bot does about a message into the queue. Whether it owes a turn for it."""
        conversation, message = stored.conversation, stored.message
        verdict = await self._desk.while_waiting(uow, conversation, message)
        if verdict.cancel:
            await self._cancel(uow, conversation)
            return False
        if verdict.content is not None:
            await beside.say(uow, conversation, [verdict.content])
        ask = verdict.ask and unread.is_text(message)
        if not ask and conversation.turn_lease_until is None:
            # Nothing to look up, and no turn for an earlier message is under way that would be passed over.
            conversation.answered_seq = message.seq
        return ask

    async def open(
        self,
        inbox_id: str,
        external_contact: str,
        *,
        new_contact_id: str | None = None,
        sub_channel: str = "",
    ) -> str:
        """The id of the citizen's open conversation, made if there is none: for a handoff before the first word."""

        async def open_once(_again: bool) -> str:
            async with self._uows.write() as uow:
                inbox = await intake.find_inbox(uow, inbox_id)
                contact = await intake.find_or_make_contact(
                    uow, inbox, external_contact, contact_id=new_contact_id
                )
                conversation = await intake.find_or_open_conversation(
                    uow, inbox, contact, sub_channel=sub_channel
                )
                return conversation.id

        return await _until_no_collision(open_once)

    async def request_handoff(self, conversation_id: str, *, category: str | None = None) -> None:
        """The citizen pressed the button. Already waiting or served: nothing changes. Raises HandoffNotOffered."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            if conversation.status != ConversationStatus.BOT:
                return
            contact = await uow.session.get(Contact, conversation.contact_id)
            rows = await repository.messages_after(
                uow.session, conversation_id,
                max(look_back_from(conversation), conversation.bot_since_seq), 4 * LOOK_BACK,
            )  # fmt: skip
            before = past.exchanges(rows)
            decision = self._turns.pressed(conversation, contact, category, before)
            if decision is None:
                raise HandoffNotOffered()
            summary = summarise(before, decision)
            await hand_off(uow, self._desk, conversation, replace(decision, summary=summary))

    async def cancel_handoff(self, conversation_id: str) -> None:
        async with self._uows.write() as uow:
            await self._cancel(uow, await thread.load_for_update(uow, conversation_id))

    async def _cancel(self, uow: UnitOfWork, conversation: Conversation) -> None:
        text = "已取消排队，您可以继续向智能助手提问。"
        await thread.transition(
            uow, conversation, Trigger.HANDOFF_CANCELLED, actor="visitor", text=text
        )
        await self._desk.leave_queue(uow, conversation, "cancelled")

    async def close(self, conversation_id: str, *, actor: str, text: str = "会话已结束。") -> None:
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await close_conversation(uow, self._desk, conversation, actor=actor, text=text)


async def _until_no_collision(store: Callable[[bool], Awaitable[Result]]) -> Result:
    """`store`, again when its transaction lost against another of the same contact. Raises Conflict.

    It is told whether this is another try.
    """
    for attempt in range(STORE_TRIES):
        try:
            return await store(attempt > 0)
        except IntegrityError:
            log.info("a transaction collided with another of the same contact, try %s", attempt + 1)
    raise Conflict(what="message")
