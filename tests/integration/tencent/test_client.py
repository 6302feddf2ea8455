"""Calls of the API: what comes back, what is noted, what stays out of logs and errors."""

from __future__ import annotations

import logging
import traceback

import httpx
import pytest

from channels.tencent.api.client import ApiClient, Tools, Upload, WecomClient
from channels.tencent.errors import ApiFailed, ApiUnsure
from tests.integration.tencent.conftest import SECRET, WeChat, code, on_sqlite

pytestmark = on_sqlite

PATH = "/cgi-bin/message/custom/send"


async def test_a_call_goes_out_as_utf8_with_the_token(client: ApiClient, wechat: WeChat) -> None:
    await client.call(PATH, {"text": {"content": "您好"}})
    send = wechat.requests[-1]
    assert str(send.url) == "http://wechat.test/wechat/cgi-bin/message/custom/send?access_token=t1"
    assert "您好".encode() in send.content


async def test_without_a_body_it_is_a_get(client: ApiClient, wechat: WeChat) -> None:
    wechat.script = [httpx.Response(200, json={"openid": "o1", "unionid": "u1"})]
    answer = await client.call("/cgi-bin/user/info", query={"openid": "o1"}, expect="openid")
    assert answer == {"openid": "o1", "unionid": "u1", "errcode": 0}
    assert wechat.requests[-1].method == "GET"
    assert wechat.requests[-1].url.params["openid"] == "o1"


async def test_wecom_gets_its_token_its_own_way(tools: Tools, wechat: WeChat) -> None:
    base = "http://wechat.test"
    client = WecomClient(tools, account="wecom/kf", base_url=base, app_id="ww1", secret=SECRET)
    await client.call("/cgi-bin/kf/send_msg", {})
    token, call = wechat.requests
    assert token.method == "GET"
    assert dict(token.url.params) == {"corpid": "ww1", "corpsecret": SECRET}
    assert call.url.params["access_token"] == "t1"


async def test_an_upload_is_a_form_with_the_file(client: ApiClient, wechat: WeChat) -> None:
    wechat.script = [code(40001), httpx.Response(200, json={"media_id": "m1", "type": "image"})]
    file = Upload("a.png", "image/png", b"\x89PNG")
    answer = await client.upload("/cgi-bin/media/upload", file, query={"type": "image"})
    assert answer["media_id"] == "m1"
    form = wechat.requests[-1].content
    assert b'name="media"; filename="a.png"' in form
    assert b"\x89PNG" in form


async def test_a_download_is_read_piece_by_piece(client: ApiClient, wechat: WeChat) -> None:
    named = {"content-type": "image/jpeg", "content-disposition": 'attachment; filename="m1.jpg"'}
    wechat.script = [code(42001), httpx.Response(200, content=b"x" * 5000, headers=named)]
    async with client.download("/cgi-bin/media/get", {"media_id": "m1"}) as file:
        assert (file.media_type, file.name) == ("image/jpeg", "m1.jpg")
        assert sum([len(piece) async for piece in file.pieces(limit=5000)]) == 5000
    wechat.script = [httpx.Response(200, content=b"x" * 5000, headers=named)]
    async with client.download("/cgi-bin/media/get", {"media_id": "m1"}) as file:
        with pytest.raises(ApiFailed, match="too large"):
            [piece async for piece in file.pieces(limit=4999)]


async def test_a_download_that_is_gone_says_so(client: ApiClient, wechat: WeChat) -> None:
    wechat.script = [code(40007)]
    with pytest.raises(ApiFailed) as failed:
        async with client.download("/cgi-bin/media/get", {"media_id": "m1"}):
            pass
    assert failed.value.errcode == 40007


async def test_a_video_is_fetched_from_where_it_is_without_the_token(
    client: ApiClient, wechat: WeChat
) -> None:
    where = httpx.Response(200, json={"video_url": "http://video.test/v.mp4"})
    wechat.script = [
        where,
        httpx.Response(200, content=b"mp4", headers={"content-type": "video/mp4"}),
    ]
    async with client.download("/cgi-bin/media/get", {"media_id": "m1"}) as file:
        assert [piece async for piece in file.pieces(limit=10)] == [b"mp4"]
    assert str(wechat.requests[-1].url) == "http://video.test/v.mp4"


async def test_a_page_in_place_of_a_file_is_no_file(client: ApiClient, wechat: WeChat) -> None:
    wechat.script = [httpx.Response(200, html="<html>log in first</html>")]
    with pytest.raises(ApiFailed):
        async with client.download("/cgi-bin/media/get", {"media_id": "m1"}):
            pass


async def test_neither_token_nor_secret_reaches_log_or_error(
    tools: Tools, client: ApiClient, wechat: WeChat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, logger="aiosqlite")
    base = "http://wechat.test"
    wecom = WecomClient(tools, account="wecom/kf", base_url=base, app_id="ww1", secret=SECRET)
    await wecom.call("/cgi-bin/kf/send_msg", {})
    moved = httpx.Response(302, headers={"location": "/x"})
    wechat.script = [code(40001), httpx.ReadTimeout("late"), moved]
    shown = []
    for _ in range(2):
        with pytest.raises(ApiFailed) as failed:
            await client.call(PATH, {})
        assert failed.value.__context__ is None
        shown += traceback.format_exception(failed.value)
        shown += [str(failed.value.as_dict()), repr(client), repr(vars(failed.value))]
    assert "HTTP Request" in caplog.text
    for text in (caplog.text, "".join(shown)):
        assert SECRET not in text
        assert not any(f"={token}" in text for token in ("t1", "t2", "t3"))


async def test_what_may_have_been_done_is_told_from_what_was_not(
    client: ApiClient, wechat: WeChat
) -> None:
    await client.check()
    wechat.script = [httpx.ConnectError("no"), httpx.ReadTimeout("late")]
    with pytest.raises(ApiFailed) as failed:
        await client.call(PATH, {})
    assert not isinstance(failed.value, ApiUnsure)
    with pytest.raises(ApiUnsure):
        await client.call(PATH, {})
    assert wechat.tokens_used() == ["t1", "t1"]  # neither is repeated here


async def test_what_may_be_asked_again_is_never_unsure(client: ApiClient, wechat: WeChat) -> None:
    wechat.token_script = [httpx.ReadTimeout("late")]
    with pytest.raises(ApiFailed) as failed:
        await client.call(PATH, {})
    assert type(failed.value) is ApiFailed  # the token did not come, so nothing was sent
    await client.check()
    wechat.script = [httpx.ReadTimeout("late")] * 2
    with pytest.raises(ApiFailed) as failed:
        await client.call("/cgi-bin/user/info", query={"openid": "o1"})
    assert type(failed.value) is ApiFailed
    with pytest.raises(ApiFailed) as failed:
        await client.upload("/cgi-bin/media/upload", Upload("a.png", "image/png", b"x"))
    assert type(failed.value) is ApiFailed
