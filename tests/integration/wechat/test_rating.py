"""The line that closes a service asks for a rating; a tap, or where no list can be tapped a number, rates it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.auth.models import Account
from core.conversation import thread
from core.conversation.handoffs import close_conversation
from core.ids import new_id
from handoff.queue.models import Assignment
from handoff.ratings.asking import asking
from handoff.ratings.models import Rating
from handoff.ratings.settings import InboxRatings
from tests.integration.wechat.conftest import World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def serve(world: World) -> str:
    """A service that ends now, and asks for a rating; its id."""
    await world.say("你好")
    conversation = await world.conversation()
    service, agent = new_id(), new_id()
    async with world.uows.write() as uow:
        now = uow.clock.now()
        uow.session.add(
            Account(
                id=agent, login=agent[-12:], name="小李", role="agent", password_hash="-",
                active=True, created_at=now,
            )
        )  # fmt: skip
        await uow.session.flush()
        uow.session.add(
            Assignment(
                id=service, conversation_id=conversation.id, agent_id=agent, trigger="claimed",
                reason={}, started_at=now, ended_at=now, outcome="closed",
            )
        )  # fmt: skip
        row = await thread.load_for_update(uow, conversation.id)
        world.desk.asked = asking(InboxRatings(), service)
        await close_conversation(uow, world.desk, row, actor="system", text="会话已结束。")
    await world.settle()
    return service


async def score(world: World, service: str) -> int | None:
    async with world.uows.read() as session:
        query = select(Rating.score).where(Rating.assignment_id == service)
        return await session.scalar(query)


async def test_a_tap_on_the_closing_line_rates_the_service(world: World) -> None:
    await world.connect()
    service = await serve(world)
    line = (await world.chat())[-1]
    assert line["text"] == "会话已结束。\n\n请评价本次服务"
    item, label = line["menu"][1]
    before = len(await world.thread())
    await world.say(label, menu_id=item)
    assert await score(world, service) == 4
    assert (await world.answers())[-1] == "感谢您的评价！您选择了“满意”。"
    # It is no message: nobody is asked anything, no conversation begins. The desk's own line is there.
    assert [row.author_kind for row in (await world.thread())[before:]] == ["system"]


@on_sqlite
async def test_the_push_repeated_rates_and_thanks_once(world: World) -> None:
    await world.connect()
    service = await serve(world)
    item, label = (await world.chat())[-1]["menu"][4]
    sent = await world.say(label, menu_id=item)
    shown = len(await world.answers())
    await world.say(label, menu_id=item, msg_id=sent["msg_id"])
    assert await score(world, service) == 1
    assert len(await world.answers()) == shown
    assert "愿意多说几句吗" in (await world.answers())[-1]


@on_sqlite
async def test_a_repeat_that_comes_late_does_not_undo_what_was_tapped_since(world: World) -> None:
    """WeChat repeats a push whose answer it did not hear in time; meanwhile the citizen has thought better of it."""
    await world.connect()
    service = await serve(world)
    levels = (await world.chat())[-1]["menu"]
    first, label = levels[1]
    sent = await world.say(label, menu_id=first)
    await world.say(levels[0][1], menu_id=levels[0][0])
    assert await score(world, service) == 5
    await world.say(label, menu_id=first, msg_id=sent["msg_id"])
    assert await score(world, service) == 5


@on_sqlite
async def test_a_tap_days_later_is_answered_politely_and_begins_nothing(world: World) -> None:
    await world.connect()
    service = await serve(world)
    item, label = (await world.chat())[-1]["menu"][0]
    world.clock.advance(timedelta(days=10))
    await world.say(label, menu_id=item)
    assert (await world.answers())[-1] == "评价时间已过，不能再评价这次服务。"
    assert await score(world, service) is None
    assert (await world.conversation()).status == "closed"


@on_sqlite
async def test_where_no_list_can_be_tapped_a_number_rates(world: World) -> None:
    await world.connect(menus=False)
    service = await serve(world)
    assert "1. 非常满意\n2. 满意" in (await world.answers())[-1]
    await world.say("2")
    assert await score(world, service) == 4
    # Whoever says something else first means something else by a number.
    await world.say("还有个问题")
    await world.say("5")
    assert await score(world, service) == 4
    assert ("visitor", "5") in await world.texts()


@on_sqlite
async def test_an_item_of_somebody_elses_making_is_words_like_any_other(world: World) -> None:
    await world.connect()
    service = await serve(world)
    for item in (f"rate:{service}:9", "rate:x:5", f"rated:{service}:5"):
        await world.say("满意", menu_id=item)
    assert await score(world, service) is None
    assert ("visitor", "满意") in await world.texts()
    await world.say("满意", menu_id=f"rate:{new_id()}:5")
    assert "没有找到这次服务" in (await world.answers())[-1]
