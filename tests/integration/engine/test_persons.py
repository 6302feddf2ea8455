"""Contacts with one unionid become one: nothing is lost, and nothing is joined that may be two people."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Integer, Uuid, func, insert, select

import app.tables  # noqa: F401  (all tables there are)
from core.audit import AuditRow
from core.conversation import thread
from core.conversation.merging import references
from core.conversation.models import (
    Contact,
    Conversation,
    Message,
)
from core.conversation.persons import REFUSED, TOPIC, Persons
from core.conversation.status import Trigger
from core.database import Base, Instant
from core.events import contact_room
from core.ids import new_id
from core.outbox.models import OutboxRow
from core.outbox.worker import OutboxWorker, Postponed
from tests.integration.engine.conftest import World
from tests.integration.engine.persons_steps import UNION, both, contact_of


@pytest.fixture
async def persons(world: World) -> Persons:
    return Persons(world.uows)


async def audits(world: World, action: str) -> list[AuditRow]:
    async with world.uows.read() as session:
        return list(await session.scalars(select(AuditRow).where(AuditRow.action == action)))


async def test_a_citizen_of_two_inboxes_is_one_contact_with_both_conversations(
    world: World, persons: Persons
) -> None:
    kept, gone = await both(world, persons)
    await persons.learn("web", "login:1", UNION)
    assert (await contact_of(world, "web", "login:1")).id == kept
    async with world.uows.read() as session:
        assert await session.get(Contact, gone) is None
        rows = list(
            await session.scalars(select(Conversation).where(Conversation.contact_id == kept))
        )
        said = await session.scalars(
            select(Message.author_id).where(Message.author_kind == "visitor")
        )
        assert set(said) == {kept}
    assert sorted(row.inbox_id for row in rows) == ["web", "wx"]
    [joined] = await audits(world, "contact.joined")
    assert joined.subject == f"contact:{kept}"
    assert (joined.data["joined"], len(joined.data["conversations"])) == (gone, 1)
    moved = [event for event in world.heard.events if event.name == "session.moved"]
    assert [event.audience.visitor_rooms for event in moved] == [{contact_room(gone, "web")}]
    # And on goes the talk, with a window that was opened before.
    receipt = await world.say("再问一句", who="login:1", client_msg_id="b")
    assert receipt.conversation.contact_id == kept
    assert len(rows) == 2


async def test_what_is_known_and_said_again_costs_nothing(world: World, persons: Persons) -> None:
    kept, _ = await both(world, persons)
    world.heard.events.clear()
    await persons.learn("wx", "oOne", UNION)
    await persons.learn("wx", "oNobody", UNION)
    assert world.heard.events == []
    assert (await contact_of(world, "wx", "oOne")).id == kept


def filled(column: Any, known: dict[str, Any], number: int) -> Any:
    """A value for a column that must have one."""
    for key in column.foreign_keys:
        if key.target_fullname in known:
            return known[key.target_fullname]
    if isinstance(column.type, Uuid):
        return new_id()
    if isinstance(column.type, JSON):
        return []
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, Instant):
        return known["now"]
    return {"status": "new", "state": "closed"}.get(column.name, f"{column.name}{number}"[:30])


async def test_everything_that_names_the_contact_comes_along(
    world: World, persons: Persons
) -> None:
    kept, gone = await both(world, persons)
    account = Base.metadata.tables["accounts"]
    columns = [c for c in references() if c.table.name not in
               {"contacts", "contact_unions", "contact_identities", "conversations"}]  # fmt: skip
    assert len(columns) >= 4
    async with world.uows.write() as uow:
        conversation = await uow.session.scalar(
            select(Conversation.id).where(Conversation.contact_id == gone)
        )
        known = {
            "contacts.id": gone, "conversations.id": conversation, "inboxes.id": "web",
            "accounts.id": new_id(), "now": uow.clock.now(),
        }  # fmt: skip
        agent = {
            c.name: filled(c, {"now": known["now"]}, 1) for c in account.columns if not c.nullable
        }
        await uow.session.execute(insert(account).values({**agent, "id": known["accounts.id"]}))
        for number, column in enumerate(columns):
            table = column.table
            row = {c.name: filled(c, known, number) for c in table.columns if not c.nullable}
            await uow.session.execute(insert(table).values({**row, column.name: gone}))
    await persons.learn("web", "login:1", UNION)
    async with world.uows.read() as session:
        for column in columns:
            assert await session.scalar(select(func.count()).where(column == kept)) == 1, column


async def test_what_is_known_of_either_is_known_of_the_one(world: World, persons: Persons) -> None:
    kept, gone = await both(world, persons)
    async with world.uows.write() as uow:
        first = await uow.session.get_one(Contact, kept)
        second = await uow.session.get_one(Contact, gone)
        first.tags, first.customer_group = ["单位经办人"], ""
        second.name, second.tags, second.customer_group = (
            "张三",
            ["老年人", "单位经办人"],
            "重点服务对象",
        )
    await persons.learn("web", "login:1", UNION)
    contact = await contact_of(world, "web", "login:1")
    assert (contact.name, contact.customer_group) == ("张三", "重点服务对象")
    assert contact.tags == ["单位经办人", "老年人"]


# ---- what may be two people ------------------------------------------------------------------------------------


async def test_a_contact_never_gets_a_second_unionid(world: World, persons: Persons) -> None:
    """A website login that two people use would make one of them, with everything either has ever said."""
    kept, gone = await both(world, persons)
    await persons.learn("web", "login:1", "uSomebodyElse")
    for _ in range(3):
        await persons.learn("web", "login:1", UNION)
        await persons.learn("wx", "oOne", "uSomebodyElse")
    assert (await contact_of(world, "wx", "oOne")).id == kept
    assert (await contact_of(world, "web", "login:1")).id == gone
    assert {row.subject for row in await audits(world, REFUSED)} == {
        f"contact:{kept}",
        f"contact:{gone}",
    }
    assert len(await audits(world, REFUSED)) == 2
    assert await audits(world, "contact.joined") == []


async def test_two_openids_of_one_account_are_two_people(world: World, persons: Persons) -> None:
    kept, _ = await both(world, persons)
    await world.say("我是另一个人", inbox="wx", who="oTwo", external_id="2")
    await persons.learn("wx", "oTwo", UNION)
    assert (await contact_of(world, "wx", "oTwo")).id != kept
    [refused] = await audits(world, REFUSED)
    assert refused.data == {"reason": "two_addresses"}


# ---- two conversations on one inbox ----------------------------------------------------------------------------


async def hand_to_people(world: World, conversation_id: str) -> None:
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, conversation_id)
        await thread.transition(uow, row, Trigger.HANDED_OFF, actor="bot", text="转人工")


async def two_windows(world: World, persons: Persons) -> tuple[str, str]:
    """A citizen with two logins on one website, both of them open; the conversations."""
    first = await world.say("窗口一", who="login:1", client_msg_id="a")
    await persons.learn("web", "login:1", UNION)
    second = await world.say("窗口二", who="login:2", client_msg_id="a")
    return first.conversation.id, second.conversation.id


async def test_of_two_open_ones_the_one_that_people_serve_stays(
    world: World, persons: Persons
) -> None:
    first, second = await two_windows(world, persons)
    await hand_to_people(world, first)
    await persons.learn("web", "login:2", UNION)
    assert (await world.conversation(first)).status == "queued"
    gave_way = await world.conversation(second)
    assert (gave_way.status, gave_way.contact_id) == (
        "closed", (await contact_of(world, "web", "login:1")).id
    )  # fmt: skip
    assert (await world.texts(second))[-1][1].startswith("您已在另一个窗口继续咨询")


async def test_of_two_with_the_bot_the_newer_window_stays(world: World, persons: Persons) -> None:
    first, second = await two_windows(world, persons)
    await persons.learn("web", "login:2", UNION)
    assert (await world.conversation(first)).status == "closed"
    assert (await world.conversation(second)).status == "bot"


async def test_while_people_serve_both_the_join_waits(world: World, persons: Persons) -> None:
    first, second = await two_windows(world, persons)
    await hand_to_people(world, first)
    await hand_to_people(world, second)
    await persons.learn("web", "login:2", UNION)
    async with world.uows.read() as session:
        row = (await session.scalars(select(OutboxRow).where(OutboxRow.topic == TOPIC))).one()
    with pytest.raises(Postponed):
        await persons(row.payload)
    assert (await contact_of(world, "web", "login:1")).id != (
        await contact_of(world, "web", "login:2")
    ).id
    await world.engine.close(first, actor="visitor")
    await OutboxWorker(world.uows, {TOPIC: persons}).work_once()
    assert (await contact_of(world, "web", "login:1")).id == (
        await contact_of(world, "web", "login:2")
    ).id
