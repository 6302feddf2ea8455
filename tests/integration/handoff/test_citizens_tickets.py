"""What the bot tells citizens of tickets: only their own, or with the phone; urging is written down once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.auth.permissions import Role
from core.conversation.content import TextContent
from core.conversation.ports import BotReply, FileTicket, HandOff, Understanding, UrgeTicket
from core.conversation.tickets import PHONE_FIELD
from core.errors import TooManyRequests
from handoff.hours.decisions import Row
from handoff.tickets.citizens.lookup import CitizenTickets
from handoff.tickets.citizens.tries import TRIES, Tries
from handoff.tickets.models import Ticket
from tests.integration.handoff.conftest import World
from tests.integration.handoff.tickets import staff, steps_of, take

PHONE = "13800001234"
NUMBER = "GD20261123-0001"


def replies(world: World, *directives: object) -> None:
    world.bot._answer = lambda text: BotReply([TextContent(text="好的。")], list(directives))  # type: ignore[arg-type]


async def filed(world: World, who: str = "visitor-1") -> str:
    """A ticket of `who`'s conversation; its sender id as the bot knows it."""
    replies(world, FileTicket("投诉", "窗口态度", "骂人", {PHONE_FIELD: PHONE, "坏\x00": "\x00字"}))
    conversation_id = await world.say("我要投诉", who=who)
    return await sender(world, conversation_id)


async def the_ticket(world: World) -> Ticket:
    """The only one there is."""
    async with world.uows.read() as session:
        return (await session.scalars(select(Ticket))).one()


async def sender(world: World, conversation_id: str) -> str:
    conversation = await world.conversation(conversation_id)
    return f"{conversation_id}.{conversation.bot_session}"


async def stranger(world: World) -> str:
    replies(world)
    return await sender(world, await world.say("你好", who="visitor-2"))


def lookup(world: World) -> CitizenTickets:
    return CitizenTickets(uows=world.uows, tries=Tries(world.clock))


async def test_the_own_ticket_is_found_through_the_conversation(world: World) -> None:
    mine = await filed(world)
    [ticket] = await lookup(world).own(mine)
    assert (ticket.number, ticket.state, ticket.title) == (NUMBER, "new", "窗口态度")
    assert PHONE not in repr(ticket)
    assert await lookup(world).by_number(mine, NUMBER.lower(), None) is not None


async def test_nobody_sees_the_ticket_of_another_contact(world: World) -> None:
    await filed(world)
    other = await stranger(world)
    assert await lookup(world).own(other) == []
    assert await lookup(world).by_number(other, NUMBER, None) is None
    assert await lookup(world).by_number(other, NUMBER, "13900009999") is None
    assert await lookup(world).by_number(other, "GD20261123-0099", PHONE) is None


async def test_the_phone_left_with_the_ticket_opens_it(world: World) -> None:
    await filed(world)
    found = await lookup(world).by_number(await stranger(world), NUMBER, PHONE)
    assert found is not None
    assert found.number == NUMBER


@pytest.mark.parametrize("sender_id", ["", "x.1", "00000000-0000-0000-0000-000000000000.1"])
async def test_a_sender_that_is_no_conversation_sees_nothing(world: World, sender_id: str) -> None:
    await filed(world)
    assert await lookup(world).own(sender_id) == []
    assert await lookup(world).by_number(sender_id, NUMBER, PHONE) is None


async def test_another_episode_of_the_conversation_is_not_believed(world: World) -> None:
    mine = await filed(world)
    id_, _, episode = mine.rpartition(".")
    assert await lookup(world).own(f"{id_}.{int(episode) + 1}") == []


async def test_phones_cannot_be_tried_out(world: World) -> None:
    await filed(world)
    other, asked = await stranger(world), lookup(world)
    for n in range(TRIES):
        assert await asked.by_number(other, NUMBER, f"1390000{n:04d}") is None
    with pytest.raises(TooManyRequests):
        await asked.by_number(other, NUMBER, PHONE)
    world.clock.advance(timedelta(minutes=16))
    assert await asked.by_number(other, NUMBER, PHONE) is not None


async def test_urging_is_written_down_once_a_day(world: World) -> None:
    await filed(world)
    replies(world, UrgeTicket(NUMBER))
    conversation_id = await world.say("催办")
    assert "已经为您催办" in (await world.texts(conversation_id))[-1][1]
    await world.say("催办")
    assert "已经催办过" in (await world.texts(conversation_id))[-1][1]
    row = await the_ticket(world)
    steps = await steps_of(world, row.id)
    assert [step.step for step in steps] == ["file", "urge"]
    assert (row.status, steps[-1].actor_name) == ("new", "市民")
    [ticket] = await lookup(world).own(await sender(world, conversation_id))
    assert ticket.urged_at == world.clock.now()


async def test_a_foreign_ticket_is_urged_only_with_its_phone(world: World) -> None:
    await filed(world)
    for phone, said in ((None, "没有找到"), ("13900009999", "没有找到"), (PHONE, "已经为您催办")):
        replies(world, UrgeTicket(NUMBER, phone))
        conversation_id = await world.say("催办", who="visitor-2")
        assert said in (await world.texts(conversation_id))[-1][1]


async def test_the_citizen_sees_what_was_asked_and_answered_and_no_notes(world: World) -> None:
    mine = await filed(world)
    boss = await staff(world, "boss", role=Role.ADMIN)
    ticket_id = (await the_ticket(world)).id
    seen = await world.people.tickets.get(ticket_id, boss)
    await take(world, seen, "assign", boss, assignee_id=boss.account_id)
    await take(world, seen, "accept", boss)
    for step, reason in (("comment", "此人常来"), ("ask", "请补充日期")):
        await take(
            world, await world.people.tickets.get(ticket_id, boss), step, boss, reason=reason
        )
    [ticket] = await lookup(world).own(mine)
    assert (ticket.type, ticket.state, ticket.asked, ticket.answer) == (
        "投诉", "pending", "请补充日期", "",
    )  # fmt: skip


async def test_what_the_bot_collected_is_stored_without_what_harms(world: World) -> None:
    await filed(world)
    row = await the_ticket(world)
    assert (row.fields, row.citizen_phone) == ({"坏": "字"}, PHONE)


@pytest.mark.parametrize(("reason", "offered"), [("complaint", True), ("asked_for_person", False)])
async def test_a_complaint_when_nobody_is_there_offers_to_register_it(
    world: World, reason: str, offered: bool
) -> None:
    await world.admit_by(Row("bot"))
    world.bot._answer = lambda text: BotReply(
        [], [HandOff(reason)], Understanding(intent="complain", confidence=0.95)
    )
    conversation_id = await world.say("你们的人太差了")
    assert (await world.conversation(conversation_id)).status == "bot"
    last = (await world.thread(conversation_id))[-1].content
    labels = [choice["label"] for choice in last.get("choices", [])]
    assert ("登记投诉" in labels) is offered
