"""The stand-ins over HTTP: their answers, their faults, their page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from simulators.__main__ import build_app
from simulators.wechat.app import build_app as build_wechat
from simulators.wechat.settings import WeChatSettings

OPENID = "oCitizen-1"


class Product:
    """Answers pushes with what is scripted, then with `success`."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response | Exception] = []
        self.pushes: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.pushes.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(200, text="success")
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def product() -> Product:
    return Product()


@pytest.fixture
async def wechat(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    settings = WeChatSettings(
        callback_url="http://product.test/channels/wechat/wx", mode="plain", retry_pause_seconds=0
    )
    to_product = httpx.AsyncClient(transport=httpx.MockTransport(product))
    app = build_wechat(settings, http=to_product)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://wechat.test"
    ) as client:
        client.headers["x-secret"] = settings.app_secret
        client.headers["x-app"] = settings.app_id
        yield client


async def token_of(wechat: httpx.AsyncClient) -> str:
    body = {
        "grant_type": "client_credential",
        "appid": wechat.headers["x-app"],
        "secret": wechat.headers["x-secret"],
    }
    return str((await wechat.post("/cgi-bin/stable_token", json=body)).json()["access_token"])


async def send(wechat: httpx.AsyncClient, text: str, token: str | None = None) -> int:
    token = await token_of(wechat) if token is None else token
    body = {"touser": OPENID, "msgtype": "text", "text": {"content": text}}
    answer = await wechat.post(
        "/cgi-bin/message/custom/send", params={"access_token": token}, json=body
    )
    return int(answer.json()["errcode"])


async def chat(wechat: httpx.AsyncClient) -> list[tuple[str, str]]:
    answer = (await wechat.get(f"/_citizen/{OPENID}/messages")).json()
    return [(message["sender"], message["text"]) for message in answer["messages"]]


async def say(wechat: httpx.AsyncClient, text: str = "你好") -> dict[str, object]:
    response = await wechat.post("/_citizen/send", json={"openid": OPENID, "text": text})
    assert response.status_code == 200
    answer: dict[str, object] = response.json()
    return answer


async def test_a_message_is_pushed_and_its_answer_shown(wechat: httpx.AsyncClient) -> None:
    assert (await say(wechat))["accepted"] is True
    assert await send(wechat, "您好") == 0
    assert await chat(wechat) == [("citizen", "你好"), ("account", "您好")]


async def test_pushes_are_repeated_three_times_with_one_msgid(
    wechat: httpx.AsyncClient, product: Product
) -> None:
    product.answers = [
        httpx.ReadTimeout("late"),
        httpx.Response(500),
        httpx.ConnectError("gone"),
        httpx.Response(403),
    ]
    result = await say(wechat)
    assert (result["attempts"], result["accepted"]) == (4, False)
    bodies = {request.content for request in product.pushes}
    nonces = {request.url.params["nonce"] for request in product.pushes}
    assert (len(bodies), len(nonces)) == (1, 4)
    assert (await chat(wechat))[-1][0] == "wechat"


async def test_a_push_taken_at_the_second_try_is_not_repeated_further(
    wechat: httpx.AsyncClient, product: Product
) -> None:
    product.answers = [httpx.ReadTimeout("late")]
    assert (await say(wechat))["attempts"] == 2
    assert len(product.pushes) == 2


async def test_an_answer_in_the_response_is_shown(
    wechat: httpx.AsyncClient, product: Product
) -> None:
    product.answers = [httpx.Response(200, text="<xml><Content><![CDATA[马上]]></Content></xml>")]
    await say(wechat)
    assert (await chat(wechat))[-1] == ("account", "马上")


async def test_the_api_keeps_wechats_rules(wechat: httpx.AsyncClient) -> None:
    assert await send(wechat, "x") == 40003
    await say(wechat)
    assert await send(wechat, "x", token="") == 41001
    assert await send(wechat, "x", token="forged") == 40001
    assert await send(wechat, "") == 44004
    assert await send(wechat, "字" * 683) == 45002
    assert [await send(wechat, "字" * 682) for _ in range(6)] == [0] * 5 + [45047]
    await wechat.post("/_citizen/event", json={"openid": OPENID, "event": "unsubscribe"})
    assert await send(wechat, "x") == 45015


@pytest.mark.parametrize(
    ("change", "code"),
    [({"secret": "x"}, 40125), ({"appid": "x"}, 40013), ({"grant_type": "x"}, 40002)],
)
async def test_wrong_credentials_get_no_token(
    wechat: httpx.AsyncClient, change: dict[str, str], code: int
) -> None:
    body = {
        "grant_type": "client_credential",
        "appid": wechat.headers["x-app"],
        "secret": wechat.headers["x-secret"],
    } | change
    assert (await wechat.post("/cgi-bin/stable_token", json=body)).json()["errcode"] == code


async def test_typing_is_shown_until_the_answer_comes(wechat: httpx.AsyncClient) -> None:
    await say(wechat)
    token = await token_of(wechat)

    async def typing(command: str) -> int:
        body = {"touser": OPENID, "command": command}
        answer = await wechat.post(
            "/cgi-bin/message/custom/typing", params={"access_token": token}, json=body
        )
        return int(answer.json()["errcode"])

    assert [await typing("Typing"), await typing("Typing"), await typing("Dance")] == [
        0,
        45081,
        45072,
    ]
    assert (await wechat.get(f"/_citizen/{OPENID}/messages")).json()["typing"] is True
    await send(wechat, "好")
    assert (await wechat.get(f"/_citizen/{OPENID}/messages")).json()["typing"] is False


async def test_ordered_faults_happen_as_often_as_ordered(wechat: httpx.AsyncClient) -> None:
    await say(wechat)
    await wechat.post("/_control/faults", json={"kind": "errcode", "errcode": -1, "times": 2})
    assert [await send(wechat, "x") for _ in range(3)] == [-1, -1, 0]
    assert (await wechat.get("/_control/state")).json()["faults"] == []


async def test_the_way_of_pushing_can_be_changed(
    wechat: httpx.AsyncClient, product: Product
) -> None:
    await wechat.put("/_control/mode", json={"mode": "encrypted"})
    await say(wechat)
    assert b"Content" not in product.pushes[-1].content
    assert "msg_signature" in product.pushes[-1].url.params
    assert (await wechat.get("/_control/account")).json()["mode"] == "encrypted"


async def test_the_whole_set_serves_page_and_halls() -> None:
    app = build_app(WeChatSettings())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://sim.test"
    ) as client:
        page = await client.get("/wechat/")
        assert "微信模拟器" in page.text
        for own in (
            "chat.css",
            "page.js",
            "backstage.js",
            "compose.js",
            "draw.js",
            "menu.js",
            "people.js",
        ):
            assert (await client.get(f"/wechat/{own}")).status_code == 200
        for shared in ("/wechat/style.css", "/wechat/phone.js", "/wecom/style.css"):
            assert (await client.get(shared)).status_code == 200
        halls = (await client.get("/fund/v1/halls", params={"region": "example"})).json()["halls"]
        assert len(halls) == 12
        assert all("（示例）" in hall["name"] for hall in halls)
        assert "业务系统模拟器" in (await client.get("/fund/")).text
        elsewhere = await client.get("/fund/v1/halls", params={"region": "别处"})
        assert elsewhere.json() == {"halls": []}


def test_two_simulators_share_no_secret() -> None:
    assert WeChatSettings().token != WeChatSettings().token
