"""What `bangban doctor` says about text messages."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from app.sms_check import NONE, sms
from core.settings import Settings
from simulators.sms.app import SmsSettings as GatewaySettings
from simulators.sms.app import build_app
from tests.fund import Port
from tests.integration.sms.conftest import KEY, on_sqlite


def settings(tmp_path: Path, database_url: str, base: str = "") -> Settings:
    values = {
        "home": tmp_path,
        "database_url": database_url,
        "sms_api_base": base,
        "sms_api_key": KEY,
    }
    return Settings(_env_file=None, **values)  # type: ignore[arg-type]


def test_before_the_first_start_nothing_is_made(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/no.sqlite3"
    found = asyncio.run(sms(settings(tmp_path / "new", url)))
    assert (found.ok, found.found) == (True, NONE)
    assert list(tmp_path.iterdir()) == []


@on_sqlite
async def test_without_a_provider_it_says_what_that_means(
    tmp_path: Path, database_url: str
) -> None:
    found = await sms(settings(tmp_path, database_url))
    assert (found.ok, found.found) == (True, NONE)


@on_sqlite
@pytest.mark.parametrize(
    ("fault", "ok", "told"),
    [
        (None, True, "短信网关，可用"),
        ("signature", False, "短信网关：sms_credentials（bad_signature）"),
        ("down", False, "短信网关：sms_provider_fault（HTTP 503）"),
    ],
)
async def test_a_gateway_is_asked(
    tmp_path: Path, database_url: str, fault: str | None, ok: bool, told: str
) -> None:
    port = Port()
    port.app = build_app(GatewaySettings(key=KEY))
    with port.served():
        async with httpx.AsyncClient(base_url=port.base, trust_env=False) as client:
            if fault is not None:
                await client.post("/faults", json={"kind": fault})
        found = await sms(settings(tmp_path, database_url, port.base))
    assert (found.ok, found.found) == (ok, told)
