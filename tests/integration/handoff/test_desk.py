"""What agents do with conversations: answer, note, hand on, end; and what the stale and the curious cannot do."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation.content import AnswerContent, TextContent
from core.conversation.ports import BotReply
from core.errors import BangbanError, CapacityReached, InvalidInput, NotFound, NotOwner
from core.events import DESK_ROOM
from handoff.agents.schemas import GroupWrite
from handoff.desk.transfers import GroupEmpty, TargetOffline
from tests.integration.handoff.conftest import World


async def served(world: World, agent: Actor, who: str = "visitor-1") -> str:
    """A conversation in the agent's hands."""
    conversation_id = await world.say("转人工", who=who)
    await world.commands.claim(conversation_id, agent)
    return conversation_id


async def answer(world: World, conversation_id: str, agent: Actor, text: str, key: str = "") -> int:
    content = TextContent(text=text)
    sent = await world.commands.send_message(
        conversation_id, agent, content, client_msg_id=key or text
    )
    return sent.seq


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
    await world.transfers.to_agent(conversation_id, agent, other.account_id, "")
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


async def test_the_stale_owner_cannot_send_after_a_transfer(world: World) -> None:
    for round_ in range(4):
        agent, other = await world.agent(f"a{round_}"), await world.agent(f"b{round_}")
        conversation_id = await served(world, agent, who=f"v{round_}")
        results = await asyncio.gather(
            world.transfers.to_agent(conversation_id, agent, other.account_id, "请继续"),
            *(answer(world, conversation_id, agent, f"第{n}句", key=f"k{n}") for n in range(4)),
            return_exceptions=True,
        )
        assert all(isinstance(r, NotOwner) for r in results if isinstance(r, BaseException))
        rows = await world.thread(conversation_id)
        moved = next(row.seq for row in rows if row.content.get("kind") == "transferred")
        late = [row for row in rows if row.seq > moved and row.author_kind == "agent"]
        assert [row.private for row in late] == [True], "only the note may come after"
        with pytest.raises(NotOwner):
            await answer(world, conversation_id, agent, "还有一句")
        await answer(world, conversation_id, other, "您好，我接着为您服务")


