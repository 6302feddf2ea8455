"""What becomes of a citizen's message: stored once, in order, answered by whoever owns the conversation."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from core.clock import FixedClock
from core.conversation import repository, thread
from core.conversation.content import TextContent
from core.conversation.ports import (
    BotReply,
    CloseConversation,
    FileTicket,
    HandOff,
    HandoffContext,
    HandoffDecision,
    Understanding,
)
from core.conversation.status import Trigger
from tests.integration.engine.conftest import World

AGENT = "01990000-0000-7000-8000-000000000001"


async def test_first_message_opens_a_conversation_and_the_bot_answers(world: World) -> None:
    receipt = await world.say("你好")
    assert receipt.message.seq == 1
    assert await world.texts(receipt.conversation.id) == [
        ("visitor", "你好"),
        ("bot", "您说：你好"),
    ]


async def test_a_repeated_client_msg_id_is_stored_and_answered_once(world: World) -> None:
    first = await world.say("你好", client_msg_id="a")
    again = await world.say("你好", client_msg_id="a")
    assert again.duplicate
    assert again.message.id == first.message.id
    assert len(world.bot.turns) == 1
    assert len(await world.thread(first.conversation.id)) == 2


async def test_a_retried_push_is_stored_once_even_when_both_arrive_together(world: World) -> None:
    receipts = await asyncio.gather(
        *(
            world.say("你好", external_id="msg-1", inbox="wx", who="openid", wait=False)
            for _ in range(5)
        )
    )
    await world.turns.idle()
    assert len({receipt.message.id for receipt in receipts}) == 1
    assert sorted(receipt.duplicate for receipt in receipts) == [False, True, True, True, True]
    assert len(world.bot.turns) == 1


async def test_messages_written_together_get_consecutive_numbers_and_answers_in_order(
    world: World,
) -> None:
    await world.say("零")
    receipts = await asyncio.gather(
        *(world.say(str(n), client_msg_id=str(n), wait=False) for n in range(8))
    )
    await world.turns.idle()
    rows = await world.thread(receipts[0].conversation.id)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    asked = [row.content["text"] for row in rows if row.author_kind == "visitor"]
    assert [turn.text for turn in world.bot.turns] == asked


async def test_two_conversations_are_answered_side_by_side(world: World) -> None:
    both_asked = asyncio.Barrier(2)

    async def meet() -> None:
        # Passes only when the other conversation's turn is under way at the same time.
        await both_asked.wait()

    world.bot.before_reply = meet
    async with asyncio.timeout(20):
        await asyncio.gather(
            world.say("甲", who="a", wait=False), world.say("乙", who="b", wait=False)
        )
        await world.turns.idle()
    assert len(world.bot.turns) == 2


async def test_stale_bot_reply_is_dropped_after_takeover(world: World) -> None:
    async def take_over() -> None:
        async with world.uows.write() as uow:
            conversation = await thread.load_for_update(uow, conversation_id)
            await thread.transition(
                uow,
                conversation,
                Trigger.TAKEN_OVER,
                actor=AGENT,
                owner_id=AGENT,
                text="坐席已接管",
            )

    conversation_id = (await world.say("你好")).conversation.id
    world.bot.before_reply = take_over
    await world.say("还在吗")
    assert (await world.texts(conversation_id))[2:] == [
        ("visitor", "还在吗"),
        ("system", "坐席已接管"),
    ]


async def test_message_to_an_agent_does_not_reach_the_bot(world: World) -> None:
    receipt = await world.say("你好")
    async with world.uows.write() as uow:
        conversation = await thread.load_for_update(uow, receipt.conversation.id)
        await thread.transition(
            uow, conversation, Trigger.TAKEN_OVER, actor=AGENT, owner_id=AGENT, text="坐席已接管"
        )
    message = (await world.say("请问")).message
    assert len(world.bot.turns) == 1
    assert world.desk.visitor_messages == [message.id]


async def test_after_people_the_bot_starts_a_new_session_and_leaves_their_messages_alone(
    world: World,
) -> None:
    receipt = await world.say("你好")
    for trigger, owner in ((Trigger.TAKEN_OVER, AGENT), (Trigger.RELEASED, None)):
        async with world.uows.write() as uow:
            conversation = await thread.load_for_update(uow, receipt.conversation.id)
            await thread.transition(
                uow, conversation, trigger, actor=AGENT, owner_id=owner, text=trigger.value
            )
        if owner:
            await world.say("说给坐席的话")
    await world.turns.resume()
    await world.say("再问机器人")
    assert [turn.text for turn in world.bot.turns] == ["你好", "再问机器人"]
    assert world.bot.turns[0].conversation_id != world.bot.turns[1].conversation_id
    assert world.policy.contexts[-1].history == []


async def test_a_broken_bot_is_met_with_an_apology_not_with_silence(world: World) -> None:
    world.bot.down = True
    receipt = await world.say("你好")
    texts = await world.texts(receipt.conversation.id)
    assert texts[1][0] == "bot"
    assert "抱歉" in texts[1][1]
    world.bot.down = False
    await world.say("现在呢")
    assert (await world.texts(receipt.conversation.id))[-1] == ("bot", "您说：现在呢")


async def test_turn_left_by_a_dead_server_is_picked_up_by_another(
    world: World, clock: FixedClock
) -> None:
    receipt = await world.say("你好")

    async def die() -> None:
        raise asyncio.CancelledError

    world.bot.before_reply = die
    await world.say("还在吗")
    world.bot.before_reply = None
    other = world.runner()
    assert await other.resume() == 0, "the dead server's lease still runs"
    clock.advance(timedelta(minutes=2))
    await other.resume()
    await other.idle()
    assert (await world.texts(receipt.conversation.id))[2:] == [
        ("visitor", "还在吗"),
        ("bot", "您说：还在吗"),
    ]


async def test_a_turn_that_outlasts_its_lease_is_answered_once(
    world: World, clock: FixedClock
) -> None:
    other = world.runner()

    async def outlast() -> None:
        # The bot is so slow that another server takes the turn and answers before this one.
        world.bot.before_reply = None
        clock.advance(timedelta(minutes=2))
        await other.resume()
        await other.idle()

    world.bot.before_reply = outlast
    receipt = await world.say("你好")
    assert await world.texts(receipt.conversation.id) == [
        ("visitor", "你好"),
        ("bot", "您说：你好"),
    ]


async def test_a_turn_found_owed_but_answered_meanwhile_takes_no_lease(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = await world.say("你好")

    async def seen_too_late(*_: object) -> list[str]:
        return [receipt.conversation.id]

    monkeypatch.setattr(repository, "owed_turns", seen_too_late)
    await world.runner().resume()
    assert (await world.conversation(receipt.conversation.id)).turn_lease_until is None


async def test_handoff_decided_after_the_reply_queues_with_reason(world: World) -> None:
    def rule(context: HandoffContext) -> HandoffDecision | None:
        return HandoffDecision("unknown", {"times": 2}) if context.reply else None

    world.policy._rule = rule
    receipt = await world.say("天书")
    conversation = await world.conversation(receipt.conversation.id)
    assert (conversation.status, conversation.epoch) == ("queued", 1)
    assert conversation.handoff is not None
    assert conversation.handoff["rule"] == "unknown"
    kinds = [row.author_kind for row in await world.thread(conversation.id)]
    assert kinds == ["visitor", "bot", "system"]


async def test_handoff_decided_before_the_bot_spares_the_turn(world: World) -> None:
    world.policy._rule = lambda context: HandoffDecision("keyword", {"word": "转人工"})
    receipt = await world.say("转人工")
    assert world.bot.turns == []
    assert (await world.conversation(receipt.conversation.id)).status == "queued"


async def test_refused_handoff_tells_when_people_are_there_and_stays_with_the_bot(
    world: World,
) -> None:
    world.desk.refusal = "工作日 9:00 至 17:00 有人工服务。"
    world.policy._rule = lambda context: HandoffDecision("keyword", {"word": "转人工"})
    receipt = await world.say("转人工")
    assert (await world.conversation(receipt.conversation.id)).status == "bot"
    assert (await world.texts(receipt.conversation.id))[-1] == (
        "bot",
        "工作日 9:00 至 17:00 有人工服务。",
    )


async def test_rules_see_earlier_turns_with_what_the_bot_understood(world: World) -> None:
    world.bot._answer = lambda text: BotReply(
        contents=[TextContent(text="不清楚")], understanding=Understanding(band="unknown")
    )
    await world.say("甲")
    await world.say("甲")
    history = world.policy.contexts[-1].history
    assert [(turn.text, turn.band, turn.similarity) for turn in history] == [("甲", "unknown", 1.0)]


async def test_a_wish_for_a_person_that_no_rule_grants_is_still_answered(world: World) -> None:
    world.bot._answer = lambda text: BotReply(contents=[], directives=[HandOff("asked_for_person")])
    receipt = await world.say("不用转人工")
    texts = await world.texts(receipt.conversation.id)
    assert [kind for kind, _ in texts] == ["visitor", "bot"]


async def test_windows_that_open_a_conversation_at_once_share_one(world: World) -> None:
    opened = await asyncio.gather(*(world.engine.open("web", "newcomer") for _ in range(5)))
    assert len(set(opened)) == 1


async def test_cancelling_the_wait_returns_to_the_bot(world: World) -> None:
    receipt = await world.say("你好")
    await world.engine.request_handoff(receipt.conversation.id)
    assert (await world.conversation(receipt.conversation.id)).status == "queued"
    await world.engine.request_handoff(receipt.conversation.id)  # pressed twice: no harm
    await world.engine.cancel_handoff(receipt.conversation.id)
    assert world.desk.left == ["cancelled"]
    assert (await world.conversation(receipt.conversation.id)).status == "bot"


async def test_directives_file_a_ticket_and_close(world: World) -> None:
    world.bot._answer = lambda text: BotReply(
        contents=[],
        directives=[FileTicket("complaint", "单位不缴公积金", "……"), CloseConversation("done")],
    )
    receipt = await world.say("投诉")
    assert [ticket.type for ticket in world.desk.tickets] == ["complaint"]
    assert world.desk.closed == [None]
    assert any("T1" in text for _, text in await world.texts(receipt.conversation.id))


async def test_a_message_after_closing_opens_a_new_conversation(world: World) -> None:
    first = await world.say("你好", client_msg_id="a")
    await world.engine.close(first.conversation.id, actor="visitor")
    replay = await world.say("你好", client_msg_id="a")
    assert replay.duplicate
    second = await world.say("又来了", client_msg_id="b")
    assert second.conversation.id != first.conversation.id
