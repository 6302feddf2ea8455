"""Tickets: numbers without doubles, steps along the table, a history that tells, and nobody overwritten."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.conversation.content import TextContent
from core.conversation.ports import BotReply, FileTicket
from core.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied
from handoff.agents.schemas import GroupWrite
from handoff.tickets.life.service import TicketChanged
from handoff.tickets.repository import TicketFilter
from handoff.tickets.schemas import TicketCreate, TicketDetail, TicketStepWrite
from handoff.tickets.status import TicketStatus, TicketStep
from tests.integration.handoff.conftest import World


async def step(world: World, ticket: TicketDetail, name: str, actor, **more) -> TicketDetail:
    wanted = TicketStepWrite(version=ticket.version, **more)
    return await world.people.tickets.take_step(ticket.id, TicketStep(name), wanted, actor)


async def test_a_ticket_filed_from_a_conversation_tells_the_citizen_its_number(
    world: World,
) -> None:
    agent = await world.agent("a")
    conversation_id = await world.say("转人工")
    await world.people.taking.claim(conversation_id, agent)
    ticket = await world.people.tickets.file(
        TicketCreate(type="投诉", title="提取太慢", conversation_id=conversation_id), agent
    )
    # 10:00 on the 23rd in China.
    assert ticket.number == "GD20261123-0001"
    kind, text = (await world.texts(conversation_id))[-1]
    assert (kind, ticket.number in text) == ("system", True)
    conversation = await world.conversation(conversation_id)
    assert ticket.contact_id == conversation.contact_id
    context = await world.people.reader.context(conversation_id, agent)
    assert [shown["number"] for shown in context.tickets] == [ticket.number]


async def test_numbers_are_consecutive_when_many_file_at_once_and_start_anew_each_local_day(
    world: World,
) -> None:
    agents = [await world.agent(f"a{n}") for n in range(4)]
    filed = await asyncio.gather(
        *(
            world.people.tickets.file(TicketCreate(type="咨询", title=f"第{n}件"), agents[n % 4])
            for n in range(20)
        )
    )
    assert sorted(ticket.number for ticket in filed) == [
        f"GD20261123-{n:04d}" for n in range(1, 21)
    ]
    world.clock.advance(timedelta(hours=14))  # midnight in China, still the 23rd in UTC
    later = await world.people.tickets.file(TicketCreate(type="咨询", title="明天"), agents[0])
    assert later.number == "GD20261124-0001"


async def test_a_ticket_that_could_not_be_filed_leaves_no_gap(world: World) -> None:
    agent = await world.agent("a")
    with pytest.raises(NotFound):
        await world.people.tickets.file(
            TicketCreate(type="咨询", title="给谁", assignee_id=agent.account_id[:-4] + "0000"),
            agent,
        )
    ticket = await world.people.tickets.file(TicketCreate(type="咨询", title="一"), agent)
    assert ticket.number.endswith("-0001")


async def test_the_life_of_a_ticket_is_written_down_step_by_step(world: World) -> None:
    clerk, boss = await world.agent("clerk"), await world.agent("boss")
    ticket = await world.people.tickets.file(TicketCreate(type="咨询", title="退休年龄"), clerk)
    ticket = await step(world, ticket, "accept", clerk)
    assert (ticket.status, ticket.assignee_id) == ("open", clerk.account_id)
    ticket = await step(world, ticket, "assign", boss, assignee_id=boss.account_id)
    assert ticket.assignee_name == "坐席boss"
    ticket = await step(world, ticket, "ask", boss, reason="请补充身份证号")
    assert ticket.status == "pending"
    ticket = await step(world, ticket, "resume", boss)
    ticket = await step(world, ticket, "return", boss, reason="不归我办")
    assert (ticket.status, ticket.assignee_id) == ("new", None)
    ticket = await step(world, ticket, "accept", clerk)
    ticket = await step(world, ticket, "resolve", clerk, reason="按延迟退休办法，您可于……退休")
    assert ticket.resolution.startswith("按延迟退休办法")
    assert ticket.resolved_at is not None
    ticket = await step(world, ticket, "close", clerk)
    assert ticket.closed_at is not None
    ticket = await step(world, ticket, "reopen", boss, reason="市民不认可")
    assert (ticket.status, ticket.closed_at) == ("open", None)
    assert [(h.version, h.step, h.actor_name) for h in ticket.history] == [
        (1, "file", "坐席clerk"),
        (2, "accept", "坐席clerk"),
        (3, "assign", "坐席boss"),
        (4, "ask", "坐席boss"),
        (5, "resume", "坐席boss"),
        (6, "return", "坐席boss"),
        (7, "accept", "坐席clerk"),
        (8, "resolve", "坐席clerk"),
        (9, "close", "坐席clerk"),
        (10, "reopen", "坐席boss"),
    ]
    assert [h.reason for h in ticket.history if h.step == "return"] == ["不归我办"]


async def test_the_second_of_two_people_is_told_who_was_quicker(world: World) -> None:
    a, b = await world.agent("a"), await world.agent("b")
    seen = await world.people.tickets.file(TicketCreate(type="咨询", title="一"), a)
    results = await asyncio.gather(
        step(world, seen, "accept", a), step(world, seen, "accept", b), return_exceptions=True
    )
    [error] = [result for result in results if isinstance(result, BaseException)]
    [winner] = [result for result in results if not isinstance(result, BaseException)]
    assert isinstance(error, TicketChanged)
    assert error.details["by"] == winner.assignee_name
    assert error.details["version"] == 2
    assert (await world.people.tickets.get(seen.id)).assignee_id == winner.assignee_id


async def test_steps_the_table_does_not_know_and_steps_without_a_reason_are_refused(
    world: World,
) -> None:
    agent = await world.agent("a")
    ticket = await world.people.tickets.file(TicketCreate(type="咨询", title="一"), agent)
    with pytest.raises(IllegalTransition):
        await step(world, ticket, "close", agent)
    with pytest.raises(InvalidInput):
        await step(world, ticket, "withdraw", agent)
    with pytest.raises(InvalidInput):
        await step(world, ticket, "assign", agent)
    ticket = await step(world, ticket, "withdraw", agent, reason="市民撤回")
    with pytest.raises(IllegalTransition):
        await step(world, ticket, "reopen", agent, reason="不行")
    assert [h.step for h in (await world.people.tickets.get(ticket.id)).history] == [
        "file",
        "withdraw",
    ]


async def test_an_agent_cannot_file_from_a_colleagues_conversation(world: World) -> None:
    a, b = await world.agent("a"), await world.agent("b")
    conversation_id = await world.say("转人工")
    await world.people.taking.claim(conversation_id, a)
    wanted = TicketCreate(type="咨询", title="一", conversation_id=conversation_id)
    with pytest.raises(NotFound):
        await world.people.tickets.file(wanted, b)
    members = [a.account_id, b.account_id]
    group = GroupWrite(name="贷款组", members=members)
    await world.people.agents.save_group(group, actor="system")
    # Now b may look at it, and still not act in it.
    with pytest.raises(PermissionDenied):
        await world.people.tickets.file(wanted, b)


async def test_the_bot_files_what_it_collected_and_quotes_the_number(world: World) -> None:
    world.bot._answer = lambda text: BotReply(
        contents=[TextContent(text="好的。")],
        directives=[FileTicket("信息更正", "姓名有误", "应为张三", {"field": "name"})],
    )
    conversation_id = await world.say("我的名字登记错了")
    assert "GD20261123-0001" in (await world.texts(conversation_id))[-1][1]
    [ticket] = (await world.people.tickets.page(TicketFilter(), after=None, limit=10)).items
    assert (ticket.source, ticket.type, ticket.status) == ("bot", "信息更正", "new")
    detail = await world.people.tickets.get(ticket.id)
    assert detail.fields == {"field": "name"}
    assert detail.history[0].actor == "bot"


async def test_lists_are_filtered_and_paged_by_key_without_skipping(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    filed = []
    for n in range(7):
        filed.append(
            await world.people.tickets.file(
                TicketCreate(type="咨询", title=f"提取_{n}%", assignee_id=agent.account_id), agent
            )
        )
    await world.people.tickets.file(TicketCreate(type="咨询", title="贷款"), other)
    mine = TicketFilter(assignee_id=agent.account_id)
    seen, after = [], None
    while True:
        page = await world.people.tickets.page(mine, after=after, limit=3)
        seen += [ticket.id for ticket in page.items]
        # Filed between two pages: newer ones do not push others off the next page.
        await world.people.tickets.file(
            TicketCreate(type="咨询", title="新", assignee_id=agent.account_id), agent
        )
        after = page.next
        if after is None:
            break
    assert seen == [ticket.id for ticket in reversed(filed)]

    async def found(**wanted) -> list[str]:
        page = await world.people.tickets.page(TicketFilter(**wanted), after=None, limit=50)
        return [ticket.title for ticket in page.items]

    assert await found(text=filed[3].number.lower()) == ["提取_3%"]
    assert await found(text="_3%") == ["提取_3%"]  # not wildcards
    assert await found(status=TicketStatus.OPEN) == []
