"""The desk's lists narrowed and searched, what agents correct, and how far a message to WeChat came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.delivery import Delivery
from core.audit import AuditRow
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation import thread
from core.conversation.content import TextContent
from core.conversation.models import Contact, Conversation, Inbox, Message
from core.conversation.ports import DeliveryRefused
from core.errors import BangbanError, InvalidInput, NotFound
from core.ids import new_id
from core.outbox.worker import OutboxWorker
from handoff.desk import search
from handoff.desk.contact_schemas import ContactChange, ConversationChange
from handoff.desk.contacts import ConversationOver
from handoff.desk.deliveries import NotFailed, Redelivery
from handoff.desk.wanted import Section, Wanted
from handoff.tickets.schemas import TicketCreate
from tests.integration.handoff.conftest import World
from tests.integration.handoff.steps import answer, served


async def listed(world: World, actor: Actor, **wanted: object) -> list[str]:
    page = await world.people.reader.page(actor, Wanted(**wanted))  # type: ignore[arg-type]
    return [item.id for item in page.items]


async def found(world: World, actor: Actor, text: str, **wanted: object) -> list[tuple[str, str]]:
    page = await world.people.reader.search(actor, Wanted(**wanted), text)  # type: ignore[arg-type]
    return [(item.id, item.found.by) for item in page.items]


async def test_every_part_of_the_list_holds_what_belongs_to_it(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    boss = await world.agent("s", role=Role.SUPERVISOR)
    mine, theirs = await served(world, agent, who="v1"), await served(world, other, who="v2")
    over = await served(world, agent, who="v3")
    await world.people.ending.close(over, agent)
    waits, bot = await world.say("转人工", who="v4"), await world.say("你好", who="v5")
    assert await listed(world, agent, section=Section.MINE) == [mine]
    assert await listed(world, agent, section=Section.QUEUED) == [waits]
    assert await listed(world, agent, section=Section.TEAM) == []
    assert await listed(world, agent, section=Section.CLOSED) == [over]
    assert set(await listed(world, boss, section=Section.TEAM)) == {mine, theirs}
    assert await listed(world, boss, section=Section.BOT) == [bot]


async def test_a_note_that_names_an_agent_is_found_under_mentions(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    await world.people.talking.send_message(
        conversation_id, agent, TextContent(text="请看一下"), client_msg_id="n", private=True,
        mentions=[other.account_id],
    )  # fmt: skip
    page = await world.people.reader.page(other, Wanted(section=Section.MENTIONED))
    assert [(item.id, item.mentioned) for item in page.items] == [(conversation_id, True)]
    assert await listed(world, agent, section=Section.MENTIONED) == []


async def test_lists_are_narrowed_by_business_tag_agent_unread_and_waiting(world: World) -> None:
    agent, other = await world.agent("a"), await world.agent("b")
    boss = await world.agent("s", role=Role.SUPERVISOR)
    one, two = await served(world, agent, who="v1"), await served(world, other, who="v2")
    await answer(world, two, other, "您好")
    corrections = world.people.corrections
    await corrections.change_conversation(one, ConversationChange(business=" 提取 "), agent)
    contact_id = (await world.conversation(one)).contact_id
    await corrections.change_contact(contact_id, ContactChange(tags=["老年人", "50%_"]), agent)
    team = {"section": Section.TEAM}
    assert await listed(world, boss, **team, business="提取") == [one]
    assert await listed(world, boss, **team, tag="老年人") == [one]
    assert await listed(world, boss, **team, tag="50%_") == [one]
    assert await listed(world, boss, **team, tag="老") == []
    assert await listed(world, boss, **team, agent=other.account_id) == [two]
    assert await listed(world, boss, **team, unread=True) == [one]
    assert await listed(world, boss, **team, waiting=True) == [one]
    assert await listed(world, boss, **team, channel="wechat") == []
    assert await listed(world, boss, **team, inbox="web") == [two, one]


async def test_closed_ones_come_latest_first_page_by_page_and_by_day(world: World) -> None:
    agent = await world.agent("a")
    opened = [await served(world, agent, who=f"v{n}") for n in range(3)]
    closed = [opened[1], opened[2], opened[0]]
    moments = []
    for conversation_id in closed:
        world.clock.advance(timedelta(minutes=1))
        await world.people.ending.close(conversation_id, agent)
        moments.append(world.clock.now())
    wanted = Wanted(section=Section.CLOSED)
    first = await world.people.reader.page(agent, wanted, limit=2)
    rest = await world.people.reader.page(agent, wanted, limit=2, after=first.next)
    assert [item.id for item in (*first.items, *rest.items)] == closed[::-1]
    assert rest.next is None
    some = await listed(world, agent, section=Section.CLOSED, since=moments[1], until=moments[2])
    assert some == [closed[1]]


async def test_the_search_finds_words_names_tickets_and_numbers(world: World) -> None:
    agent = await world.agent("a")
    boss = await world.agent("s", role=Role.SUPERVISOR)
    said = await served(world, agent, who="v1")
    await world.say("我的ＡＢＣ  公积金 100% 提取了吗", who="v1")
    named = await world.say("你好", who="v2")
    async with world.uows.write() as uow:
        contact = await uow.session.get(Contact, (await world.conversation(named)).contact_id)
        assert contact is not None
        contact.name = "Ouyang 娜"
    ticket = await world.people.tickets.file(
        TicketCreate(type="咨询", title="到账", conversation_id=said), agent
    )
    assert await found(world, boss, "abc 公积金") == [(said, "words")]
    assert await found(world, boss, "100% 提取") == [(said, "words")]
    assert await found(world, boss, "100_") == []
    assert await found(world, boss, "ouYANG") == [(named, "name")]
    assert (said, "ticket") in await found(world, boss, ticket.number.lower())
    assert (named, "number") in await found(world, boss, named)
    assert (named, "number") in await found(world, boss, named[-8:])
    assert await found(world, boss, "公积金", channel="wechat") == []
    # A colleague's conversation is not found by whoever may not read it.
    other = await world.agent("b")
    assert await found(world, other, "公积金") == []
    with pytest.raises(InvalidInput):
        await found(world, boss, " 的 ")


async def test_a_search_stops_after_its_stretch_and_goes_on_where_it_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "STRETCH", 8)
    boss = await world.agent("s", role=Role.SUPERVISOR)
    old = await world.say("缴存证明怎么开", who="v1")
    for number in range(12):
        await world.say(f"别的问题{number}", who="v2")
    seen, after, pages = [], None, 0
    while True:
        page = await world.people.reader.search(boss, Wanted(), "缴存证明", after=after)
        seen += [item.id for item in page.items]
        pages, after = pages + 1, page.next
        if after is None:
            break
        assert page.since is not None
    assert set(seen) == {old}
    assert pages > 2


async def test_what_was_taken_back_is_not_found(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    seq = await answer(world, conversation_id, agent, "这句话要收回")
    assert await found(world, agent, "要收回") == [(conversation_id, "words")]
    async with world.uows.write() as uow:
        row = await uow.session.scalar(
            select(Message).where(Message.conversation_id == conversation_id, Message.seq == seq)
        )
        assert row is not None
        row.content = {"type": "activity", "kind": "recalled", "text": "撤回了一条消息"}
    assert await found(world, agent, "要收回") == []


async def test_corrections_are_checked_audited_and_told_without_what_is_personal(
    world: World,
) -> None:
    agent, stranger = await world.agent("a"), await world.agent("b")
    conversation_id = await served(world, agent)
    contact_id = (await world.conversation(conversation_id)).contact_id
    corrections = world.people.corrections
    change = ContactChange(name="张 \x00三 ", birth_year=1960)
    with pytest.raises(NotFound):
        await corrections.change_contact(contact_id, change, stranger)
    contact = await corrections.change_contact(contact_id, change, agent)
    assert (contact.name, contact.birth_year, contact.region) == ("张 三", 1960, "")
    with pytest.raises(InvalidInput):
        await corrections.change_contact(contact_id, ContactChange(birth_year=2100), agent)
    told = world.told("conversation.updated", conversation_id)[-3:]
    assert any(getattr(event.payload, "contact_name", None) == "张 三" for event in told)
    async with world.uows.read() as session:
        row = await session.scalar(select(AuditRow).where(AuditRow.action == "contact.changed"))
    assert row is not None
    assert row.data == {"fields": ["birth_year", "name"]}
    await world.people.ending.close(conversation_id, agent)
    with pytest.raises(ConversationOver):
        await corrections.change_conversation(
            conversation_id, ConversationChange(business="提取"), agent
        )


async def test_earlier_conversations_come_in_pages(world: World) -> None:
    agent = await world.agent("a")
    ended = []
    for _ in range(4):
        conversation_id = await served(world, agent)
        await world.people.ending.close(conversation_id, agent)
        ended.append(conversation_id)
    now = await served(world, agent)
    first = await world.people.reader.earlier(now, agent, after=None, limit=3)
    rest = await world.people.reader.earlier(now, agent, after=first.next, limit=3)
    assert [row.id for row in (*first.items, *rest.items)] == ended[::-1]
    assert rest.next is None


async def test_the_panel_knows_whether_a_rating_was_asked_for_and_given(world: World) -> None:
    agent = await world.agent("a")
    conversation_id = await served(world, agent)
    context = await world.people.reader.context(conversation_id, agent)
    assert (context.invited_at, context.rated) == (None, False)
    await world.people.ending.invite_rating(conversation_id, agent)
    context = await world.people.reader.context(conversation_id, agent)
    assert (context.invited_at, context.rated) == (world.clock.now(), False)
    contact_id = (await world.conversation(conversation_id)).contact_id
    await world.people.ratings.rate(conversation_id=conversation_id, contact_id=contact_id, score=5)
    assert (await world.people.reader.context(conversation_id, agent)).rated


class Channel:
    """Takes what it is given, unless told to fail."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.taken: list[str] = []

    async def deliver(self, inbox: Inbox, address: str, message: Message) -> None:
        if self.error is not None:
            raise self.error
        self.taken.append(message.id)


