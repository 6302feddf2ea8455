"""Wrap-up: time and a form after a service, for the one who served."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from app.people import build_people
from core.auth.actor import Actor
from core.configs import put_config
from core.conversation.content import TextContent
from core.errors import InvalidInput, NotFound
from core.events import WrapUpUpdated
from core.ids import new_id
from core.timers.sweeper import TimerSweeper
from handoff.agents import wrap_ups
from handoff.agents.settings import CONFIG_NAME, PresenceSettings
from handoff.desk.recalling import Recalling
from handoff.desk.wrapping.schemas import WrapUpSend
from handoff.desk.wrapping.service import WrapUpLocked, WrapUpRequired
from tests.fakes import InternalArticles
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, served


async def configure(world: World, **settings: Any) -> None:
    async with world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, PresenceSettings.model_validate(settings), "system")


async def status(world: World, agent: Actor) -> str:
    agents = await world.people.agents.list_agents()
    return next(each.status for each in agents if each.id == agent.account_id)


async def closed(world: World, agent: Actor, who: str = "visitor-1") -> str:
    """A service that the agent has ended; returns its form."""
    conversation_id = await served(world, agent, who)
    await answer(world, conversation_id, agent, "请带身份证到窗口办理")
    await world.people.ending.close(conversation_id, agent)
    return (await world.people.wrapping.owed(agent))[-1].id


def form(wrap_up_id: str, **fields: Any) -> WrapUpSend:
    return WrapUpSend.model_validate({"wrap_up_id": wrap_up_id, "solved": "yes", **fields})


def told(world: World) -> list[tuple[str, bool]]:
    """States of forms as the agent's desks heard of them, and whether time runs."""
    return [
        (event.payload.state, event.payload.until is not None)
        for event in world.heard.events
        if isinstance(event.payload, WrapUpUpdated)
    ]


async def test_after_closing_the_agent_wraps_up_until_the_form_is_saved(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await world.say("我想问租房提取")
    await answer(world, conversation_id, agent, "需要租房合同")
    wrong = await world.people.talking.send_message(
        conversation_id, agent, TextContent(text="发错了"), client_msg_id=new_id()
    )
    await Recalling(world.uows).recall_message(conversation_id, wrong.id, agent)
    world.clock.advance(timedelta(seconds=40))
    await world.people.ending.close(conversation_id, agent)
    assert await status(world, agent) == "wrap_up"
    [item] = await world.people.wrapping.owed(agent)
    draft = await world.people.wrapping.read(item.id, agent)
    assert (draft.state, draft.solved, draft.saved_at) == ("pending", None, None)
    assert draft.until == world.clock.now() + timedelta(seconds=30)
    assert "咨询：我想问租房提取" in draft.summary
    assert "最后答复：需要租房合同" in draft.summary
    assert "提取" in draft.businesses
    saved = await world.people.wrapping.send(
        form(item.id, business="提取", summary="已告知材料"), agent
    )
    assert (saved.state, saved.business, saved.summary) == ("done", "提取", "已告知材料")
    assert await status(world, agent) == "online"
    assert (await world.conversation(conversation_id)).business == "提取"
    assert await world.people.wrapping.owed(agent) == []
    assert told(world) == [("pending", True), ("done", False)]


# PostgreSQL plans by what is in the table.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whose_wrap_up_time_runs_is_not_searched_for_among_all_that_ever_ran(
    world: World,
) -> None:
    async with world.uows.read() as session:
        asked: list[tuple[str, Any]] = []

        def note(_: Any, __: Any, sql: str, values: Any, *___: Any) -> None:
            asked.append((sql, values))

        connection = await session.connection()
        event.listen(connection.sync_connection, "before_cursor_execute", note)
        await wrap_ups.running(session, world.clock.now())
        [(sql, values)] = asked
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        assert [row[3] for row in plan] == [
            "SEARCH wrap_ups USING INDEX ix_wrap_ups_until (until>?)"
        ]


