"""The form of a ticket, filled in from the conversation it is filed from."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.permissions import Role
from core.conversation.content import TextContent
from core.conversation.models import Contact
from core.conversation.ports import BotReply, OpenTask, Understanding
from core.errors import NotFound
from core.ids import new_id
from handoff.desk.access import may_read
from handoff.tickets.prefill import Prefill
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite

pytestmark = on_sqlite
ANSWERS = ("反映的问题：服务态度、办事拖延", "您的诉求：请道歉", "发生时间：昨天", "反映的事：无")


async def test_what_was_said_and_answered_fills_the_form(world: World) -> None:
    reply = BotReply(
        contents=[TextContent(text="请说说具体情况。")], task=OpenTask("投诉登记", ANSWERS),
        understanding=Understanding(intent="file_complaint"),
    )  # fmt: skip
    world.bot._answer = lambda text: reply
    conversation_id = await world.say("你好")
    await world.say("窗口的人一直推诿，让我跑了三趟。证件号110101199003071234")
    await world.say("我的电话13900001111，不对，是138 1234 5678")
    agent = await world.agent("a", role=Role.SUPERVISOR)
    async with world.uows.write() as uow:
        conversation = await world.conversation(conversation_id)
        contact = await uow.session.get_one(Contact, conversation.contact_id)
        contact.name, contact.region = "王芳", "示例市高新区"
    form = await Prefill(uows=world.uows, may_read=may_read).of(conversation_id, agent)
    assert (form.type, form.title) == ("complaint", "窗口的人一直推诿，让我跑了三趟")
    assert (form.citizen_name, form.citizen_phone, form.region) == (
        "王芳", "13812345678", "示例市高新区",
    )  # fmt: skip
    assert form.fields == {"kind": "服务态度、办事拖延", "wanted": "请道歉", "since": "昨天"}
    assert "窗口的人一直推诿" in form.description
    assert "反映的事：无" in form.description
    assert "199003071234" not in form.description
    async with world.uows.read() as session:
        looks = select(AuditRow.actor).where(AuditRow.action == "conversation.prefilled")
        assert list(await session.scalars(looks)) == [agent.account_id]


async def test_a_conversation_that_says_nothing_fills_nothing_in(world: World) -> None:
    conversation_id = await world.say("？")
    form = await Prefill(uows=world.uows, may_read=may_read).of(
        conversation_id, await world.agent("a", role=Role.SUPERVISOR)
    )
    assert (form.citizen_phone, form.business, form.fields) == ("", None, {})


async def test_who_may_not_see_the_conversation_gets_nothing_of_it(world: World) -> None:
    conversation_id = await world.say("我要投诉，电话13812345678")
    prefill = Prefill(uows=world.uows, may_read=may_read)
    handler = await world.agent("h", role=Role.HANDLER, online=False)
    for somebody, wanted in (
        (handler, conversation_id),
        (await world.agent("a", role=Role.SUPERVISOR), new_id()),
    ):
        with pytest.raises(NotFound):
            await prefill.of(wanted, somebody)