async def test_a_private_note_is_seen_by_colleagues_and_never_by_the_citizen(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await world.commands.send_message(
        conversation_id, agent, TextContent(text="他要投诉"), client_msg_id="n", private=True
    )
    [event] = [
        e
        for e in world.told("message.created", conversation_id)
        if e.payload.content.text == "他要投诉"
    ]
    assert event.audience.visitor_rooms == frozenset()
    page = await world.reader.messages(conversation_id, agent)
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
    sent = await world.commands.send_message(conversation_id, agent, content, client_msg_id="s")
    assert sent.author.kind == "agent"
    assert sent.citations is not None
    assert sent.citations[0].clause == "第二十四条"


async def test_a_released_conversation_is_answered_by_the_bot_again(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    before = await world.conversation(conversation_id)
    await world.say("给坐席的话")
    read = await world.commands.release(conversation_id, agent)
    assert (read.status, read.owner_id) == ("bot", None)
    assert read.epoch > before.epoch
    await world.say("你好")
    # What was written to the agent is not answered by the bot; the new message is, in a new session.
    assert [turn.text for turn in world.bot.turns] == ["你好"]
    assert (await world.conversation(conversation_id)).bot_session > before.bot_session
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, agent, "等一下")


async def test_a_bot_reply_that_comes_after_a_claim_is_dropped(world: World) -> None:
    agent = await world.agent("a", role=Role.SUPERVISOR)
    conversation_id = await world.say("你好")

    async def meanwhile() -> None:
        world.bot.before_reply = None
        await world.commands.claim(conversation_id, agent)

    world.bot.before_reply = meanwhile
    await world.say("再问一个")
    texts = await world.texts(conversation_id)
    assert ("bot", "您说：再问一个") not in texts
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id


async def test_a_transfer_goes_only_to_somebody_there_with_room_and_not_to_oneself(
    world: World,
) -> None:
    agent, full, away = (
        await world.agent("a"),
        await world.agent("full", capacity=1),
        await world.agent("away", online=False),
    )
    conversation_id = await served(world, agent)
    await served(world, full, who="v2")
    with pytest.raises(InvalidInput):
        await world.transfers.to_agent(conversation_id, agent, agent.account_id, "")
    with pytest.raises(CapacityReached, match="对方"):
        await world.transfers.to_agent(conversation_id, agent, full.account_id, "")
    with pytest.raises(TargetOffline):
        await world.transfers.to_agent(conversation_id, agent, away.account_id, "")
    with pytest.raises(NotFound):
        await world.transfers.to_agent(conversation_id, agent, conversation_id, "")
    assert (await world.conversation(conversation_id)).owner_id == agent.account_id


async def test_two_transfers_to_one_free_place_leave_the_target_within_capacity(
    world: World,
) -> None:
    target = await world.agent("t", capacity=1)
    agents = [await world.agent(f"a{n}") for n in range(3)]
    held = [await served(world, agent, who=agent.login) for agent in agents]
    results = await asyncio.gather(
        *(
            world.transfers.to_agent(conversation_id, agent, target.account_id, "")
            for conversation_id, agent in zip(held, agents, strict=True)
        ),
        return_exceptions=True,
    )
    assert sum(not isinstance(result, BaseException) for result in results) == 1
    assert all(isinstance(r, CapacityReached) for r in results if isinstance(r, BaseException))


async def test_crossing_transfers_do_not_deadlock(world: World) -> None:
    a, b = await world.agent("a"), await world.agent("b")
    one, two = await served(world, a, who="v1"), await served(world, b, who="v2")
    await asyncio.wait_for(
        asyncio.gather(
            world.transfers.to_agent(one, a, b.account_id, ""),
            world.transfers.to_agent(two, b, a.account_id, ""),
            world.say("还在吗", who="v1"),
            world.say("还在吗", who="v2"),
        ),
        timeout=20,
    )
    assert (await world.conversation(one)).owner_id == b.account_id
    assert (await world.conversation(two)).owner_id == a.account_id


async def test_a_transfer_to_a_group_waits_before_those_who_are_new(world: World) -> None:
    agent, loans = await world.agent("a"), await world.agent("loans")
    group = await world.agents.save_group(
        GroupWrite(name="贷款组", members=[loans.account_id]), actor="system"
    )
    empty = await world.agents.save_group(GroupWrite(name="空组"), actor="system")
    conversation_id = await served(world, agent)
    with pytest.raises(GroupEmpty):
        await world.transfers.to_group(conversation_id, agent, empty.id, "")
    await world.waiting(2)
    read = await world.transfers.to_group(conversation_id, agent, group.id, "问贷款的")
    assert (read.status, read.owner_id) == ("queued", None)
    assert (await world.commands.claim_next(loans)).id == conversation_id
    assert ("agent", "转接说明：问贷款的") in await world.texts(conversation_id)


async def test_closing_asks_the_citizen_for_a_rating_and_frees_the_agent(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    read = await world.commands.close(conversation_id, agent)
    assert read.status == "closed"
    assert len(await world.heard_by(conversation_id, "rating.requested")) == 1
    [listed] = [a for a in await world.agents.list_agents() if a.id == agent.account_id]
    assert listed.active == 0
    with pytest.raises(BangbanError):
        await world.commands.close(conversation_id, agent)


async def test_agents_see_their_own_and_what_waits_supervisors_see_all(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    supervisor = await world.agent("s", role=Role.SUPERVISOR)
    mine, theirs = await served(world, agent, who="v1"), await served(world, other, who="v2")
    waiting = await world.say("转人工", who="v3")
    with_bot = await world.say("你好", who="v4")

    async def seen(actor: Actor) -> set[str]:
        return {item.id for item in (await world.reader.page(actor)).items}

    assert await seen(agent) == {mine, waiting}
    assert await seen(supervisor) == {mine, theirs, waiting, with_bot}
    for hidden in (theirs, with_bot):
        with pytest.raises(NotFound):
            await world.reader.messages(hidden, agent)
    with pytest.raises(NotFound):
        await world.commands.claim(with_bot, agent)
    # What was once mine stays readable after it is closed.
    await world.commands.close(mine, agent)
    assert mine in await seen(agent)
    assert (await world.reader.get(mine, agent)).status == "closed"


async def test_what_was_handed_on_is_no_longer_in_ones_own_list_but_can_be_read(
    world: World,
) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await world.transfers.to_agent(conversation_id, agent, other.account_id, "")
    assert (await world.reader.page(agent, mine=True)).items == []
    assert [item.id for item in (await world.reader.page(other, mine=True)).items] == [
        conversation_id
    ]
    assert (await world.reader.get(conversation_id, agent)).owner_name == "坐席b"
    await world.commands.close(conversation_id, other)
    assert [item.id for item in (await world.reader.page(agent, mine=True)).items] == [
        conversation_id
    ]


async def test_whom_an_agent_serves_may_be_looked_up_in_earlier_conversations(world: World) -> None:
    first, second = await world.agent("a"), await world.agent("b")
    earlier = await served(world, first)
    await answer(world, earlier, first, "第一次")
    await world.commands.close(earlier, first)
    with pytest.raises(NotFound):
        await world.reader.messages(earlier, second)
    now = await served(world, second)
    context = await world.reader.context(now, second)
    assert [(row.id, row.agents) for row in context.earlier] == [(earlier, ["坐席a"])]
    assert context.handoff is not None
    assert context.handoff.label == "市民要求转人工"
    assert (await world.reader.messages(earlier, second)).items


async def test_the_queue_is_listed_in_its_order_page_by_page(world: World) -> None:
    wanted = await world.waiting(5)
    agent = await world.agent("a")
    from core.conversation.status import ConversationStatus as S

    first = await world.reader.page(agent, status=S.QUEUED, limit=2)
    second = await world.reader.page(agent, status=S.QUEUED, limit=2, after=first.next)
    third = await world.reader.page(agent, status=S.QUEUED, limit=2, after=second.next)
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
        return (await world.reader.page(agent, mine=True)).items[0].unread

    assert await unread() == 1
    await answer(world, conversation_id, agent, "您好")
    assert await unread() == 0
    await world.say("一")
    await world.say("二")
    assert await unread() == 2
    await world.commands.mark_read(conversation_id, agent, 2**31 - 1)
    assert await unread() == 0
    last = (await world.conversation(conversation_id)).last_seq
    assert (await world.conversation(conversation_id)).agent_read_seq == last


async def test_a_silent_citizen_is_reminded_then_the_conversation_is_closed(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "请问还有什么问题")
    world.clock.advance(timedelta(minutes=10))
    await world.sweeper.sweep_once()
    assert (await world.thread(conversation_id))[-1].content["kind"] == "idle_reminder"
    world.clock.advance(timedelta(minutes=5))
    await world.sweeper.sweep_once()
    assert (await world.conversation(conversation_id)).status == "closed"
    assert len(await world.heard_by(conversation_id, "rating.requested")) == 1


async def test_a_citizen_who_answers_the_reminder_is_not_closed(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "请问还有什么问题")
    world.clock.advance(timedelta(minutes=10))
    await world.sweeper.sweep_once()
    await world.say("在的")
    world.clock.advance(timedelta(hours=2))
    await world.sweeper.sweep_once()
    assert (await world.conversation(conversation_id)).status == "assigned"


async def test_an_agent_who_does_not_answer_in_three_minutes_raises_an_alert(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    world.clock.advance(timedelta(seconds=179))
    await world.sweeper.sweep_once()
    assert world.told("alert.raised", conversation_id) == []
    world.clock.advance(timedelta(seconds=1))
    await world.sweeper.sweep_once()
    [alert] = world.told("alert.raised", conversation_id)
    assert alert.payload.code == "answer_overdue"
    assert alert.audience.agent_rooms == {f"agent:{agent.account_id}", "supervisors"}


async def test_the_answer_clock_starts_with_the_first_unanswered_message_and_stops_with_the_answer(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    await world.say("一")
    world.clock.advance(timedelta(seconds=120))
    await world.say("二")
    world.clock.advance(timedelta(seconds=60))
    await world.sweeper.sweep_once()
    assert len(world.told("alert.raised", conversation_id)) == 1
    await world.say("三")
    await answer(world, conversation_id, agent, "好的")
    world.clock.advance(timedelta(seconds=300))
    await world.sweeper.sweep_once()
    assert len(world.told("alert.raised", conversation_id)) == 1


async def test_clocks_of_the_old_owner_do_not_ring_for_the_new_one(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    await world.transfers.to_agent(conversation_id, agent, other.account_id, "")
    world.clock.advance(timedelta(minutes=11))
    await world.sweeper.sweep_once()
    kinds = [row.content.get("kind") for row in await world.thread(conversation_id)]
    assert "idle_reminder" not in kinds
    [alert] = world.told("alert.raised", conversation_id)
    assert alert.payload.details["agent_id"] == other.account_id


async def test_presence_survives_a_reload_and_ends_with_the_last_lease(world: World) -> None:
    agent = await world.agent("a")  # one desk open

    async def status() -> str:
        agents = await world.agents.list_agents()
        return next(a.status for a in agents if a.id == agent.account_id)

    await world.agents.connect(agent.account_id, "tab-2")
    await world.agents.disconnect("tab-2")
    assert await status() == "online"
    world.clock.advance(timedelta(seconds=30))
    await world.agents.connect(agent.account_id, "tab-3")  # reloaded
    world.clock.advance(timedelta(seconds=59))
    await world.agents.heartbeat(["tab-3"])
    world.clock.advance(timedelta(seconds=59))
    await world.sweeper.sweep_once()
    assert await status() == "online"
    world.heard.events.clear()
    world.clock.advance(timedelta(seconds=120))
    assert await status() == "offline"
    await world.sweeper.sweep_once()
    last = [e for e in world.heard.events if e.name == "presence.updated"][-1]
    assert (last.payload.status, DESK_ROOM in last.audience.agent_rooms) == ("offline", True)
    # Coming back does not mean being at work.
    await world.agents.connect(agent.account_id, "tab-4")
    assert await status() == "offline"


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
    context = await world.reader.context(conversation_id, agent)
    assert context.handoff is not None
    assert context.handoff.label == "市民要投诉"
