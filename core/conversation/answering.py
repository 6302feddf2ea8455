"""One bot turn: what is owed, what the bot says to it, and how that is stored. Called by turns.py, one at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import episodes, past, personal, repository, thread
from core.conversation.choices import meant_choice, offered_choices
from core.conversation.content import CONTENT, TextContent
from core.conversation.handoffs import BOT_AUTHOR, close_conversation, hand_off
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.ports import (
    Bot,
    BotReply,
    BotTurn,
    CloseConversation,
    Desk,
    FileTicket,
    HandOff,
    HandoffContext,
    HandoffDecision,
    HandoffPolicy,
    KnowledgeSearch,
    PastTurn,
    UrgeTicket,
)
from core.conversation.recall import Recall, Visit
from core.conversation.status import ConversationStatus
from core.errors import BangbanError
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

# Longer than any turn may take; after it another server may try.
TURN_LEASE = timedelta(seconds=40)
# Messages looked back at for the handoff rules: repeated and unknown questions are a matter of a few turns.
LOOK_BACK = 24
# Questions before this one that may say what it is about.
EARLIER = 4
# The bot wanted to hand off and had nothing else to say, and no rule agreed: 不用转人工, for one.
GO_ON = TextContent(text="好的。还有什么想了解的，请直接告诉我。")
APOLOGY = TextContent(
    text="抱歉，系统刚才没有处理好您的问题。请换个说法再问一次，或者输入“转人工”，由工作人员为您解答。"
)


@dataclass(frozen=True)
class Fresh:
    """A message just stored and its conversation as it was then: usually all that a turn needs to know."""

    conversation: Conversation
    message: Message


@dataclass(frozen=True)
class Owed:
    """A turn to do: the conversation as it was read, the message, and what went before it.

    `text` is what the citizen wrote, `asked` what the bot is asked for it. `rows`: the messages before it.
    """

    conversation: Conversation
    message: Message
    rows: list[Message]
    visit: Visit
    text: str
    asked: str
    history: list[PastTurn]
    turn: BotTurn


class Answering:
    """Does owed turns. `recall` is only a shortcut: what it does not hold is read."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, bot: Bot, policy: HandoffPolicy, desk: Desk,
        knowledge: KnowledgeSearch, region: str,
    ) -> None:  # fmt: skip
        self._uows = uows
        self._bot = bot
        self._policy = policy
        self._desk = desk
        self._knowledge = knowledge
        self._region = region
        self.recall = Recall()

    async def take_turn(self, conversation_id: str, fresh: Fresh | None) -> bool:
        """One owed turn; whether another is owed after it."""
        owed = await self._at_hand(fresh) if fresh is not None else None
        owed = owed or await self._read(conversation_id)
        if owed is None:
            return False
        reply, decision = await self._answer(owed)
        return await self._store(owed, reply, decision)

    async def _answer(self, owed: Owed) -> tuple[BotReply, HandoffDecision | None]:
        context = HandoffContext(
            text=owed.text,
            now=self._uows.clock.now(),
            inbox_id=owed.conversation.inbox_id,
            history=owed.history,
        )
        decision = self._policy.evaluate(context)
        if decision is not None:
            return BotReply(contents=[], settled=owed.turn.settled, missed=True), decision
        reply = await self._ask(owed)
        # A name or a code is no question, however often it is given.
        if reply.said is None or reply.directives:
            decision = self._policy.evaluate(replace(context, reply=reply))
        if decision is None and not reply.contents and _only_hands_off(reply):
            reply = replace(reply, contents=[GO_ON])
        return reply, decision

    async def _ask(self, owed: Owed) -> BotReply:
        try:
            return await self._bot.respond(owed.turn)
        except BangbanError as error:
            log.warning("the bot failed with %s", error.code)
        except Exception as error:  # a bot that breaks must not leave a citizen without an answer
            log.warning("the bot failed with %s", type(error).__name__)
        return BotReply(contents=[APOLOGY], said=personal.unheard(owed.text), missed=True)

    # ---- what is owed --------------------------------------------------------------------------------------------

    async def _at_hand(self, fresh: Fresh) -> Owed | None:
        """The turn for a message just stored, when what went before it is still known."""
        conversation = fresh.conversation
        rows = self.recall.before(fresh.message, _start(conversation))
        if rows is None or any(
            row.author_kind == "visitor" and row.seq > conversation.answered_seq for row in rows
        ):
            return None
        visit = self.recall.visit(conversation)
        if visit is None:
            async with self._uows.read(brief=True) as session:
                visit = await self._read_visit(session, conversation)
        return self._owed(conversation, fresh.message, rows, visit)

    async def _read(self, conversation_id: str) -> Owed | None:
        async with self._uows.read(brief=True) as session:
            conversation = await thread.load(session, conversation_id)
            if conversation.status != ConversationStatus.BOT:
                return None
            rows = await repository.messages_after(
                session, conversation_id, _start(conversation), 4 * LOOK_BACK
            )
            said = (row for row in rows if row.author_kind == "visitor")
            message = next((row for row in said if row.seq > conversation.answered_seq), None)
            if message is None:
                # Far behind the last answer: a hundred refused handoffs or notes of agents lie between.
                message = await repository.first_said(
                    session, conversation_id, after_seq=conversation.answered_seq
                )
            if message is None:
                return None
            visit = await self._read_visit(session, conversation)
        before = [row for row in rows if row.seq < message.seq]
        return self._owed(conversation, message, before, visit)

    async def _read_visit(self, session: AsyncSession, conversation: Conversation) -> Visit:
        inbox = await session.get_one(Inbox, conversation.inbox_id)
        served = await episodes.after_people(session, conversation, now=self._uows.clock.now())
        return Visit(conversation.bot_session, inbox.name, served)

    def _owed(
        self, conversation: Conversation, message: Message, rows: list[Message], visit: Visit
    ) -> Owed:
        text = past.text_of(message)
        since, afresh = past.since_people(rows)
        asked = _meant(text, since)
        before = past.exchanges(since)
        whole = afresh or _start(conversation) == 0
        turn = BotTurn(
            conversation_id=f"{conversation.id}.{conversation.bot_session}", text=asked,
            inbox_id=conversation.inbox_id, channel=conversation.channel, region=self._region,
            earlier=tuple(one.asked for one in before[-EARLIER:]),
            inbox_name=visit.inbox_name, after_people=visit.after_people, seq=message.seq,
            settled=past.is_settled(before, whole=whole), missed=past.missed(before),
        )  # fmt: skip
        episode = [one for one in before if one.message.seq > conversation.bot_since_seq]
        history = self._history(text, episode)
        return Owed(conversation, message, rows, visit, text, asked, history, turn)

    def _history(self, text: str, before: Sequence[past.PastExchange]) -> list[PastTurn]:
        likeness = self._likeness(text, [one.text for one in before]) if before else []
        return [
            PastTurn(
                text=one.text, at=one.message.created_at, similarity=similarity,
                band=one.meta.get("band"), article_id=one.meta.get("article_id"),
            )
            for one, similarity in zip(before, likeness, strict=True)
        ]  # fmt: skip

    def _likeness(self, text: str, texts: list[str]) -> list[float]:
        """How alike what was said before is; the handoff rules can do without, a citizen not without an answer.

        A text that cannot be compared would otherwise end every turn until it is forgotten.
        """
        try:
            return self._knowledge.similarity(text, texts)
        except Exception as error:
            log.warning("earlier words could not be compared: %s", type(error).__name__)
            return [0.0] * len(texts)

    # ---- storing -------------------------------------------------------------------------------------------------

    async def _store(self, owed: Owed, reply: BotReply, decision: HandoffDecision | None) -> bool:
        """The reply and what it leads to, in one transaction, unless the conversation has moved on."""
        conversation_id = owed.conversation.id
        self.recall.forget(conversation_id)
        plain = decision is None and not reply.directives and reply.said is None
        plain = plain and not reply.signed_out
        async with self._uows.write(brief=plain) as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            if conversation.epoch != owed.conversation.epoch:
                log.info("reply of %s dropped: the conversation has a new owner", conversation_id)
                return False
            if conversation.answered_seq >= owed.message.seq:
                log.info(
                    "reply of %s dropped: the lease ran out and another answered", conversation_id
                )
                return False
            conversation.answered_seq = owed.message.seq
            # What the bot understood is kept with the first message; the handoff rules of later turns read it.
            meta = past.meta_of(reply, reply_to=owed.message.seq, text=owed.text, asked=owed.asked)
            stored = await personal.store_reply(uow, conversation, owed.message, reply, meta)
            if decision is not None:
                decision = personal.without(decision, owed.text, reply.said)
                served = owed.turn.after_people
                decision = episodes.with_same_agent(decision, owed.text, served)
                # The first message of the turn carries what the bot understood, whoever writes it.
                first = None if stored else meta
                await hand_off(uow, self._desk, conversation, decision, meta=first)
            await self._apply(uow, conversation, reply)
            more = owes_turn(conversation)
            conversation.turn_lease_until = self._uows.clock.now() + TURN_LEASE if more else None
        if plain and stored and stored[0].seq == owed.message.seq + 1:
            start = _start(conversation)
            rows = [row for row in [*owed.rows, owed.message, *stored] if row.seq > start]
            if not any(personal.may_change(row) for row in rows):
                self.recall.keep(conversation_id, rows, owed.visit)
        return more

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
    return (
        conversation.status == ConversationStatus.BOT
        and conversation.visitor_seq > conversation.answered_seq
    )


def _start(conversation: Conversation) -> int:
    """Messages after this one are looked at."""
    return max(0, conversation.answered_seq - LOOK_BACK)


def _only_hands_off(reply: BotReply) -> bool:
    return all(isinstance(directive, HandOff) for directive in reply.directives)


def _meant(text: str, before: list[Message]) -> str:
    """What the bot is asked: the choice that the text means of those the bot offered last, else the text."""
    last = next((row for row in reversed(before) if row.author_kind == "bot"), None)
    choices = offered_choices(CONTENT.validate_python(last.content)) if last is not None else []
    return meant_choice(text, choices) or text
