"""What citizens get while Rasa is away, and when it comes back into use."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from bot.knowledge_only import KnowledgeOnly, WithFallback
from bot.questions import Questions
from bot.replies import TurnFailed
from core.clock import SystemClock
from core.conversation.content import TextContent
from core.conversation.ports import BotReply, BotTurn, KnowledgeQuery, KnowledgeResult
from core.errors import Unavailable
from tests.fakes import NoKnowledge, ScriptedBot

TURN = BotTurn("c1.0", "你好", "web", "web", "example")


class Failing(ScriptedBot):
    """Raises `error` once, then answers."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error: Exception | None = error

    async def respond(self, turn: BotTurn) -> BotReply:
        error, self.error = self.error, None
        if error is not None:
            raise error
        return await super().respond(turn)


def _fallback() -> ScriptedBot:
    return ScriptedBot(lambda _: BotReply(contents=[TextContent(text="知识库的回答")]))


def _said(reply: BotReply) -> str:
    [content] = reply.contents
    assert isinstance(content, TextContent)
    return content.text


async def test_a_message_the_bot_cannot_handle_costs_only_its_own_turn() -> None:
    bot = WithFallback(Failing(TurnFailed(part="rasa")), _fallback())
    assert _said(await bot.respond(TURN)) == "知识库的回答"
    assert _said(await bot.respond(TURN)) == "您说：你好"


async def test_a_bot_that_is_away_is_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bot = WithFallback(Failing(Unavailable(part="rasa")), _fallback())
    assert _said(await bot.respond(TURN)) == "知识库的回答"
    assert _said(await bot.respond(TURN)) == "知识库的回答"
    monkeypatch.setattr(bot, "_away_until", 0.0)
    assert _said(await bot.respond(TURN)) == "您说：你好"


async def test_other_citizens_are_answered_while_one_search_takes_long() -> None:
    others_answered = threading.Event()

    class Slow(NoKnowledge):
        def search(self, query: KnowledgeQuery) -> KnowledgeResult:
            assert others_answered.wait(5), "the search held everything up"
            return super().search(query)

    searching = asyncio.create_task(KnowledgeOnly(Questions(Slow(), SystemClock())).respond(TURN))
    await asyncio.sleep(0)
    others_answered.set()
    assert (await searching).understanding is not None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("482913", "[验证码]"),
        ("身份证999999198805120013", "身份证[证件号]"),
        ("怎么提取公积金", None),
    ],
)
async def test_what_rasa_would_have_read_is_not_kept_while_it_is_away(
    text: str, kept: str | None
) -> None:
    bot = KnowledgeOnly(Questions(NoKnowledge(), SystemClock()))
    assert (await bot.respond(replace(TURN, text=text))).said == kept
