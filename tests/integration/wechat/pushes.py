"""Pushes as WeChat sends them, and wrong ones: for the tests of the callback address."""

from __future__ import annotations

import httpx
from sqlalchemy import func, select

from core.conversation.models import Message
from simulators.tencent import crypto
from simulators.tencent.envelope import to_xml
from tests.integration.wechat.conftest import INBOX, World

ADDRESS = f"/channels/wechat/{INBOX}"


def timestamp(world: World, shift: int = 0) -> str:
    return str(int(world.clock.now().timestamp()) + shift)


def signed(
    world: World, *, cipher: str = "", token: str | None = None, at: str | None = None
) -> dict[str, str]:
    """The query of a rightly signed push; `token` and `at` make it wrong."""
    token = world.credentials.token if token is None else token
    at = timestamp(world) if at is None else at
    query = {"timestamp": at, "nonce": "n1", "signature": crypto.sign(token, at, "n1")}
    if cipher:
        query |= {"encrypt_type": "aes", "msg_signature": crypto.sign(token, at, "n1", cipher)}
    return query


def text_push(world: World, text: str = "你好", msg_id: str = "1", **more: str) -> str:
    fields = {"ToUserName": "gh_1", "FromUserName": "oCitizen", "CreateTime": timestamp(world)}
    return to_xml({**fields, "MsgType": "text", "Content": text, "MsgId": msg_id, **more})


async def post(
    world: World, body: bytes | str, query: dict[str, str], address: str = ADDRESS
) -> httpx.Response:
    content = body.encode() if isinstance(body, str) else body
    return await world.product.post(address, params=query, content=content)


def code(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["error"]["code"]


async def stored(world: World) -> int:
    async with world.uows.read() as session:
        return await session.scalar(select(func.count()).select_from(Message)) or 0
