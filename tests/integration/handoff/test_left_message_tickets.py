"""A left message goes on as a ticket: once, with what it holds, and each names the other."""

from __future__ import annotations

import asyncio

import pytest

from core.auth.actor import Actor
from core.errors import BangbanError, IllegalTransition, NotOwner
from handoff.left_messages.models import LeftMessage
from handoff.left_messages.schemas import LeftTicketWrite, OwnLeftMessage
from handoff.left_messages.status import LeftStep
from handoff.left_messages.ticketing import LeftTickets
from handoff.left_messages.versions import LeftMessageChanged
from handoff.tickets.life.filing import TicketFiledBefore
from handoff.tickets.models import Ticket, TicketFile
from tests.integration.handoff.conftest import World
from tests.integration.handoff.left_steps import PHONE, LeftDesk, on_sqlite

TEXT = "窗口三次让我重新交材料。请尽快处理，我的电话没有变。"


@pytest.fixture
def left(world: World) -> LeftDesk:
    return LeftDesk.of(world)


async def filed(left: LeftDesk, own: OwnLeftMessage, actor: Actor, **more: object) -> Ticket:
    version = (await left.side.desk.get(own.id, actor)).version
    wanted = LeftTicketWrite.model_validate({"version": version, "type": "complaint", **more})
    await LeftTickets(left.world.uows).file(own.id, wanted, actor)
    detail = await left.side.desk.get(own.id, actor)
    assert detail.ticket is not None
    async with left.world.uows.read() as session:
        return await session.get_one(Ticket, detail.ticket.id)


async def test_a_ticket_holds_what_was_left_and_its_citizen_is_told_the_number(
    left: LeftDesk,
) -> None:
    contact_id, conversation_id = await left.contact()
    file_id = await left.file(conversation_id, contact_id)
    own = await left.leave(text=TEXT, files=[file_id])
    agent = await left.world.agent("a")
    ticket = await filed(left, own, agent, note="已电话核实。", priority="high")
    assert (ticket.title, ticket.description) == (
        "窗口三次让我重新交材料", f"{TEXT}\n\n已电话核实。",
    )  # fmt: skip
    assert (ticket.source, ticket.external_id, ticket.fields) == (
        "left_message", own.id, {"留言编号": own.number},
    )  # fmt: skip
    assert (ticket.citizen_name, ticket.citizen_phone, ticket.business, ticket.priority) == (
        "王芳", PHONE, "提取", "high",
    )  # fmt: skip
    assert (ticket.contact_id, ticket.conversation_id) == (contact_id, conversation_id)
    async with left.world.uows.read() as session:
        file = await session.get_one(TicketFile, (ticket.id, file_id))
    assert (file.by_citizen, file.by) == (True, "visitor")
    detail = await left.side.desk.get(own.id, agent)
    assert detail.ticket is not None
    assert (detail.status, detail.due_at, detail.ticket.number, detail.may_file) == (
        "handled", None, ticket.number, False,
    )  # fmt: skip
    told = (
        f"您的留言 {own.number} 已登记为工单，编号 {ticket.number}，由专人办理，办理结果会告诉您。"
    )
    assert (await left.world.texts(conversation_id))[-1] == ("system", told)
    [mine] = await left.side.citizens.own(contact_id, "web")
    assert [said.text for said in mine.said] == [told]


async def test_of_two_who_file_at_once_one_does_and_the_other_is_told(left: LeftDesk) -> None:
    own = await left.leave()
    agents = [await left.world.agent(name) for name in ("a", "b")]
    tickets, wanted = LeftTickets(left.world.uows), LeftTicketWrite(version=1, type="other")
    done = await asyncio.gather(
        *(tickets.file(own.id, wanted, agent) for agent in agents), return_exceptions=True
    )
    assert [type(each) for each in done if each is not None] == [LeftMessageChanged]
    again = LeftTicketWrite(version=2, type="other")
    winner = agents[done.index(None)]
    with pytest.raises(TicketFiledBefore):
        await tickets.file(own.id, again, winner)


@on_sqlite
async def test_what_somebody_else_looks_after_is_his_to_file(left: LeftDesk) -> None:
    own = await left.leave()
    first, second = [await left.world.agent(name) for name in ("a", "b")]
    await left.step(own, LeftStep.CLAIM, first)
    with pytest.raises(NotOwner):
        await LeftTickets(left.world.uows).file(
            own.id, LeftTicketWrite(version=2, type="other"), second
        )
    assert (await filed(left, own, first)).created_by == first.account_id


@on_sqlite
async def test_what_was_forgotten_or_has_no_such_type_is_refused(left: LeftDesk) -> None:
    own = await left.leave()
    agent = await left.world.agent("a")
    with pytest.raises(BangbanError) as refused:
        await filed(left, own, agent, type="nothing_known")
    assert refused.value.code == "ticket_type_unknown"
    async with left.world.uows.write() as uow:
        row = await uow.session.get_one(LeftMessage, own.id)
        row.forgotten_at = uow.clock.now()
    with pytest.raises(IllegalTransition):
        await filed(left, own, agent)
