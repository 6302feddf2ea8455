"""The bot beside the queue: what it may say to a citizen who waits for people. Called by engine and answering.

It only answers what the knowledge base answers for certain. The dialogue engine is not asked: no task is begun,
nothing is guided, and who writes to the people who are to come (快一点, 补充一下) is not interrupted.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from core.clock import Clock, today
from core.conversation import thread
from core.conversation.answers import contents_of
from core.conversation.content import Content, TextContent
from core.conversation.handoffs import BOT_AUTHOR
from core.conversation.models import Conversation
from core.conversation.ports import (
    BotReply,
    BotTurn,
    KnowledgeQuery,
    KnowledgeSearch,
    Understanding,
)
from core.unit_of_work import UnitOfWork

log = logging.getLogger(__name__)


async def look_up(knowledge: KnowledgeSearch, clock: Clock, turn: BotTurn) -> BotReply:
    """The certain answer to a message; without contents where there is none."""
    query = KnowledgeQuery(
        text=turn.text,
        region=turn.region,
        on=today(clock),
        context=tuple(filter(None, turn.earlier)),
    )
    try:
        known = knowledge.remembered(query)
        result = known if known is not None else await asyncio.to_thread(knowledge.search, query)
    except Exception as error:  # people are on their way: no answer is better than an apology
        log.warning("a question beside the queue could not be looked up: %s", type(error).__name__)
        return BotReply(contents=[])
    if result.band != "answer" or not result.hits:
        return BotReply(contents=[])
    best = result.hits[0]
    found = Understanding(band=result.band, article_id=best.article_id, score=best.score)
    # Told to the dialogue engine later only where nothing of its own is open: see past.missed.
    return BotReply(
        contents=contents_of(result), understanding=found, settled=turn.settled, missed=turn.settled
    )


async def say(
    uow: UnitOfWork,
    conversation: Conversation,
    contents: Sequence[Content],
    *,
    meta: dict[str, Any] | None = None,
) -> None:
    """The bot says this to somebody who waits; `meta` goes with the first.

    Lists at the desk go on showing what the citizen wrote last: that is what people are to answer.
    """
    preview = conversation.preview
    for place, content in enumerate(contents):
        its_own = meta if place == 0 else None
        await thread.append(uow, conversation, BOT_AUTHOR, content, meta=its_own)
    conversation.preview = preview


def marked(reply: BotReply, lead_in: str) -> list[Content]:
    """The answer with what says that it is the bot's."""
    return [TextContent(text=lead_in), *reply.contents] if lead_in else list(reply.contents)
