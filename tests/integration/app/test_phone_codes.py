"""A citizen's browser asks for a code: over the socket, through the outbox and the gateway, to a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.configs import put_config
from core.settings import Settings
from core.sms.settings import CONFIG_NAME, SmsCodeLimits, SmsSettings
from knowledge.retrieval.refresher import IndexBuilder
from simulators.sms.app import SmsSettings as GatewaySettings
from simulators.sms.app import build_app
from tests.fakes import ScriptedBot
from tests.fund import Port
from tests.integration.app.clients import SocketClient
from tests.integration.app.site import Site, on_sqlite, running, settings_for

pytestmark = on_sqlite
KEY, PHONE = "key-of-the-gateway", "13812341234"


@pytest.fixture
def gateway() -> Iterator[str]:
    port = Port()
    port.app = build_app(GatewaySettings(key=KEY))
    with port.served():
        yield port.base


@pytest.fixture
def settings(tmp_path: Path, database_url: str, encoder: Path, gateway: str) -> Settings:
    return settings_for(
        tmp_path / "home", database_url, encoder, sms_api_base=gateway, sms_api_key=KEY
    )


@pytest.fixture
async def site(settings: Settings, builder: IndexBuilder) -> AsyncIterator[Site]:
    async with running(settings, builder, bot=ScriptedBot()) as site:
        async with site.container.uows.write() as uow:
            limits = SmsSettings(codes=SmsCodeLimits(address_per_hour=2))
            await put_config(uow, CONFIG_NAME, limits, "test")
        yield site


def citizen(site: Site, address: str) -> SocketClient:
    """Whose address a proxy on this machine tells."""
    return SocketClient(site.url, "/visitor", {"inbox": "web"}, {"x-forwarded-for": address})


async def newest_text(gateway: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as client:
        for _ in range(200):
            found: list[dict[str, Any]] = (await client.get(f"{gateway}/phones")).json()
            if found:
                return str(found[0]["texts"][0]["text"])
            await asyncio.sleep(0.05)
    raise AssertionError("no text came")


async def test_a_code_comes_and_limits_hold_per_phone_and_address(site: Site, gateway: str) -> None:
    async with citizen(site, "203.0.113.9") as first, citizen(site, "203.0.113.10") as second:
        answer = await first.ack("send_phone_code", {"phone": "138 1234 1234"})
        assert answer == {"ok": True, "data": {"wait_seconds": 60, "valid_seconds": 300}}
        assert "验证码是" in await newest_text(gateway)
        again = await second.ack("send_phone_code", {"phone": PHONE})
        assert again["error"]["code"] == "too_many_codes"
        assert 50 <= again["error"]["details"]["retry_after"] <= 61
        assert (await first.ack("send_phone_code", {"phone": "13812340002"}))["ok"]
        third = await first.ack("send_phone_code", {"phone": "13812340003"})
        assert third["error"]["code"] == "too_many_codes"
        assert (await second.ack("send_phone_code", {"phone": "13812340003"}))["ok"]
        wrong = await second.ack("send_phone_code", {"phone": "12345"})
        assert wrong["error"]["code"] == "phone_invalid"
        assert "12345" not in str(wrong)
