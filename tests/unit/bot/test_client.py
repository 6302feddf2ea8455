"""The way to Rasa, against a scripted HTTP transport."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from bot.client import RasaBot
from core.conversation.ports import BotTurn
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
    assert json.loads(seen[0].content) == {
        "sender": "c1:0",
        "message": "你好",
        "metadata": {"region": "example", "inbox": "web", "channel": "web"},
    }
    assert len(reply.contents) == 1


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
