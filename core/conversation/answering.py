"""One bot turn: what is owed, and what the bot says to it. Called by turns.py, one at a time."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from core.conversation import beside, episodes, past, personal, repository, thread, unread
from core.conversation.choices import meant_choice, offered_choices
from core.conversation.content import CONTENT, TextContent
from core.conversation.models import Contact, Conversation, Inbox, Message
from core.conversation.ports import (
    Bot,
    BotReply,
    BotTurn,
    Desk,
    HandOff,
    HandoffContext,
    HandoffDecision,
    HandoffPolicy,
    KnowledgeSearch,
    OnDuty,
    PastTurn,
)
from core.conversation.recall import Recall, Visit
from core.conversation.status import ANSWERED, ConversationStatus
from core.conversation.storing import LOOK_BACK as LOOK_BACK
from core.conversation.storing import Fresh, Owed, Storing, look_back_from
from core.errors import BangbanError
from core.unit_of_work import UnitOfWorkFactory

log = logging.getLogger(__name__)

# Questions before this one that may say what it is about.
EARLIER = 4
# The bot wanted to hand off and had nothing else to say, and no rule agreed: 不用转人工, for one.
GO_ON = TextContent(text="好的。还有什么想了解的，请直接告诉我。")
APOLOGY = TextContent(
    text="抱歉，系统刚才没有处理好您的问题。请换个说法再问一次，或者输入“转人工”，由工作人员为您解答。"
)


class Answering:
    """Does owed turns. `recall` is only a shortcut: what it does not hold is read."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, bot: Bot, policy: HandoffPolicy, desk: Desk,
        knowledge: KnowledgeSearch, region: str, on_duty: OnDuty,
    ) -> None:  # fmt: skip
        self._uows = uows
        self._on_duty = on_duty
        self._bot = bot
        self._policy = policy
        self._knowledge = knowledge
        self._region = region
        self.recall = Recall()
        self._storing = Storing(uows=uows, desk=desk, recall=self.recall)

    async def take_turn(self, conversation_id: str, fresh: Fresh | None) -> bool:
        """One owed turn; whether another is owed after it."""
        owed = await self._at_hand(fresh) if fresh is not None else None
        owed = owed or await self._read(conversation_id)
        if owed is None:
            return False
        reply, decision = await self._answer(owed)
        return await self._storing.store(owed, reply, decision)

    async def _answer(self, owed: Owed) -> tuple[BotReply, HandoffDecision | None]:
        if owed.conversation.status == ConversationStatus.QUEUED:
            return await beside.look_up(self._knowledge, self._uows.clock, owed.turn), None
        context = owed.context
        decision = self._policy.evaluate(context)
        if decision is not None:
            return BotReply(contents=[], settled=owed.turn.settled, missed=True), decision
        if not unread.is_text(owed.message):
            again = bool(owed.before) and not owed.before[-1].spoken
            return unread.reply_to(owed.message, settled=owed.turn.settled, again=again), None
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
        said = personal.unheard(owed.text)
        return BotReply(contents=[APOLOGY], said=said, missed=True, failed=True)

    # ---- what is owed --------------------------------------------------------------------------------------------

    async def _at_hand(self, fresh: Fresh) -> Owed | None:
        """The turn for a message just stored, when what went before it is still known."""
        conversation = fresh.conversation
        rows = self.recall.before(fresh.message, look_back_from(conversation))
        if rows is None or any(
            row.author_kind == "visitor" and row.seq > conversation.answered_seq for row in rows
        ):
            return None
        visit = self.recall.visit(conversation)
        if visit is None:
            async with self._uows.read(brief=True) as session:
                visit = await self._read_visit(session, conversation, fresh.contact)
        return self._owed(conversation, fresh.message, rows, visit, fresh)

    async def _read(self, conversation_id: str) -> Owed | None:
        async with self._uows.read(brief=True) as session:
            conversation = await thread.load(session, conversation_id)
            if conversation.status not in ANSWERED:
                return None
            rows = await repository.messages_after(
                session, conversation_id, look_back_from(conversation), 4 * LOOK_BACK
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
            contact = await session.get(Contact, conversation.contact_id)
            visit = await self._read_visit(session, conversation, contact)
        before = [row for row in rows if row.seq < message.seq]
        return self._owed(conversation, message, before, visit)

    async def _read_visit(
        self, session: AsyncSession, conversation: Conversation, contact: Contact | None
    ) -> Visit:
        inbox = await session.get_one(Inbox, conversation.inbox_id)
        served = await episodes.after_people(session, conversation, now=self._uows.clock.now())
        visit = Visit(conversation.bot_session, inbox.name, served)
        if contact is None:
            return visit
        return replace(visit, customer_group=contact.customer_group, tags=tuple(contact.tags or ()))

    def _owed(
        self, conversation: Conversation, message: Message, rows: list[Message], visit: Visit,
        fresh: Fresh | None = None,
    ) -> Owed:  # fmt: skip
        text = past.text_of(message)
        since, afresh = past.since_people(rows)
        asked = _meant(text, since)
        before = past.exchanges(since)
        whole = afresh or look_back_from(conversation) == 0
        turn = BotTurn(
            conversation_id=f"{conversation.id}.{conversation.bot_session}", text=asked,
            inbox_id=conversation.inbox_id, channel=conversation.channel, region=self._region,
            earlier=tuple(one.asked for one in before if one.spoken)[-EARLIER:],
            inbox_name=visit.inbox_name, after_people=visit.after_people, seq=message.seq,
            settled=past.is_settled(before, whole=whole), missed=past.missed(before),
        )  # fmt: skip
        episode = [one for one in before if one.message.seq > conversation.bot_since_seq]
        context = replace(
            self._context(conversation, visit.customer_group, visit.tags),
            # What is no text is judged by who sends it alone.
            text=text if unread.is_text(message) else "",
            history=self._history(text, [one for one in episode if one.spoken]),
            picked=past.is_button(text, since),
            first=conversation.epoch == 0 and conversation.answered_seq == 0,
        )
        return Owed(conversation, message, rows, visit, text, asked, episode, context, turn, fresh)

    def pressed(
        self, conversation: Conversation, contact: Contact | None, category: str | None,
        before: Sequence[past.PastExchange],
    ) -> HandoffDecision | None:  # fmt: skip
        """What the citizen's button leads to after these exchanges; None where it is not offered."""
        group, tags = (contact.customer_group, tuple(contact.tags or ())) if contact else ("", ())
        context = self._context(conversation, group, tags)
        if category is not None:
            return self._policy.pressed(replace(context, business=category))
        history = [past_turn(one, 0.0) for one in before]
        return self._policy.pressed(replace(context, history=history))

    def _context(
        self, conversation: Conversation, customer_group: str, tags: tuple[str, ...]
    ) -> HandoffContext:
        now = self._uows.clock.now()
        return HandoffContext(
            text="", now=now, inbox_id=conversation.inbox_id, history=[], channel=conversation.channel,
            on_duty=self._on_duty(conversation.inbox_id, now), business=conversation.business,
            customer_group=customer_group, tags=tags,
        )  # fmt: skip

    def _history(self, text: str, before: Sequence[past.PastExchange]) -> list[PastTurn]:
        likeness = self._likeness(text, [one.text for one in before]) if before else []
        return [
            past_turn(one, similarity) for one, similarity in zip(before, likeness, strict=True)
        ]

    def _likeness(self, text: str, texts: list[str]) -> list[float]:
        """How alike what was said before is; the handoff rules can do without, a citizen not without an answer.

        A text that cannot be compared would otherwise end every turn until it is forgotten.
        """
        try:
            return self._knowledge.similarity(text, texts)
        except Exception as error:
            log.warning("earlier words could not be compared: %s", type(error).__name__)
            return [0.0] * len(texts)


def past_turn(one: past.PastExchange, similarity: float) -> PastTurn:
    """The exchange as the handoff rules see it."""
    meta = one.meta
    return PastTurn(
        text=one.text, at=one.message.created_at, similarity=similarity, band=meta.get("band"),
        article_id=meta.get("article_id"), picked=one.picked, failed=meta.get("failed") is True,
        business=meta.get("business"),
    )  # fmt: skip


def _only_hands_off(reply: BotReply) -> bool:
    return all(isinstance(directive, HandOff) for directive in reply.directives)


def _meant(text: str, before: list[Message]) -> str:
    """What the bot is asked: the choice that the text means of those the bot offered last, else the text."""
    last = next((row for row in reversed(before) if row.author_kind == "bot"), None)
    choices = offered_choices(CONTENT.validate_python(last.content)) if last is not None else []
    return meant_choice(text, choices) or text
