"""The bot while Rasa is away: knowledge answers go on, tasks say that they are unavailable."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from bot.questions import Questions
from bot.replies import TurnFailed
from core.conversation.content import TextContent
from core.conversation.personal import unheard
from core.conversation.ports import Bot, BotReply, BotTurn, Understanding
from core.errors import Unavailable

log = logging.getLogger(__name__)

TASKS_AWAY = TextContent(
    text="智能助手的办事功能（测算、资格自查等）暂时不可用，政策问题仍可以直接问我；需要的话请输入“转人工”。"
)
# After a failure Rasa is left alone this long: a citizen must not wait for a time-out at every message.
PAUSE_SECONDS = 5.0


class KnowledgeOnly:
    """Answers from the knowledge base alone."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions

    async def respond(self, turn: BotTurn) -> BotReply:
        reply = await self._questions.look_up(turn, Understanding())
        # Rasa may have taken the message before it failed, so what is open now nobody knows.
        # And what it may have asked for, a name with its number or a code, nobody reads now either.
        reply = replace(reply, settled=False, said=unheard(turn.text))
        known = reply.understanding.band != "unknown"
        return reply if known else replace(reply, contents=[TASKS_AWAY])

    async def healthy(self) -> bool:
        return True


class WithFallback:
    """The bot, or the fallback where the bot is unavailable."""

    def __init__(self, bot: Bot, fallback: Bot) -> None:
        self._bot = bot
        self._fallback = fallback
        self._away_until = 0.0

    async def respond(self, turn: BotTurn) -> BotReply:
        if time.monotonic() < self._away_until:
            return await self._stand_in(turn)
        try:
            return await self._bot.respond(turn)
        except TurnFailed as error:
            # One message that the bot cannot handle must not take everybody else's tasks away.
            log.warning("Rasa failed at a turn: %s", error.details)
            return await self._stand_in(turn)
        except Unavailable as error:
            log.warning("Rasa is unavailable: %s", error.details)
            self._away_until = time.monotonic() + PAUSE_SECONDS
            return await self._stand_in(turn)

    async def _stand_in(self, turn: BotTurn) -> BotReply:
        """Marked, so that the handoff rules see an outage."""
        return replace(await self._fallback.respond(turn), failed=True)

    async def healthy(self) -> bool:
        return await self._bot.healthy()