async def test_wrap_up_time_ends_by_itself_also_after_a_kill_and_the_form_stays_owed(
    world: World,
) -> None:
    agent = await world.agent("a")
    wrap_up_id = await closed(world, agent)
    world.clock.advance(timedelta(seconds=30))
    assert await status(world, agent) == "online"
    world.heard.events.clear()
    people = build_people(world.uows, InternalArticles())
    await TimerSweeper(world.uows, people.timers()).sweep_once()
    presences = [e.payload for e in world.heard.events if e.name == "presence.updated"]
    assert [each.status for each in presences] == ["online"]
    assert [item.id for item in await world.people.wrapping.owed(agent)] == [wrap_up_id]


async def test_choosing_a_status_ends_the_wrap_up_time(world: World) -> None:
    agent = await world.agent("a")
    await closed(world, agent)
    await world.people.agents.set_presence(agent.account_id, "online")
    assert await status(world, agent) == "online"


async def test_no_wrap_up_time_where_none_is_wanted_and_none_after_a_transfer(
    world: World,
) -> None:
    await configure(world, wrap_up_seconds=0)
    agent = await world.agent("a")
    await closed(world, agent)
    assert await status(world, agent) == "online"
    await world.agent("b")
    await served(world, agent, "another")
    await world.people.agents.set_presence(agent.account_id, "offline", hand_on=True)
    await world.sweeper.sweep_once()
    assert len(await world.people.wrapping.owed(agent)) == 1


@pytest.mark.parametrize("by", ["agent", "citizen", "silence", "release"])
async def test_every_way_a_service_ends_asks_for_its_form_once(world: World, by: str) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    await answer(world, conversation_id, agent, "您好")
    if by == "agent":
        await world.people.ending.close(conversation_id, agent)
    elif by == "citizen":
        await world.engine.close(conversation_id, actor="visitor")
    elif by == "release":
        await world.people.ending.release(conversation_id, agent)
    else:
        for minutes in (10, 5):
            world.clock.advance(timedelta(minutes=minutes))
            await world.people.agents.heartbeat(["sid"])
            await world.sweeper.sweep_once()
    assert [item.conversation_id for item in await world.people.wrapping.owed(agent)] == [
        conversation_id
    ]


async def test_skipping_is_possible_unless_the_form_is_required(world: World) -> None:
    agent = await world.agent("a")
    first, second = await closed(world, agent, "one"), await closed(world, agent, "two")
    skip = {"solved": None, "skip": True}
    assert (await world.people.wrapping.send(form(first, **skip), agent)).state == "skipped"
    await configure(world, wrap_up_required=True)
    with pytest.raises(WrapUpRequired):
        await world.people.wrapping.send(form(second, **skip), agent)
    assert [item.id for item in await world.people.wrapping.owed(agent)] == [second]


async def test_a_form_may_be_corrected_for_a_day(world: World) -> None:
    agent = await world.agent("a")
    wrap_up_id = await closed(world, agent)
    await world.people.wrapping.send(form(wrap_up_id), agent)
    world.clock.advance(timedelta(hours=24))
    again = await world.people.wrapping.send(form(wrap_up_id, solved="follow_up"), agent)
    assert again.solved == "follow_up"
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(WrapUpLocked):
        await world.people.wrapping.send(form(wrap_up_id, solved="no"), agent)


async def test_forms_of_others_do_not_exist_and_businesses_are_those_of_the_list(
    world: World,
) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    wrap_up_id = await closed(world, agent)
    with pytest.raises(NotFound):
        await world.people.wrapping.send(form(wrap_up_id), other)
    with pytest.raises(NotFound):
        await world.people.wrapping.read(wrap_up_id, other)
    with pytest.raises(InvalidInput) as refused:
        await world.people.wrapping.send(form(wrap_up_id, business="炒股"), agent)
    assert refused.value.details["field"] == "business"
    assert (await world.people.wrapping.read(wrap_up_id, agent)).state == "pending"


async def test_the_number_of_an_identity_card_is_not_kept_in_a_form(world: World) -> None:
    agent = await world.agent("a")
    wrap_up_id = await closed(world, agent)
    text = "身份证 11010519491231002X，请回电 13812345678"
    saved = await world.people.wrapping.send(form(wrap_up_id, summary=text), agent)
    assert "11010519491231002X" not in saved.summary
    assert "13812345678" in saved.summary


def test_a_form_without_an_outcome_is_refused() -> None:
    with pytest.raises(ValueError, match="solved"):
        WrapUpSend.model_validate({"wrap_up_id": "019a0000-0000-7000-8000-000000000000"})
