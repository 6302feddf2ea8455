"""The short way between a citizen and the owner: stored as on the general one, together, and only while it is true."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from core.auth.actor import Actor
from core.conversation.content import TextContent
from core.conversation.direct.writer import MOST
from core.conversation.intake import InboundMessage
from core.conversation.models import Contact, Inbox, Message
from core.conversation.schemas import MessageRead
from core.errors import InvalidInput, NotFound, NotOwner
from core.timers.models import Timer
from handoff.sla.service import CLOCK_TIMER
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, handed_over, served

# What two messages of one writer may differ in.
OWN = {"id", "seq", "content", "words", "client_msg_id", "created_at"}


async def write(world: World, text: str, *, who: str = "visitor-1", key: str = "") -> MessageRead:
    """A citizen writes as over the website's socket."""
    return await world.engine.say(
        InboundMessage("web", who, TextContent(text=text), client_msg_id=key or text)
    )


async def talking(world: World, agent: Actor, who: str = "visitor-1") -> str:
    """A service in which both sides have written once, so that the short way is open to both."""
    conversation_id = await served(world, agent, who)
    await write(world, f"{who} 先说", who=who)
    await answer(world, conversation_id, agent, f"答 {who}")
    await write(world, f"{who} 再说", who=who)
    return conversation_id


@contextmanager
def general_statements(world: World) -> Iterator[list[str]]:
    """What goes to the database by the general way meanwhile."""
    sent: list[str] = []
    engine = world.uows.database.engine.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def columns(row: Message) -> dict[str, Any]:
    return {c.name: getattr(row, c.name) for c in Message.__table__.columns if c.name not in OWN}


