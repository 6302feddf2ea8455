"""Anything at all sent to the callback address: taken or refused, never a 5xx."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.tencent import crypto
from simulators.tencent.envelope import to_xml
from tests.integration.wechat.conftest import APP_ID, World
from tests.integration.wechat.pushes import (
    ADDRESS,
    post,
    signed,
)

PARTS = st.dictionaries(
    st.sampled_from(
        [
            "ToUserName",
            "FromUserName",
            "CreateTime",
            "MsgType",
            "MsgId",
            "Content",
            "Event",
            "bizmsgmenuid",
        ]
    ),
    st.one_of(
        st.sampled_from(
            [
                "text",
                "event",
                "voice",
                "image",
                "oFuzz",
                "1",
                "99999999999999999999",
                "subscribe",
                "-1",
                "",
            ]
        ),
        st.text(max_size=20),
    ),
)


BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    PARTS.map(
        lambda fields: to_xml({"FromUserName": "oFuzz", **fields}).encode("utf-8", "replace")
    ),
    PARTS.map(
        lambda fields: to_xml(
            {"FromUserName": "oFuzz", "MsgType": "text", "MsgId": "5", **fields}
        ).encode("utf-8", "replace")
    ),
)


QUERIES = st.dictionaries(
    st.sampled_from(
        ["signature", "timestamp", "nonce", "msg_signature", "encrypt_type", "echostr", "openid"]
    ),
    st.text(max_size=30),
)


FUZZ = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(body=BODIES, sealed=st.booleans())
async def test_any_signed_body_is_taken_or_refused(world: World, body: bytes, sealed: bool) -> None:
    await world.connect("compatible")
    query: dict[str, str] = signed(world)
    if sealed:
        inner = body.decode("utf-8", "replace")
        cipher = crypto.encrypt(inner, aes_key=world.settings.aes_key, app_id=APP_ID)
        body, query = to_xml({"Encrypt": cipher}).encode(), signed(world, cipher=cipher)
    response = await post(world, body, query)
    assert response.status_code in (200, 400)


@FUZZ
@given(body=BODIES, query=QUERIES, method=st.sampled_from(["GET", "POST"]))
async def test_anything_unsigned_is_refused(
    world: World, body: bytes, query: dict[str, str], method: str
) -> None:
    await world.connect("compatible")
    response = await world.product.request(method, ADDRESS, params=_sendable(query), content=body)
    assert response.status_code in (400, 403)


def _sendable(query: dict[str, Any]) -> dict[str, str]:
    return {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
