"""Other people's conversations and tokens: a stranger learns nothing and changes nothing."""

from __future__ import annotations

from typing import Any

from core.ids import new_id
from tests.integration.app.clients import SocketClient, refusal_of
from tests.integration.app.site import Site


async def test_a_stranger_learns_nothing_of_another_citizens_conversation(site: Site) -> None:
    async with site.visitor() as citizen, site.visitor() as stranger:
        message_of = await citizen.say("我的身份证号是……")
        answer = await citizen.hear("message.created", lambda m: m["author"]["kind"] == "bot")
        await stranger.say("你好")
        foreign = message_of["conversation_id"]
        for command, payload in (
            ("list_messages", {"conversation_id": foreign}),
            ("rate_conversation", {"conversation_id": foreign, "score": 1}),
            ("answer_feedback", {"message_id": answer["id"], "helpful": False}),
        ):
            mine = await stranger.ack(command, payload)
            missing = {**payload, **{k: new_id() for k in payload if k.endswith("_id")}}
            # The same words as for something that does not exist.
            assert mine == await stranger.ack(command, missing)
            assert mine["error"]["code"] == "not_found"
        await citizen.say("第二句")
        await citizen.hear_text("您说：第二句")
        assert all(m["conversation_id"] != foreign for m in stranger.heard("message.created"))


async def test_feedback_counts_for_a_bots_answer_only(site: Site) -> None:
    async with site.visitor() as citizen:
        asked = await citizen.say("你好")
        answer = await citizen.hear("message.created", lambda m: m["author"]["kind"] == "bot")
        await citizen.call("answer_feedback", message_id=answer["id"], helpful=True)
        await citizen.call("answer_feedback", message_id=answer["id"], helpful=False)
        own = {"message_id": asked["id"], "helpful": True}
        assert await citizen.refusal("answer_feedback", own) == "not_found"


async def test_forged_foreign_and_broken_tokens_open_no_session(site: Site) -> None:
    async with site.visitor() as citizen:
        await citizen.say("你好")
        token = citizen.token
    flipped = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for bad in (flipped, token[: len(token) // 2], "x", "." * 100, token + token):
        error = await refusal_of(site.visitor(bad))
        assert error["code"] == "token_invalid", bad
    # Signed by us, but for another inbox.
    error = await refusal_of(site.visitor(token, inbox="kiosk"))
    assert error["code"] == "token_invalid"
    async with site.visitor(token) as again:
        assert again.session["conversation"] is not None


WRONG_CONNECTIONS: list[tuple[Any, str]] = [
    (None, "invalid_input"),
    ({}, "invalid_input"),
    ("web", "invalid_input"),
    ([1], "invalid_input"),
    ({"inbox": "web", "role": "admin"}, "invalid_input"),
    ({"inbox": 5}, "invalid_input"),
    ({"inbox": "web", "token": "t" * 513}, "invalid_input"),
    ({"inbox": "web", "token": {"a": 1}}, "invalid_input"),
    ({"inbox": "web", "identity": {"phone": "13800000000"}}, "invalid_input"),
    ({"inbox": "nowhere"}, "not_found"),
    ({"inbox": "' or 1=1"}, "not_found"),
]


async def test_connections_that_do_not_say_who_they_are_are_refused(site: Site) -> None:
    for auth, code in WRONG_CONNECTIONS:
        error = await refusal_of(SocketClient(site.url, "/visitor", auth))
        assert error["code"] == code, auth
        assert "13800000000" not in str(error)
