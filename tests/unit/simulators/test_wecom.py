"""The 微信客服 stand-in over HTTP: its rules are those of the documentation, and hold where a product would slip."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from simulators.tencent.envelope import Seal
from simulators.wecom.app import build_app
from simulators.wecom.settings import WeComSettings

CITIZEN, KF = "wmCitizen1", "wkDesk1"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


class Product:
    """Takes callbacks; keeps the token of each."""

    def __init__(self, settings: WeComSettings) -> None:
        self.seal = Seal(settings.token, settings.aes_key, settings.corp_id)
        self.status = 200
        self.callbacks: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        root = self.seal.opened(request.content.decode())
        self.callbacks.append({child.tag: child.text or "" for child in root})
        return httpx.Response(self.status, text="success")


class Api:
    """A product's side of the API."""

    def __init__(
        self, client: httpx.AsyncClient, settings: WeComSettings, product: Product
    ) -> None:
        self.client, self.settings, self.product = client, settings, product

    async def token(self) -> str:
        query = {"corpid": self.settings.corp_id, "corpsecret": self.settings.secret}
        answer = (await self.client.get("/cgi-bin/gettoken", params=query)).json()
        return str(answer["access_token"])

    async def call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        query = {"access_token": await self.token()}
        response = await self.client.post(f"/cgi-bin/kf/{path}", params=query, json=body)
        answer: dict[str, Any] = response.json()
        return answer

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        body = {"citizen": CITIZEN, "text": text} | more
        answer: dict[str, Any] = (await self.client.post("/_citizen/send", json=body)).json()
        return answer

    async def send(self, text: str = "好", **more: Any) -> int:
        body = {"touser": CITIZEN, "open_kfid": KF, "msgtype": "text", "text": {"content": text}}
        return int((await self.call("send_msg", body | more))["errcode"])

    async def sync(self, **more: Any) -> dict[str, Any]:
        return await self.call("sync_msg", {"open_kfid": KF} | more)

    async def advance(self, seconds: float) -> None:
        await self.client.post("/_control/advance", json={"seconds": seconds})

    async def shown(self) -> list[dict[str, Any]]:
        answer = (await self.client.get(f"/_citizen/{CITIZEN}/messages")).json()
        return [line for line in answer["messages"] if line["sender"] == "account"]


@pytest.fixture
async def api() -> AsyncIterator[Api]:
    settings = WeComSettings(
        open_kfids=f"{KF},wkDesk2", retry_pause_seconds=0, untokened_per_minute=3
    )
    product = Product(settings)
    to_product = httpx.AsyncClient(transport=httpx.MockTransport(product))
    app = build_app(settings, http=to_product)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://wecom.test"
    ) as client:
        yield Api(client, settings, product)


async def test_a_message_is_only_announced_and_fetched_page_by_page(api: Api) -> None:
    for number in range(3):
        await api.say(f"第{number}条")
    callback = api.product.callbacks[-1]
    assert (callback["Event"], callback["OpenKfId"]) == ("kf_msg_or_event", KF)
    assert "第2条" not in str(api.product.callbacks)
    first = await api.sync(token=callback["Token"], limit=2)
    assert [row["text"]["content"] for row in first["msg_list"]] == ["第0条", "第1条"]
    assert first["has_more"] == 1
    rest = await api.sync(token=callback["Token"], limit=2, cursor=first["next_cursor"])
    assert [row["text"]["content"] for row in rest["msg_list"]] == ["第2条"]
    again = await api.sync(token=callback["Token"], cursor=rest["next_cursor"])
    assert (again["msg_list"], again["has_more"]) == ([], 0)
    assert again["next_cursor"] == rest["next_cursor"]


async def test_a_callbacks_token_lives_ten_minutes_and_without_one_calls_are_few(api: Api) -> None:
    await api.say("您好")
    token = api.product.callbacks[-1]["Token"]
    await api.advance(599)
    assert (await api.sync(token=token))["errcode"] == 0
    await api.advance(2)
    assert (await api.sync(token=token))["errcode"] == 95007
    codes = [(await api.sync())["errcode"] for _ in range(4)]
    assert codes == [0, 0, 0, 45009]
    assert (await api.sync(cursor="strange"))["errcode"] == 45009
    await api.advance(61)
    assert (await api.sync(cursor="strange"))["errcode"] == 40058


