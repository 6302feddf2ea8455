"""Knowledge suggestions for the agent who serves: searched again whenever the citizen writes."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from core.clock import today
from core.configs import get_config
from core.conversation import repository
from core.conversation.attachments.settings import CONFIG_NAME, ExchangeSettings
from core.conversation.content import printable
from core.conversation.models import Conversation, Message
from core.conversation.ports import KnowledgeQuery, KnowledgeSearch
from core.conversation.schemas import MessageRead
from core.events import Audience, Event, SuggestionsUpdated, agent_room, is_agent_room
from core.unit_of_work import UnitOfWorkFactory
from handoff.desk.wrapping.draft import asks_nothing

log = logging.getLogger(__name__)

TOP = 3
# Below, an agent would only be distracted.
MIN_SCORE = 0.05
# A citizen's last words alone may be "那异地呢"; the search takes from what was said before them what they leave out.
CONTEXT_MESSAGES = 4
# A pause in typing this long is worth a search.
PAUSE_SECONDS = 0.4
DRAFT_TASK = "draft"
# After a search its time is rested so many times: searches never take more than a fifth of a core from the messages.
REST = 4
# Shorter ones say nothing yet.
MIN_DRAFT = 3


class Suggestions:
    def __init__(self, uows: UnitOfWorkFactory, knowledge: KnowledgeSearch, region: str) -> None:
        self._uows = uows
        self._knowledge = knowledge
        self._region = region
        # Searches keep out of the way of messages: one at a time, and then a rest.
        self._turn = asyncio.Semaphore(1)
        # Conversations whose turn has yet to come: it will look at the latest words.
        self._asked: set[str] = set()
        # By conversation: what is being written there waits for a pause.
        self._drafts: dict[str, asyncio.Task[None]] = {}

    def concerns(self, event: Event) -> bool:
        """Whether a citizen wrote to an agent, for whom no search is waiting yet."""
        message = event.payload
        if not isinstance(message, MessageRead) or message.author.kind != "visitor":
            return False
        self._drop_draft(message.conversation_id)
        if message.conversation_id in self._asked:
            return False
        # Nearly all messages are the bot's to answer; those have no agent among their hearers.
        return any(is_agent_room(room) for room in event.audience.agent_rooms)

    async def on_message(self, event: Event) -> None:
        """Reaction to message.created, for those that concern us."""
        if isinstance(event.payload, MessageRead) and self.concerns(event):
            await self.push(event.payload.conversation_id)

    async def on_assigned(self, event: Event) -> None:
        """Reaction to conversation.assigned: the agent sees suggestions at once."""
        conversation = getattr(event.payload, "conversation", None)
        if conversation is not None:
            await self.push(conversation.id)

    def hear(self, conversation_id: str, draft: str) -> None:
        """What a citizen is writing to an agent: searched for after a pause, shown to nobody, kept nowhere."""
        self._drop_draft(conversation_id)
        text = printable(draft).strip()
        if len(text) < MIN_DRAFT:
            return
        task = asyncio.create_task(
            self._after_pause(conversation_id, text), name=f"{DRAFT_TASK}:{conversation_id}"
        )
        self._drafts[conversation_id] = task
        task.add_done_callback(lambda done: self._forget_draft(conversation_id, done))

    def _drop_draft(self, conversation_id: str) -> None:
        task = self._drafts.pop(conversation_id, None)
        if task is not None:
            task.cancel()

    def _forget_draft(self, conversation_id: str, done: asyncio.Task[None]) -> None:
        if self._drafts.get(conversation_id) is done:
            del self._drafts[conversation_id]
        if not done.cancelled() and done.exception() is not None:
            # Its text may quote what was written.
            log.error("suggestions failed with %s", type(done.exception()).__name__)

    async def _after_pause(self, conversation_id: str, draft: str) -> None:
        await asyncio.sleep(PAUSE_SECONDS)
        await self.push(conversation_id, draft)

    async def push(self, conversation_id: str, draft: str | None = None) -> None:
        """Search for what the citizen said last, or is writing (`draft`), and tell who serves."""
        if draft is None:
            self._asked.add(conversation_id)
        async with self._turn:
            self._asked.discard(conversation_id)
            begun = time.perf_counter()
            await self._push(conversation_id, draft)
            await asyncio.sleep(REST * (time.perf_counter() - begun))

    async def _push(self, conversation_id: str, draft: str | None) -> None:
        async with self._uows.read(brief=True) as session:
            conversation = await session.get(Conversation, conversation_id)
            if conversation is None or conversation.owner_id is None:
                return
            if draft is not None:
                exchange = await get_config(session, CONFIG_NAME, ExchangeSettings)
                if not exchange.of(conversation.inbox_id).suggest_while_typing:
                    return
            said = await repository.last_of_citizen(session, conversation_id, CONTEXT_MESSAGES)
        if not said:
            return
        results = await self._search(said, draft)
        update = SuggestionsUpdated(
            conversation_id=conversation_id, for_seq=said[-1].seq, results=results,
            for_draft=draft is not None,
        )  # fmt: skip
        audience = Audience(agent_rooms=frozenset({agent_room(conversation.owner_id)}))
        await self._uows.announce(Event("suggestions.updated", update, audience))

    async def _search(self, said: list[Message], draft: str | None) -> list[dict[str, Any]]:
        # Of a picture or a place nothing can be looked up.
        texts = [str(row.content["text"]) for row in said if row.content.get("type") == "text"]
        if draft is not None:
            texts.append(draft)
        # Who was handed over said 转人工 last: the agent wants what was asked before.
        while len(texts) > 1 and asks_nothing(texts[-1]):
            texts.pop()
        if not texts:
            return []
        query = self._query(texts[-1], tuple(texts[:-1]))
        result = await asyncio.to_thread(self._knowledge.search, query)
        return [row for row in result.as_rows() if row["score"] >= MIN_SCORE]

    def _query(self, text: str, context: tuple[str, ...]) -> KnowledgeQuery:
        return KnowledgeQuery(
            text=text, region=self._region, on=today(self._uows.clock), internal=True, top=TOP,
            context=context,
        )  # fmt: skip
