"""The usual message takes few statements, and the short way gives way whenever anything else has happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.models import Contact, Inbox
from core.conversation.ports import BotReply, HandoffDecision
from core.conversation.schemas import Author
from core.errors import NotFound
from tests.integration.engine.conftest import World

AGENT = Author(kind="agent", id="01990000-0000-7000-8000-000000000001", name="小王")


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """What is sent to the database meanwhile, without BEGIN and COMMIT."""
    sent: list[str] = []
    engine = world.uows.database.engine.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement.split("\n")[0])

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_a_further_question_and_its_answer_take_four_statements(world: World) -> None:
    await world.say("第一个问题")
    with statements(world) as sent:
        receipt = await world.say("第二个问题", client_msg_id="m2")
    assert [one.split()[0] for one in sent] == ["UPDATE", "INSERT", "UPDATE", "INSERT"], sent
    texts = await world.texts(receipt.conversation.id)
    assert texts[2:] == [("visitor", "第二个问题"), ("bot", "您说：第二个问题")]
    row = await world.conversation(receipt.conversation.id)
    assert (row.last_seq, row.visitor_seq, row.answered_seq) == (4, 3, 3)
    assert (row.turn_lease_until, row.preview) == (None, "您说：第二个问题")
    assert [turn.earlier for turn in world.bot.turns] == [(), ("第一个问题",)]


async def test_a_first_message_needs_no_more_than_ten_statements(world: World) -> None:
    with statements(world) as sent:
        await world.say("你好")
    assert len(sent) <= 10, sent


async def test_a_repeat_on_the_short_way_is_known_as_one(world: World) -> None:
    await world.say("你好")
    first = await world.say("再问", client_msg_id="m2")
    again = await world.say("再问", client_msg_id="m2")
    assert again.duplicate
    assert again.message.id == first.message.id
    assert len(world.bot.turns) == 2


async def test_a_note_written_in_between_is_read_before_the_next_turn(world: World) -> None:
    receipt = await world.say("你好")
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, receipt.conversation.id)
        await thread.append(uow, row, AGENT, TextContent(text="备注"), private=True)
    await world.say("再问")
    messages = await world.thread(receipt.conversation.id)
    assert [row.seq for row in messages] == [1, 2, 3, 4, 5]
    assert world.bot.turns[-1].earlier == ("你好",)


async def test_a_citizen_whom_people_serve_meanwhile_writes_to_them(world: World) -> None:
    receipt = await world.say("你好")
    await world.engine.request_handoff(receipt.conversation.id)
    await world.say("有人吗")
    assert len(world.bot.turns) == 1
    assert len(world.desk.visitor_messages) == 1


async def test_a_takeover_during_the_turn_drops_the_quick_reply_too(world: World) -> None:
    receipt = await world.say("你好")

    async def taken_over() -> None:
        await world.engine.request_handoff(receipt.conversation.id)

    world.bot.before_reply = taken_over
    await world.say("再问")
    assert ("bot", "您说：再问") not in await world.texts(receipt.conversation.id)


async def test_a_message_written_during_the_turn_is_answered_after_it(world: World) -> None:
    receipt = await world.say("你好")
    written = False

    async def writes_on() -> None:
        nonlocal written
        if not written:
            written = True
            await world.say("补充一句", wait=False)

    world.bot.before_reply = writes_on
    await world.say("再问")
    assert [turn.text for turn in world.bot.turns] == ["你好", "再问", "补充一句"]
    row = await world.conversation(receipt.conversation.id)
    assert row.answered_seq == row.visitor_seq


async def test_another_server_that_answered_last_is_noticed(world: World) -> None:
    receipt = await world.say("你好")
    other = world.runner()
    async with world.uows.write() as uow:
        row = await thread.load_for_update(uow, receipt.conversation.id)
        contact = await uow.session.get_one(Contact, row.contact_id)
        author = Author(kind="visitor", id=contact.id)
        await thread.append(uow, row, author, TextContent(text="在另一台上问"))
    await other.resume()
    await other.idle()
    await world.say("再问")
    assert world.bot.turns[-1].earlier == ("你好", "在另一台上问")


async def test_an_inbox_that_was_closed_takes_no_further_message(world: World) -> None:
    await world.say("你好")
    async with world.uows.write() as uow:
        (await uow.session.get_one(Inbox, "web")).enabled = False
    try:
        await world.say("再问")
    except NotFound:
        return
    raise AssertionError("a message was taken by an inbox that is not in use")


async def test_a_new_name_stands_on_the_next_message(world: World) -> None:
    receipt = await world.say("你好")
    async with world.uows.write() as uow:
        row = await world.conversation(receipt.conversation.id)
        (await uow.session.get_one(Contact, row.contact_id)).name = "张三"
    assert (await world.say("再问")).message.author.name == "张三"


async def test_a_refused_handoff_keeps_what_became_of_the_turn(world: World) -> None:
    world.desk.refusal = "现在没有工作人员在线。"
    world.policy._rule = lambda context: (
        HandoffDecision(rule="keyword", evidence={}) if "人工" in context.text else None
    )
    world.bot._answer = lambda text: BotReply(contents=[TextContent(text=text)], settled=True)
    await world.say("你好")
    await world.say("转人工")
    await world.say("再问")
    turn = world.bot.turns[-1]
    assert turn.settled
    [missed] = turn.missed
    assert (missed.text, missed.understanding) == ("转人工", None)
    assert missed.contents[0]["text"] == world.desk.refusal


async def test_a_turn_is_settled_only_where_the_bot_said_so(world: World) -> None:
    await world.say("你好")
    await world.say("再问")
    assert [turn.settled for turn in world.bot.turns] == [True, False]
