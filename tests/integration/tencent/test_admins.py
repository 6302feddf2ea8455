"""Mini-programs and 微信客服 are administered as official accounts are: the same routes, with fields of their own."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from app import http_errors
from channels.miniprogram.accounts import MiniPrograms
from channels.miniprogram.admin import build_admin_router as build_miniprogram
from channels.miniprogram.api import MiniProgramApis
from channels.tencent.accounts.admin import AccountDesk
from channels.tencent.accounts.credentials import Credentials
from channels.tencent.api.client import Tools
from channels.wecom.accounts import Accounts
from channels.wecom.admin import build_admin_router as build_wecom
from channels.wecom.api import KfApis
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.ids import new_id
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWorkFactory
from tests.integration.tencent.conftest import WeChat, code, on_sqlite

pytestmark = on_sqlite

KF = "wkDesk0001"
BODIES: dict[str, dict[str, Any]] = {
    "miniprogram": {"app_id": "wx12345678", "format": "xml", "welcome": "欢迎"},
    "wecom": {"corp_id": "ww12345678", "open_kfid": KF, "welcome": "欢迎"},
}
KINDS = sorted(BODIES)


class Administrator:
    async def authenticate(self, _token: str | None) -> Actor:
        return Actor(account_id=new_id(), login="x", name="x", role=Role.ADMIN)


@pytest.fixture
def product(tools: Tools, uow_factory: UnitOfWorkFactory) -> httpx.AsyncClient:
    store = SecretStore("installation-key")
    app = FastAPI()
    http_errors.install(app)
    app.state.auth = Administrator()

    def desk(channel: str) -> AccountDesk:
        return AccountDesk(
            uows=uow_factory, store=store, health=tools.health, channel=channel,
            public_url="https://kf.example",
        )  # fmt: skip

    mini = MiniProgramApis(tools=tools, base_url="http://wechat.test")
    kf = KfApis(tools, "http://wechat.test")
    routers = [
        build_miniprogram(desk=desk("miniprogram"), accounts=MiniPrograms(store=store), apis=mini),
        build_wecom(
            desk=desk("wecom"), accounts=Accounts(store=store),
            client_of=lambda account: kf.of(account).client,
        ),
    ]  # fmt: skip
    for router in routers:
        app.include_router(router, prefix="/api/v1")
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://product.test/api/v1"
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_an_account_is_connected_and_changed_without_its_secrets(
    kind: str, product: httpx.AsyncClient
) -> None:
    secrets = Credentials.random().model_dump()
    path = f"/{kind}/accounts/one"
    connected = await product.put(
        f"{path}?new=true", json={"name": "一", **BODIES[kind], **secrets}
    )
    assert connected.status_code == 200, connected.text
    assert connected.json()["callback_url"] == f"https://kf.example/channels/{kind}/one"
    assert (
        await product.put(f"{path}?new=true", json={"name": "二", **BODIES[kind], **secrets})
    ).status_code == 409
    changed = await product.put(path, json={"name": "新名字", **BODIES[kind]})
    listed = await product.get(f"/{kind}/accounts")
    assert [item["name"] for item in listed.json()["items"]] == ["新名字"]
    assert listed.json()["items"][0].items() >= BODIES[kind].items()
    assert listed.json()["items"][0]["secrets_set"] == dict.fromkeys(secrets, True)
    assert not any(secret in changed.text + listed.text for secret in secrets.values())
    assert (await product.patch(path, json={"enabled": False})).json() == {"ok": True}
    assert (await product.get(f"/{kind}/accounts")).json()["items"][0]["enabled"] is False


async def steps(product: httpx.AsyncClient, kind: str) -> dict[str, tuple[str, str]]:
    secrets = Credentials.random().model_dump()
    await product.put(f"/{kind}/accounts/one", json={"name": "一", **BODIES[kind], **secrets})
    found = (await product.post(f"/{kind}/accounts/one/check")).json()["steps"]
    return {step["key"]: (step["state"], step["message"]) for step in found}


async def test_a_mini_program_needs_no_pushes_for_its_own_page(
    product: httpx.AsyncClient, wechat: WeChat
) -> None:
    wechat.script = [code(40003)]
    found = await steps(product, "miniprogram")
    assert found["permission"][0] == "ok"
    assert found["push"][0] == "unknown"
    assert wechat.requests[-1].url.path.endswith("/message/custom/business/typing")


@pytest.mark.parametrize(("listed", "state"), [(KF, "ok"), ("wkAnother0001", "failed")])
async def test_the_check_finds_a_kf_account_that_the_app_does_not_look_after(
    product: httpx.AsyncClient, wechat: WeChat, listed: str, state: str
) -> None:
    wechat.script = [
        httpx.Response(200, json={"errcode": 0, "account_list": [None, {"open_kfid": listed}]})
    ]
    found = await steps(product, "wecom")
    assert found["permission"][0] == state
    assert ("客服账号" in found["permission"][1]) == (state == "failed")


@pytest.mark.parametrize(
    ("number", "step", "words"),
    [(40001, "token", "Secret"), (40013, "token", "企业 ID"), (60020, "allow_list", "可信 IP")],
)
async def test_wecoms_own_error_codes_say_what_to_do(
    product: httpx.AsyncClient, wechat: WeChat, number: int, step: str, words: str
) -> None:
    wechat.token_script = [code(number)]
    state, message = (await steps(product, "wecom"))[step]
    assert state == "failed"
    assert words in message


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("not allow to access from your ip, from ip: 203.0.113.9, more info", "203.0.113.9"),
        ("invalid ip 999.1.1.1 ipv6 ::ffff:203.0.113.9, not in whitelist", "203.0.113.9"),
        ("appsecret=1234", None),
        (None, None),
    ],
)
async def test_the_address_that_is_not_allowed_is_named(
    product: httpx.AsyncClient, wechat: WeChat, said: str | None, shown: str | None
) -> None:
    wechat.token_script = [httpx.Response(200, json={"errcode": 60020, "errmsg": said})]
    state, message = (await steps(product, "wecom"))["allow_list"]
    assert (state, "可信 IP" in message) == ("failed", True)
    assert (f"微信看到的 IP 是 {shown}。" in message) == (shown is not None)
    assert "1234" not in message
