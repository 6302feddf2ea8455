"""Working beside the owner: asking, joining, whispering, stepping out, taking over."""

from __future__ import annotations

import pytest

from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation import repository
from core.conversation.content import TextContent
from core.conversation.status import ConversationStatus
from core.errors import InvalidInput, NotFound, NotOwner, PermissionDenied
from handoff.agents.schemas import GroupWrite
from handoff.desk.team.colleagues import AlreadyThere, NobodyServes, NothingAsked
from handoff.desk.team.mentions import MentionRefused
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, served


async def _colleagues(world: World) -> tuple[Actor, Actor]:
    """Two of one group, who see each other's conversations."""
    agent, other = await world.agent("a"), await world.agent("b")
    members = [agent.account_id, other.account_id]
    await world.people.agents.save_group(GroupWrite(name="组", members=members), actor="system")
    return agent, other


async def _whisper(world: World, conversation_id: str, actor: Actor, *to: Actor) -> None:
    await world.people.talking.send_message(
        conversation_id, actor, TextContent(text="这里要小心"), client_msg_id=f"w{actor.login}",
        private=True, mentions=[each.account_id for each in to],
    )  # fmt: skip


async def test_who_asked_and_was_let_in_talks_beside_the_owner(world: World) -> None:
    agent, other = await _colleagues(world)
    conversation_id = await served(world, agent)
    team = world.people.team.colleagues
    asked = await team.ask(conversation_id, other)
    assert [(each.name, each.state) for each in asked.participants] == [("坐席b", "asked")]
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, other, "我也来说")
    with pytest.raises(NotOwner):
        await team.answer(conversation_id, other, accept=True, agent_id=other.account_id)
    await team.answer(conversation_id, agent, accept=True, agent_id=other.account_id)
    await answer(world, conversation_id, other, "我来补充")
    row = await world.conversation(conversation_id)
    assert row.owner_id == agent.account_id, "exactly one owner remains"
    told = await world.texts(conversation_id)
    assert ("system", "工作人员坐席b加入了会话。") in told
    assert ("agent", "我来补充") in told
    await team.step_out(conversation_id, other)
    assert ("system", "工作人员坐席b离开了会话。") in await world.texts(conversation_id)
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, other, "还有")
    with pytest.raises(NothingAsked):
        await team.answer(conversation_id, agent, accept=True, agent_id=other.account_id)


async def test_a_declined_request_leaves_no_trace_for_the_citizen(world: World) -> None:
    agent, other = await _colleagues(world)
    conversation_id = await served(world, agent)
    before = await world.texts(conversation_id)
    await world.people.team.colleagues.ask(conversation_id, other)
    team = await world.people.team.colleagues.answer(
        conversation_id, agent, accept=False, agent_id=other.account_id
    )
    assert team.participants == []
    assert await world.texts(conversation_id) == before


async def test_supervisors_join_at_once_and_strangers_find_nothing(world: World) -> None:
    agent, stranger = await world.agent("a"), await world.agent("x")
    lead = await world.agent("lead", role=Role.SUPERVISOR)
    conversation_id = await served(world, agent)
    team = world.people.team.colleagues
    with pytest.raises(NotFound):
        await team.ask(conversation_id, stranger)
    await team.ask(conversation_id, lead)
    await answer(world, conversation_id, lead, "我是班长")
    with pytest.raises(AlreadyThere):
        await team.ask(conversation_id, lead)


async def test_the_invited_may_read_join_or_decline(world: World) -> None:
    agent, stranger = await world.agent("a"), await world.agent("x")
    conversation_id = await served(world, agent)
    team = world.people.team.colleagues
    await team.invite(conversation_id, agent, stranger.account_id)
    await world.people.reader.get(conversation_id, stranger)
    await team.answer(conversation_id, stranger, accept=False)
    with pytest.raises(NotFound):
        await world.people.reader.get(conversation_id, stranger)
    await team.invite(conversation_id, agent, stranger.account_id)
    await team.answer(conversation_id, stranger, accept=True)
    await answer(world, conversation_id, stranger, "我来了")