async def test_what_is_older_than_three_days_cannot_be_fetched(api: Api) -> None:
    await api.say("旧的")
    await api.advance(3 * 24 * 3600 + 1)
    await api.say("新的")
    rows = (await api.sync(token=api.product.callbacks[-1]["Token"]))["msg_list"]
    assert [row["text"]["content"] for row in rows] == ["新的"]


async def test_five_replies_and_48_hours_after_a_message(api: Api) -> None:
    await api.client.post("/_citizen/enter", json={"citizen": CITIZEN})
    assert await api.send() == 95002
    await api.say("您好")
    assert [await api.send() for _ in range(6)] == [0, 0, 0, 0, 0, 95001]
    await api.say("还有")
    assert await api.send() == 0
    await api.advance(48 * 3600)
    assert await api.send() == 95002


async def test_the_same_msgid_again_is_a_second_copy(api: Api) -> None:
    await api.say("您好")
    assert await api.send("一", msgid="a-1") == 0
    assert await api.send("一", msgid="a-1") == 0
    assert len(await api.shown()) == 2
    assert await api.send("一", msgid="x" * 33) == 40058
    assert await api.send("一", msgid="含中文") == 40058


async def test_nobody_but_the_servicer_writes_in_a_session_somebody_has_taken(api: Api) -> None:
    await api.say("您好")
    await api.client.post("/_citizen/taken", json={"citizen": CITIZEN, "text": "我来接待"})
    assert await api.send() == 95018
    rows = (await api.sync())["msg_list"]
    assert [row["origin"] for row in rows] == [3, 4, 5]
    whose = {"open_kfid": KF, "external_userid": CITIZEN}
    assert (await api.call("service_state/get", whose))["service_state"] == 3
    assert (await api.call("service_state/trans", whose | {"service_state": 1}))["errcode"] == 95016


async def test_ending_gives_a_code_for_one_message_within_20_seconds(api: Api) -> None:
    await api.say("您好")
    whose = {"open_kfid": KF, "external_userid": CITIZEN}
    assert (await api.call("service_state/trans", whose | {"service_state": 1}))["errcode"] == 0
    ended = await api.call("service_state/trans", whose | {"service_state": 4})
    bye = {"code": ended["msg_code"], "msgtype": "text", "text": {"content": "再见"}}
    assert (await api.call("send_msg_on_event", bye))["errcode"] == 0
    assert (await api.call("send_msg_on_event", bye))["errcode"] == 40058
    assert await api.send() == 95013
    assert (await api.call("service_state/trans", whose | {"service_state": 1}))["errcode"] == 95013
    await api.say("又来了")
    ended = await api.call("service_state/trans", whose | {"service_state": 4})
    await api.advance(20)
    late = bye | {"code": ended["msg_code"]}
    assert (await api.call("send_msg_on_event", late))["errcode"] == 40058


async def test_a_welcome_is_owed_once_in_48_hours_and_not_to_whoever_writes(api: Api) -> None:
    async def enter() -> str:
        await api.client.post("/_citizen/enter", json={"citizen": CITIZEN, "scene": "hall"})
        event = (await api.sync(token=api.product.callbacks[-1]["Token"]))["msg_list"][-1]["event"]
        assert event["scene"] == "hall"
        return str(event.get("welcome_code", ""))

    first = await enter()
    hello = {"msgtype": "text", "text": {"content": "欢迎"}}
    assert (await api.call("send_msg_on_event", {"code": first} | hello))["errcode"] == 0
    assert await enter() == ""
    await api.advance(48 * 3600)
    assert await enter() != ""
    await api.say("您好")
    assert await enter() == ""


