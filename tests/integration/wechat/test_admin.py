"""Connecting an account through the API: secrets go in and never come out."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI

from channels.secrets import SecretStore
from channels.tencent.admin import AccountDesk
from channels.wechat.admin import build_admin_router
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation.models import Inbox
from core.errors import NotAuthenticated
from core.ids import new_id
from tests.integration.wechat.conftest import APP_ID, World

PATH = "/api/v1/wechat/accounts"


class OneToken:
    """Stands in for the login service: the token says the role."""

    async def authenticate(self, token: str | None) -> Actor:
        if token is None:
            raise NotAuthenticated()
        return Actor(account_id=new_id(), login="x", name="x", role=Role(token))


@pytest.fixture
def admin(world: World) -> World:
    health = world.tools.health
    desk = AccountDesk(
        uows=world.uows, store=SecretStore("installation-key"), health=health, channel="wechat",
        public_url="https://gjj.example/",
    )  # fmt: skip
    router = build_admin_router(desk=desk, accounts=world.accounts, apis=world.apis)
    app: FastAPI = world.app
    app.include_router(router, prefix="/api/v1")
    app.state.auth = OneToken()
    world.product.headers["authorization"] = "Bearer admin"
    return world


def body(world: World, **change: Any) -> dict[str, Any]:
    return {
        "name": "公积金公众号",
        "app_id": APP_ID,
        "mode": "encrypted",
        **world.credentials.model_dump(),
        **change,
    }


async def test_a_connected_account_works_and_shows_no_secret(admin: World) -> None:
    response = await admin.product.put(f"{PATH}/wx", json=body(admin, welcome="欢迎"))
    assert response.status_code == 200
    assert response.json()["callback_url"] == "https://gjj.example/channels/wechat/wx"
    listed = await admin.product.get(PATH)
    assert [item["inbox"] for item in listed.json()["items"]] == ["wx"]
    for secret in admin.credentials.model_dump().values():
        assert secret not in response.text
        assert secret not in listed.text
    await admin.say("你好")
    assert await admin.answers() == ["您说：你好"]


async def test_a_change_keeps_the_texts_that_are_not_given(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin, welcome="欢迎", hot_questions=["租房"]))
    changed = (await admin.product.put(f"{PATH}/wx", json=body(admin, name="新名字"))).json()
    assert (changed["name"], changed["welcome"], changed["hot_questions"]) == (
        "新名字",
        "欢迎",
        ["租房"],
    )


@pytest.mark.parametrize(
    "change",
    [
        {"encoding_aes_key": None},
        {"encoding_aes_key": "short"},
        {"token": "has spaces"},
        {"app_id": "?"},
        {"mode": "secret"},
        {"hot_questions": ["x"] * 7},
        {"surprise": 1},
    ],
)
async def test_what_does_not_fit_is_refused_without_quoting_it(
    admin: World, change: dict[str, Any]
) -> None:
    response = await admin.product.put(f"{PATH}/wx", json=body(admin, **change))
    assert response.status_code == 422
    assert response.json()["error"]["code"] in ("wechat_account_invalid", "invalid_input")
    for secret in (admin.credentials.app_secret, admin.credentials.token):
        assert secret not in response.text
    assert (await admin.product.get(PATH)).json()["items"] == []


async def test_an_inbox_of_another_channel_is_not_taken_over(admin: World) -> None:
    async with admin.uows.write() as uow:
        uow.session.add(Inbox(id="web", channel="web", name="网站", created_at=uow.clock.now()))
    response = await admin.product.put(f"{PATH}/web", json=body(admin))
    assert response.json()["error"]["code"] == "wechat_account_invalid"


async def test_the_check_says_what_is_wrong(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    assert (await admin.product.post(f"{PATH}/wx/check")).json()["ok"] is True
    admin.settings.app_secret = "another one"
    checked = (await admin.product.post(f"{PATH}/wx/check")).json()
    assert (checked["ok"], checked["errcode"]) == (False, 40125)
    assert "AppSecret" in checked["message"]


@pytest.mark.parametrize("role", ["agent", "supervisor"])
async def test_only_administrators_may_connect_accounts(admin: World, role: str) -> None:
    admin.product.headers["authorization"] = f"Bearer {role}"
    for response in (
        await admin.product.get(PATH),
        await admin.product.put(f"{PATH}/wx", json=body(admin)),
        await admin.product.post(f"{PATH}/wx/check"),
    ):
        assert response.status_code == 403
