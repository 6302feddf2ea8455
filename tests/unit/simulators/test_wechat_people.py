"""Who is who at the WeChat stand-in: user/info, wx.login, web authorisation, one unionid over several accounts."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.wechat import OPENID, WeChat

BACK = "http://product.test/chat/wx?from=menu"


async def test_who_follows_is_told_of_with_the_scene_and_nothing_private(wechat: WeChat) -> None:
    await wechat.do("subscribe", "qrscene_12")
    told = (await wechat.get("/cgi-bin/user/info", openid=OPENID)).json()
    assert (told["subscribe"], told["qr_scene"], told["nickname"]) == (1, 12, "")
    assert told["subscribe_scene"] == "ADD_SCENE_QR_CODE"
    assert told["unionid"]
    await wechat.do("unsubscribe")
    told = (await wechat.get("/cgi-bin/user/info", openid=OPENID)).json()
    assert told == {"subscribe": 0, "openid": OPENID, "tagid_list": []}


async def test_user_info_knows_only_openids_of_the_account(wechat: WeChat) -> None:
    assert (await wechat.get("/cgi-bin/user/info", openid="o-nobody")).json()["errcode"] == 40003
    assert (await wechat.get("/cgi-bin/user/info")).json()["errcode"] == 41009


async def login(mini: WeChat, **change: str) -> dict[str, Any]:
    code = (await mini.control("/_citizen/login", {"openid": OPENID, "account": "miniprogram"}))[
        "code"
    ]
    return await exchange(mini, **{"js_code": str(code), **change})


async def exchange(mini: WeChat, **asked: str) -> dict[str, Any]:
    known = {"appid": mini.settings.app_id, "secret": mini.settings.app_secret}
    query = {"grant_type": "authorization_code", **known, **asked}
    answer = await mini.http.get("/sns/jscode2session", params=query)
    assert answer.headers["content-type"].startswith("text/plain")
    told: dict[str, Any] = answer.json()
    return told


async def test_a_code_of_wx_login_is_good_once(mini: WeChat) -> None:
    body = {"openid": OPENID, "account": "miniprogram"}
    code = str((await mini.control("/_citizen/login", body))["code"])
    told = await exchange(mini, js_code=code)
    assert (told["openid"], "errcode" in told) == (OPENID, False)
    assert told["session_key"]
    assert (await exchange(mini, js_code=code))["errcode"] == 40163


async def test_a_code_of_wx_login_is_good_for_five_minutes(mini: WeChat) -> None:
    body = {"openid": OPENID, "account": "miniprogram"}
    code = str((await mini.control("/_citizen/login", body))["code"])
    await mini.wait(300)
    assert (await exchange(mini, js_code=code))["errcode"] == 40029


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"js_code": "made-up"}, 40029),
        ({"js_code": ""}, 41008),
        ({"secret": "x"}, 40125),
        ({"appid": "wx0000000000demo01"}, 40013),  # the official account's
        ({"grant_type": "client_credential"}, 40002),
    ],
)
async def test_a_wrong_login_is_refused(mini: WeChat, change: dict[str, str], code: int) -> None:
    assert (await login(mini, **change))["errcode"] == code


async def test_one_person_has_one_unionid_and_another_openid_in_each_account(
    wechat: WeChat, mini: WeChat
) -> None:
    person = {"name": "张示例", "openids": {"wechat": "oOfficial", "miniprogram": OPENID}}
    introduced = await wechat.control("/_control/people", person)
    await wechat.do("subscribe", openid="oOfficial")
    told = (await wechat.get("/cgi-bin/user/info", openid="oOfficial")).json()
    assert told["unionid"] == introduced["unionid"] == (await login(mini))["unionid"]
    everybody = (await wechat.http.get("/_control/people")).json()
    assert [one["openids"] for one in everybody] == [person["openids"]]


async def test_two_who_turn_out_to_be_one_get_one_unionid(wechat: WeChat, mini: WeChat) -> None:
    await wechat.say()
    await mini.say(openid="oMini-1")
    both = {"openids": {"wechat": OPENID, "miniprogram": "oMini-1"}}
    union_id = (await wechat.control("/_control/people", both))["unionid"]
    told = (await wechat.get("/cgi-bin/user/info", openid=OPENID)).json()
    code = await mini.control("/_citizen/login", {"openid": "oMini-1", "account": "miniprogram"})
    assert told["unionid"] == union_id
    assert (await exchange(mini, js_code=str(code["code"])))["unionid"] == union_id


async def test_without_the_open_platform_there_is_no_unionid(wechat: WeChat, mini: WeChat) -> None:
    wechat.official.bound = mini.mini.bound = False
    await wechat.say()
    assert "unionid" not in (await wechat.get("/cgi-bin/user/info", openid=OPENID)).json()
    assert "unionid" not in await login(mini)


async def visit(wechat: WeChat, user: str = OPENID, **change: str) -> Any:
    """Open the page of web authorisation as `user`."""
    asked = {
        "appid": wechat.settings.app_id,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "abc123",
    }
    return await wechat.http.get(
        "/connect/oauth2/authorize", params=asked | change, cookies={"wechat_user": user}
    )


async def web_token(wechat: WeChat, code: str) -> dict[str, Any]:
    known = {"appid": wechat.settings.app_id, "secret": wechat.settings.app_secret}
    query = known | {"code": code, "grant_type": "authorization_code"}
    answer = await wechat.http.get("/sns/oauth2/access_token", params=query)
    told: dict[str, Any] = answer.json()
    return told


def query_of(answer: Any) -> dict[str, str]:
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "http://product.test/chat/wx"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


async def test_snsapi_base_goes_on_silently_and_tells_only_the_openid(wechat: WeChat) -> None:
    await wechat.say()
    query = query_of(await visit(wechat))
    assert (query["from"], query["state"]) == ("menu", "abc123")
    told = await web_token(wechat, query["code"])
    assert (told["openid"], told["scope"], "unionid" in told) == (OPENID, "snsapi_base", False)
    assert (await web_token(wechat, query["code"]))["errcode"] == 40163
    profile = {"access_token": told["access_token"], "openid": OPENID}
    assert (await wechat.http.get("/sns/userinfo", params=profile)).json()["errcode"] == 48001


async def test_snsapi_userinfo_asks_first(wechat: WeChat) -> None:
    await wechat.say()
    asked = await visit(wechat, scope="snsapi_userinfo")
    assert "允许" in asked.text
    agreed = query_of(await visit(wechat, scope="snsapi_userinfo", _agreed="yes"))
    told = await web_token(wechat, agreed["code"])
    assert told["unionid"]
    profile = {"access_token": told["access_token"], "openid": OPENID}
    found = (await wechat.http.get("/sns/userinfo", params=profile)).json()
    assert (found["openid"], found["unionid"]) == (OPENID, told["unionid"])
    refused = query_of(await visit(wechat, scope="snsapi_userinfo", _agreed="no"))
    assert set(refused) == {"from", "state"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"redirect_uri": "http://elsewhere.test/chat"}, "10003"),
        ({"redirect_uri": "javascript:alert(1)"}, "10003"),
        ({"redirect_uri": ""}, "10011"),
        ({"scope": ""}, "10010"),
        ({"scope": "snsapi_login"}, "10005"),
        ({"appid": ""}, "10012"),
        ({"appid": "wx-nobody"}, "无法访问"),
        ({"response_type": "token"}, "无法访问"),
        ({"state": "a" * 129}, "state"),
        ({"state": "a/b"}, "state"),
    ],
)
async def test_a_wrong_address_ends_on_an_error_page(
    wechat: WeChat, change: dict[str, str], words: str
) -> None:
    await wechat.say()
    answer = await visit(wechat, **change)
    assert (answer.status_code, words in answer.text) == (200, True)


async def test_the_order_in_the_address_matters(wechat: WeChat) -> None:
    await wechat.say()
    query = (
        f"redirect_uri={BACK}&appid={wechat.settings.app_id}&response_type=code&scope=snsapi_base"
    )
    answer = await wechat.http.get(
        f"/connect/oauth2/authorize?{query}", cookies={"wechat_user": OPENID}
    )
    assert "无法访问" in answer.text


async def test_outside_wechat_the_page_opens_for_nobody(wechat: WeChat) -> None:
    assert "请在微信客户端打开链接" in (await visit(wechat, "oStranger")).text


async def test_a_person_of_another_account_gets_an_openid_here(
    wechat: WeChat, mini: WeChat
) -> None:
    union_id = (await login(mini))["unionid"]
    query = query_of(await visit(wechat, union_id))
    told = await web_token(wechat, query["code"])
    assert told["openid"] not in ("", OPENID)


async def test_a_code_of_a_page_is_no_login_code(wechat: WeChat, mini: WeChat) -> None:
    await wechat.say()
    code = query_of(await visit(wechat))["code"]
    assert (await exchange(mini, js_code=code))["errcode"] == 40029
    assert (await web_token(wechat, code))["openid"] == OPENID
