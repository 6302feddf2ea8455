"""Tickets: numbers without doubles, steps along table and flow, a history that tells, and nobody overwritten."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.auth.permissions import Role
from core.conversation.content import TextContent
from core.conversation.ports import BotReply, FileTicket
from core.conversation.tickets import PHONE_FIELD
from core.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied
from handoff.agents.schemas import GroupWrite
from handoff.tickets import repository
from handoff.tickets.life.stepping import TicketChanged
from handoff.tickets.models import Ticket
from tests.integration.handoff.conftest import World
from tests.integration.handoff.tickets import file, staff, steps_of, stored, take


async def test_a_ticket_filed_from_a_conversation_tells_the_citizen_its_number(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await world.say("转人工")
    await world.people.taking.claim(conversation_id, agent)
    ticket = await file(world, agent, type="投诉", conversation_id=conversation_id)
    # 10:00 on the 23rd in China.
    assert ticket.number == "GD20261123-0001"
    assert (ticket.type, ticket.type_name, ticket.stage_name) == ("complaint", "投诉", "分派")
    kind, text = (await world.texts(conversation_id))[-1]
    assert (kind, ticket.number in text) == ("system", True)
    conversation = await world.conversation(conversation_id)
    assert ticket.contact_id == conversation.contact_id
    context = await world.people.reader.context(conversation_id, agent)
    assert [shown["number"] for shown in context.tickets] == [ticket.number]


async def test_numbers_are_consecutive_when_many_file_at_once_and_start_anew_each_local_day(
    world: World,
) -> None:
    agents = [await staff(world, f"a{n}") for n in range(4)]
    filed = await asyncio.gather(*(file(world, agents[n % 4]) for n in range(20)))
    assert sorted(ticket.number for ticket in filed) == [
        f"GD20261123-{n:04d}" for n in range(1, 21)
    ]
    world.clock.advance(timedelta(hours=14))  # midnight in China, still the 23rd in UTC
    assert (await file(world, agents[0])).number == "GD20261124-0001"


async def test_a_ticket_that_could_not_be_filed_leaves_no_gap(world: World) -> None:
    agent = await staff(world, "a")
    with pytest.raises(NotFound):
        await file(world, agent, assignee_id=agent.account_id[:-4] + "0000")
    assert (await file(world, agent)).number.endswith("-0001")


async def test_the_life_of_a_ticket_is_written_down_step_by_step(world: World) -> None:
    clerk, other = await staff(world, "clerk"), await staff(world, "other")
    boss = await staff(world, "boss", role=Role.SUPERVISOR)
    ticket = await file(world, clerk, citizen_phone="138 0000 1234")
    ticket = await take(world, ticket, "accept", clerk)
    assert (ticket.status, ticket.assignee_id) == ("open", clerk.account_id)
    ticket = await take(world, ticket, "assign", boss, assignee_id=other.account_id)
    assert ticket.assignee_name == "other同志"
    ticket = await take(world, ticket, "ask", other, reason="请补充身份证号")
    assert ticket.status == "pending"
    ticket = await take(world, ticket, "resume", other)
    ticket = await take(world, ticket, "return", other, reason="不归我办")
    assert (ticket.status, ticket.assignee_id, ticket.turn) == ("new", None, "dispatchers")
    ticket = await take(world, ticket, "assign", boss, assignee_id=clerk.account_id)
    ticket = await take(world, ticket, "accept", clerk)
    ticket = await take(world, ticket, "resolve", clerk, reason="按延迟退休办法，您可于……退休")
    assert ticket.resolution.startswith("按延迟退休办法")
    assert ticket.resolved_at is not None
    ticket = await take(world, ticket, "close", clerk)
    assert ticket.closed_at is not None
    ticket = await take(world, ticket, "reopen", boss, reason="市民不认可")
    assert (ticket.status, ticket.closed_at) == ("open", None)
    assert (ticket.assignee_id, ticket.resolution) == (clerk.account_id, "")
    assert [(h.version, h.step, h.actor_name) for h in ticket.history] == [
        (1, "file", "clerk同志"),
        (2, "accept", "clerk同志"),
        (3, "assign", "boss同志"),
        (4, "ask", "other同志"),
        (5, "resume", "other同志"),
        (6, "return", "other同志"),
        (7, "assign", "boss同志"),
        (8, "accept", "clerk同志"),
        (9, "resolve", "clerk同志"),
        (10, "close", "clerk同志"),
        (11, "reopen", "boss同志"),
    ]
    assert [h.reason for h in ticket.history if h.step == "return"] == ["不归我办"]


async def test_the_second_of_two_people_is_told_who_was_quicker(world: World) -> None:
    a, b = await staff(world, "a"), await staff(world, "b")
    seen = await file(world, a)
    results = await asyncio.gather(
        take(world, seen, "accept", a, version=1), take(world, seen, "accept", b, version=1),
        return_exceptions=True,
    )  # fmt: skip
    [error] = [result for result in results if isinstance(result, BaseException)]
    [winner] = [result for result in results if not isinstance(result, BaseException)]
    assert isinstance(error, TicketChanged)
    assert error.details["by"] == winner.assignee_name
    assert (error.details["version"], error.details["step"]) == (2, "accept")
    assert (await stored(world, seen.id)).assignee_id == winner.assignee_id


async def test_steps_the_table_does_not_know_and_steps_without_words_are_refused(
    world: World,
) -> None:
    agent = await staff(world, "a")
    ticket = await file(world, agent)
    with pytest.raises(IllegalTransition):
        await take(world, ticket, "close", agent)
    for step in ("withdraw", "assign", "comment", "merge"):
        with pytest.raises(InvalidInput):
            await take(world, ticket, step, agent)
    for step in ("tell", "rate", "remark", "escalate", "take_in"):
        with pytest.raises(PermissionDenied):
            await take(world, ticket, step, agent, reason="不行")
    ticket = await take(world, ticket, "withdraw", agent, reason="市民撤回")
    assert ticket.steps == []
    with pytest.raises(IllegalTransition):
        await take(world, ticket, "reopen", agent, reason="不行")
    assert [h.step for h in await steps_of(world, ticket.id)] == ["file", "withdraw"]


async def test_an_agent_cannot_file_from_a_colleagues_conversation(world: World) -> None:
    a, b = await world.agent("a"), await world.agent("b")
    conversation_id = await world.say("转人工")
    await world.people.taking.claim(conversation_id, a)
    with pytest.raises(NotFound):
        await file(world, b, conversation_id=conversation_id)
    members = [a.account_id, b.account_id]
    group = GroupWrite(name="贷款组", members=members)
    await world.people.agents.save_group(group, actor="system")
    # Now b may look at it, and still not act in it.
    with pytest.raises(PermissionDenied):
        await file(world, b, conversation_id=conversation_id)


async def test_the_bot_files_what_it_collected_and_quotes_the_number(world: World) -> None:
    said = {
        "更正项目": "姓名", "现在登记的内容": "张山", "证明材料": "户口本", "怎么联系": "下班后",
        "姓名": "张三", PHONE_FIELD: "138-0000-1234",
    }  # fmt: skip
    world.bot._answer = lambda text: BotReply(
        contents=[TextContent(text="好的。")],
        directives=[FileTicket("信息更正", "姓名有误", "应为张三", said)],
    )
    conversation_id = await world.say("我的名字登记错了")
    assert "GD20261123-0001" in (await world.texts(conversation_id))[-1][1]
    async with world.uows.read() as session:
        ticket = await repository.by_number(session, "GD20261123-0001")
    assert ticket is not None
    assert (ticket.source, ticket.type, ticket.status) == ("bot", "correction", "new")
    # What fits no field is kept as it was said; the citizen's name and phone are no fields.
    beside = {"证明材料": "户口本", "怎么联系": "下班后"}
    assert ticket.fields == {**beside, "item": "姓名", "wrong": "张山"}
    assert (ticket.citizen_name, ticket.citizen_phone) == ("张三", "13800001234")
    assert (await steps_of(world, ticket.id))[0].actor == "bot"


async def test_a_type_the_bot_invented_is_filed_as_other(world: World) -> None:
    world.bot._answer = lambda text: BotReply(
        contents=[TextContent(text="好的。")], directives=[FileTicket("没有的", "标题", "内容")]
    )
    await world.say("登记一下")
    async with world.uows.read() as session:
        ticket = await repository.by_number(session, "GD20261123-0001")
    assert isinstance(ticket, Ticket)
    assert ticket.type == "other"
