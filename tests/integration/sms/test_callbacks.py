"""What providers push: proved, understood, taken once however often it comes, and never quoted."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from core.ids import new_id
from core.sms.models import SmsText
from core.sms.reports import InboundRead
from simulators.sms.signing import signed
from tests.integration.sms.conftest import KEY, PHONE, World, on_sqlite


async def sent(world: World, provider: str, number: str) -> str:
    """A text that `provider` has taken and calls `number`; returns our id."""
    async with world.uows.write() as uow:
        row = SmsText(
            id=new_id(), key=f"{provider}/{number}", template="left_message_answer", phone_masked="138****1234",
            phone_mark=world.sealer.mark(PHONE), sealed="", state="sent", provider=provider, provider_id=number,
            created_at=uow.clock.now(), sent_at=uow.clock.now(),
        )  # fmt: skip
        uow.session.add(row)
    return row.id


async def push(
    world: World, provider: str, content: Any, token: str | None = None
) -> httpx.Response:
    token = token or world.sealer.callback(provider)
    return await world.product.post(f"/channels/sms/{provider}/{token}", json=content)


async def states(world: World) -> dict[str, tuple[str, str]]:
    return {row.provider_id: (row.state, row.provider_code) for row in await world.rows()}


async def said(world: World) -> list[InboundRead]:
    async with world.uows.read() as session:
        return await world.reports.inbound(session, 10)


def aliyun(number: str, key: str = "", **more: Any) -> dict[str, Any]:
    return {
        "phone_number": PHONE, "send_time": "2026-11-23 10:00:00", "report_time": "2026-11-23 10:00:03",
        "success": True, "err_code": "DELIVERED", "err_msg": "用户接收成功", "sms_size": "1", "biz_id": number,
        "out_id": key, **more,
    }  # fmt: skip


def tencent(number: str, **more: Any) -> dict[str, Any]:
    return {
        "user_receive_time": "2026-11-23 10:00:03", "nationcode": "86", "mobile": PHONE, "report_status": "SUCCESS",
        "errmsg": "DELIVRD", "description": "用户短信送达成功", "sid": number, **more,
    }  # fmt: skip


async def test_aliyuns_reports_settle_its_texts(world: World) -> None:
    for number in ("1^0", "2^0"):
        await sent(world, "aliyun", number)
    bad = aliyun("2^0", success=False, err_code="MOBILE_NOT_ON_SERVICE")
    answer = await push(world, "aliyun", [aliyun("1^0"), bad, aliyun("unknown")])
    assert answer.json() == {"code": 0, "msg": "接收成功"}
    assert await states(world) == {
        "1^0": ("delivered", "DELIVERED"),
        "2^0": ("undelivered", "MOBILE_NOT_ON_SERVICE"),
    }


@on_sqlite
async def test_tencents_reports_settle_its_texts(world: World) -> None:
    for number in ("5:1", "5:2"):
        await sent(world, "tencent", number)
    bad = tencent("5:2", report_status="FAIL", errmsg="MK:0001")
    answer = await push(world, "tencent", [tencent("5:1"), bad])
    assert answer.json() == {"result": 0, "errmsg": "OK"}
    assert await states(world) == {
        "5:1": ("delivered", "DELIVRD"),
        "5:2": ("undelivered", "MK:0001"),
    }


@on_sqlite
async def test_a_report_that_comes_twice_or_contradicts_itself_changes_nothing(
    world: World,
) -> None:
    await sent(world, "aliyun", "1^0")
    await push(world, "aliyun", [aliyun("1^0")])
    [before] = await world.rows()
    world.clock.advance(timedelta(minutes=1))
    again = [aliyun("1^0"), aliyun("1^0", success=False, err_code="X")]
    assert (await push(world, "aliyun", again)).status_code == 200
    [after] = await world.rows()
    assert (after.state, after.settled_at) == (before.state, before.settled_at)


async def test_a_report_may_overtake_our_own_note(world: World) -> None:
    await world.send()
    [row] = await world.rows()
    await push(world, "aliyun", [aliyun("1^0", key=row.id)])
    [row] = await world.rows()
    assert (row.state, row.provider_id, row.sealed) == ("delivered", "1^0", "")
    await world.deliver()
    assert await world.inbox() == []


@on_sqlite
async def test_a_provider_settles_its_own_texts_only(world: World) -> None:
    await sent(world, "tencent", "5:1")
    await push(world, "aliyun", [aliyun("5:1")])
    assert (await states(world))["5:1"][0] == "sent"


async def test_replies_are_kept_once(world: World) -> None:
    up = {
        "phone_number": PHONE,
        "content": "收到",
        "sign_name": "公积金",
        "sequence_id": 1234567890,
        "dest_code": "1",
    }
    for _ in range(2):
        assert (await push(world, "aliyun", [up])).status_code == 200
    world.clock.advance(timedelta(seconds=1))
    down = {
        "extend": "",
        "mobile": PHONE,
        "nationcode": "86",
        "sign": "公积金",
        "text": "谢谢",
        "time": 1457336869,
    }
    for _ in range(2):
        assert (await push(world, "tencent", down)).status_code == 200
    assert [(each.phone_masked, each.text) for each in await said(world)] == [
        ("138****1234", "谢谢"),
        ("138****1234", "收到"),
    ]


@pytest.mark.parametrize("provider", ["aliyun", "tencent"])
@on_sqlite
async def test_an_address_somebody_guessed_is_not_there(world: World, provider: str) -> None:
    number = await sent(world, provider, "1")
    content = [aliyun("1", key=number)] if provider == "aliyun" else [tencent("1")]
    other = world.sealer.callback("tencent" if provider == "aliyun" else "aliyun")
    for token, status in (("0" * 40, 404), (other, 404), ("x", 422)):
        answer = await push(world, provider, content, token)
        assert answer.status_code == status
    assert (await states(world))["1"][0] == "sent"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"{}", b"[", b"[1]", b'[{"phone_number": 1}, 2]', b"[" * 100_000, "是".encode("gbk"),
        b'{"mobile": "13812341234", "text": "x"}', b'[{"phone_number": "' + b"1" * 5000 + b'", "content": "x"}]',
    ],
)  # fmt: skip
@on_sqlite
async def test_a_push_that_is_none_is_refused_without_quoting_it(world: World, body: bytes) -> None:
    for provider in ("aliyun", "tencent"):
        token = world.sealer.callback(provider)
        answer = await world.product.post(f"/channels/sms/{provider}/{token}", content=body)
        assert answer.status_code == 422, (provider, answer.text)
        assert "13812341234" not in answer.text
    assert await said(world) == []


@on_sqlite
async def test_the_gateways_push_is_signed_fresh_and_whole(world: World) -> None:
    await sent(world, "http", "SIM1")
    body = json.dumps({"reports": [{"id": "SIM1", "delivered": True}]}).encode()
    now = world.clock.now().timestamp()

    async def answer(headers: dict[str, str], content: bytes = body) -> int:
        found = await world.product.post("/channels/sms/http", content=content, headers=headers)
        return found.status_code

    assert await answer(signed("another", body, now)) == 403
    assert await answer(signed(KEY, body, now - 301)) == 403
    assert await answer(signed(KEY, body, now), body + b" ") == 403
    assert await answer({"x-sms-signature": "0" * 64}) == 422
    assert (await states(world))["SIM1"][0] == "sent"
    headers = signed(KEY, body, now)
    assert await answer(headers) == 200
    # Whoever has recorded it may send it again; nothing comes of it.
    assert await answer(headers) == 200
    assert (await states(world))["SIM1"][0] == "delivered"


@pytest.mark.parametrize(("kind", "state"), [("forged", "sent"), ("twice", "delivered")])
@on_sqlite
async def test_the_gateways_odd_reports_do_no_harm(world: World, kind: str, state: str) -> None:
    await world.fault(kind)
    await world.send()
    await world.deliver()
    [row] = await world.rows()
    assert row.state == state


@on_sqlite
async def test_a_phone_of_the_simulator_writes_back(world: World) -> None:
    answer = await world.phones.post("/reply", json={"phone": PHONE, "text": "明天来可以吗"})
    assert answer.json() == {"ok": True}
    [reply] = await said(world)
    assert (reply.phone_masked, reply.text) == ("138****1234", "明天来可以吗")
