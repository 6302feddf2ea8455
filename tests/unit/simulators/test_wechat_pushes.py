"""Pushes of the WeChat stand-in: read by wechatpy as an independent oracle; repeats, lateness, doubling, shuffling."""

from __future__ import annotations

import asyncio
import json
from typing import Any, cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from simulators.tencent.envelope import Seal, to_xml
from tests.wechat import MP4, OPENID, PNG, WeChat, amr, simulated


def read(wechat: WeChat, mode: str) -> Any:
    """The last push as wechatpy understands it, its signature checked."""
    push = wechat.product.pushes[-1]
    query, body = push.url.params, push.content.decode()
    secrets = wechat.settings
    if mode == "encrypted":
        oracle = WeChatCrypto(secrets.token, secrets.aes_key, secrets.app_id)
        body = oracle.decrypt_message(
            body, query["msg_signature"], query["timestamp"], query["nonce"]
        )
    check_signature(secrets.token, query["signature"], query["timestamp"], query["nonce"])
    assert query["openid"] == OPENID
    return parse_message(body)


async def citizen_sends(wechat: WeChat, kind: str, data: bytes, **more: str) -> dict[str, Any]:
    query = {"openid": OPENID, "kind": kind, "account": wechat.account, **more}
    answer = await wechat.http.post("/_citizen/media", params=query, content=data)
    return cast("dict[str, Any]", answer.json())


@pytest.mark.parametrize("mode", ["plain", "compatible", "encrypted"])
async def test_every_kind_of_message_is_what_wechatpy_expects(wechat: WeChat, mode: str) -> None:
    await wechat.control("/_control/mode", {"mode": mode}, "PUT")
    said = await wechat.say("]]> & <b>")
    text = read(wechat, mode)
    assert (text.type, text.content, str(text.id)) == ("text", "]]> & <b>", said["msg_id"])
    picture = await citizen_sends(wechat, "image", PNG)
    image = read(wechat, mode)
    assert (image.type, image.media_id) == ("image", picture["media_id"])
    assert (await wechat.http.get(image.image)).content == PNG
    await citizen_sends(wechat, "voice", amr(2), recognition="租房提取")
    voice = read(wechat, mode)
    assert (voice.type, voice.format, voice.recognition) == ("voice", "amr", "租房提取")
    await citizen_sends(wechat, "video", MP4)
    video = read(wechat, mode)
    assert video.type == "video"
    thumb = await wechat.get("/cgi-bin/media/get", media_id=video.thumb_media_id)
    assert thumb.headers["content-type"] == "image/jpeg"
    place = {"openid": OPENID, "latitude": 31.23, "longitude": 121.47, "label": "人民广场"}
    await wechat.control("/_citizen/location", place)
    location = read(wechat, mode)
    assert (location.type, location.label) == ("location", "人民广场")
    assert (float(location.location_x), float(location.location_y)) == (31.23, 121.47)
    link = {"openid": OPENID, "title": "题", "url": "https://a.example"}
    await wechat.control("/_citizen/link", link)
    assert (read(wechat, mode).type, read(wechat, mode).url) == ("link", "https://a.example")


async def test_events_are_what_wechatpy_expects(wechat: WeChat) -> None:
    await wechat.do("subscribe")
    assert read(wechat, "plain").event == "subscribe"
    await wechat.do("subscribe", "qrscene_hall-3")
    scanned = read(wechat, "plain")
    assert (scanned.event, scanned.scene_id) == ("subscribe_scan", "hall-3")
    await wechat.do("SCAN", "hall-4")
    assert (read(wechat, "plain").event, read(wechat, "plain").scene_id) == ("scan", "hall-4")
    await wechat.do("CLICK", "hot:1")
    assert (read(wechat, "plain").event, read(wechat, "plain").key) == ("click", "hot:1")
    await wechat.do("LOCATION", fields={"Latitude": 31.2, "Longitude": 121.4, "Precision": 50})
    assert float(read(wechat, "plain").latitude) == 31.2
    await wechat.do("unsubscribe")
    assert read(wechat, "plain").event == "unsubscribe"


