"""Contacts become one while others write to them, and on several servers at once."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text

import app.tables  # noqa: F401  (all tables there are)
from core.conversation import repository
from core.conversation.merging import JoinCollided
from core.conversation.models import (
    Contact,
    ContactIdentity,
    ContactUnion,
    Conversation,
    Inbox,
    Message,
)
from core.conversation.persons import TOPIC, Persons
from core.database import Database
from core.outbox.worker import OutboxWorker
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.engine.conftest import World
from tests.integration.engine.persons_steps import AN_HOUR, UNION, both, contact_of


@pytest.fixture
async def persons(world: World) -> Persons:
    return Persons(world.uows)


async def test_servers_that_learn_the_same_at_once_agree(
    world: World, persons: Persons, database_url: str
) -> None:
    for number in range(6):
        inbox = f"site{number}"
        async with world.uows.write() as uow:
            uow.session.add(Inbox(id=inbox, channel="web", name=inbox, created_at=uow.clock.now()))
        await world.say("我", inbox=inbox, who="login:1", client_msg_id="a")
    other = Database(database_url)
    servers = [persons, Persons(UnitOfWorkFactory(other, world.uows.clock))]
    await asyncio.gather(
        *(server.learn(f"site{n}", "login:1", UNION) for n in range(6) for server in servers)
    )
    worker = OutboxWorker(world.uows, {TOPIC: persons})
    while await worker.work_once():
        world.uows.clock.advance(AN_HOUR)  # type: ignore[attr-defined]
    await other.close()
    async with world.uows.read() as session:
        contacts = set(await session.scalars(select(ContactIdentity.contact_id)))
        union = (await session.scalars(select(ContactUnion))).one()
        assert contacts == {union.contact_id}
        assert await session.scalar(select(func.count()).select_from(Contact)) == 1
        assert await session.scalar(select(func.count()).select_from(Conversation)) == 6


async def test_no_message_is_lost_while_contacts_become_one(world: World, persons: Persons) -> None:
    kept, _ = await both(world, persons)

    async def write(number: int) -> None:
        await world.say(f"第{number}句", who="login:1", client_msg_id=f"m{number}", wait=False)

    await asyncio.gather(
        *(write(n) for n in range(10)),
        persons.learn("web", "login:1", UNION),
        *(write(n) for n in range(10, 20)),
    )
    await world.turns.idle()
    worker = OutboxWorker(world.uows, {TOPIC: persons})
    while await worker.work_once():
        world.uows.clock.advance(AN_HOUR)  # type: ignore[attr-defined]
    async with world.uows.read() as session:
        rows = await session.execute(
            select(Message.client_msg_id, Message.author_id, Conversation.contact_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Message.author_kind == "visitor", Message.client_msg_id.startswith("m"))
        )
        stored = rows.all()
    assert sorted(row[0] for row in stored) == sorted(f"m{n}" for n in range(20))
    assert {tuple(row[1:]) for row in stored} == {(kept, kept)}


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_it_is_the_join_that_gives_way_to_who_is_writing(
    world: World, persons: Persons
) -> None:
    kept, gone = await both(world, persons)
    async with world.uows.write() as uow:
        mine = await repository.open_conversation(uow.session, gone, "web", lock=True)
        assert mine is not None
        with pytest.raises(JoinCollided):
            await persons._join("web", "login:1", UNION)
        # Were it waiting with the contact in its hands, this would be a deadlock.
        await uow.session.execute(text("SELECT 1 FROM contacts FOR KEY SHARE"))
        await persons.learn("web", "login:1", UNION)
    await OutboxWorker(world.uows, {TOPIC: persons}).work_once()
    assert (await contact_of(world, "web", "login:1")).id == kept
