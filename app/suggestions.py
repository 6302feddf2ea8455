"""Knowledge suggestions for the agent who serves: searched again whenever the citizen writes."""

from __future__ import annotations

import asyncio
from typing import Any

from core.clock import today
from core.conversation import repository
from core.conversation.content import CONTENT, plain_text
from core.conversation.models import Conversation, Message
from core.conversation.ports import KnowledgeQuery, KnowledgeSearch
from core.conversation.schemas import MessageRead
from core.events import Audience, Event, SuggestionsUpdated, agent_room, is_agent_room
from core.unit_of_work import UnitOfWorkFactory

TOP = 3
# Below, an agent would only be distracted.
MIN_SCORE = 0.05
# A citizen's last words alone may be "那异地呢"; the search takes from what was said before them what they leave out.
CONTEXT_MESSAGES = 4


class Suggestions:
    def __init__(self, uows: UnitOfWorkFactory, knowledge: KnowledgeSearch, region: str) -> None:
        self._uows = uows
        self._knowledge = knowledge
        self._region = region

    async def on_message(self, event: Event) -> None:
        """Reaction to message.created: a citizen wrote to an agent."""
        message = event.payload
        if not isinstance(message, MessageRead) or message.author.kind != "visitor":
            return
        # Nearly all messages are the bot's to answer; those have no agent among their hearers.
        if any(is_agent_room(room) for room in event.audience.agent_rooms):
            await self.push(message.conversation_id)

    async def on_assigned(self, event: Event) -> None:
        """Reaction to conversation.assigned: the agent sees suggestions at once."""
        conversation = getattr(event.payload, "conversation", None)
        if conversation is not None:
            await self.push(conversation.id)

    async def push(self, conversation_id: str) -> None:
        async with self._uows.read() as session:
            conversation = await session.get(Conversation, conversation_id)
            if conversation is None or conversation.owner_id is None:
                return
            rows = await repository.messages(session, conversation_id, limit=30)
        said = [row for row in rows if row.author_kind == "visitor"]
        if not said:
            return
        results = await self._search(said)
        update = SuggestionsUpdated(
            conversation_id=conversation_id, for_seq=said[-1].seq, results=results
        )
        audience = Audience(agent_rooms=frozenset({agent_room(conversation.owner_id)}))
        await self._uows.announce(Event("suggestions.updated", update, audience))

    async def _search(self, said: list[Message]) -> list[dict[str, Any]]:
        texts = [
            plain_text(CONTENT.validate_python(row.content)) for row in said[-CONTEXT_MESSAGES:]
        ]
        query = self._query(texts[-1], tuple(texts[:-1]))
        result = await asyncio.to_thread(self._knowledge.search, query)
        return [row for row in result.as_rows() if row["score"] >= MIN_SCORE]

    def _query(self, text: str, context: tuple[str, ...]) -> KnowledgeQuery:
        return KnowledgeQuery(
            text=text, region=self._region, on=today(self._uows.clock), internal=True, top=TOP,
            context=context,
        )  # fmt: skip