async def test_both_sides_take_it_and_what_is_stored_is_the_same(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await talking(world, agent)
    await answer(world, conversation_id, agent, "第一次走近路")
    before = await world.conversation(conversation_id)
    world.clock.advance(timedelta(seconds=2))
    with general_statements(world) as sent:
        read = await write(world, "电话 13812345678", key="k9")
        seq = await answer(world, conversation_id, agent, "好的")
    assert sent == []
    assert (read.seq, seq) == (before.last_seq + 1, before.last_seq + 2)
    thread = await world.thread(conversation_id)
    assert [row.seq for row in thread] == list(range(1, len(thread) + 1))
    by_text = {row.content["text"]: columns(row) for row in thread}
    assert by_text["电话 13812345678"] == by_text["visitor-1 先说"]
    assert by_text["好的"] == by_text["答 visitor-1"]
    after = await world.conversation(conversation_id)
    assert (after.last_seq, after.visitor_seq, after.agent_read_seq) == (seq, seq - 1, seq - 1)
    assert after.preview == "好的"
    assert after.updated_at == world.clock.now()
    [told] = world.told("message.created", conversation_id)[-1:]
    assert told.payload.id == thread[-1].id  # type: ignore[attr-defined]
    # The citizen reads the number in full, the desk in part.
    shown = [
        e for e in world.heard.events if e.name == "message.created" and e.payload.seq == seq - 1
    ]  # type: ignore[attr-defined]
    assert [bool(e.audience.visitor_rooms) for e in shown] == [False, True]
    assert "13812345678" not in shown[0].payload.model_dump_json()


async def test_clocks_run_as_on_the_general_way(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await talking(world, agent)
    await answer(world, conversation_id, agent, "请讲")
    begun = world.clock.now()
    with general_statements(world) as sent:
        await write(world, "等一等")
        world.clock.advance(timedelta(seconds=2))
        await write(world, "还有")
    assert sent == []
    row = await world.conversation(conversation_id)
    assert (row.waiting_since, row.quiet_since, row.clock_stage) == (begun, None, 0)
    assert row.answer_due_at == begun + timedelta(minutes=3)
    async with world.uows.read() as session:
        timer = await session.get(Timer, (CLOCK_TIMER, conversation_id))
    assert timer is not None
    assert timer.due_at == row.clock_at
    world.clock.advance(timedelta(minutes=4))
    await world.sweeper.sweep_once()
    assert [e.payload.code for e in world.told("alert.raised", conversation_id)] == [
        "answer_overdue"
    ]  # type: ignore[attr-defined]
    # The answer to what is overdue has more to do.
    with general_statements(world) as sent:
        await answer(world, conversation_id, agent, "抱歉久等")
    assert sent
    row = await world.conversation(conversation_id)
    assert (row.waiting_since, row.answer_due_at, row.quiet_since) == (
        None,
        None,
        world.clock.now(),
    )


async def test_the_former_owner_is_refused_and_the_citizen_reaches_the_new_one(
    world: World,
) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await talking(world, agent)
    await answer(world, conversation_id, agent, "走近路")
    await handed_over(world, conversation_id, agent, other)
    with pytest.raises(NotOwner):
        await answer(world, conversation_id, agent, "还是我")
    await write(world, "换人了吗")
    said = [row for row in await world.thread(conversation_id) if row.author_kind != "system"]
    assert said[-1].content["text"] == "换人了吗"
    last = world.told("message.created", conversation_id)[-1]
    assert f"agent:{other.account_id}" in last.audience.agent_rooms


async def test_what_was_stored_is_not_stored_again(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await talking(world, agent)
    first = await write(world, "同一句", key="k1")
    said = await answer(world, conversation_id, agent, "同一答", key="k2")
    assert (await write(world, "同一句", key="k1")).seq == first.seq
    assert await answer(world, conversation_id, agent, "同一答", key="k2") == said
    assert (await world.conversation(conversation_id)).last_seq == said


async def test_a_closed_conversation_and_a_closed_inbox_end_it(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await talking(world, agent)
    await answer(world, conversation_id, agent, "走近路")
    await world.people.ending.close(conversation_id, agent)
    again = await write(world, "又来了")
    await world.turns.idle()
    assert again.conversation_id != conversation_id
    other = await talking(world, agent, "visitor-2")
    async with world.uows.write() as uow:
        await uow.session.execute(update(Inbox).values(enabled=False))
    with pytest.raises(NotFound):
        await write(world, "还在吗", who="visitor-2")
    assert (await world.thread(other))[-1].content["text"] != "还在吗"


async def test_a_new_name_is_on_the_next_message(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await talking(world, agent)
    async with world.uows.write() as uow:
        await uow.session.execute(update(Contact).values(name="李女士"))
    assert (await write(world, "我改名了")).author.name == "李女士"
    assert (await world.thread(conversation_id))[-1].author_name == "李女士"


async def test_many_at_once_are_stored_together_in_order_and_a_bad_one_harms_nobody(
    world: World,
) -> None:
    agent = await world.agent("a", capacity=20)
    people = [f"visitor-{n}" for n in range(12)]
    conversations = [await talking(world, agent, who) for who in people]
    for conversation_id in conversations:
        await answer(world, conversation_id, agent, "近路")
    commits: list[int] = []
    store = world.people.direct.writer.store
    usual = store.store

    async def counted(batch: list[Any]) -> list[int | None]:
        commits.append(len(batch))
        return await usual(batch)

    store.store = counted  # type: ignore[method-assign]

    async def bad() -> None:
        with pytest.raises(InvalidInput):
            await write(world, "半个字 \ud800", key="bad")

    async def one(who: str, conversation_id: str) -> None:
        for n in range(8):
            await write(world, f"{who} 第{n}句", who=who)
            await answer(world, conversation_id, agent, f"{who} 第{n}答")

    await asyncio.gather(*(one(*pair) for pair in zip(people, conversations, strict=True)), bad())
    assert max(commits) > 1
    assert max(commits) <= MOST
    for who, conversation_id in zip(people, conversations, strict=True):
        thread = await world.thread(conversation_id)
        assert [row.seq for row in thread] == list(range(1, len(thread) + 1))
        said = [row.content["text"] for row in thread[-16:]]
        assert said == [f"{who} 第{n}{kind}" for n in range(8) for kind in "句答"]
