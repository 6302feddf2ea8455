"""A real engine whose bot says what a test tells it to have understood, and a recorder behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from core.conversation import repository
from core.conversation.answers import contents_of
from core.conversation.content import Content, TextContent
from core.conversation.engine import Engine
from core.conversation.intake import InboundMessage, Receipt
from core.conversation.models import Inbox, Message
from core.conversation.ports import (
    Band,
    BotReply,
    HandoffContext,
    HandoffDecision,
    KnowledgeHit,
    KnowledgeResult,
    Understanding,
)
from core.conversation.turns import TurnRunner
from core.ids import new_id
from core.unit_of_work import UnitOfWorkFactory
from knowledge.learning.models import AskedQuestion
from knowledge.learning.recorder import Recorder
from tests.fakes import NoKnowledge, OpenDesk, ScriptedBot, ScriptedPolicy


def hit(article_id: str, question: str, score: float = 0.9) -> KnowledgeHit:
    return KnowledgeHit(article_id, question, f"{question}：可以。", score, [], "提取", [])


@dataclass
class Replies:
    """What the bot answers: knowledge results by text; everything else is small talk."""

    known: dict[str, tuple[KnowledgeResult, str]] = field(default_factory=dict)

    def knows(
        self, text: str, band: Band, *hits: KnowledgeHit, intent: str = "ask_withdrawal"
    ) -> None:
        self.known[text] = (KnowledgeResult(band, list(hits)), intent)

    def __call__(self, text: str) -> BotReply:
        if text not in self.known:
            small_talk: list[Content] = [TextContent(text="您好。")]
            return BotReply(small_talk, understanding=Understanding(intent="greet"))
        result, intent = self.known[text]
        best = result.hits[0] if result.hits else None
        return BotReply(
            contents_of(result),
            understanding=Understanding(
                intent=intent, confidence=0.9, band=result.band,
                article_id=best.article_id if best else None, score=best.score if best else None,
            ),
        )  # fmt: skip


def asks_for_person(context: HandoffContext) -> HandoffDecision | None:
    wants = context.text == "转人工" and context.reply is None
    return HandoffDecision(rule="keyword", evidence={}) if wants else None


@dataclass
class Learning:
    uows: UnitOfWorkFactory
    engine: Engine
    turns: TurnRunner
    replies: Replies
    recorder: Recorder

    async def say(self, text: str, *, who: str = "visitor-1", inbox: str = "web") -> Receipt:
        receipt = await self.engine.receive(InboundMessage(inbox, who, TextContent(text=text)))
        await self.turns.idle()
        return receipt

    async def thread(self, conversation_id: str) -> list[Message]:
        async with self.uows.read() as session:
            return await repository.messages(session, conversation_id, after_seq=0, limit=1000)

    async def recorded(self) -> list[AskedQuestion]:
        """All questions on record, oldest first, after the recorder has caught up."""
        await self.recorder.catch_up()
        async with self.uows.read() as session:
            rows = await session.scalars(select(AskedQuestion).order_by(AskedQuestion.id))
            return list(rows.all())


@pytest.fixture
async def learning(uow_factory: UnitOfWorkFactory) -> AsyncIterator[Learning]:
    replies = Replies()
    async with uow_factory.write() as uow:
        now = uow.clock.now()
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=now))
        uow.session.add(Inbox(id="wx", channel="wechat", name="公众号", created_at=now))
    desk = OpenDesk()
    turns = TurnRunner(
        uows=uow_factory, bot=ScriptedBot(replies), policy=ScriptedPolicy(asks_for_person), desk=desk,
        knowledge=NoKnowledge(), region="example", workers=4,
    )  # fmt: skip
    engine = Engine(uows=uow_factory, desk=desk, turns=turns)
    yield Learning(uow_factory, engine, turns, replies, Recorder(uow_factory, "example"))
    await turns.idle()


@pytest.fixture
def rent() -> KnowledgeHit:
    return hit(new_id(), "租房可以提取公积金吗")


@pytest.fixture
def buy() -> KnowledgeHit:
    return hit(new_id(), "买房可以提取公积金吗")