async def _on_wechat(world: World, conversation_id: str) -> None:
    async with world.uows.write() as uow:
        change = update(Conversation).where(Conversation.id == conversation_id)
        await uow.session.execute(change.values(channel="wechat"))


async def _states(world: World, conversation_id: str, actor: Actor) -> list[tuple[str, str]]:
    page = await world.people.reader.messages(conversation_id, actor)
    return [(m.delivery.state, m.delivery.reason) for m in page.items if m.delivery is not None]


async def test_a_message_tells_how_far_it_came_and_can_be_sent_again(world: World) -> None:
    agent, channel = await world.agent("a"), Channel()
    worker = OutboxWorker(
        world.uows, {thread.DELIVER_TOPIC: Delivery(world.uows, {"wechat": channel})}
    )  # type: ignore[dict-item]
    conversation_id = await served(world, agent)
    await _on_wechat(world, conversation_id)
    await answer(world, conversation_id, agent, "您好")
    assert (await _states(world, conversation_id, agent))[-1] == ("sending", "")
    channel.error = ConnectionError()
    await worker.work_once()
    assert (await _states(world, conversation_id, agent))[-1] == ("retrying", "")
    channel.error = DeliveryRefused("window_closed", "超过 48 小时，不能再发消息")
    world.clock.advance(timedelta(minutes=1))
    await worker.work_once()
    failed = ("failed", "超过 48 小时，不能再发消息")
    assert (await _states(world, conversation_id, agent))[-1] == failed
    [item] = (await world.people.reader.page(agent, Wanted(section=Section.MINE))).items
    assert item.undelivered
    await _sent_again(world, conversation_id, agent, channel, worker)


async def _sent_again(
    world: World, conversation_id: str, agent: Actor, channel: Channel, worker: OutboxWorker
) -> None:
    page = await world.people.reader.messages(conversation_id, agent)
    message, redelivery = page.items[-1], Redelivery(world.uows)
    with pytest.raises(BangbanError):
        await redelivery.retry(conversation_id, message.id, await world.agent("b"))
    channel.error = None
    await redelivery.retry(conversation_id, message.id, agent)
    await worker.work_once()
    assert channel.taken[-1] == message.id
    assert (await _states(world, conversation_id, agent))[-1] == ("delivered", "")
    with pytest.raises(NotFailed):
        await redelivery.retry(conversation_id, message.id, agent)
    with pytest.raises(NotFailed):
        await redelivery.retry(conversation_id, new_id(), agent)
    told = _deliveries_told(world, message.id)
    assert told[-4:] == ["retrying", "failed", "sending", "delivered"]


def _deliveries_told(world: World, message_id: str) -> Sequence[str]:
    return [
        event.payload.delivery.state
        for event in world.heard.events
        if event.name == "message.updated" and getattr(event.payload, "id", "") == message_id
        and event.payload.delivery is not None
    ]  # fmt: skip
