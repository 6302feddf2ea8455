"""An agent takes a message back: by the clock, by who wrote it, on channels that can and cannot, on each database."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation.content import TextContent
from core.conversation.models import Conversation
from core.errors import BangbanError, NotFound, PermissionDenied
from core.ids import new_id
from core.outbox.models import OutboxRow
from core.outbox.repository import claim
from core.timers.sweeper import TimerSweeper
from handoff.desk.recalling import (
    KEPT,
    WITHIN,
    RecallImpossible,
    Recalling,
    RecallNotYours,
    RecallTooLate,
)
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import served

SECRET = "张三的余额是 12,345 元"


async def said(
    world: World, conversation_id: str, agent: Actor, text: str = SECRET, *, private: bool = False
) -> str:
    message = await world.people.talking.send_message(
        conversation_id, agent, TextContent(text=text), client_msg_id=new_id(), private=private
    )
    return message.id


async def recall(world: World, conversation_id: str, message_id: str, agent: Actor) -> str:
    read = await Recalling(world.uows).recall_message(conversation_id, message_id, agent)
    assert read.content.type == "activity"
    return read.content.text


async def on_wechat(world: World, conversation_id: str) -> None:
    async with world.uows.write() as uow:
        row = await uow.session.get_one(Conversation, conversation_id)
        row.channel = "wechat"


async def actions(world: World, action: str) -> list[str]:
    async with world.uows.read() as session:
        query = select(AuditRow.actor).where(AuditRow.action == action)
        return list((await session.scalars(query)).all())


async def test_a_recalled_message_is_gone_for_everybody_who_read_it(world: World) -> None:
    agent = await world.agent("wang")
    conversation_id = await served(world, agent)
    message_id = await said(world, conversation_id, agent)
    world.clock.advance(WITHIN)
    assert await recall(world, conversation_id, message_id, agent) == "坐席wang撤回了一条消息"
    assert SECRET not in str(await world.texts(conversation_id))
    assert SECRET not in (await world.conversation(conversation_id)).preview
    told = [each.payload for each in world.heard.events if each.name == "conversation.updated"]
    assert any("撤回" in each.preview for each in told)
    (heard,) = await world.heard_by(conversation_id, "message.updated")
    assert heard.payload.model_dump()["content"]["kind"] == "recalled"
    assert any(room.startswith("conversation:") for room in heard.audience.agent_rooms)
    assert await actions(world, "message.recalled") == [agent.account_id]


async def test_after_two_minutes_it_stays(world: World) -> None:
    agent = await world.agent("wang")
    conversation_id = await served(world, agent)
    message_id = await said(world, conversation_id, agent)
    world.clock.advance(WITHIN + timedelta(seconds=1))
    with pytest.raises(RecallTooLate):
        await recall(world, conversation_id, message_id, agent)
    assert ("agent", SECRET) in await world.texts(conversation_id)


async def test_only_ones_own_messages_can_be_recalled(world: World) -> None:
    agent, other = await world.agent("wang"), await world.agent("li", role=Role.SUPERVISOR)
    conversation_id = await served(world, agent)
    message_id = await said(world, conversation_id, agent)
    citizens = (await world.thread(conversation_id))[0].id
    for wanted, by in ((message_id, other), (citizens, agent)):
        with pytest.raises(RecallNotYours):
            await recall(world, conversation_id, wanted, by)
    elsewhere = await served(world, other, who="visitor-2")
    for wrong in (new_id(), message_id):
        with pytest.raises(NotFound):
            await recall(world, elsewhere, wrong, agent)


async def test_recalled_twice_at_once_it_is_recalled_once(world: World) -> None:
    agent = await world.agent("wang")
    conversation_id = await served(world, agent)
    message_id = await said(world, conversation_id, agent)
    await asyncio.gather(
        *(recall(world, conversation_id, message_id, agent) for _ in range(4)),
        world.people.talking.mark_read(conversation_id, agent, 99),
    )
    assert len(world.told("message.updated", conversation_id)) == 1
    assert len(await actions(world, "message.recalled")) == 1


async def test_who_no_longer_serves_still_takes_back_what_went_out_by_mistake(
    world: World,
) -> None:
    agent, other = await world.agent("wang"), await world.agent("li")
    conversation_id = await served(world, agent)
    message_id = await said(world, conversation_id, agent)
    async with world.uows.write() as uow:
        row = await uow.session.get_one(Conversation, conversation_id)
        row.owner_id = other.account_id
    await recall(world, conversation_id, message_id, agent)


async def test_a_note_is_recalled_without_a_word_to_the_citizen(world: World) -> None:
    agent = await world.agent("wang")
    conversation_id = await served(world, agent)
    await on_wechat(world, conversation_id)
    message_id = await said(world, conversation_id, agent, private=True)
    await recall(world, conversation_id, message_id, agent)
    assert await world.heard_by(conversation_id, "message.updated") == []


async def test_on_wechat_only_what_nobody_has_begun_to_deliver_is_recalled(world: World) -> None:
    agent = await world.agent("wang")
    conversation_id = await served(world, agent)
    await on_wechat(world, conversation_id)
    first = await said(world, conversation_id, agent, "一")
    second = await said(world, conversation_id, agent, "二")
    async with world.uows.write() as uow:  # the worker takes the first
        now = uow.clock.now()
        taken = await claim(uow.session, now, lease=timedelta(seconds=60), limit=10)
    assert [row.payload["message_id"] for row in taken] == [first]
    with pytest.raises(RecallImpossible) as caught:
        await recall(world, conversation_id, first, agent)
    assert "微信" in caught.value.message
    await recall(world, conversation_id, second, agent)
    async with world.uows.read() as session:
        rows = (await session.scalars(select(OutboxRow))).all()
    assert [row.payload["message_id"] for row in rows] == [first]
    with pytest.raises(RecallImpossible):
        await recall(world, conversation_id, first, agent)


async def test_those_who_supervise_may_look_for_a_month_and_every_look_is_audited(
    world: World,
) -> None:
    agent, chief = await world.agent("wang"), await world.agent("li", role=Role.SUPERVISOR)
    conversation_id = await served(world, agent)
    message_id = await said(world, conversation_id, agent)
    await recall(world, conversation_id, message_id, agent)
    recalling = Recalling(world.uows)
    with pytest.raises(PermissionDenied):
        await recalling.look(conversation_id, message_id, agent)
    assert await recalling.look(conversation_id, message_id, chief) == TextContent(text=SECRET)
    assert await actions(world, "message.recalled_seen") == [chief.account_id]
    world.clock.advance(KEPT)
    await TimerSweeper(world.uows, world.people.timers()).sweep_once()
    with pytest.raises(NotFound):
        await recalling.look(conversation_id, message_id, chief)
    row = next(each for each in await world.thread(conversation_id) if each.id == message_id)
    assert SECRET not in str(row.meta)


@pytest.mark.parametrize("text", ["{市民}您好", "工单号是 {工单号}"])
async def test_a_place_of_a_saved_reply_that_is_not_filled_never_goes_out(
    world: World, text: str
) -> None:
    agent = await world.agent("wang")
    conversation_id = await served(world, agent)
    with pytest.raises(BangbanError) as caught:
        await said(world, conversation_id, agent, text)
    assert caught.value.code == "variable_unfilled"
    await said(world, conversation_id, agent, text, private=True)
