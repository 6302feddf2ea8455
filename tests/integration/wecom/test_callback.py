"""The callback address: what is taken, what is refused, and that wechatpy seals and opens as we do."""

from __future__ import annotations

import os
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wechatpy.enterprise.crypto import WeChatCrypto

from channels.wecom.models import WecomCursor
from core.outbox.models import OutboxRow
from simulators.tencent.envelope import Seal, to_xml
from tests.integration.wecom.conftest import CORP, INBOX, KF, World, on_sqlite

ADDRESS = f"/channels/wecom/{INBOX}"
# FUZZ_EXAMPLES=10000 before the command tries that many on each database.
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "120"))


def event(**more: Any) -> dict[str, Any]:
    fields = {
        "ToUserName": CORP,
        "CreateTime": 1763863200,
        "MsgType": "event",
        "Event": "kf_msg_or_event",
    }
    return fields | {"Token": "ENCabc", "OpenKfId": KF} | more


def seal_of(world: World, **other: str) -> Seal:
    secrets = {
        "token": world.credentials.token,
        "aes_key": world.credentials.encoding_aes_key or "",
        "receiver": CORP,
    } | other
    return Seal(**secrets)


def sealed(
    world: World, xml: str, *, at: float | None = None, **other: str
) -> tuple[dict[str, str], bytes]:
    seal = seal_of(world, **other)
    cipher = seal.encrypt(xml)
    now = world.clock.now().timestamp() if at is None else at
    query = {"timestamp": str(int(now)), "nonce": "n1"}
    query["msg_signature"] = seal.signature_of(query, cipher)
    return query, to_xml({"ToUserName": CORP, "Encrypt": cipher}).encode()


async def post(world: World, query: dict[str, str], body: bytes) -> tuple[int, str]:
    response = await world.product.post(ADDRESS, params=query, content=body)
    if response.status_code == 200:
        return 200, response.text
    return response.status_code, str(response.json()["error"]["code"])


async def test_the_address_is_verified_with_a_sealed_text(world: World) -> None:
    await world.connect()
    await world.order("verify")


@on_sqlite
async def test_a_plain_verification_is_refused(world: World) -> None:
    await world.connect()
    query = seal_of(world).signed(world.clock.now().timestamp()) | {"echostr": "123"}
    response = await world.product.get(ADDRESS, params=query)
    assert (response.status_code, response.json()["error"]["code"]) == (
        403, "wechat_encryption_required",
    )  # fmt: skip


@on_sqlite
@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"token": "OtherToken"}, "wechat_signature_invalid"),
        ({"receiver": "ww9999999999999999"}, "wechat_cipher_invalid"),
        ({"aes_key": "b" * 42 + "A"}, "wechat_cipher_invalid"),
    ],
)
async def test_what_is_not_sealed_for_this_corp_is_refused(
    world: World, other: dict[str, str], code: str
) -> None:
    await world.connect()
    query, body = sealed(world, to_xml(event()), **other)
    assert await post(world, query, body) == (403, code)
    assert await world.rows("wecom.sync") == []


@on_sqlite
async def test_old_callbacks_cannot_be_replayed(world: World) -> None:
    await world.connect()
    at = world.clock.now().timestamp() - 601
    query, body = sealed(world, to_xml(event()), at=at)
    assert await post(world, query, body) == (403, "wechat_signature_stale")


@on_sqlite
@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("<xml></xml>", 400),
        ("no xml", 400),
        ('<!DOCTYPE x [<!ENTITY a "b">]><xml>&a;</xml>', 400),
        ("<xml>" + "<a>" * 9 + "</a>" * 9 + "</xml>", 400),
        (to_xml(event(Event="change_contact")), 200),
        (to_xml(event(Token="t" * 500)), 200),
        (to_xml(event(OpenKfId="]]>")), 200),
    ],
)
async def test_odd_contents_are_refused_or_acknowledged(world: World, xml: str, code: int) -> None:
    await world.connect()
    status, _ = await post(world, *sealed(world, xml))
    assert status == code


