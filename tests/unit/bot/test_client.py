"""The way to Rasa, against a scripted HTTP transport."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from bot.client import RasaBot
from core.conversation.ports import AfterPeople, BotTurn
from core.errors import Unavailable

Handler = Callable[[httpx.Request], httpx.Response]
OK = [{"text": "您好"}]


def bot(handler: Handler) -> RasaBot:
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return RasaBot("http://rasa:5005/", "secret", client)


def turn(text: str) -> BotTurn:
    return BotTurn("c1:0", text, "web", "web", "example")


async def test_a_turn_carries_sender_text_region_and_token() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=OK)

    reply = await bot(handler).respond(turn("你好"))
    assert str(seen[0].url) == "http://rasa:5005/webhooks/rest/webhook?token=secret"
    sent = json.loads(seen[0].content)
    assert (sent["sender"], sent["message"]) == ("c1:0", "你好")
    assert sent["metadata"]["region"] == "example"
    assert sent["metadata"]["after_people"] is None
    assert len(reply.contents) == 1


async def test_a_turn_tells_who_of_the_people_served_before() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json=OK)

    served = AfterPeople("王芳", "a1", datetime(2026, 11, 22, tzinfo=UTC), ("审核到哪了",))
    await bot(handler).respond(replace(turn("你好"), inbox_name="官网", after_people=served))
    metadata = json.loads(seen[0].content)["metadata"]
    assert metadata["inbox_name"] == "官网"
    assert metadata["after_people"] == {"name": "王芳", "agent_id": "a1", "said": ["审核到哪了"]}


@pytest.mark.parametrize("text", ["/restart", "  /inform{}", "/request_human"])
async def test_a_citizen_cannot_send_rasa_commands(text: str) -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        assert not json.loads(request.content)["message"].lstrip().startswith("/")
        return httpx.Response(200, json=OK)

    await bot(handler).respond(turn(text))


def refuse(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("down", request=request)


def hang(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadTimeout("slow", request=request)


@pytest.mark.parametrize(
    "handler",
    [
        refuse,
        hang,
        lambda _: httpx.Response(500, json={}),
        lambda _: httpx.Response(401, json={}),
        lambda _: httpx.Response(200, text="<html>"),
        lambda _: httpx.Response(200, json=[]),
    ],
)
async def test_every_failure_is_unavailable(handler: Handler) -> None:
    with pytest.raises(Unavailable) as failure:
        await bot(handler).respond(turn("你好"))
    assert failure.value.details["part"] == "rasa"


async def test_health_follows_the_status_route() -> None:
    assert await bot(lambda _: httpx.Response(200, json={})).healthy()
    assert not await bot(lambda _: httpx.Response(409, json={})).healthy()
    assert not await bot(refuse).healthy()