async def test_a_file_is_told_of_but_cannot_be_fetched(wechat: WeChat) -> None:
    await citizen_sends(wechat, "file", b"%PDF-1.7", name="证明.pdf")
    body = wechat.product.pushes[-1].content.decode()
    assert "<MsgType><![CDATA[file]]></MsgType>" in body
    assert "<Title><![CDATA[证明.pdf]]></Title>" in body
    assert "<FileTotalLen>8</FileTotalLen>" in body
    assert "MediaId" not in body


@pytest.mark.parametrize("mode", ["plain", "compatible", "encrypted"])
async def test_a_mini_program_pushes_json(mini: WeChat, mode: str) -> None:
    await mini.control("/_control/mode", {"mode": mode, "account": "miniprogram"}, "PUT")
    await mini.do("user_enter_tempsession", "from-help")
    push = mini.product.pushes[-1]
    assert push.headers["content-type"] == "application/json"
    outer = json.loads(push.content)
    seal = Seal(mini.settings.token, mini.settings.aes_key, mini.settings.app_id)
    told = json.loads(seal.decrypt(outer["Encrypt"])) if mode == "encrypted" else outer
    assert (told["Event"], told["SessionFrom"]) == ("user_enter_tempsession", "from-help")
    assert isinstance(told["CreateTime"], int)
    assert ("Encrypt" in outer) == (mode != "plain")
    if mode != "plain":
        query = push.url.params
        oracle = WeChatCrypto(mini.settings.token, mini.settings.aes_key, mini.settings.app_id)
        parts = (query["msg_signature"], query["timestamp"], query["nonce"])
        opened = json.loads(oracle.decrypt_message({"Encrypt": outer["Encrypt"]}, *parts))
        assert opened == {name: value for name, value in told.items() if name != "Encrypt"}
    mini.mini.format = "xml"
    await mini.say("你好")
    assert mini.product.pushes[-1].content.startswith(b"<xml>")


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(TEXTS)
def test_whatever_is_written_comes_through_the_envelope(text: str) -> None:
    seal = Seal("token", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA", "wx1")
    fields = {"ToUserName": "gh", "MsgType": "text", "Content": text}
    query, body = seal.pushed(dict(fields), mode="encrypted", form="xml", now=1.0)
    oracle = WeChatCrypto(seal.token, seal.aes_key, seal.receiver)
    parts = (query["msg_signature"], query["timestamp"], query["nonce"])
    opened = oracle.decrypt_message(body, *parts)
    assert opened == to_xml(dict(fields))
    assert seal.opened(body).findtext("Content") == text


async def test_message_ids_rise(wechat: WeChat) -> None:
    ids = [int((await wechat.say())["msg_id"]) for _ in range(5)]
    assert ids == sorted(set(ids))
    assert all(number < 2**63 for number in ids)


async def test_an_answer_that_comes_late_is_ignored_however_right(wechat: WeChat) -> None:
    wechat.official.push_timeout_seconds, heard = 0.02, asyncio.Event()

    async def slow(request: httpx.Request) -> httpx.Response:
        wechat.product.pushes.append(request)
        await heard.wait()
        return httpx.Response(200, text="<xml><Content>迟到</Content></xml>")

    wechat.state.post.http = httpx.AsyncClient(transport=httpx.MockTransport(slow))
    result = await wechat.say()
    assert (result["attempts"], result["accepted"]) == (4, False)
    heard.set()
    assert await wechat.shown() == [("citizen", "你好"), ("wechat", SORRY)]


SORRY = "该公众号提供的服务出现故障，请稍后再试"


async def test_the_clock_of_a_test_makes_an_answer_late_too() -> None:
    world = simulated()
    now = [0.0]
    world.state.clock.base = lambda: now[0]

    def slow(request: httpx.Request) -> httpx.Response:
        world.product.pushes.append(request)
        now[0] += 6 if len(world.product.pushes) == 1 else 1
        return httpx.Response(200, text="success")

    world.state.post.http = httpx.AsyncClient(transport=httpx.MockTransport(slow))
    assert (await world.say())["attempts"] == 2


@pytest.mark.parametrize("answer", ["{}", "ok", "<xml>", "<xml></xml>"])
async def test_an_answer_nobody_can_read_is_an_error_the_citizen_sees(
    wechat: WeChat, answer: str
) -> None:
    wechat.product.answers = [httpx.Response(200, text=answer)]
    await wechat.say()
    assert (await wechat.shown())[-1] == ("wechat", SORRY)


async def test_a_mini_program_cannot_answer_in_the_response(mini: WeChat) -> None:
    mini.product.answers = [httpx.Response(200, text="<xml><Content>马上</Content></xml>")]
    await mini.say()
    assert (await mini.shown())[-1] == ("wechat", "该小程序客服暂时无法提供服务，请稍后再试")


async def test_a_moved_clock_leaves_signatures_and_times_of_pushes_real(wechat: WeChat) -> None:
    await wechat.wait(48 * 3600)
    await wechat.say()
    push = wechat.product.pushes[-1]
    assert push.url.params["timestamp"] == "1795000000"
    assert "<CreateTime>1795000000</CreateTime>" in push.content.decode()
    assert (await wechat.chat())["ends_at"] == 1_795_000_000 + 48 * 3600


async def test_a_push_may_arrive_twice(wechat: WeChat) -> None:
    await wechat.control("/_control/pushes", {"duplicate": 1}, "PUT")
    await wechat.say("一")
    await wechat.say("二")
    bodies = [push.content for push in wechat.product.pushes]
    assert (len(bodies), len(set(bodies))) == (3, 2)
    assert len({push.url.params["nonce"] for push in wechat.product.pushes}) == 3


async def test_pushes_may_wait_and_arrive_in_another_order(wechat: WeChat) -> None:
    await wechat.control("/_control/pushes", {"hold": 5, "duplicate": 2}, "PUT")
    ids = [(await wechat.say(str(n)))["msg_id"] for n in range(5)]
    assert wechat.product.pushes == []
    released = await wechat.http.post("/_control/pushes/release", json={"shuffle": 1})
    arrived = [one["msg_id"] for one in released.json()]
    assert arrived != ids
    assert sorted(arrived) == ids
    assert len(wechat.product.pushes) == 7


async def test_the_connection_may_break_after_the_deed(wechat: WeChat) -> None:
    await wechat.say()
    await wechat.control("/_control/faults", {"kind": "drop"})
    token = await wechat.token()
    with pytest.raises(httpx.RemoteProtocolError):
        await wechat.call(
            "/cgi-bin/message/custom/send",
            {"touser": OPENID, "msgtype": "text", "text": {"content": "您好"}},
            token=token,
        )
    assert await wechat.shown() == [("citizen", "你好"), ("account", "您好")]
    state = (await wechat.http.get("/_control/state")).json()
    assert [call["outcome"] for call in state["log"]] == ["ok", "drop"]


async def test_the_callback_address_is_checked_as_wechat_does(wechat: WeChat) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=request.url.params["echostr"])

    wechat.state.post.http = httpx.AsyncClient(transport=httpx.MockTransport(echo))
    await wechat.control("/_control/verify")
    wechat.state.post.http = httpx.AsyncClient(transport=httpx.MockTransport(wechat.product))
    answer = await wechat.http.post("/_control/verify", json={"account": "miniprogram"})
    assert answer.status_code == 502


async def test_one_more_account_can_be_played(wechat: WeChat) -> None:
    asked = {
        "key": "second",
        "settings": {"app_id": "wx2", "callback_url": "http://product.test/2"},
    }
    played = await wechat.control("/_control/accounts", asked, "PUT")
    assert (played["app_id"], played["kind"]) == ("wx2", "official")
    await wechat.control("/_citizen/send", {"openid": OPENID, "text": "你好", "account": "second"})
    assert wechat.product.pushes[-1].url.path == "/2"
    assert (await wechat.chat())["messages"] == []
    unknown = {"openid": OPENID, "text": "你好", "account": "third"}
    assert (await wechat.http.post("/_citizen/send", json=unknown)).status_code == 404
