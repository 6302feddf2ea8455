"""Connecting a provider through the API: what is wrong is said, secrets go in and never come out."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import text as sql

from channels.sms.admin import build_sms_admin
from channels.sms.aliyun import AliyunSender
from channels.sms.console import ConsoleSender
from channels.sms.senders import Addresses
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.errors import NotAuthenticated
from core.ids import new_id
from tests.integration.sms.conftest import PHONE, World, on_sqlite

pytestmark = on_sqlite
ACCOUNT = new_id()
SECRET = "very-secret-access-key"


class OneToken:
    """Stands in for the login service: the token says the role."""

    async def authenticate(self, token: str | None) -> Actor:
        if token is None:
            raise NotAuthenticated()
        return Actor(account_id=ACCOUNT, login="x", name="x", role=Role(token))


@pytest.fixture
def admin(world: World) -> AsyncClient:
    router = build_sms_admin(
        uows=world.uows, senders=world.senders, reports=world.reports, sealer=world.sealer,
        public_url="https://gjj.example", simulator_url="http://sms.test/",
    )  # fmt: skip
    world.app.include_router(router, prefix="/api/v1")
    world.app.state.auth = OneToken()
    world.product.headers["authorization"] = "Bearer admin"
    return world.product


async def store(admin: AsyncClient, **change: Any) -> Any:
    settings = (await admin.get("/api/v1/desk/settings/sms")).json()
    return await admin.put("/api/v1/desk/settings/sms", json={**settings, **change})


async def checked(admin: AsyncClient) -> dict[str, Any]:
    found: dict[str, Any] = (await admin.post("/api/v1/sms/check")).json()
    return found


@pytest.mark.parametrize("role", ["agent", "supervisor", "editor"])
async def test_only_administrators_get_in(world: World, admin: AsyncClient, role: str) -> None:
    admin.headers["authorization"] = f"Bearer {role}"
    for method, path in (
        ("GET", "/desk/settings/sms"), ("PUT", "/desk/settings/sms"), ("GET", "/sms/status"),
        ("PUT", "/sms/secrets"), ("POST", "/sms/check"), ("POST", "/sms/test"), ("GET", "/sms/texts"),
    ):  # fmt: skip
        answer = await admin.request(method, f"/api/v1{path}", json={})
        assert answer.status_code == 403, path


async def test_the_status_says_what_to_enter_at_the_provider(
    world: World, admin: AsyncClient
) -> None:
    status = (await admin.get("/api/v1/sms/status")).json()
    assert (status["in_use"], status["gateway"], status["codes_today"]) == ("http", True, 0)
    assert status["secrets"] == {"aliyun": False, "tencent": False}
    for provider in ("aliyun", "tencent"):
        path = status["callbacks"][provider].removeprefix("https://gjj.example")
        assert (await admin.post(path, json=[])).status_code == 200
    [code] = [each for each in status["templates"] if each["name"] == "code"]
    assert code["params"] == ["code", "minutes"]


async def test_secrets_are_stored_sealed_and_never_shown(world: World, admin: AsyncClient) -> None:
    answer = await admin.put("/api/v1/sms/secrets", json={"aliyun": f" {SECRET}\n"})
    assert answer.status_code == 204
    await admin.put("/api/v1/sms/secrets", json={"tencent": SECRET[::-1]})
    shown = "".join(
        [
            (await admin.get(f"/api/v1{path}")).text
            for path in ("/sms/status", "/desk/settings/sms", "/sms/texts")
        ]
    )
    async with world.uows.read() as session:
        for table in ("inbox_secrets", "configs", "audit"):
            shown += str((await session.execute(sql(f"SELECT * FROM {table}"))).all())
    assert SECRET not in shown
    assert "sms.secret_stored" in shown
    assert (await admin.get("/api/v1/sms/status")).json()["secrets"] == {
        "aliyun": True,
        "tencent": True,
    }
    await store(admin, provider="aliyun", aliyun={"access_key_id": "LTAI5tExample"})
    async with world.uows.read() as session:
        sender = await world.senders.current(session)
    assert isinstance(sender, AliyunSender)
    assert sender._secret == SECRET
    wrong = await admin.put("/api/v1/sms/secrets", json={"aliyun": SECRET * 20})
    assert wrong.status_code == 422
    assert SECRET not in wrong.text


async def test_the_check_says_what_is_missing_step_by_step(
    world: World, admin: AsyncClient
) -> None:
    assert await checked(admin) == {"ok": True, "code": "", "provider_code": "", "message": ""}
    for provider, missing in (("aliyun", "AccessKey ID"), ("tencent", "SecretId")):
        await store(admin, provider=provider)
        found = await checked(admin)
        assert (found["ok"], found["code"]) == (False, "sms_not_set_up")
        assert missing in found["message"]
    await store(
        admin,
        tencent={"secret_id": "AKIDexample", "sdk_app_id": "1400006666", "region": "ap-guangzhou"},
    )
    assert "密钥" in (await checked(admin))["message"]
    await admin.put("/api/v1/sms/secrets", json={"tencent": SECRET})
    assert "模板编号" in (await checked(admin))["message"]
    await store(admin, provider="http")
    await world.fault("signature")
    assert (await checked(admin))["code"] == "sms_credentials"
    await world.fault("down")
    assert (await checked(admin))["provider_code"] == "HTTP 503"


async def test_without_a_gateway_automatic_means_the_log(world: World, admin: AsyncClient) -> None:
    world.senders.addresses = Addresses("", "", "http://aliyun.test", "http://tencent.test")
    status = (await admin.get("/api/v1/sms/status")).json()
    assert (status["in_use"], status["gateway"]) == ("console", False)
    async with world.uows.read() as session:
        assert isinstance(await world.senders.current(session), ConsoleSender)
    assert (await checked(admin))["code"] == "sms_off"
    tried = await admin.post("/api/v1/sms/test", json={"phone": PHONE})
    assert (tried.json()["ok"], tried.json()["code"]) == (False, "sms_off")
    await store(admin, provider="http")
    assert "BANGBAN_SMS_API_BASE" in (await checked(admin))["message"]
    world.senders.addresses = Addresses("http://sms.test", "", "", "")
    assert "BANGBAN_SMS_API_KEY" in (await checked(admin))["message"]


async def test_a_test_text_arrives_and_stands_in_the_list(world: World, admin: AsyncClient) -> None:
    sent = await admin.post("/api/v1/sms/test", json={"phone": "138 1234 1234"})
    assert sent.json()["ok"]
    await world.deliver()
    assert "验证码是123456" in (await world.inbox())[0]
    await world.fault("refuse", code="balance")
    failed = (await admin.post("/api/v1/sms/test", json={"phone": PHONE})).json()
    assert (failed["ok"], failed["code"], failed["provider_code"]) == (
        False,
        "sms_balance",
        "balance",
    )
    await world.phones.post("/reply", json={"phone": PHONE, "text": "收到了"})
    log = (await admin.get("/api/v1/sms/texts")).json()
    assert {each["state"] for each in log["texts"]} == {"delivered", "failed"}
    assert {each["phone_masked"] for each in log["texts"] + log["inbound"]} == {"138****1234"}
    assert log["inbound"][0]["text"] == "收到了"
    wrong = await admin.post("/api/v1/sms/test", json={"phone": "12345"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "phone_invalid")
    for _ in range(3):
        last = await admin.post("/api/v1/sms/test", json={"phone": PHONE})
    assert last.status_code == 429


async def test_a_refused_setting_says_which(world: World, admin: AsyncClient) -> None:
    answer = await store(admin, hours={"begin": "21:00", "end": "08:00"})
    assert answer.status_code == 422
    assert "结束时间要晚于开始时间" in answer.text
