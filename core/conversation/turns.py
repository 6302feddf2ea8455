"""Bot turns: one at a time per conversation, several conversations at once, none lost when a server dies.

A turn is owed while a conversation is the bot's and `visitor_seq` is ahead of `answered_seq`. The lease on
the conversation keeps two servers from working on the same one; `resume` picks up what a dead server left.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from core.conversation import episodes, personal, repository, thread
from core.conversation.choices import meant_choice, offered_choices
from core.conversation.content import CONTENT, Content, TextContent, plain_text
from core.conversation.handoffs import BOT_AUTHOR, close_conversation, hand_off
from core.conversation.models import Conversation, Inbox, Message
from core.conversation.ports import (
    AfterPeople,
    Bot,
    BotReply,
    BotTurn,
    CloseConversation,
    Desk,
    FileTicket,
    HandOff,
    HandoffContext,
    HandoffPolicy,
    KnowledgeSearch,
    PastTurn,
)
from core.conversation.status import ConversationStatus
from core.errors import BangbanError
from core.unit_of_work import UnitOfWork, UnitOfWorkFactory

log = logging.getLogger(__name__)

# Longer than any turn may take; after it another server may try.
TURN_LEASE = timedelta(seconds=40)
RESUME_EVERY_SECONDS = 10.0
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
class _Owed:
    """A turn to do: the conversation as it was read, the message, and the turns before it.

    `text` is what the citizen wrote, `asked` what the bot is asked for it.
    """

    conversation: Conversation
    message: Message
    text: str
    asked: str
    history: list[PastTurn]
    inbox_name: str
    after_people: AfterPeople | None


class TurnRunner:
    """Runs owed turns in the background of this server."""

    def __init__(
        self, *, uows: UnitOfWorkFactory, bot: Bot, policy: HandoffPolicy, desk: Desk,
        knowledge: KnowledgeSearch, region: str, workers: int,
    ) -> None:  # fmt: skip
        self._uows = uows
        self._bot = bot
        self._policy = policy
        self._desk = desk
        self._knowledge = knowledge
        self._region = region
        self._slots = asyncio.Semaphore(workers)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()

    def is_running(self, conversation_id: str) -> bool:
        return conversation_id in self._tasks

    def start(self, conversation_id: str) -> None:
        """Work on the conversation until it owes no turn. Called again meanwhile, it looks once more at the end."""
        if conversation_id in self._tasks:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._run(conversation_id), name=f"turns:{conversation_id}")
        self._tasks[conversation_id] = task

    async def idle(self) -> None:
        """Wait until nothing is running here: shutdown and tests."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def resume_forever(self) -> None:
        """Pick up turns nobody works on: at start, and whenever a server died or a turn failed."""
        while True:
            try:
                await self.resume()
            except Exception:
                log.exception("owed turns could not be looked up")
            await asyncio.sleep(RESUME_EVERY_SECONDS)

    async def drop_leases(self) -> None:
        """Nobody else works on this database: what a server that died was at may be taken up at once."""
        async with self._uows.write() as uow:
            await repository.drop_turn_leases(uow.session)

    async def resume(self) -> int:
        now = self._uows.clock.now()
        async with self._uows.read() as session:
            owed = await repository.owed_turns(session, now)
        for conversation_id in owed:
            async with self._uows.write() as uow:
                conversation = await thread.load_for_update(uow, conversation_id)
                lease = conversation.turn_lease_until
                # Looked at again under the lock: another server may have taken or answered it meanwhile.
                takes = _owes_turn(conversation) and (lease is None or lease <= now)
                if takes:
                    conversation.turn_lease_until = now + TURN_LEASE
            if takes:
                self.start(conversation_id)
        return len(owed)

    async def _run(self, conversation_id: str) -> None:
        try:
            async with self._slots:
                # A message may be stored between the last look for owed turns and the end of this task;
                # its `start` found the task still there, so the mark makes it look again.
                looking = True
                while looking:
                    self._again.discard(conversation_id)
                    looking = await self._turn(conversation_id) or conversation_id in self._again
        except Exception:
            # The lease runs out and `resume` tries again; the message is stored.
            log.exception("a turn of %s failed", conversation_id)
        finally:
            del self._tasks[conversation_id]

    async def _turn(self, conversation_id: str) -> bool:
        """One owed turn; False when none is owed any more."""
        owed = await self._next(conversation_id)
        if owed is None:
            return False
        context = HandoffContext(
            text=owed.text,
            now=self._uows.clock.now(),
            inbox_id=owed.conversation.inbox_id,
            history=owed.history,
        )
        decision = self._policy.evaluate(context)
        if decision is not None:
            reply = BotReply(contents=[])
        else:
            reply = await self._ask(owed)
            # A name or a code is no question, however often it is given.
            if reply.said is None or reply.directives:
                decision = self._policy.evaluate(replace(context, reply=reply))
            if decision is None and not reply.contents and _only_hands_off(reply):
                reply = replace(reply, contents=[GO_ON])
        async with self._uows.write(brief=True) as uow:
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
            await personal.store_reply(uow, conversation, owed.message, reply)
            if decision is not None:
                decision = personal.without(decision, owed.text, reply.said)
                decision = episodes.with_same_agent(decision, owed.text, owed.after_people)
                await hand_off(uow, self._desk, conversation, decision)
            await self._apply(uow, conversation, reply)
            more = _owes_turn(conversation)
            conversation.turn_lease_until = self._uows.clock.now() + TURN_LEASE if more else None
        return more

    async def _next(self, conversation_id: str) -> _Owed | None:
        async with self._uows.read(brief=True) as session:
            conversation = await thread.load(session, conversation_id)
            if conversation.status != ConversationStatus.BOT:
                return None
            start = max(conversation.bot_since_seq, conversation.answered_seq - LOOK_BACK)
            rows = await repository.messages(
                session, conversation_id, after_seq=start, limit=4 * LOOK_BACK
            )
            said = [row for row in rows if row.author_kind == "visitor"]
            message = next((row for row in said if row.seq > conversation.answered_seq), None)
            if message is None:
                # Far behind the last answer: a hundred refused handoffs or notes of agents lie between.
                message = await repository.first_said(
                    session, conversation_id, after_seq=conversation.answered_seq
                )
            if message is None:
                return None
            inbox = await session.get_one(Inbox, conversation.inbox_id)
            served = await episodes.after_people(session, conversation, now=self._uows.clock.now())
        text = _text_of(message)
        earlier = [row for row in said if row.seq < message.seq]
        asked = _meant(text, [row for row in rows if row.seq < message.seq])
        history = self._history(text, earlier, rows)
        return _Owed(conversation, message, text, asked, history, inbox.name, served)

    def _history(self, text: str, earlier: list[Message], rows: list[Message]) -> list[PastTurn]:
        understood = {row.meta["reply_to"]: row.meta for row in rows if "reply_to" in row.meta}
        texts = [_text_of(row) for row in earlier]
        likeness = self._likeness(text, texts) if texts else []
        return [
            PastTurn(
                text=past, at=row.created_at, similarity=similarity,
                band=understood.get(row.seq, {}).get("band"),
                article_id=understood.get(row.seq, {}).get("article_id"),
            )
            for row, past, similarity in zip(earlier, texts, likeness, strict=True)
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

    async def _ask(self, owed: _Owed) -> BotReply:
        conversation = owed.conversation
        turn = BotTurn(
            conversation_id=f"{conversation.id}.{conversation.bot_session}", text=owed.asked,
            inbox_id=conversation.inbox_id, channel=conversation.channel, region=self._region,
            earlier=tuple(past.text for past in owed.history[-EARLIER:]),
            inbox_name=owed.inbox_name, after_people=owed.after_people,
        )  # fmt: skip
        try:
            return await self._bot.respond(turn)
        except BangbanError as error:
            log.warning("the bot failed with %s", error.code)
        except Exception as error:  # a bot that breaks must not leave a citizen without an answer
            log.warning("the bot failed with %s", type(error).__name__)
        return BotReply(contents=[APOLOGY], said=personal.unheard(owed.text))

    async def _apply(self, uow: UnitOfWork, conversation: Conversation, reply: BotReply) -> None:
        """Directives other than handing off, which the policy has decided on."""
        for directive in reply.directives:
            match directive:
                case FileTicket():
                    number = await self._desk.file_ticket(uow, conversation, directive)
                    text = f"已为您登记，工单编号 {number}。您可以随时凭编号查询进度。"
                    await thread.append(uow, conversation, BOT_AUTHOR, TextContent(text=text))
                case CloseConversation() if conversation.status != ConversationStatus.CLOSED:
                    await close_conversation(
                        uow, self._desk, conversation, actor="bot", text="会话已结束。"
                    )


def _owes_turn(conversation: Conversation) -> bool:
    return (
        conversation.status == ConversationStatus.BOT
        and conversation.visitor_seq > conversation.answered_seq
    )


def _only_hands_off(reply: BotReply) -> bool:
    return all(isinstance(directive, HandOff) for directive in reply.directives)


def _meant(text: str, before: list[Message]) -> str:
    """What the bot is asked: the choice that the text means of those the bot offered last, else the text."""
    last = next((row for row in reversed(before) if row.author_kind == "bot"), None)
    choices = offered_choices(CONTENT.validate_python(last.content)) if last is not None else []
    return meant_choice(text, choices) or text


def _text_of(message: Message) -> str:
    content: Content = CONTENT.validate_python(message.content)
    return plain_text(content)