@on_sqlite
async def test_large_bodies_and_unknown_addresses_are_refused(world: World) -> None:
    await world.connect()
    query, _ = sealed(world, to_xml(event()))
    assert await post(world, query, b"x" * (1024 * 1024 + 1)) == (413, "body_too_large")
    response = await world.product.post("/channels/wecom/nobody", params=query, content=b"")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "inbox_not_found")


async def test_callbacks_are_one_row_however_many_come_and_the_newest_token_counts(
    world: World,
) -> None:
    await world.connect()
    for number in range(20):
        xml = to_xml(event(Token=f"ENC{number}"))
        assert await post(world, *sealed(world, xml)) == (200, "success")
    (row,) = await world.rows("wecom.sync")
    assert row.payload["token"] == "ENC19"
    async with world.uows.write() as uow:
        # Somebody works on it: what this callback tells of may be newer than what he fetches.
        (await uow.session.get_one(OutboxRow, row.id)).attempts = 1
    assert await post(world, *sealed(world, to_xml(event()))) == (200, "success")
    assert len(await world.rows("wecom.sync")) == 2


@on_sqlite
async def test_wechatpy_opens_what_the_stand_in_seals_and_we_open_what_wechatpy_seals(
    world: World,
) -> None:
    await world.connect()
    credentials = world.credentials
    oracle = WeChatCrypto(credentials.token, credentials.encoding_aes_key, CORP)
    query, body = sealed(world, to_xml(event()))
    opened = oracle.decrypt_message(
        body.decode(), query["msg_signature"], query["timestamp"], query["nonce"]
    )
    assert "kf_msg_or_event" in str(opened)
    stamp = str(int(world.clock.now().timestamp()))
    letter = oracle.encrypt_message(to_xml(event(Token="ENCoracle")), "nonce2", stamp)
    root = {
        part: _inner(letter, part) for part in ("Encrypt", "MsgSignature", "TimeStamp", "Nonce")
    }
    query = {
        "msg_signature": root["MsgSignature"],
        "timestamp": root["TimeStamp"],
        "nonce": root["Nonce"],
    }
    assert await post(world, query, letter.encode()) == (200, "success")
    (row,) = await world.rows("wecom.sync")
    assert row.payload["token"] == "ENCoracle"


def _inner(xml: str, tag: str) -> str:
    return ElementTree.fromstring(xml).findtext(tag) or ""


ODD = ["", "1", "9" * 3000, "]]>", "\x00", "\u200b", "kf_msg_or_event", KF, "null", "长" * 3000]
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=30))
NAMES = [
    "ToUserName",
    "CreateTime",
    "MsgType",
    "Event",
    "Token",
    "OpenKfId",
    "AgentID",
    "Encrypt",
    "x",
]
FIELDS = st.builds(
    lambda wrong: event(**wrong), st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=4)
)
BODIES = st.one_of(
    FIELDS.map(to_xml),
    st.builds(lambda xml, share: xml[: int(len(xml) * share)], FIELDS.map(to_xml), st.floats(0, 1)),
    st.text(max_size=200),
)
QUERIES = st.dictionaries(
    st.sampled_from(
        ["msg_signature", "timestamp", "nonce", "echostr", "signature", "encrypt_type"]
    ),
    st.text(max_size=30),
)
CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
fuzzed = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=CHECKS)


@on_sqlite
@fuzzed
@given(xml=BODIES)
async def test_anything_that_is_sealed_is_taken_or_refused(world: World, xml: str) -> None:
    await _once(world)
    inner = xml.encode("utf-8", "replace").decode()
    status, _ = await post(world, *sealed(world, inner))
    assert status in (200, 400)


@on_sqlite
@fuzzed
@given(body=st.binary(max_size=200), query=QUERIES, method=st.sampled_from(["GET", "POST"]))
async def test_anything_that_is_not_is_refused(
    world: World, body: bytes, query: dict[str, str], method: str
) -> None:
    await _once(world)
    sendable = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    response = await world.product.request(method, ADDRESS, params=sendable, content=body)
    assert response.status_code in (400, 403)


async def _once(world: World) -> None:
    async with world.uows.read() as session:
        known = await session.get(WecomCursor, INBOX)
    if known is None:
        await world.connect()
