"""What strangers and broken machines send to the callback address: refused with a stable code, never a 5xx."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from wechatpy.crypto import WeChatCrypto

from channels.tencent.accounts.credentials import Credentials
from channels.tencent.receiving.envelope import MAX_BODY_BYTES
from core.conversation.models import Inbox, Message
from simulators.tencent import crypto
from simulators.tencent.envelope import to_xml
from tests.integration.wechat.conftest import APP_ID, INBOX, World
from tests.integration.wechat.pushes import (
    ADDRESS,
    code,
    post,
    signed,
    stored,
    text_push,
    timestamp,
)

BOMB = (
    b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    b"<xml><Content>&c;</Content></xml>"
)


async def test_a_push_made_by_wechatpy_is_taken(world: World) -> None:
    await world.connect()
    key = world.credentials.encoding_aes_key
    envelope = WeChatCrypto(world.credentials.token, key, APP_ID).encrypt_message(
        text_push(world), "n1", timestamp(world)
    )
    signature = envelope.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    query = {
        "msg_signature": signature,
        "timestamp": timestamp(world),
        "nonce": "n1",
        "encrypt_type": "aes",
    }
    response = await post(world, envelope, query)
    assert (response.status_code, response.text) == (200, "success")
    await world.settle()
    assert (await world.texts())[0] == ("visitor", "你好")


async def test_a_forged_signature_is_refused(world: World) -> None:
    await world.connect("plain")
    body = text_push(world).encode()
    for change in ({"signature": "0" * 40}, {"signature": ""}, {"nonce": "n2"}, {"timestamp": "0"}):
        for method in ("GET", "POST"):
            query = {**signed(world), "echostr": "42", **change}
            response = await world.product.request(method, ADDRESS, params=query, content=body)
            assert code(response) == (403, "wechat_signature_invalid"), (method, change)
    assert await stored(world) == 0


async def test_an_unsigned_request_is_refused(world: World) -> None:
    await world.connect("plain")
    assert code(await world.product.get(ADDRESS)) == (403, "wechat_signature_invalid")
    assert code(await world.product.post(ADDRESS)) == (403, "wechat_signature_invalid")


async def test_an_old_signature_is_refused(world: World) -> None:
    await world.connect("plain")
    query = signed(world, at=timestamp(world, -3600))
    assert code(await post(world, text_push(world), query)) == (403, "wechat_signature_stale")


async def test_a_plain_push_is_refused_in_safe_mode(world: World) -> None:
    await world.connect("encrypted")
    response = await post(world, text_push(world), signed(world))
    assert code(response) == (403, "wechat_encryption_required")


async def test_in_compatible_mode_only_the_signed_cipher_counts(world: World) -> None:
    await world.connect("compatible")
    cipher = crypto.encrypt(text_push(world, "真的"), aes_key=world.settings.aes_key, app_id=APP_ID)
    body = text_push(world, "假的").replace("</xml>", f"<Encrypt>{cipher}</Encrypt></xml>")
    assert (await post(world, body, signed(world, cipher=cipher))).text == "success"
    await world.settle()
    assert (await world.texts())[0] == ("visitor", "真的")


async def test_a_cipher_for_another_account_is_refused(world: World) -> None:
    await world.connect()
    cipher = crypto.encrypt(text_push(world), aes_key=world.settings.aes_key, app_id="wxother")
    response = await post(world, to_xml({"Encrypt": cipher}), signed(world, cipher=cipher))
    assert code(response) == (403, "wechat_cipher_invalid")


async def test_a_cipher_with_another_key_is_refused(world: World) -> None:
    await world.connect()
    other = Credentials.random().encoding_aes_key or ""
    cipher = crypto.encrypt(text_push(world), aes_key=other, app_id=APP_ID)
    response = await post(world, to_xml({"Encrypt": cipher}), signed(world, cipher=cipher))
    assert code(response) == (403, "wechat_cipher_invalid")


async def test_an_encrypted_verification_is_decrypted(world: World) -> None:
    await world.connect()
    cipher = crypto.encrypt("4711", aes_key=world.settings.aes_key, app_id=APP_ID)
    response = await world.product.get(
        ADDRESS, params={**signed(world, cipher=cipher), "echostr": cipher}
    )
    assert (response.status_code, response.text) == (200, "4711")
    assert response.headers["content-type"].startswith("text/plain")


NO_PUSHES = {
    "empty": b"",
    "no fields": b"<xml></xml>",
    "unclosed": b"<xml>",
    "words": b"not xml",
    "bytes": b"\x00\xff",
    "bomb": BOMB,
    "json": b"{}",
    "deep": b"<xml>" + b"<a>" * 100_000,
}


async def test_what_is_no_push_is_refused(world: World) -> None:
    await world.connect("plain")
    for name, body in NO_PUSHES.items():
        response = await post(world, body, signed(world))
        assert code(response) == (400, "wechat_push_malformed"), name
    assert await stored(world) == 0


async def test_a_body_over_the_limit_is_refused(world: World) -> None:
    await world.connect("plain")
    response = await post(world, b"x" * (MAX_BODY_BYTES + 1), signed(world))
    assert code(response) == (413, "body_too_large")


@pytest.mark.parametrize(
    "address", ["/channels/wechat/nosuch", "/channels/wechat/web", "/channels/wechat/%00"]
)
async def test_an_unknown_or_foreign_inbox_is_not_found(world: World, address: str) -> None:
    await world.connect("plain")
    async with world.uows.write() as uow:
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=uow.clock.now()))
    assert code(await post(world, text_push(world), signed(world), address)) == (
        404,
        "inbox_not_found",
    )


async def test_a_caller_who_hangs_up_is_no_error(world: World) -> None:
    await world.connect("plain")
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    query = str(httpx.QueryParams(signed(world))).encode()
    scope = {
        "type": "http",
        "method": "POST",
        "path": ADDRESS,
        "query_string": query,
        "headers": [],
    }
    await world.app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert await stored(world) == 0


async def test_a_disabled_inbox_is_not_found(world: World) -> None:
    await world.connect("plain")
    async with world.uows.write() as uow:
        inbox = await uow.session.get_one(Inbox, INBOX)
        inbox.enabled = False
    assert code(await post(world, text_push(world), signed(world))) == (404, "inbox_not_found")


@pytest.mark.parametrize("kind", ["music", "hologram", "location"])
async def test_what_cannot_be_read_is_answered_with_a_notice_once(world: World, kind: str) -> None:
    await world.connect("plain")
    await world.say("你好")
    body = text_push(world, msg_id="77").replace("[text]", f"[{kind}]")
    for _ in range(2):
        assert (await post(world, body, signed(world))).text == "success"
    await world.settle()
    (notice,) = (await world.answers())[1:]
    assert "请用文字" in notice
    assert len(world.bot.turns) == 1


@pytest.mark.parametrize("text", ["", "   ", "\u200b"])
async def test_an_empty_text_is_acknowledged_and_forgotten(world: World, text: str) -> None:
    await world.connect("plain")
    assert (await post(world, text_push(world, text), signed(world))).text == "success"
    assert await stored(world) == 0


async def test_an_endless_text_is_answered_with_advice(world: World) -> None:
    await world.connect("plain")
    await world.say("你好")
    assert (await post(world, text_push(world, "长" * 5000, "78"), signed(world))).text == "success"
    await world.settle()
    assert (await world.answers())[1:] == ["消息太长了，请分几次发送。"]


async def test_emoji_cdata_ends_and_odd_characters_arrive(world: World) -> None:
    await world.connect()
    text = "👨‍👩‍👧 ]]> <b> &amp; 𠮷"
    await world.say(text)
    assert (await world.texts())[0] == ("visitor", text)


async def test_pushes_of_many_citizens_at_once_are_each_stored_once(world: World) -> None:
    await world.connect()
    bodies = [
        {"openid": f"oCitizen{n % 5}", "text": f"第{n}句", "msg_id": str(1000 + n)}
        for n in range(40)
    ]
    answers = await asyncio.gather(
        *(world.wechat.post("/_citizen/send", json=body) for body in bodies + bodies[::4])
    )
    assert all(answer.json()["accepted"] for answer in answers)
    await world.turns.idle()
    async with world.uows.read() as session:
        visitors = await session.scalars(
            select(Message.external_id).where(Message.author_kind == "visitor")
        )
        assert sorted(visitors) == sorted(body["msg_id"] for body in bodies)
