"""Tokens, permissions and limits of the WeChat stand-in over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.wechat import OPENID, WeChat

BODY = {"touser": OPENID, "msgtype": "text", "text": {"content": "您好"}}
SEND = "/cgi-bin/message/custom/send"


async def sent(wechat: WeChat, token: str) -> int:
    return int((await wechat.call(SEND, BODY, token=token))["errcode"])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secret": "x"}, 40125),
        ({"secret": ""}, 41004),
        ({"appid": "x"}, 40013),
        ({"appid": ""}, 41002),
        ({"grant_type": "x"}, 40002),
    ],
)
async def test_wrong_credentials_get_no_token(
    wechat: WeChat, change: dict[str, Any], code: int
) -> None:
    assert (await wechat.ask_token(**change))["errcode"] == code


async def test_asking_again_changes_nothing_and_forcing_voids(wechat: WeChat) -> None:
    await wechat.say()
    first = await wechat.token()
    assert await wechat.token() == first
    second = await wechat.token(force_refresh=True)
    assert [await sent(wechat, first), await sent(wechat, second)] == [40001, 0]
    assert await wechat.token(force_refresh=True) == second, "not within 30 seconds"


async def test_forcing_is_allowed_twenty_times_a_day(wechat: WeChat) -> None:
    for _ in range(20):
        assert "access_token" in await wechat.ask_token(force_refresh=True)
        await wechat.wait(31)
    assert (await wechat.ask_token(force_refresh=True))["errcode"] == 45009


async def test_the_old_interface_and_the_stable_one_do_not_touch_each_other(wechat: WeChat) -> None:
    await wechat.say()
    stable = await wechat.token()
    asked = {"appid": wechat.settings.app_id, "secret": wechat.settings.app_secret}
    query = {"grant_type": "client_credential", **asked}
    old = (await wechat.http.get("/cgi-bin/token", params=query)).json()["access_token"]
    newer = (await wechat.http.get("/cgi-bin/token", params=query)).json()["access_token"]
    assert [await sent(wechat, token) for token in (stable, old, newer)] == [0, 0, 0]
    await wechat.wait(300)
    assert [await sent(wechat, token) for token in (stable, old, newer)] == [0, 42001, 0]
    await wechat.token(force_refresh=True)
    assert [await sent(wechat, token) for token in (stable, newer)] == [40001, 45047]


async def test_a_token_ends_after_two_hours(wechat: WeChat) -> None:
    await wechat.say()
    token = await wechat.token()
    await wechat.wait(7200)
    assert await sent(wechat, token) == 42001
    assert [await sent(wechat, wrong) for wrong in ("", "forged", "a b")] == [41001, 40001, 40014]


async def test_a_new_secret_voids_all_tokens(wechat: WeChat) -> None:
    old, token = wechat.settings.app_secret, await wechat.token()
    await wechat.control("/_control/reset_secret")
    assert await sent(wechat, token) == 40001
    assert (await wechat.ask_token(secret=old))["errcode"] == 40125
    assert "access_token" in await wechat.ask_token()


async def test_only_addresses_on_the_list_get_tokens(wechat: WeChat) -> None:
    wechat.settings.ip_allow_list = ["203.0.113.7"]
    answer = await wechat.ask_token()
    assert answer["errcode"] == 40164
    assert "127.0.0.1" in answer["errmsg"]
    wechat.settings.ip_allow_list = ["127.0.0.1"]
    assert "access_token" in await wechat.ask_token()


async def test_a_token_is_good_for_its_account_only(wechat: WeChat, mini: WeChat) -> None:
    await wechat.say()
    assert await sent(wechat, await mini.token()) == 40003, "the mini-program knows no such openid"


async def test_a_permission_that_was_taken_away(wechat: WeChat) -> None:
    await wechat.say()
    off = {"permission": "custom", "on": False}
    await wechat.control("/_control/permissions", off, "PUT")
    assert await wechat.text() == 48001
    await wechat.control("/_control/permissions", off | {"on": True}, "PUT")
    assert await wechat.text() == 0


async def test_a_daily_limit_holds_until_midnight_in_china(wechat: WeChat) -> None:
    await wechat.say()
    await wechat.control("/_control/limits", {"path": SEND, "calls": 2}, "PUT")
    assert [await wechat.text() for _ in range(3)] == [0, 0, 45009]
    await wechat.wait(24 * 3600)
    assert await wechat.text() == 0


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe"])
async def test_a_body_that_is_no_object_is_refused(wechat: WeChat, body: bytes) -> None:
    query = {"access_token": await wechat.token()}
    answer = await wechat.http.post(SEND, params=query, content=body)
    assert (answer.status_code, answer.json()["errcode"]) == (200, 47001)
    empty = await wechat.http.post(SEND, params=query)
    assert empty.json()["errcode"] == 44002
