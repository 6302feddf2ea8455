"""Waiting for people with the bot beside: its answers, second thoughts, and that it never speaks over a person."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import select

from core.configs import put_config
from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.models import ContactIdentity
from core.conversation.ports import KnowledgeHit, KnowledgeQuery, KnowledgeResult
from core.conversation.schemas import Author
from handoff.routing.settings import CONFIG_NAME, RoutingSettings
from tests.fakes import NoKnowledge
from tests.integration.handoff.conftest import World

QUESTION = "提取要什么材料"


class OneArticle(NoKnowledge):
    """Knows one question; `held`: nobody gets an answer before it is set."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.held: threading.Event | None = None
        self.reached = threading.Event()

    def search(self, query: KnowledgeQuery) -> KnowledgeResult:
        self.asked.append(query.text)
        self.reached.set()
        if self.held is not None:
            assert self.held.wait(10)
        if query.text != QUESTION:
            return KnowledgeResult(band="unknown", hits=[])
        hit = KnowledgeHit(
            article_id="00000000-0000-7000-8000-000000000001", question=QUESTION, answer_md="身份证。",
            score=0.9, category="提取", citations=[], next=[],
        )  # fmt: skip
        return KnowledgeResult(band="answer", hits=[hit])


@pytest.fixture
async def knowledge(world: World) -> OneArticle:
    """What the bot beside the queue looks into."""
    knowledge = OneArticle()
    world.turns._answering._knowledge = knowledge
    return knowledge


async def said_by_bot(world: World, conversation_id: str) -> list[str]:
    rows = await world.thread(conversation_id)
    return [
        row.content.get("text") or row.content["text_md"]
        for row in rows
        if row.author_kind == "bot"
    ]


async def test_a_question_in_the_queue_is_answered_and_the_place_is_kept(
    world: World, knowledge: OneArticle
) -> None:
    first, second = await world.waiting(2)
    del first
    contact = (await world.conversation(second)).contact_id
    who = await who_is(world, contact)
    await world.say(QUESTION, who=who)
    lead_in = RoutingSettings().waiting.lead_in
    assert await said_by_bot(world, second) == [lead_in, "身份证。"]
    conversation = await world.conversation(second)
    assert (conversation.status, conversation.turn_lease_until) == ("queued", None)
    # What people are to answer stays in sight.
    assert conversation.preview == QUESTION
    place = await world.people.queue.place_of(second)
    assert place is not None
    assert place.position == 2
    # The dialogue engine was not asked: nothing was begun that would be open afterwards.
    assert world.bot.turns == []


async def who_is(world: World, contact_id: str) -> str:
    async with world.uows.read() as session:
        query = select(ContactIdentity.external_id)
        found = await session.scalar(query.where(ContactIdentity.contact_id == contact_id))
        assert found is not None
        return found


async def test_what_is_written_to_people_is_left_to_them(
    world: World, knowledge: OneArticle
) -> None:
    conversation_id = await world.say("转人工", who="a")
    await world.say("补充一下，是去年的事", who="a")
    assert await said_by_bot(world, conversation_id) == []
    conversation = await world.conversation(conversation_id)
    assert conversation.answered_seq == conversation.visitor_seq
    assert await world.turns.resume() == 0


async def test_an_answer_is_dropped_when_a_person_has_come_in_between(
    world: World, knowledge: OneArticle
) -> None:
    conversation_id = await world.say("转人工", who="a")
    knowledge.held = threading.Event()
    writing = asyncio.create_task(world.say(QUESTION, who="a"))
    assert await asyncio.to_thread(knowledge.reached.wait, 10)
    await world.people.taking.claim(conversation_id, await world.agent("x"))
    knowledge.held.set()
    await writing
    assert await said_by_bot(world, conversation_id) == []
    assert (await world.texts(conversation_id))[-1] == ("system", "坐席x 为您服务。")


async def test_an_answer_that_a_dead_server_owes_is_given_by_the_next(
    world: World, knowledge: OneArticle
) -> None:
    conversation_id = await world.say("转人工", who="a")
    async with world.uows.write() as uow:
        # As the message leaves the database when its server dies at once.
        row = await thread.load_for_update(uow, conversation_id)
        await thread.append(uow, row, Author(kind="visitor"), TextContent(text=QUESTION))
    assert await world.turns.resume() == 1
    await world.turns.idle()
    assert "身份证。" in await said_by_bot(world, conversation_id)


@pytest.mark.parametrize("text", ["不用等了", "取消排队"])
async def test_who_does_not_want_to_wait_leaves_the_queue(world: World, text: str) -> None:
    conversation_id = await world.say("转人工", who="a")
    await world.say(text, who="a")
    conversation = await world.conversation(conversation_id)
    assert conversation.status == "bot"
    assert "已取消排队" in (await world.texts(conversation_id))[-1][1]
    assert await world.people.queue.place_of(conversation_id) is None
    assert await world.turns.resume() == 0


async def test_who_may_have_meant_the_waiting_is_asked_and_may_go_on(world: World) -> None:
    await world.waiting(1)
    conversation_id = await world.say("转人工", who="a")
    await world.say("算了", who="a")
    asked = (await world.thread(conversation_id))[-1]
    assert [choice["value"] for choice in asked.content["choices"]] == ["继续等待", "取消排队"]
    await world.say("继续等待", who="a")
    assert (await world.conversation(conversation_id)).status == "queued"
    assert "前面还有 1 位" in (await world.texts(conversation_id))[-1][1]
    await world.say("取消排队", who="a")
    assert (await world.conversation(conversation_id)).status == "bot"


async def test_the_bot_is_silent_beside_the_queue_when_switched_off(
    world: World, knowledge: OneArticle
) -> None:
    async with world.uows.write() as uow:
        settings = RoutingSettings.model_validate({"waiting": {"answer_questions": False}})
        await put_config(uow, CONFIG_NAME, settings, "system")
    conversation_id = await world.say("转人工", who="a")
    await world.say(QUESTION, who="a")
    assert await said_by_bot(world, conversation_id) == []
    assert knowledge.asked == []


async def test_after_the_queue_the_bot_goes_on_with_what_comes_then(
    world: World, knowledge: OneArticle
) -> None:
    conversation_id = await world.say("转人工", who="a")
    await world.say(QUESTION, who="a")
    await world.engine.cancel_handoff(conversation_id)
    await world.say("你好", who="a")
    assert (await said_by_bot(world, conversation_id))[-1] == "您说：你好"
    assert [turn.text for turn in world.bot.turns] == ["你好"]
