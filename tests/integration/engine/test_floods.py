"""What one citizen does in masses must neither stop their own conversation nor anybody else's."""

from __future__ import annotations

from tests.integration.engine.conftest import World


async def test_a_question_after_a_hundred_refused_handoffs_is_still_answered(world: World) -> None:
    world.desk.refusal = "现在是非工作时间，人工客服不在线。"
    conversation_id = (await world.say("你好")).conversation.id
    for _ in range(110):
        await world.engine.request_handoff(conversation_id)
    asked = await world.say("公积金怎么提取")
    conversation = await world.conversation(conversation_id)
    assert conversation.answered_seq == asked.message.seq
    assert world.bot.turns[-1].text == "公积金怎么提取"
    assert (await world.thread(conversation_id))[-1].author_kind == "bot"
