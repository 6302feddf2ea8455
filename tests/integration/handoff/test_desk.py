"""What agents do with conversations: answer, note, hand on, end; and what the stale and the curious cannot do."""

from __future__ import annotations

import pytest

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation.content import AnswerContent, TextContent
from core.conversation.ports import BotReply
from core.errors import BangbanError, NotFound, NotOwner
from handoff.desk.wanted import Wanted
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, handed_over, served


async def test_both_sides_talk_and_the_bot_keeps_quiet(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    await world.say("租房能提取吗")
    await answer(world, conversation_id, agent, "可以")
    spoken = [line for line in await world.texts(conversation_id) if line[0] != "system"]
    assert spoken == [
        ("visitor", "转人工"),
        ("agent", "您好"),
        ("visitor", "租房能提取吗"),
        ("agent", "可以"),
    ]
    assert world.bot.turns == []


async def test_a_resent_message_is_stored_once_even_after_the_conversation_has_gone_on(
    world: World,
) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    first = await answer(world, conversation_id, agent, "您好", key="k1")
    await handed_over(world, conversation_id, agent, other)
    assert await answer(world, conversation_id, agent, "您好", key="k1") == first
    assert [text for kind, text in await world.texts(conversation_id) if kind == "agent"] == [
        "您好"
    ]


async def test_only_the_owner_speaks_to_the_citizen(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, other, "我来说")
    supervisor = await world.agent("s", role=Role.SUPERVISOR)
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, supervisor, "我来说")


async def test_a_private_note_is_seen_by_colleagues_and_never_by_the_citizen(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await world.people.talking.send_message(
        conversation_id, agent, TextContent(text="他要投诉"), client_msg_id="n", private=True
    )
    [event] = [
        e
        for e in world.told("message.created", conversation_id)
        if e.payload.content.text == "他要投诉"
    ]
    assert event.audience.visitor_rooms == frozenset()
    page = await world.people.reader.messages(conversation_id, agent)
    assert page.items[-1].private


async def test_a_suggestion_is_sent_with_its_citation(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    content = AnswerContent(
        text_md="可以提取。",
        article_id="x",
        score=0.9,
        citations=[{"document": "住房公积金管理条例", "clause": "第二十四条"}],
    )
    sent = await world.people.talking.send_message(
        conversation_id, agent, content, client_msg_id="s"
    )
    assert sent.author.kind == "agent"
    assert sent.citations is not None
    assert sent.citations[0].clause == "第二十四条"


async def test_a_bot_reply_that_comes_after_a_claim_is_dropped(world: World) -> None:
    agent = await world.agent("a", role=Role.SUPERVISOR)
    conversation_id = await world.say("你好")

    async def meanwhile() -> None:
        world.bot.before_reply = None
        await world.people.taking.claim(conversation_id, agent)

    world.bot.before_reply = meanwhile
    await world.say("再问一个")
    texts = await world.texts(conversation_id)
    assert ("bot", "您说：再问一个") not in texts
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id


async def test_closing_asks_the_citizen_for_a_rating_and_frees_the_agent(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    read = await world.people.ending.close(conversation_id, agent)
    assert read.status == "closed"
    assert len(await world.heard_by(conversation_id, "rating.requested")) == 1
    [listed] = [a for a in await world.people.agents.list_agents() if a.id == agent.account_id]
    assert listed.active == 0
    with pytest.raises(BangbanError):
        await world.people.ending.close(conversation_id, agent)


async def test_agents_see_their_own_and_what_waits_supervisors_see_all(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    supervisor = await world.agent("s", role=Role.SUPERVISOR)
    mine, theirs = await served(world, agent, who="v1"), await served(world, other, who="v2")
    waiting = await world.say("转人工", who="v3")
    with_bot = await world.say("你好", who="v4")

    async def seen(actor: Actor) -> set[str]:
        return {item.id for item in (await world.people.reader.page(actor)).items}

    assert await seen(agent) == {mine, waiting}
    assert await seen(supervisor) == {mine, theirs, waiting, with_bot}
    for hidden in (theirs, with_bot):
        with pytest.raises(NotFound):
            await world.people.reader.messages(hidden, agent)
    with pytest.raises(NotFound):
        await world.people.taking.claim(with_bot, agent)
    # What was once mine stays readable after it is closed.
    await world.people.ending.close(mine, agent)
    assert mine in await seen(agent)
    assert (await world.people.reader.get(mine, agent)).status == "closed"


async def test_whom_an_agent_serves_may_be_looked_up_in_earlier_conversations(world: World) -> None:
    first, second = await world.agent("a"), await world.agent("b")
    earlier = await served(world, first)
    await answer(world, earlier, first, "第一次")
    await world.people.ending.close(earlier, first)
    with pytest.raises(NotFound):
        await world.people.reader.messages(earlier, second)
    now = await served(world, second)
    context = await world.people.reader.context(now, second)
    assert [(row.id, row.agents) for row in context.earlier] == [(earlier, ["坐席a"])]
    assert context.handoff is not None
    assert context.handoff.label == "市民要求转人工"
    assert (await world.people.reader.messages(earlier, second)).items


async def test_the_queue_is_listed_in_its_order_page_by_page(world: World) -> None:
    wanted = await world.waiting(5)
    agent = await world.agent("a")
    from core.conversation.status import ConversationStatus as S

    first = await world.people.reader.page(agent, Wanted(status=S.QUEUED), limit=2)
    second = await world.people.reader.page(
        agent, Wanted(status=S.QUEUED), limit=2, after=first.next
    )
    third = await world.people.reader.page(
        agent, Wanted(status=S.QUEUED), limit=2, after=second.next
    )
    listed = [item.id for page in (first, second, third) for item in page.items]
    assert listed == wanted
    assert third.next is None
    assert first.waiting == 5
    assert first.items[0].queued_at is not None


async def test_unread_counts_the_citizens_messages_until_they_are_answered_or_read(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)

    async def unread() -> int:
        return (await world.people.reader.page(agent, Wanted(mine=True))).items[0].unread

    assert await unread() == 1
    await answer(world, conversation_id, agent, "您好")
    assert await unread() == 0
    await world.say("一")
    await world.say("二")
    assert await unread() == 2
    await world.people.talking.mark_read(conversation_id, agent, 2**31 - 1)
    assert await unread() == 0
    last = (await world.conversation(conversation_id)).last_seq
    assert (await world.conversation(conversation_id)).agent_read_seq == last


async def test_an_understood_complaint_reaches_people_with_its_reason(world: World) -> None:
    from core.conversation.ports import HandOff, Understanding

    world.bot._answer = lambda text: BotReply(
        contents=[TextContent(text="很抱歉给您带来不便。")],
        directives=[HandOff("complaint", category="投诉")],
        understanding=Understanding(intent="complain", confidence=0.93),
    )
    conversation_id = await world.say("你们办事太慢了")
    conversation = await world.conversation(conversation_id)
    assert conversation.status == "queued"
    assert conversation.handoff is not None
    assert conversation.handoff["evidence"]["intent"] == "complain"
    agent = await world.agent("a")
    context = await world.people.reader.context(conversation_id, agent)
    assert context.handoff is not None
    assert context.handoff.label == "市民要投诉"
