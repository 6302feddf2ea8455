"""Looks a question up in the knowledge base and tells the answer; every action that may be asked one uses it."""

from __future__ import annotations

import asyncio

from rasa_sdk.executor import CollectingDispatcher

from actions.forms.turn import Turn
from actions.needs import AnswerQuestion
from actions.replies import say, understood
from core.conversation.answers import business_of, contents_of
from core.conversation.ports import KnowledgeResult


async def look_up(answer: AnswerQuestion, turn: Turn, region: str) -> KnowledgeResult:
    """Search in a thread: a long message takes a dozen searches, and other citizens are being answered."""
    return await asyncio.to_thread(answer, turn.text, region, turn.earlier)


def tell(dispatcher: CollectingDispatcher, result: KnowledgeResult) -> None:
    """The result as the citizen gets it, by its band."""
    best = result.hits[0] if result.hits else None
    for content in contents_of(result):
        say(dispatcher, content)
    understood(
        dispatcher,
        band=result.band,
        article_id=best.article_id if best else None,
        score=best.score if best else None,
        business=business_of(result),
    )
