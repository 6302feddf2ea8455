"""The /agent namespace over real WebSockets: who gets in, the envelope, and who hears what."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio
from socketio.exceptions import ConnectionError as Refused

from core.auth.permissions import Role
from core.ids import new_id
from tests.integration.handoff.office import Office


async def test_only_who_is_logged_in_gets_in(office: Office) -> None:
    for auth in ({"token": "wrong"}, {}, {"token": "x", "more": 1}):
        client = socketio.AsyncClient(reconnection=False)
        with pytest.raises(Refused):
            await office.connect(client, auth=auth)
    desk = await office.open_desk("a")
    by_cookie = socketio.AsyncClient(reconnection=False)
    await office.connect(by_cookie, headers={"Cookie": f"bangban_session={desk.token}"})
    await by_cookie.disconnect()
    # The browser sends the cookie from any page; only ours may use it.
    elsewhere = socketio.AsyncClient(reconnection=False)
    with pytest.raises(Refused):
        await office.connect(
            elsewhere,
            headers={"Cookie": f"bangban_session={desk.token}", "Origin": "https://evil.example"},
        )


async def test_a_whole_service_over_the_socket(office: Office) -> None:
    desk, colleague = await office.open_desk("a"), await office.open_desk("b")
    assert (await desk.data("set_presence", status="online"))["status"] == "online"
    conversation_id = await office.world.say("转人工")
    await desk.until("conversation.queued")
    claimed = await desk.data("claim_next")
    assert (claimed["id"], claimed["owner_id"]) == (conversation_id, desk.actor.account_id)
    await desk.until("conversation.assigned", agent_id=desk.actor.account_id)
    sent = await desk.data(
        "send_message",
        conversation_id=conversation_id,
        client_msg_id="m1",
        content={"type": "text", "text": "您好"},
    )
    assert (sent["author"]["kind"], sent["content"]["text"]) == ("agent", "您好")
    page = await desk.data("list_messages", conversation_id=conversation_id, after_seq=0)
    assert [row["seq"] for row in page["messages"]] == [1, 2, 3, 4]
    await office.world.say("在吗")
    heard = await desk.until("message.created", seq=5)
    assert heard["author"]["kind"] == "visitor"
    await desk.data("set_typing", conversation_id=conversation_id, on=True)
    await desk.data("mark_read", conversation_id=conversation_id, seq=5)
    await desk.data("invite_rating", conversation_id=conversation_id)
    closed = await desk.data("close_conversation", conversation_id=conversation_id)
    assert closed["status"] == "closed"
    # The colleague learned that it was there, not what was said.
    update = await colleague.until("conversation.updated", id=conversation_id, status="closed")
    assert (update["preview"], update["handoff"], update["contact_name"]) == ("", None, None)
    assert "message.created" not in colleague.names(conversation_id)


async def test_wrong_payloads_get_a_stable_code_and_change_nothing(office: Office) -> None:
    desk = await office.open_desk("a")
    conversation_id = await office.world.say("转人工")
    await desk.data("claim_next")
    text = {"type": "text", "text": "x"}
    wrong: list[tuple[str, dict[str, Any], str]] = [
        ("claim_next", {"more": 1}, "invalid_input"),
        ("claim_conversation", {"conversation_id": "no-id"}, "invalid_input"),
        ("claim_conversation", {"conversation_id": new_id()}, "not_found"),
        ("set_presence", {"status": "asleep"}, "invalid_input"),
        ("no_such_command", {}, "invalid_input"),
        ("send_message", {"conversation_id": conversation_id, "content": text}, "invalid_input"),
        (
            "transfer_conversation",
            {"conversation_id": conversation_id, "to_agent": new_id(), "to_group": new_id()},
            "invalid_input",
        ),
        ("transfer_conversation", {"conversation_id": conversation_id}, "invalid_input"),
        (
            "transfer_conversation",
            {"conversation_id": conversation_id, "to_agent": new_id()},
            "not_found",
        ),
    ]
    for content, code in [
        ({"type": "text", "text": "  "}, "message_empty"),
        ({"type": "text", "text": "长" * 100_000}, "message_too_long"),
        ({"type": "text", "text": 5}, "invalid_input"),
        ({"type": "activity", "kind": "x", "text": "伪造"}, "invalid_input"),
        ({"type": "text", "text": "x", "html": "<b>"}, "invalid_input"),
    ]:
        payload = {"conversation_id": conversation_id, "client_msg_id": "k", "content": content}
        wrong.append(("send_message", payload, code))
    before = len(await office.world.thread(conversation_id))
    for command, payload, code in wrong:
        answer = await desk.call(command, **payload)
        assert (answer["ok"], answer["error"]["code"]) == (False, code), (command, payload, answer)
    assert len(await office.world.thread(conversation_id)) == before


async def test_who_looked_on_while_it_waited_hears_nothing_once_somebody_serves(
    office: Office,
) -> None:
    owner, curious = await office.open_desk("a"), await office.open_desk("b")
    boss = await office.open_desk("boss", Role.SUPERVISOR)
    conversation_id = await office.world.say("转人工")
    for desk in (curious, boss):
        await desk.data("join_conversation", conversation_id=conversation_id)
    await office.world.say("排队时说的")
    await curious.until("message.created", seq=3)
    await owner.data("claim_conversation", conversation_id=conversation_id)
    await office.bus.idle()
    await office.world.say("只给接待的人")
    await boss.until("message.created", seq=5)
    await owner.until("message.created", seq=5)
    spoken = [data["content"]["text"] for name, data in curious.heard if name == "message.created"]
    assert "只给接待的人" not in spoken
    answer = await curious.call("join_conversation", conversation_id=conversation_id)
    assert answer["error"]["code"] == "not_found"
    await boss.data("leave_conversation", conversation_id=conversation_id)
    await office.world.say("还有一句")
    await owner.until("message.created", seq=6)
    assert "还有一句" not in str(boss.heard)


async def test_who_looked_on_while_it_waited_hears_nothing_once_the_bot_has_it_again(
    office: Office,
) -> None:
    curious, boss = await office.open_desk("b"), await office.open_desk("boss", Role.SUPERVISOR)
    conversation_id = await office.world.say("转人工")
    for desk in (curious, boss):
        await desk.data("join_conversation", conversation_id=conversation_id)
    await office.world.engine.cancel_handoff(conversation_id)
    await office.bus.idle()
    await office.world.say("只给机器人看的")
    await boss.until("message.created", author={"kind": "bot", "id": None, "name": "智能助手"})
    # Answers come after what was sent before them.
    answer = await curious.call("join_conversation", conversation_id=conversation_id)
    assert answer["error"]["code"] == "not_found"
    assert "只给机器人看的" not in str(curious.heard)


async def test_two_desks_race_over_sockets_and_one_is_told_it_was_taken(office: Office) -> None:
    first, second = await office.open_desk("a"), await office.open_desk("b")
    conversation_id = await office.world.say("转人工")
    answers = await asyncio.gather(
        first.call("claim_conversation", conversation_id=conversation_id),
        second.call("claim_conversation", conversation_id=conversation_id),
    )
    codes = sorted(answer.get("error", {}).get("code", "") for answer in answers)
    assert codes == ["", "already_claimed"]


async def test_a_desk_whose_login_has_ended_is_cut_off_at_the_next_heartbeat(
    office: Office,
) -> None:
    desk = await office.open_desk("a")
    await office.namespace.heartbeat()
    assert (await desk.call("list_messages", conversation_id=new_id()))["error"][
        "code"
    ] == "not_found"
    await office.auth.logout(desk.token)
    await office.namespace.heartbeat()
    await desk.until("disconnect")
