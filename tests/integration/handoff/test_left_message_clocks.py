"""Left messages in time and in scope: reminders, forgetting, looks in full, who sees what, what is offered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.actor import Scope
from core.auth.permissions import Role
from core.conversation.attachments.models import Attachment
from core.conversation.models import Inbox
from core.conversation.ports import HandoffDecision
from core.errors import IllegalTransition, NotFound
from core.events import SUPERVISOR_ROOM, agent_room, queue_room
from core.timers.sweeper import TimerSweeper
from handoff.agents.schemas import GroupWrite
from handoff.hours.decisions import Row
from handoff.left_messages.keeping import GONE
from handoff.left_messages.keeping import arm as arm_keeping
from handoff.left_messages.leaving import LeftMessageClosed
from handoff.left_messages.offering import FormOffer
from handoff.left_messages.repository import Wanted
from handoff.left_messages.revealing import LeftMessageReveal
from handoff.left_messages.schemas import LeftMessageStepWrite
from handoff.left_messages.settings import CONFIG_NAME, LeftMessageSettings
from handoff.left_messages.status import LeftStatus, LeftStep
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import PHONE, LeftDesk, on_sqlite

T = LeftStep


@pytest.fixture
def left(world: World) -> LeftDesk:
    return LeftDesk.of(world)


def alerts(left: LeftDesk) -> list[tuple[str, frozenset[str]]]:
    return [
        (event.payload.code, event.audience.agent_rooms)  # type: ignore[attr-defined]
        for event in left.world.heard.events
        if event.name == "alert.raised" and event.payload.code.startswith("left_message")  # type: ignore[attr-defined]
    ]


async def sweep_for(left: LeftDesk, days: int) -> None:
    """Hour by hour, as a server does that is awake, each time with a new sweeper as after a restart."""
    for _ in range(24 * days):
        left.world.clock.advance(timedelta(hours=1))
        sweeper = TimerSweeper(left.world.uows, left.side.timers())
        while await sweeper.sweep_once():
            pass
        left.world.clock.advance(timedelta(seconds=20))


async def test_those_who_can_answer_are_reminded_before_and_supervisors_told_after_once_each(
    left: LeftDesk,
) -> None:
    await left.leave()
    await sweep_for(left, 2)
    anybody = queue_room(None)
    assert alerts(left) == [
        ("left_message_due_soon", frozenset({anybody})),
        ("left_message_overdue", frozenset({anybody, SUPERVISOR_ROOM})),
    ]


@on_sqlite
async def test_who_has_claimed_it_is_reminded_and_nobody_after_the_answer(left: LeftDesk) -> None:
    own = await left.leave()
    agent = await left.world.agent("a")
    await left.step(own, T.CLAIM, agent)
    left.world.clock.advance(timedelta(hours=36))
    await left.sweeper.sweep_once()
    assert alerts(left) == [("left_message_due_soon", frozenset({agent_room(agent.account_id)}))]
    await left.step(own, T.ANSWER, agent, text="请到窗口。")
    await sweep_for(left, 1)
    assert len(alerts(left)) == 1


@on_sqlite
async def test_asking_on_while_an_answer_is_owed_moves_no_deadline(left: LeftDesk) -> None:
    own = await left.leave()
    contact_id, _ = await left.contact()
    left.world.clock.advance(timedelta(hours=10))
    again = await left.side.citizens.ask_again(contact_id, own.id, "快一点")
    assert again.due_at == own.due_at


async def test_what_is_personal_is_forgotten_in_time_and_what_is_owed_stays(
    left: LeftDesk,
) -> None:
    await left.world.configure(CONFIG_NAME, LeftMessageSettings(keep_days=1))
    contact_id, conversation_id = await left.contact()
    file_id = await left.file(conversation_id, contact_id)
    own = await left.leave(text=f"我的电话{PHONE}", files=[file_id])
    owed = await left.leave()
    agent = await left.world.agent("a")
    await left.step(own, T.CLAIM, agent)
    await left.step(own, T.ANSWER, agent, text="请到窗口。")
    await arm_keeping(left.world.uows)
    await sweep_for(left, 2)
    detail = await left.side.desk.get(own.id, agent)
    assert (detail.name, detail.phone, detail.forgotten) == (GONE, "138****5678", True)
    assert PHONE[3:7] not in detail.text
    assert detail.attachments == []
    async with left.world.uows.read() as session:
        # Nobody opens it any more, supervisors neither; the file goes with the next sweep.
        assert await session.get(Attachment, file_id) is None
    in_full = await LeftMessageReveal(left.world.uows).reveal(own.id, agent, "")
    assert PHONE not in in_full.model_dump_json()
    with pytest.raises(LeftMessageClosed):
        await left.side.citizens.ask_again(contact_id, own.id, "还在吗")
    assert detail.steps == [T.HANDLE]
    with pytest.raises(IllegalTransition):
        # What is noted now would never be forgotten.
        await left.step(own, T.FOLLOW_UP, agent, text="张先生说办好了")
    assert (await left.side.desk.get(owed.id, agent)).name == "王芳"


@on_sqlite
async def test_a_look_in_full_is_written_down_without_what_was_seen(left: LeftDesk) -> None:
    own = await left.leave(text=f"回电{PHONE}")
    agent = await left.world.agent("a")
    seen = await LeftMessageReveal(left.world.uows).reveal(own.id, agent, "要回电话")
    assert (seen.phone, seen.text) == (PHONE, f"回电{PHONE}")
    async with left.world.uows.read() as session:
        row = await session.scalar(
            select(AuditRow).where(AuditRow.action == "left_message.revealed")
        )
    assert row is not None
    assert (row.actor, row.subject) == (agent.account_id, f"left_message:{own.id}")
    assert PHONE not in str(row.data)


async def test_who_sees_what_follows_from_scope_and_group(left: LeftDesk) -> None:
    world = left.world
    lender, doctor, boss = [
        await world.agent("lender"),
        await world.agent("doctor"),
        await world.agent("boss", role=Role.SUPERVISOR),
    ]
    group = GroupWrite(name="医保组", categories=["医疗"], members=[doctor.account_id])
    await world.people.agents.save_group(group, actor=boss.account_id)
    ill = await left.leave(text="医保卡丢了", business="医疗")
    desk = left.side.desk

    async def sees(actor: object) -> bool:
        page = await desk.page(actor, Wanted(), after=None, limit=9)  # type: ignore[arg-type]
        return bool(page.items)

    assert [await sees(each) for each in (lender, doctor, boss)] == [False, True, True]
    assert lender.scope is not Scope.ALL
    for forged in (lender,):
        with pytest.raises(NotFound):
            await desk.get(ill.id, forged)
        with pytest.raises(NotFound):
            await desk.take_step(ill.id, T.CLAIM, LeftMessageStepWrite(version=1), forged)
        with pytest.raises(NotFound):
            await LeftMessageReveal(world.uows).reveal(ill.id, forged, "看看")
    await left.step(ill, T.CLAIM, doctor)
    assert [await sees(each) for each in (lender, doctor, boss)] == [False, True, True]
    # Whoever leads may give back what somebody who is away has claimed.
    assert (await left.step(ill, T.GIVE_BACK, boss)).status is LeftStatus.NEW


@on_sqlite
async def test_off_duty_the_website_offers_the_form_and_other_channels_the_page(
    left: LeftDesk,
) -> None:
    world = left.world
    await world.admit_by(Row("left_message"))
    async with world.uows.write() as uow:
        uow.session.add(Inbox(id="oa", channel="wechat", name="公众号", created_at=uow.clock.now()))
    offer = FormOffer("https://fund.example.cn/")
    async with world.uows.read() as session:
        conversation = await world.conversation(await world.say("你好"))
        form = (await offer.content(session, conversation, "现在没人")).model_dump()
        conversation.channel = "wecom"
        linked = await offer.content(session, conversation, "现在没人")
        conversation.channel = "wechat"
        known = await offer.content(session, conversation, "现在没人")
        task = await FormOffer().content(session, conversation, "现在没人")
    assert form["data"]["form"] == "left_message"
    assert form["data"]["text"] == "现在没人您也可以给我们留言，我们会按时答复。"
    assert "提取" in form["data"]["fields"][1]["options"]
    assert "https://fund.example.cn/chat/web#leave" in linked.model_dump()["text"]
    # By way of the account of the conversation, so that the page knows who it is.
    by_wechat = f"https://fund.example.cn/wechat/{conversation.inbox_id}/page?to=leave"
    assert by_wechat in known.model_dump()["text"]
    assert task.model_dump()["choices"][0]["value"] == "我要登记投诉"


@on_sqlite
async def test_asking_for_a_person_off_duty_brings_the_form_into_the_thread(
    world: World,
) -> None:
    await world.admit_by(Row("left_message"))
    conversation_id = await world.say("转人工")
    last = (await world.thread(conversation_id))[-1]
    assert (last.content["type"], last.content["data"]["form"]) == ("form", "left_message")
    decision = HandoffDecision(rule="button", evidence={})
    async with world.uows.write() as uow:
        conversation = await world.conversation(conversation_id)
        admission = await world.people.desk.admit(uow, conversation, decision)
    assert admission.offer is not None