async def test_a_message_may_be_taken_and_not_delivered(api: Api) -> None:
    await api.say("您好")
    await api.client.post("/_control/fail_delivery", json={"fail_type": 10})
    assert await api.send("看不到", msgid="m-1") == 0
    assert await api.shown() == []
    event = (await api.sync(token=api.product.callbacks[-1]["Token"]))["msg_list"][-1]["event"]
    assert (event["event_type"], event["fail_msgid"], event["fail_type"]) == (
        "msg_send_fail", "m-1", 10,
    )  # fmt: skip


async def test_callbacks_are_repeated_three_times_and_may_get_lost(api: Api) -> None:
    api.product.status = 500
    assert (await api.say("您好"))["attempts"] == 4
    await api.client.post("/_control/lose_callbacks", json={"times": 1})
    assert (await api.say("还在吗"))["attempts"] == 0
    assert len((await api.sync())["msg_list"]) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [({"corpid": "ww1"}, 40013), ({"corpsecret": "nonsense"}, 40001)],
)
async def test_a_token_is_for_the_right_corp_and_secret(
    api: Api, query: dict[str, str], code: int
) -> None:
    right = {"corpid": api.settings.corp_id, "corpsecret": api.settings.secret}
    answer = (await api.client.get("/cgi-bin/gettoken", params=right | query)).json()
    assert answer["errcode"] == code
    assert await api.token() == await api.token()
    await api.client.post("/_control/expire_tokens")
    body = {"open_kfid": KF}
    old = await api.client.post("/cgi-bin/kf/sync_msg?access_token=gone", json=body)
    assert old.json()["errcode"] == 40014


async def test_media_are_checked_and_live_three_days(api: Api) -> None:
    token = await api.token()

    async def upload(kind: str, data: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = (
            await api.client.post(
                "/cgi-bin/media/upload", params={"access_token": token, "type": kind},
                files={"media": ("a.png", data, "image/png")},
            )
        ).json()  # fmt: skip
        return answer

    assert (await upload("image", b"no picture"))["errcode"] == 40004
    assert (await upload("voice", PNG))["errcode"] == 301017
    assert (await upload("image", b"12345"))["errcode"] == 40006
    media_id = (await upload("image", PNG))["media_id"]
    query = {"access_token": token, "media_id": media_id}
    assert (await api.client.get("/cgi-bin/media/get", params=query)).content == PNG
    await api.advance(3 * 24 * 3600)
    query["access_token"] = await api.token()
    assert (await api.client.get("/cgi-bin/media/get", params=query)).json()["errcode"] == 40007


async def test_a_citizens_picture_comes_as_a_media_id(api: Api) -> None:
    body = {"citizen": CITIZEN, "kind": "image", "data": base64.b64encode(PNG).decode()}
    await api.client.post("/_citizen/media", json=body)
    row = (await api.sync())["msg_list"][0]
    assert row["msgtype"] == "image"
    shown = await api.client.get(f"/_citizen/media/{row['image']['media_id']}")
    assert shown.content == PNG


async def test_lists_to_tap_on_keep_their_limits(api: Api) -> None:
    await api.say("您好")

    async def menu(items: int, label: str = "选项") -> int:
        entries = [
            {"type": "click", "click": {"id": str(n), "content": label}} for n in range(items)
        ]
        part = {"head_content": "请选择", "list": entries}
        return await api.send(msgtype="msgmenu", msgmenu=part)

    assert await menu(10) == 0
    assert await menu(11) == 95008
    assert await menu(1, "长" * 43) == 40058


async def test_the_page_is_served_with_the_common_style(api: Api) -> None:
    assert "微信客服" in (await api.client.get("/")).text
    assert ".bubble" in (await api.client.get("/style.css")).text
    account = (await api.client.get("/_control/account")).json()
    assert account["corp_id"] == api.settings.corp_id


def test_a_callback_is_sealed_for_the_corp() -> None:
    settings = WeComSettings()
    seal = Seal(settings.token, settings.aes_key, settings.corp_id)
    xml = seal.decrypt(seal.encrypt("<xml><Event>kf_msg_or_event</Event></xml>"))
    assert ElementTree.fromstring(xml).findtext("Event") == "kf_msg_or_event"