async def test_when_the_bot_has_had_it_in_between_nobody_takes_part_any_more(world: World) -> None:
    agent, other = await _colleagues(world)
    conversation_id = await served(world, agent)
    team = world.people.team.colleagues
    await team.ask(conversation_id, other)
    await team.answer(conversation_id, agent, accept=True, agent_id=other.account_id)
    await world.people.ending.release(conversation_id, agent)
    with pytest.raises(NobodyServes):
        await team.ask(conversation_id, other)
    await world.say("转人工")
    await world.people.taking.claim(conversation_id, agent)
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, other, "我还在")


async def test_a_whisper_is_heard_by_who_is_mentioned_and_never_by_the_citizen(
    world: World,
) -> None:
    agent, stranger = await world.agent("a"), await world.agent("x")
    conversation_id = await served(world, agent)
    with pytest.raises(NotFound):
        await world.people.reader.get(conversation_id, stranger)
    world.heard.events.clear()
    await _whisper(world, conversation_id, agent, stranger)
    assert all(not event.audience.visitor_rooms for event in world.heard.events)
    [mentioned] = world.told("alert.raised", conversation_id)
    assert mentioned.audience.agent_rooms == {f"agent:{stranger.account_id}"}
    await world.people.reader.get(conversation_id, stranger)
    page = await world.people.reader.messages(conversation_id, stranger)
    assert page.items[-1].mentions == [stranger.account_id]
    async with world.uows.read() as session:
        shown = await repository.messages(session, conversation_id, with_private=False)
    assert all("小心" not in str(row.content) for row in shown)


async def test_only_private_notes_mention_and_only_who_serves_citizens(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    editor = await world.agent("e", online=False, role=Role.EDITOR)
    conversation_id = await served(world, agent)
    with pytest.raises(MentionRefused) as refused:
        await _whisper(world, conversation_id, agent, other, editor)
    assert refused.value.details["mentions"] == [editor.account_id]
    with pytest.raises(MentionRefused):
        await world.people.talking.send_message(
            conversation_id, agent, TextContent(text="公开"), client_msg_id="public",
            mentions=[other.account_id],
        )  # fmt: skip
    with pytest.raises(NotFound):
        await world.people.reader.get(conversation_id, other)


async def test_a_supervisor_takes_over_from_an_agent_for_a_reason(world: World) -> None:
    agent, lead = await world.agent("a"), await world.agent("lead", role=Role.SUPERVISOR)
    _, other = agent, await world.agent("b")
    conversation_id = await served(world, agent)
    epoch = (await world.conversation(conversation_id)).epoch
    take_over = world.people.team.takeover.take_over
    with pytest.raises(NotFound):
        await take_over(conversation_id, other, "我想要")
    with pytest.raises(InvalidInput):
        await take_over(conversation_id, lead, " ")
    read = await take_over(conversation_id, lead, "市民投诉服务态度")
    assert (read.owner_id, read.epoch) == (lead.account_id, epoch + 1)
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, agent, "我还没说完")
    rows = await world.thread(conversation_id)
    assert any(row.private and "市民投诉服务态度" in row.content["text"] for row in rows)
    await world.people.ending.release(conversation_id, lead)
    assert (await world.conversation(conversation_id)).status == ConversationStatus.BOT


async def test_colleagues_see_but_do_not_take_over(world: World) -> None:
    agent, other = await _colleagues(world)
    conversation_id = await served(world, agent)
    with pytest.raises(PermissionDenied):
        await world.people.team.takeover.take_over(conversation_id, other, "我来")
    await world.people.ending.release(conversation_id, agent)
    read = await world.people.team.takeover.take_over(conversation_id, other, "")
    assert read.owner_id == other.account_id, "from the bot, what their group has served before"
