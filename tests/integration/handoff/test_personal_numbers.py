"""Personal numbers at the desk: in part everywhere, in full on request, which is noted; and gone in time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.audit import AuditRow
from core.auth.permissions import Role
from core.configs import put_config
from core.conversation.content import TextContent
from core.conversation.keeping import CONFIG_NAME, PersonalSettings, arm, timer_handlers
from core.conversation.looking import ReasonNeeded
from core.errors import NotFound, TooManyRequests
from core.ids import new_id
from core.sensitive.book import WordsBlocked, WordsRefused
from core.sensitive.words import WordList, WordsConfig
from core.timers.sweeper import TimerSweeper
from handoff.desk.revealing import Revealing
from handoff.saved_replies.schemas import SavedReplyWrite
from handoff.saved_replies.service import SavedReplies
from tests.integration.handoff.conftest import World

IDENTITY, PHONE = "110101199001011234", "13812345678"
SAID = f"身份证{IDENTITY}电话{PHONE}"
SEEN = "身份证1101**********1234电话138****5678"


async def served(world: World) -> tuple[Any, str]:
    """An agent with a citizen who has told her numbers."""
    agent = await world.agent("a")
    conversation_id = await world.say("转人工")
    await world.people.taking.claim(conversation_id, agent)
    await world.say(SAID)
    return agent, conversation_id


async def audited(world: World, action: str) -> list[AuditRow]:
    async with world.uows.read() as session:
        query = select(AuditRow).where(AuditRow.action == action)
        return list((await session.scalars(query)).all())


async def test_the_desk_sees_a_part_and_the_citizen_the_whole(world: World) -> None:
    agent, conversation_id = await served(world)
    told = [e for e in world.told("message.created", conversation_id) if e.payload.seq == 4]  # type: ignore[attr-defined]
    texts = {
        "desk" if event.audience.agent_rooms else "citizen": event.payload.content.text  # type: ignore[attr-defined]
        for event in told
    }
    assert texts == {"desk": SEEN, "citizen": SAID}
    assert all(not (e.audience.agent_rooms and e.audience.visitor_rooms) for e in told)
    page = await world.people.reader.messages(conversation_id, agent)
    assert (page.items[-1].content.text, page.items[-1].masked) == (SEEN, True)  # type: ignore[union-attr]
    assert (await world.conversation(conversation_id)).preview == SEEN
    assert (await world.thread(conversation_id))[-1].content["text"] == SAID


async def test_a_message_without_numbers_is_pushed_once(world: World) -> None:
    _agent, conversation_id = await served(world)
    before = len(world.told("message.created", conversation_id))
    await world.say("谢谢")
    assert len(world.told("message.created", conversation_id)) == before + 1


async def test_what_an_agent_repeats_is_covered_for_the_desk_only(world: World) -> None:
    agent, conversation_id = await served(world)
    read = await world.people.talking.send_message(
        conversation_id, agent, TextContent(text=f"是{PHONE}吗"), client_msg_id=new_id()
    )
    assert (read.content.text, read.masked) == ("是138****5678吗", True)  # type: ignore[union-attr]
    heard = await world.heard_by(conversation_id, "message.created")
    assert heard[-1].payload.content.text == f"是{PHONE}吗"  # type: ignore[attr-defined]


async def test_a_look_is_noted_without_what_was_seen(world: World) -> None:
    agent, conversation_id = await served(world)
    message = (await world.thread(conversation_id))[-1]
    read = await Revealing(world.uows).reveal(
        conversation_id, message.id, agent, f"核对{PHONE}的记录"
    )
    assert read.content.text == SAID  # type: ignore[union-attr]
    (row,) = await audited(world, "message.revealed")
    assert (row.actor, row.subject) == (agent.account_id, f"message:{message.id}")
    assert row.data == {"conversation": conversation_id, "reason": "核对[手机号]的记录"}


async def test_who_may_not_read_the_conversation_may_not_look(world: World) -> None:
    _agent, conversation_id = await served(world)
    stranger = await world.agent("b")
    message = (await world.thread(conversation_id))[-1]
    with pytest.raises(NotFound):
        await Revealing(world.uows).reveal(conversation_id, message.id, stranger, "")
    assert await audited(world, "message.revealed") == []


async def test_a_message_of_another_conversation_cannot_be_looked_at_through_ones_own(
    world: World,
) -> None:
    _other, others = await served(world)
    message = (await world.thread(others))[-1]
    agent = await world.agent("b")
    own = await world.say("转人工", who="visitor-2")
    await world.people.taking.claim(own, agent)
    with pytest.raises(NotFound):
        await Revealing(world.uows).reveal(own, message.id, agent, "")


async def test_a_reason_can_be_asked_for(world: World) -> None:
    agent, conversation_id = await served(world)
    async with world.uows.write() as uow:
        await put_config(uow, CONFIG_NAME, PersonalSettings(reveal_reason=True), "system")
    message = (await world.thread(conversation_id))[-1]
    with pytest.raises(ReasonNeeded):
        await Revealing(world.uows).reveal(conversation_id, message.id, agent, "  ")
    await Revealing(world.uows).reveal(conversation_id, message.id, agent, "核对身份")


async def test_collecting_numbers_is_slowed_down(world: World) -> None:
    agent, conversation_id = await served(world)
    message, revealing = (await world.thread(conversation_id))[-1], Revealing(world.uows)
    for _ in range(60):
        await revealing.reveal(conversation_id, message.id, agent, "")
    with pytest.raises(TooManyRequests):
        await revealing.reveal(conversation_id, message.id, agent, "")


async def test_identity_numbers_go_some_time_after_closing_and_phones_stay(world: World) -> None:
    agent, conversation_id = await served(world)
    await world.people.ending.close(conversation_id, agent)
    other = await world.say("转人工", who="visitor-2")
    await world.people.taking.claim(other, agent)
    await world.say(SAID, who="visitor-2")
    sweeper = TimerSweeper(world.uows, timer_handlers())
    await arm(world.uows)

    async def sweep_after(days: int) -> str:
        world.clock.advance(timedelta(days=days))
        await sweeper.sweep_once()
        rows = await world.thread(conversation_id)
        return str(next(row for row in rows if row.seq == 4).content["text"])

    assert await sweep_after(29) == SAID
    assert await sweep_after(2) == f"身份证[证件号]电话{PHONE}"
    assert (await world.thread(other))[-1].content["text"] == SAID  # still open
    assert len(await audited(world, "conversation.numbers_forgotten")) == 1
    await sweep_after(1)
    assert len(await audited(world, "conversation.numbers_forgotten")) == 1


async def test_an_agent_is_told_which_word_may_not_be_sent_and_may_note_it(world: World) -> None:
    agent, conversation_id = await served(world)
    world.words.use(WordsConfig(lists=[WordList(name="甲", words=["保证办成"])]))
    before = len(await world.thread(conversation_id))
    text = TextContent(text="我们 保 证 办 成")
    with pytest.raises(WordsBlocked) as blocked:
        await world.people.talking.send_message(
            conversation_id, agent, text, client_msg_id=new_id()
        )
    assert blocked.value.as_dict()["code"] == "words_blocked"
    assert blocked.value.details == {"words": ["保证办成"]}
    assert len(await world.thread(conversation_id)) == before
    await world.people.talking.send_message(
        conversation_id, agent, text, client_msg_id=new_id(), private=True
    )


async def test_a_reply_that_could_not_be_sent_cannot_be_saved(world: World) -> None:
    agent = await world.agent("a")
    world.words.use(WordsConfig(lists=[WordList(name="甲", words=["保证办成"])]))
    reply = SavedReplyWrite(scope="own", title="承诺", text="我们保证办成")
    with pytest.raises(WordsBlocked) as blocked:
        await SavedReplies(world.uows, world.words).create(reply, agent)
    assert blocked.value.details == {"words": ["保证办成"], "field": "text"}


async def test_a_citizens_words_are_masked_for_everybody_or_not_taken(world: World) -> None:
    lists = [
        WordList(name="甲", words=["笨蛋"]),
        WordList(name="乙", words=["炸掉"], action="refuse"),
    ]
    world.words.use(WordsConfig(lists=lists))
    conversation_id = await world.say("你这个笨 蛋")
    assert (await world.thread(conversation_id))[0].content["text"] == "你这个***"
    before = len(await world.thread(conversation_id))
    with pytest.raises(WordsRefused):
        await world.say("炸掉")
    assert len(await world.thread(conversation_id)) == before


async def test_an_editor_has_no_look(world: World) -> None:
    from core.auth.permissions import GRANTS, Permission

    assert Permission.PERSONAL_READ not in GRANTS[Role.EDITOR]
