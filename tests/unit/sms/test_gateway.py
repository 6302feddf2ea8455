"""An own gateway over real HTTP, for which the simulator stands in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from channels.sms import calls
from channels.sms.gateway import GatewaySender
from core.clock import FixedClock
from core.sms import ports
from core.sms.ports import SmsFailed
from core.sms.settings import SmsSettings
from simulators.sms.app import SmsSettings as GatewaySettings
from simulators.sms.app import build_app
from tests.fund import Port

PHONE, CODE = "13812341234", {"code": "048213", "minutes": "5"}


@pytest.fixture(scope="module")
def port() -> Iterator[Port]:
    with Port().served() as port:
        yield port


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        yield client


@pytest.fixture
def own(port: Port, http: httpx.AsyncClient) -> GatewaySender:
    clock = FixedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    port.app = build_app(GatewaySettings(key="gateway-key"), now=lambda: clock.now().timestamp())
    return GatewaySender(
        http=http,
        base_url=port.base,
        key="gateway-key",
        settings=SmsSettings(sign_name="示例市公积金"),
        clock=clock,
    )


async def test_the_gateway_knows_a_repeat_by_its_key(
    own: GatewaySender, port: Port, http: httpx.AsyncClient
) -> None:
    first = await own.send(PHONE, "code", CODE, key="k-1")
    assert await own.send(PHONE, "code", CODE, key="k-1") == first
    [inbox] = (await http.get(f"{port.base}/phones")).json()
    assert inbox["phone"] == PHONE
    assert [text["text"] for text in inbox["texts"]] == [
        "【示例市公积金】您的验证码是048213，5分钟内有效。请勿告诉他人。"
    ]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "down"}, ports.SmsProviderFault),
        ({"kind": "page"}, ports.SmsNonsense),
        ({"kind": "refuse", "code": "busy"}, ports.SmsBusy),
        ({"kind": "refuse_200", "code": "balance"}, ports.SmsBalance),
        ({"kind": "refuse", "code": "unheard_of"}, ports.SmsProviderFault),
        ({"kind": "signature"}, ports.SmsCredentials),
        ({"kind": "lost"}, ports.SmsProviderFault),
    ],
)
async def test_the_gateways_faults_are_named(
    own: GatewaySender,
    port: Port,
    http: httpx.AsyncClient,
    fault: dict[str, Any],
    error: type[SmsFailed],
) -> None:
    await http.post(f"{port.base}/faults", json=fault)
    with pytest.raises(SmsFailed) as failed:
        await own.send(PHONE, "code", CODE, key="k")
    assert type(failed.value) is error
    await own.check()


async def test_a_gateway_that_drips_is_given_up(
    own: GatewaySender, port: Port, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "WHOLE_SECONDS", 0.05)
    await http.post(f"{port.base}/faults", json={"kind": "slow", "seconds": 0.5})
    with pytest.raises(ports.SmsUnreachable):
        await own.send(PHONE, "code", CODE, key="k")
