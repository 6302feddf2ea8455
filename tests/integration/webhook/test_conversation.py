"""A portal's citizen talks with the bot and with people, and hears of everything."""

from __future__ import annotations

from typing import Any

from core.webhooks import signatures
from tests.integration.webhook.conftest import World


def text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


async def test_a_citizen_writes_and_the_answer_comes_to_the_portal_signed(portal: World) -> None:
    answer = await portal.sender.does(
        "message",
        content=text("怎么提取公积金"),
        contact={"id": "u-1", "name": "张三"},
        sub_channel="首页",
    )
    assert answer["message"]["content"] == text("怎么提取公积金")
    assert answer["message"]["author"]["kind"] == "visitor"
    assert answer["conversation"]["status"] == "bot"
    await portal.settle()
    (heard,) = portal.receiver.heard
    assert heard.event["type"] == "message.created"
    assert (
        heard.event["timestamp"]
        == heard.event["data"]["message"]["created_at"]
        == "2026-11-23T02:00:00Z"
    )
    assert (heard.event["inbox"], heard.event["contact"]) == ("portal", {"id": "u-1"})
    assert heard.event["data"]["message"]["content"] == text("您说：怎么提取公积金")
    assert heard.event["id"] == heard.id == heard.event["data"]["message"]["id"]
    signed = signatures.read_headers(heard.headers)
    signatures.check(signed, heard.raw, [portal.sender.secret])
    signatures.check_age(signed, portal.clock.now())
    conversation = await portal.conversation()
    assert (conversation.channel, conversation.sub_channel) == ("webhook", "首页")


async def test_people_take_over_and_the_portal_hears_each_step_in_order(portal: World) -> None:
    await portal.sender.say("我要找人")
    agent, conversation_id = await portal.serve()
    await portal.answer(agent, conversation_id, "您好，请讲")
    await portal.settle()
    assert portal.receiver.texts()[-1] == "您好，请讲"
    states = [e["data"]["conversation"]["status"] for e in portal.receiver.events("conversation.")]
    assert states == ["queued", "assigned"]
    assert portal.receiver.events("queue.updated")[0]["data"]["position"] == 1
    assigned = portal.receiver.events("conversation.")[-1]["data"]["conversation"]
    assert assigned["owner_name"] == "坐席wang"
    assert "owner_id" not in assigned
    assert "contact_name" not in assigned
    assert await portal.outbox_rows() == []
