"""How a bot turn is stored: the reply and what it leads to, in one transaction. Called by answering.py."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from core.conversation import beside, episodes, past, personal, quick, thread
from core.conversation.content import TextContent
from core.conversation.handoffs import BOT_AUTHOR, close_conversation, hand_off
from core.conversation.models import Contact, Conversation, Message
from core.conversation.ports import (
    BotReply,
    BotTurn,
    CloseConversation,
    Desk,
    FileTicket,
    HandoffContext,
    HandoffDecision,
    UrgeTicket,
)
from core.conversation.quick import Standing
from core.conversation.recall import Recall, Visit
from core.conversation.status import ANSWERED, ConversationStatus
from core.conversation.summary import summarise
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

# Longer than any turn may take; after it another server may try.
TURN_LEASE = timedelta(seconds=40)
# Messages looked back at for the handoff rules: repeated and unknown questions are a matter of a few turns.
LOOK_BACK = 24


@dataclass(frozen=True)
class Fresh:
    """A message just stored and its conversation as it was then: usually all that a turn needs to know."""

    conversation: Conversation
    message: Message
    contact: Contact | None
    external_contact: str


@dataclass(frozen=True)
class Owed:
    """A turn to do: the conversation as it was read, the message, and what went before it.

    `text` is what the citizen wrote, `asked` what the bot is asked for it. `rows`: the messages before it. `before`:
    the exchanges of this episode. `context`: what the handoff rules look at before the bot is asked.
    """

    conversation: Conversation
    message: Message
    rows: list[Message]
    visit: Visit
    text: str
    asked: str
    before: list[past.PastExchange]
    context: HandoffContext
    turn: BotTurn
    fresh: Fresh | None


class Storing:
    """Writes what a turn has come to. `recall` is told of it, or to forget."""

    def __init__(self, *, uows: UnitOfWorkFactory, desk: Desk, recall: Recall) -> None:
        self._uows = uows
        self._desk = desk
        self._recall = recall

    async def store(self, owed: Owed, reply: BotReply, decision: HandoffDecision | None) -> bool:
        """The reply and what it leads to, in one transaction, unless the conversation has moved on."""
        conversation_id = owed.conversation.id
        self._recall.forget(conversation_id)
        if owed.conversation.status == ConversationStatus.QUEUED:
            return await self._store_beside(owed, reply)
        plain = decision is None and not reply.directives and reply.said is None
        plain = plain and not reply.signed_out
        async with self._uows.write(brief=plain) as uow:
            if plain and (stored := await self._store_quickly(uow, owed, reply)) is not None:
                conversation, messages = stored
            else:
                conversation = await thread.load_for_update(uow, conversation_id)
                if conversation.epoch != owed.conversation.epoch:
                    log.info("reply of %s dropped: there is a new owner", conversation_id)
                    # The promise that a number is not kept does not hang on who owns the conversation now.
                    await personal.cover(uow, conversation, owed.message, reply.said)
                    return False
                if conversation.answered_seq >= owed.message.seq:
                    log.info("reply of %s dropped: another has answered", conversation_id)
                    return False
                messages = await self._store_reply(uow, conversation, owed, reply, decision)
            more = owes_turn(conversation)
        if plain and not more:
            self._remember(owed, conversation, messages)
        return more

    async def _store_beside(self, owed: Owed, reply: BotReply) -> bool:
        """An answer to somebody who waits, unless a person has come, or he has gone, in between."""
        async with self._uows.write() as uow:
            conversation = await thread.load_for_update(uow, owed.conversation.id)
            if conversation.epoch != owed.conversation.epoch:
                log.info("reply of %s dropped: it no longer waits", conversation.id)
                return False
            if conversation.answered_seq >= owed.message.seq:
                return False
            conversation.answered_seq = owed.message.seq
            meta = past.meta_of(reply, reply_to=owed.message.seq, text=owed.text, asked=owed.asked)
            if reply.contents:
                contents = beside.marked(reply, await self._desk.lead_in(uow))
                await beside.say(uow, conversation, contents, meta=meta)
            more = owes_turn(conversation)
            conversation.turn_lease_until = self._uows.clock.now() + TURN_LEASE if more else None
        return more

    async def _store_quickly(
        self, uow: UnitOfWork, owed: Owed, reply: BotReply
    ) -> tuple[Conversation, list[Message]] | None:
        """As `_store_reply`, if nothing has happened in the conversation since its message was stored."""
        if personal.may_change(owed.message) or reply.personal:
            return None
        conversation = quick.copy_of(owed.conversation)
        stored = await self._store_reply(uow, conversation, owed, reply, None)
        if owes_turn(conversation) or not await quick.answer(uow, owed.conversation, conversation):
            uow.start_over()
            return None
        return conversation, stored

    async def _store_reply(
        self,
        uow: UnitOfWork,
        conversation: Conversation,
        owed: Owed,
        reply: BotReply,
        decision: HandoffDecision | None,
    ) -> list[Message]:
        conversation.answered_seq = owed.message.seq
        # What the bot understood is kept with the first message; the handoff rules of later turns read it.
        meta = past.meta_of(reply, reply_to=owed.message.seq, text=owed.text, asked=owed.asked)
        if decision is not None and decision.instead:
            taken = await self._hand_off(uow, conversation, owed, reply, decision, meta)
            # Nobody took it: the citizen gets the bot's answer after all.
            reply = replace(reply, contents=[], personal={}) if taken else reply
            meta = {}
        stored = await personal.store_reply(uow, conversation, owed.message, reply, meta)
        if decision is not None and not decision.instead:
            # The first message of the turn carries what the bot understood, whoever writes it.
            first = None if stored else meta
            await self._hand_off(uow, conversation, owed, reply, decision, first)
        await self._apply(uow, conversation, reply)
        more = owes_turn(conversation)
        conversation.turn_lease_until = self._uows.clock.now() + TURN_LEASE if more else None
        return stored

    async def _hand_off(
        self, uow: UnitOfWork, conversation: Conversation, owed: Owed, reply: BotReply,
        decision: HandoffDecision, meta: dict[str, Any] | None,
    ) -> bool:  # fmt: skip
        decision = personal.without(decision, owed.text, reply.said)
        decision = episodes.with_same_agent(decision, owed.text, owed.turn.after_people)
        said = owed.text if reply.said is None else reply.said
        summary = summarise(owed.before, decision, said=said, reply=reply)
        decision = replace(decision, summary=summary)
        return await hand_off(uow, self._desk, conversation, decision, meta=meta)

    def _remember(self, owed: Owed, conversation: Conversation, stored: list[Message]) -> None:
        if not stored or stored[0].seq != owed.message.seq + 1:
            return
        start = look_back_from(conversation)
        rows = [row for row in [*owed.rows, owed.message, *stored] if row.seq > start]
        if any(personal.may_change(row) for row in rows):
            return
        fresh = owed.fresh
        standing = (
            Standing(conversation, fresh.contact, fresh.external_contact)
            if fresh is not None and fresh.contact is not None
            else None
        )
        self._recall.keep(conversation.id, rows, owed.visit, standing)

    async def _apply(self, uow: UnitOfWork, conversation: Conversation, reply: BotReply) -> None:
        """Directives other than handing off, which the policy has decided on."""
        for directive in reply.directives:
            match directive:
                case FileTicket():
                    number = await self._desk.file_ticket(uow, conversation, directive)
                    text = f"已为您登记，工单编号 {number}。您可以随时凭编号查询进度。"
                    await thread.append(uow, conversation, BOT_AUTHOR, TextContent(text=text))
                case UrgeTicket():
                    text = await self._desk.urge_ticket(uow, conversation, directive)
                    await thread.append(uow, conversation, BOT_AUTHOR, TextContent(text=text))
                case CloseConversation() if conversation.status != ConversationStatus.CLOSED:
                    await close_conversation(
                        uow, self._desk, conversation, actor="bot", text="会话已结束。"
                    )


def owes_turn(conversation: Conversation) -> bool:
    return conversation.status in ANSWERED and conversation.visitor_seq > conversation.answered_seq


def look_back_from(conversation: Conversation) -> int:
    """Messages after this one are looked at."""
    return max(0, conversation.answered_seq - LOOK_BACK)
