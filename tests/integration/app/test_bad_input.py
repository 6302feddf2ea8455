"""What citizens and programs send by mistake or on purpose: refused with a stable code, or handled gracefully."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from core.conversation.content import MAX_TEXT
from core.ids import new_id
from tests.fakes import ScriptedBot
from tests.integration.app.clients import Refused, SocketClient, refusal_of, text_of
from tests.integration.app.site import Site


def message(text: Any, **more: Any) -> dict[str, Any]:
    return {"client_msg_id": new_id(), "content": {"type": "text", "text": text}, **more}


WRONG_MESSAGES: dict[str, Any] = {
    "an unknown field": message("你好", admin=True),
    "an unknown field in the content": {
        "client_msg_id": "a", "content": {"type": "text", "text": "你好", "html": "<b>"},
    },
    "no client_msg_id": {"content": {"type": "text", "text": "你好"}},
    "an empty client_msg_id": message("你好", client_msg_id=""),
    "a client_msg_id of 65 characters": message("你好", client_msg_id="a" * 65),
    "a client_msg_id with a line break": message("你好", client_msg_id="a\n"),
    "a number as text": message(7),
    "a list as text": message(["你好"]),
    "null as text": message(None),
    "no content": {"client_msg_id": "a"},
    "content that is a string": {"client_msg_id": "a", "content": "你好"},
    "a content type citizens must not send": {
        "client_msg_id": "a", "content": {"type": "activity", "kind": "closed", "text": "会话已结束"},
    },
    "an answer, which only we give": {
        "client_msg_id": "a",
        "content": {"type": "answer", "text_md": "可以", "article_id": "x", "score": 1, "citations": []},
    },
    "a list instead of an object": ["你好"],
    "a string instead of an object": "你好",
    "a number instead of an object": 3,
}  # fmt: skip


async def test_wrong_messages_are_refused_and_nothing_is_stored(
    site: Site, bot: ScriptedBot
) -> None:
    async with site.visitor() as citizen:
        for what, payload in WRONG_MESSAGES.items():
            assert await citizen.refusal("send_message", payload) == "invalid_input", what
        assert await citizen.thread() == []
        assert bot.turns == []
        await citizen.say("还能用")
        await citizen.hear_text("您说：还能用")


async def test_a_refusal_names_the_fields_but_not_what_was_in_them(site: Site) -> None:
    async with site.visitor() as citizen:
        answer = await citizen.ack(
            "send_message", message("身份证号 330102199001011234", phone="13800000000")
        )
        assert answer["error"]["details"] == {"fields": {"phone": "extra_forbidden"}}
        assert "138" not in str(answer)


async def test_empty_messages_are_refused(site: Site) -> None:
    async with site.visitor() as citizen:
        for text in ("", "   ", "\n\t", "\u200b\u200d", "\x00\x01\x02", "\u3000"):
            assert await citizen.refusal("send_message", message(text)) == "message_empty", text
        assert await citizen.thread() == []


async def test_a_text_of_100000_characters_is_refused_with_the_limit(site: Site) -> None:
    async with site.visitor() as citizen:
        answer = await citizen.ack("send_message", message("公" * 100_000))
        assert answer["error"]["code"] == "message_too_long"
        assert answer["error"]["details"]["limit"] == MAX_TEXT
        stored = await citizen.say("公" * MAX_TEXT)
        assert len(text_of(stored)) == MAX_TEXT


STRANGE_TEXTS = {
    "a\x00b\x07c\x1b[31md\x7f": "abc[31md",
    "lone \ud83d surrogate": "lone  surrogate",
    "第一行\n第二行\t完": "第一行\n第二行\t完",
    "👨‍👩‍👧 👍🏽 🇨🇳": "👨‍👩‍👧 👍🏽 🇨🇳",
    "𠮷野家 㐂": "𠮷野家 㐂",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "'; DROP TABLE messages; --": "'; DROP TABLE messages; --",
    "/restart": "/restart",
    "{{fund.rent_withdraw_limit}} %s {0}": "{{fund.rent_withdraw_limit}} %s {0}",
}


async def test_strange_texts_are_stored_without_what_harms_and_answered(site: Site) -> None:
    async with site.visitor() as citizen:
        for text, kept in STRANGE_TEXTS.items():
            assert text_of(await citizen.say(text)) == kept
            await citizen.hear_text(f"您说：{kept}")
        said = [text_of(m) for m in await citizen.thread() if m["author"]["kind"] == "visitor"]
        assert said == list(STRANGE_TEXTS.values())


WRONG_COMMANDS: list[tuple[str, Any, str]] = [
    ("list_messages", {"after_seq": -1}, "invalid_input"),
    ("list_messages", {"limit": 101}, "invalid_input"),
    ("list_messages", {"limit": 10**30}, "invalid_input"),
    ("list_messages", {"conversation_id": "1 or 1=1"}, "invalid_input"),
    ("list_messages", {"before_seq": 1e300}, "invalid_input"),
    ("rate_conversation", {"conversation_id": new_id(), "score": 6}, "invalid_input"),
    ("rate_conversation", {"conversation_id": new_id(), "score": 0}, "invalid_input"),
    ("rate_conversation", {"conversation_id": new_id(), "score": 5, "comment": "很" * 501}, "invalid_input"),
    ("rate_conversation", {"conversation_id": new_id(), "score": 5, "tags": ["好"] * 13}, "invalid_input"),
    ("rate_conversation", {"conversation_id": new_id(), "score": 5}, "not_found"),
    ("request_handoff", {"category": "贷" * 65}, "invalid_input"),
    ("request_handoff", {"now": True}, "invalid_input"),
    ("cancel_handoff", {}, "not_found"),
    ("close_conversation", {}, "not_found"),
    ("answer_feedback", {"message_id": new_id(), "helpful": True}, "not_found"),
    ("answer_feedback", {"message_id": new_id(), "helpful": "perhaps"}, "invalid_input"),
    ("mark_read", {"seq": 2**31}, "invalid_input"),
    ("mark_read", {"seq": "many"}, "invalid_input"),
    ("set_typing", {"on": None}, "invalid_input"),
    ("set_typing", {"on": True}, "not_found"),
    ("claim_next", {}, "invalid_input"),
    ("claim_conversation", {"conversation_id": new_id()}, "invalid_input"),
    ("no_such_command", {}, "invalid_input"),
    ("__class__", {}, "invalid_input"),
    ("on_connect", {}, "invalid_input"),
    ("remember", {}, "invalid_input"),
    ("trigger_event", {}, "invalid_input"),
]  # fmt: skip


async def test_wrong_and_unknown_commands_are_refused(site: Site) -> None:
    async with site.visitor() as citizen:
        for command, payload, code in WRONG_COMMANDS:
            assert await citizen.refusal(command, payload) == code, (command, payload)
        await citizen.say("还能用")


async def test_rating_what_only_the_bot_served_is_refused(site: Site) -> None:
    async with site.visitor() as citizen:
        conversation_id = (await citizen.say("你好"))["conversation_id"]
        rating = {"conversation_id": conversation_id, "score": 5}
        assert await citizen.refusal("rate_conversation", rating) == "nothing_to_rate"


async def test_characters_no_database_can_hold_are_refused_wherever_they_come_in(
    site: Site,
) -> None:
    async with site.visitor() as citizen:
        conversation_id = (await citizen.say("你好"))["conversation_id"]
        await citizen.call("request_handoff", category="贷款")
        half = {"conversation_id": conversation_id, "score": 5, "comment": "half \ud83d"}
        async with site.agent("wang") as desk:
            await desk.call("claim_conversation", conversation_id=conversation_id)
            assert await citizen.refusal("rate_conversation", half) == "invalid_input"
        await citizen.say("还能用")
    error = await refusal_of(SocketClient(site.url, "/visitor", {"inbox": "web \udc00"}))
    assert error["code"] == "invalid_input"
    error = await refusal_of(SocketClient(site.url, "/visitor", {"inbox": "web\x00"}))
    # SQLite can look for NUL, and finds nothing.
    assert error["code"] in ("invalid_input", "not_found")


async def test_routes_refuse_what_no_database_can_look_for(site: Site) -> None:
    for login in ("wang\x00", "wang \ud83d", "' or 1=1 --", "王"):
        body = json.dumps({"login": login, "password": "a password"})
        headers = {"content-type": "application/json"}
        answer = await site.http.post("/api/v1/auth/login", content=body, headers=headers)
        assert answer.json()["error"]["code"] in ("login_failed", "invalid_input"), login
    await site.add_account("wang")
    bearer = {"authorization": f"Bearer {await site.log_in('wang')}"}
    listed = await site.http.get("/api/v1/tickets", params={"q": "a\x00b"}, headers=bearer)
    for path, query in (
        ("conversations/search", "q"),
        ("conversations", "tag"),
        ("conversations", "inbox"),
    ):
        answer = await site.http.get(f"/api/v1/{path}", params={query: "ab\x00"}, headers=bearer)
        assert answer.status_code == 200, path
    for day in ("0001-01-01", "9999-12-31"):
        days = {"since": day, "until": day}
        answer = await site.http.get("/api/v1/left-messages", params=days, headers=bearer)
        assert answer.status_code == 200, day
    # SQLite can look for NUL, and finds nothing.
    assert listed.status_code == 422 or listed.json()["items"] == []


async def test_unknown_namespaces_are_refused(site: Site) -> None:
    for namespace in ("/", "/admin", "/visitor/../agent"):
        client = SocketClient(site.url, namespace, {"inbox": "web"})
        with pytest.raises(Refused):
            await client.connect()
        await client.sio.disconnect()


async def test_a_flood_is_told_to_wait_and_others_are_not_disturbed(site: Site) -> None:
    async with site.visitor() as flooder, site.visitor() as citizen:
        answers = await asyncio.gather(*(flooder.ack("mark_read", {"seq": 0}) for _ in range(80)))
        refused = [a["error"] for a in answers if not a["ok"]]
        assert {e["code"] for e in refused} == {"too_many_requests"}
        assert len(refused) == 20
        assert refused[0]["details"]["retry_after"] >= 1
        await citizen.say("你好")
        await citizen.hear_text("您说：你好")
