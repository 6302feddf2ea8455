"""Knowledge questions answered by the server itself, with Rasa's consent.

Whether a text is a plain question is Rasa's to say: its classifier and its rules decide, here nothing is guessed.
What it has said of a text is remembered, so that a question many ask needs no turn of Rasa at all.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace

from core.clock import Clock, today
from core.conversation.answers import business_of, contents_of
from core.conversation.ports import (
    Bot,
    BotReply,
    BotTurn,
    KnowledgeQuery,
    KnowledgeResult,
    KnowledgeSearch,
    Understanding,
)

# Texts remembered, and the longest of them: hot questions are short, and nobody tells a long story twice.
MOST_TEXTS = 5000
LONGEST_TEXT = 60
# A long number is somebody's own; nobody else asks the same.
_NUMBER = re.compile(r"\d{6}")
# Earlier messages that may say what a question is about; actions/turn.py takes as many.
EARLIER = 4
# So long after Rasa was last heard of what it said is still taken for granted: another server may have switched models.
TRUST_SECONDS = 60.0


class Questions:
    """Looks questions up, and remembers which texts the present model takes for plain questions."""

    def __init__(
        self,
        knowledge: KnowledgeSearch,
        clock: Clock,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._knowledge = knowledge
        self._clock = clock
        self._seconds = seconds
        self._model = ""
        self._heard = 0.0
        self._known: OrderedDict[str, Understanding] = OrderedDict()

    def heard(self, model: str) -> None:
        """Rasa has answered with this model. Of what another one thought nothing is kept."""
        if model != self._model:
            self._known.clear()
        self._model, self._heard = model, self._seconds()

    def learn(self, text: str, understanding: Understanding) -> None:
        """Rasa takes the text for a plain question."""
        if self._model and len(text) <= LONGEST_TEXT and not _NUMBER.search(text):
            self._known[text] = understanding
            if len(self._known) > MOST_TEXTS:
                self._known.popitem(last=False)

    def known(self, text: str) -> Understanding | None:
        """What Rasa made of the text, if it is a plain question; None: Rasa must be asked."""
        if self._seconds() - self._heard > TRUST_SECONDS:
            return None
        understanding = self._known.get(text)
        if understanding is not None:
            self._known.move_to_end(text)
        return understanding

    async def look_up(self, turn: BotTurn, understanding: Understanding) -> BotReply:
        """The reply of the knowledge base. `understanding`: what Rasa made of the message."""
        result = await self.search(turn)
        best = result.hits[0] if result.hits else None
        found = replace(
            understanding,
            band=result.band,
            article_id=best.article_id if best else None,
            score=best.score if best else None,
            business=business_of(result),
        )
        return BotReply(
            contents=contents_of(result), understanding=found, settled=turn.settled, missed=True
        )

    async def search(self, turn: BotTurn) -> KnowledgeResult:
        query = KnowledgeQuery(
            text=turn.text, region=turn.region, on=today(self._clock), context=_said_before(turn)
        )
        known = self._knowledge.remembered(query)
        if known is not None:
            return known
        # In a thread: a long message takes a dozen searches, and other citizens are being answered.
        return await asyncio.to_thread(self._knowledge.search, query)


def _said_before(turn: BotTurn) -> tuple[str, ...]:
    """What a follow-up question may lean on: to people before this episode, then to the bot."""
    told = turn.after_people.said if turn.after_people is not None else ()
    return tuple(text for text in (*told, *turn.earlier)[-EARLIER:] if text)


class QuestionsFirst:
    """The bot, spared the questions whose answer it would only look up."""

    def __init__(self, bot: Bot, questions: Questions) -> None:
        self._bot = bot
        self._questions = questions

    async def respond(self, turn: BotTurn) -> BotReply:
        understanding = self._questions.known(turn.text) if turn.settled else None
        if understanding is None:
            return await self._bot.respond(turn)
        return await self._questions.look_up(turn, understanding)

    async def healthy(self) -> bool:
        return await self._bot.healthy()
