"""Looks the question up in the knowledge base: serves every ask_* intent, the fallback, and questions inside forms."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.forms.turn import Turn
from actions.needs import AnswerQuestion, Needs
from actions.replies import say, understood
from actions.turn import read_turn
from core.conversation.answers import contents_of
from core.conversation.ports import KnowledgeResult


class KnowledgeAction(Action):
    """action_knowledge"""

    def __init__(self, needs: Needs) -> None:
        self._needs = needs

    def name(self) -> str:
        return "action_knowledge"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = read_turn(tracker)
        tell(dispatcher, await look_up(self._needs.answer, turn, self._needs.region(tracker)))
        return []


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
    )
