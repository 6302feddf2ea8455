"""Connecting an account through the API: secrets go in and never come out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI

from channels.tencent.accounts.admin import AccountDesk
from channels.wechat.admin import build_admin_router
from core.auth.actor import Actor
from core.auth.permissions import Role
from core.conversation.models import Inbox
from core.errors import NotAuthenticated
from core.ids import new_id
from core.secrets.store import SecretStore
from tests.integration.wechat.conftest import APP_ID, INBOX, World

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


async def test_a_name_is_changed_without_entering_secrets(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    change = {"name": "新名字", "app_id": APP_ID, "token": "", "app_secret": None}
    changed = await admin.product.put(f"{PATH}/wx", json=change)
    assert changed.json()["name"] == "新名字"
    assert changed.json()["secrets_set"] == {
        "token": True, "app_secret": True, "encoding_aes_key": True,
    }  # fmt: skip
    await admin.say("你好")
    assert await admin.answers() == ["您说：你好"]


async def test_one_secret_is_rotated_alone(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    admin.settings.app_secret = "a-rotated-secret"
    assert (await admin.product.post(f"{PATH}/wx/check")).json()["errcode"] == 40125
    change = {"name": "公众号", "app_id": APP_ID, "app_secret": "a-rotated-secret"}
    assert (await admin.product.put(f"{PATH}/wx", json=change)).status_code == 200
    assert (await admin.product.post(f"{PATH}/wx/check")).json()["errcode"] is None
    await admin.say("你好")  # pushes are still signed with the token that was not entered again
    assert await admin.answers() == ["您说：你好"]


async def test_a_new_account_needs_its_secrets(admin: World) -> None:
    response = await admin.product.put(f"{PATH}/wx", json={"name": "公众号", "app_id": APP_ID})
    assert response.status_code == 422
    assert response.json()["error"]["details"]["field"] in ("token", "app_secret")
    taken = await admin.product.put(f"{PATH}/web", json={"name": "网站", "app_id": APP_ID})
    assert taken.status_code == 422


async def test_an_account_out_of_use_takes_no_pushes(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    assert (await admin.product.patch(f"{PATH}/wx", json={"enabled": False})).status_code == 200
    assert (await admin.say("你好"))["accepted"] is False
    assert (await admin.product.get(PATH)).json()["items"][0]["enabled"] is False
    await admin.product.patch(f"{PATH}/wx", json={"enabled": True})
    assert (await admin.say("你好"))["accepted"] is True
    assert (await admin.product.patch(f"{PATH}/nosuch", json={"enabled": True})).status_code == 404


async def steps(admin: World) -> dict[str, tuple[str, str]]:
    found = (await admin.product.post(f"{PATH}/wx/check")).json()["steps"]
    return {step["key"]: (step["state"], step["message"]) for step in found}


async def test_the_check_goes_step_by_step(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    before = await steps(admin)
    assert list(before) == ["address", "token", "allow_list", "clock", "permission", "push"]
    assert {key: state for key, (state, _) in before.items() if key != "clock"} == {
        "address": "ok", "token": "ok", "allow_list": "ok", "permission": "ok", "push": "warning",
    }  # fmt: skip
    assert "回调地址" in before["push"][1]
    await admin.say("你好")
    assert (await steps(admin))["push"][0] == "ok"


async def test_the_check_tells_why_pushes_were_refused(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin, token="AnotherToken"))
    await admin.say("你好")
    state, message = (await steps(admin))["push"]
    assert state == "failed"
    assert "Token" in message


async def test_the_check_tells_an_address_that_is_not_allowed_from_a_wrong_secret(
    admin: World,
) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    fault = {"path": "/cgi-bin/stable_token", "kind": "errcode", "errcode": 40164, "times": 1}
    await admin.wechat.post("/_control/faults", json=fault)
    found = await steps(admin)
    assert (found["token"][0], found["allow_list"][0]) == ("unknown", "failed")
    assert "白名单" in found["allow_list"][1]
    assert found["permission"][0] == "unknown"


async def test_the_check_tells_a_missing_permission(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    path = "/cgi-bin/message/custom/typing"
    fault = {"path": path, "kind": "errcode", "errcode": 48001, "times": 1}
    await admin.wechat.post("/_control/faults", json=fault)
    state, message = (await steps(admin))["permission"]
    assert state == "failed"
    assert "权限" in message
    health = (await admin.product.get(PATH)).json()["items"][0]["health"]
    assert health["errcode"] == 48001
    assert health["since"] is not None


async def test_settings_that_do_not_fit_together_break_no_list(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    async with admin.uows.write() as uow:
        inbox = await uow.session.get_one(Inbox, "wx")
        inbox.config = {**inbox.config, "mode": "secret"}
    item = (await admin.product.get(PATH)).json()["items"][0]
    assert item["problem"]
    assert (await admin.product.put(f"{PATH}/wx", json=body(admin))).json()["problem"] == ""


async def test_the_menu_is_given_up_by_saying_so(admin: World) -> None:
    menu = {"buttons": [{"name": "人工", "say": "转人工"}]}
    await admin.product.put(f"{PATH}/wx", json=body(admin, menu=menu))
    kept = (await admin.product.put(f"{PATH}/wx", json=body(admin))).json()
    assert kept["menu"]["buttons"][0]["name"] == "人工"
    assert (await admin.product.put(f"{PATH}/wx", json=body(admin, menu=None))).json()[
        "menu"
    ] is None


async def test_a_new_account_does_not_overwrite_another(admin: World) -> None:
    await admin.product.put(f"{PATH}/wx", json=body(admin))
    taken = await admin.product.put(f"{PATH}/wx?new=true", json=body(admin, name="另一个"))
    assert taken.status_code == 409
    assert taken.json()["error"]["details"]["field"] == "inbox_id"
    assert (await admin.product.get(PATH)).json()["items"][0]["name"] == "公积金公众号"


async def test_what_two_administrators_change_at_once_is_both_kept(admin: World) -> None:
    await admin.connect()
    async with admin.uows.write() as uow:
        inbox = await uow.session.get_one(Inbox, INBOX, with_for_update=True)
        inbox.config = {**inbox.config, "welcome": "欢迎"}
        await uow.session.flush()
        other = asyncio.create_task(admin.connect("plain", hot_questions=["租房可以提取吗"]))
        # As far as it comes while the row is somebody else's.
        await asyncio.wait({other}, timeout=0.3)
    await other
    async with admin.uows.read() as session:
        config = (await session.get_one(Inbox, INBOX)).config
    assert (config["welcome"], config["hot_questions"]) == ("欢迎", ["租房可以提取吗"])
    assert config["mode"] == "plain"
