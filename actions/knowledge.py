"""Looks the question up in the knowledge base: serves every ask_* intent, the fallback, and questions inside forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.replies import HUMAN, offer, say, understood
from actions.turn import read_region, read_turn
from core.conversation.content import AnswerContent, Choice
from core.conversation.ports import KnowledgeHit, KnowledgeResult

# (text, region) -> result; `app` binds the search, the date and the number of hits.
AnswerQuestion = Callable[[str, str], KnowledgeResult]

GUIDE_TEXT = "您想问的是下面哪一个？点一下就能看到解答；都不是的话，请换个说法，或者转人工。"
UNKNOWN_TEXT = (
    "抱歉，这个问题我暂时没有可靠的依据来回答。我可以解答公积金（缴存、提取、贷款）和社保（养老、医疗、"
    "失业、工伤、生育、社保卡）的政策，帮您测算贷款额度、自查提取条件、查找服务大厅。"
    "您可以换个说法再问一次，也可以转人工。"
)
GUIDES = 3


class KnowledgeAction(Action):
    """action_knowledge"""

    def __init__(self, answer: AnswerQuestion, default_region: str) -> None:
        self._answer = answer
        self._default_region = default_region

    def name(self) -> str:
        return "action_knowledge"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        region = read_region(tracker, self._default_region)
        tell(dispatcher, self._answer(read_turn(tracker).text, region))
        return []


def tell(dispatcher: CollectingDispatcher, result: KnowledgeResult) -> None:
    """The result as the citizen gets it, by its band. Never an answer without a citation."""
    best = result.hits[0] if result.hits else None
    if result.band == "answer" and best is not None:
        say(dispatcher, _answer_content(best))
    elif result.band == "guide" and best is not None:
        questions = [hit.question for hit in result.hits[:GUIDES]]
        offer(dispatcher, GUIDE_TEXT, [*(Choice(label=q, value=q) for q in questions), HUMAN])
    else:
        offer(dispatcher, UNKNOWN_TEXT, [HUMAN])
    understood(
        dispatcher,
        band=result.band,
        article_id=best.article_id if best and result.band == "answer" else None,
        score=best.score if best else None,
    )


def _answer_content(hit: KnowledgeHit) -> AnswerContent:
    return AnswerContent(
        text_md=hit.answer_md,
        article_id=hit.article_id,
        question=hit.question,
        score=hit.score,
        citations=hit.citations,
        next=hit.next,
    )
