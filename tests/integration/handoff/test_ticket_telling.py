"""Citizens are told what concerns them: where they are, once, and how far it came stands in the history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.auth.permissions import Role
from core.conversation.status import ConversationStatus
from handoff.tickets.life.effects import CitizenUnreachable
from handoff.tickets.schemas import TicketDetail
from handoff.tickets.self_service import CONFIG_NAME, NOBODY_BY_NAME, CitizenTicketSettings
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import on_sqlite
from tests.integration.handoff.tickets import (
    file,
    staff,
    steps_of,
    stored,
    sweep,
    take,
    texts_sent,
)

PHONE = "13800001234"


async def answered(world: World, clerk, **wanted) -> TicketDetail:
    ticket = await file(world, clerk, **wanted)
    ticket = await take(world, ticket, "accept", clerk)
    return await take(world, ticket, "resolve", clerk, reason="最高六十万元")


async def ways(world: World, ticket_id: str) -> list[str]:
    return [row.data["way"] for row in await steps_of(world, ticket_id) if row.step == "tell"]


async def test_the_answer_stands_in_the_conversation_once(world: World) -> None:
    clerk = await world.agent("clerk", role=Role.SUPERVISOR)
    conversation_id = await world.say("贷款额度")
    ticket = await answered(world, clerk, conversation_id=conversation_id, citizen_phone=PHONE)
    await sweep(world)
    await sweep(world)
    said = [text for kind, text in await world.texts(conversation_id) if kind == "agent"]
    assert said == [f"【工单 {ticket.number} 的答复】\n最高六十万元"]
    assert await ways(world, ticket.id) == ["channel"]
    assert await texts_sent(world) == []
    shown = await world.people.tickets.get(ticket.id, clerk)
    assert (shown.history[-1].step, shown.history[-1].read) == ("tell", False)
    assert shown.history[-1].lines == ["在会话中告知市民"]


@on_sqlite
async def test_who_answered_is_named_in_the_chat_only_where_that_is_set(world: World) -> None:
    clerk = await world.agent("clerk", role=Role.SUPERVISOR)
    for names, shown in ((False, NOBODY_BY_NAME), (True, clerk.name)):
        await world.configure(CONFIG_NAME, CitizenTicketSettings(names=names))
        conversation_id = await world.say("贷款额度", who=f"visitor-{names}")
        await answered(world, clerk, conversation_id=conversation_id)
        await sweep(world)
        [said] = [row for row in await world.thread(conversation_id) if row.author_kind == "agent"]
        assert said.author_name == shown


@on_sqlite
async def test_who_has_left_the_website_gets_a_text_without_the_answer(world: World) -> None:
    clerk = await world.agent("clerk", role=Role.SUPERVISOR)
    conversation_id = await world.say("转人工")
    await world.people.taking.claim(conversation_id, clerk)
    await world.people.ending.close(conversation_id, clerk)
    assert (await world.conversation(conversation_id)).status == ConversationStatus.CLOSED
    ticket = await answered(world, clerk, conversation_id=conversation_id, citizen_phone=PHONE)
    await sweep(world)
    assert await ways(world, ticket.id) == ["sms"]
    assert await texts_sent(world) == ["ticket_answer"]
    shown = await world.people.tickets.get(ticket.id, clerk)
    assert shown.history[-1].delivery is not None
    assert shown.history[-1].delivery.state == "sending"


@on_sqlite
async def test_replies_and_questions_go_out_and_need_somebody_to_go_to(world: World) -> None:
    clerk = await staff(world, "clerk")
    ticket = await take(world, await file(world, clerk), "accept", clerk)
    for step in ("reply", "ask"):
        with pytest.raises(CitizenUnreachable):
            await take(world, ticket, step, clerk, reason="请补充合同")
    ticket = await take(world, ticket, "revise", clerk, citizen_phone="138 0000 1234")
    ticket = await take(world, ticket, "reply", clerk, reason="正在核实")
    ticket = await take(world, ticket, "ask", clerk, reason="请补充合同")
    await sweep(world)
    assert await texts_sent(world) == ["ticket_reply", "ticket_question"]
    # A message that went out is nobody's step: who looked before may go on.
    await take(world, ticket, "resume", clerk, version=ticket.version)


@on_sqlite
async def test_nobody_to_tell_is_written_down(world: World) -> None:
    clerk = await staff(world, "clerk")
    ticket = await answered(world, clerk)
    await sweep(world)
    assert await ways(world, ticket.id) == ["none"]


@on_sqlite
async def test_citizens_of_a_duplicate_hear_the_new_number_and_the_result(world: World) -> None:
    clerk = await world.agent("clerk", role=Role.SUPERVISOR)
    first = await world.say("贷款额度", who="one")
    second = await world.say("贷款额度", who="two")
    goes = await file(world, clerk, conversation_id=first)
    also = await file(world, clerk, citizen_phone=PHONE)
    stays = await file(world, clerk, conversation_id=second)
    for each in (goes, also):
        await take(world, each, "merge", clerk, other=stays.number, reason="同一件事")
    await sweep(world)
    assert f"合并到 {stays.number} 一起办理" in (await world.texts(first))[-1][1]
    stays = await take(world, stays, "accept", clerk)
    await take(world, stays, "resolve", clerk, reason="最高六十万元")
    await sweep(world)
    for conversation_id, number in ((first, goes.number), (second, stays.number)):
        last = (await world.texts(conversation_id))[-1][1]
        assert last == f"【工单 {number} 的答复】\n最高六十万元"
    assert await texts_sent(world) == ["ticket_merged", "ticket_answer"]
    assert (await stored(world, goes.id)).resolution == "最高六十万元"


@on_sqlite
async def test_the_citizen_of_two_merged_tickets_is_told_once(world: World) -> None:
    clerk = await staff(world, "clerk")
    one = await file(world, clerk, citizen_phone=PHONE)
    other = await file(world, clerk, citizen_phone=PHONE)
    await take(world, one, "merge", clerk, other=other.id, reason="同一件事")
    other = await take(world, other, "accept", clerk)
    await take(world, other, "resolve", clerk, reason="最高六十万元")
    await sweep(world)
    assert await texts_sent(world) == ["ticket_merged", "ticket_answer"]
    assert await ways(world, one.id) == ["sms", "same"]


@on_sqlite
async def test_what_is_resolved_closes_by_itself_unless_it_is_opened_again(world: World) -> None:
    clerk = await staff(world, "clerk", role=Role.SUPERVISOR)
    closes, opened = await answered(world, clerk), await answered(world, clerk)
    world.clock.advance(timedelta(days=6))
    await take(world, opened, "reopen", clerk, reason="市民不认可")
    world.clock.advance(timedelta(days=1, minutes=1))
    await sweep(world)
    assert (await stored(world, closes.id)).status == "closed"
    assert (await stored(world, opened.id)).status == "open"
    last = (await steps_of(world, closes.id))[-1]
    assert (last.step, last.actor, last.data) == ("close", "system", {"by_itself": True})
