"""Temporary media of the WeChat stand-in: kinds, limits, three days."""

from __future__ import annotations

import pytest

from simulators.wechat.media import KEPT_SECONDS, MEBIBYTE, check
from simulators.wechat.sound import seconds
from tests.wechat import JPG, MP4, OPENID, PNG, WeChat, amr, mp3


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image", PNG),
        ("voice", amr(59)),
        ("voice", mp3(59)),
        ("video", MP4),
        ("image", b"GIF89a.."),
    ],
)
async def test_what_is_uploaded_can_be_sent_and_fetched(
    wechat: WeChat, kind: str, data: bytes
) -> None:
    await wechat.say()
    uploaded = await wechat.upload(kind, data)
    assert uploaded["type"] == kind
    assert await wechat.send(kind, {"media_id": uploaded["media_id"]}) == 0
    line = (await wechat.chat())["messages"][-1]
    assert line["kind"] == kind
    assert (await wechat.http.get("/" + line["data"]["url"])).content == data


async def test_a_thumb_has_a_name_of_its_own(wechat: WeChat) -> None:
    answer = await wechat.upload("thumb", JPG)
    assert "media_id" not in answer
    assert answer["thumb_media_id"]


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("picture", PNG, 40004),
        ("file", PNG, 40004),
        ("image", b"", 44001),
        ("image", PNG + b"\0" * 10 * MEBIBYTE, 40009),
        ("image", MP4, 40005),
        ("image", b"%PDF-1.7", 40005),
        ("voice", amr(60.1), 45007),
        ("voice", mp3(61), 45007),
        ("voice", amr(1) + b"\0" * 2 * MEBIBYTE, 40010),
        ("voice", b"RIFF....WAVE", 40005),
        ("video", MP4 + b"\0" * 10 * MEBIBYTE, 40011),
        ("thumb", JPG + b"\0" * 64 * 1024, 40012),
        ("thumb", PNG, 40005),
    ],
)
def test_what_is_too_large_or_of_the_wrong_kind_is_refused(
    kind: str, data: bytes, code: int
) -> None:
    assert check(kind, data) == code


async def test_an_upload_is_a_form_with_a_file_in_it(wechat: WeChat) -> None:
    query = {"access_token": await wechat.token(), "type": "image"}
    for request in (
        {"content": PNG},
        {"files": {"other": ("a.png", PNG)}},
        {"data": {"media": "x"}},
    ):
        answer = await wechat.http.post("/cgi-bin/media/upload", params=query, **request)  # type: ignore[arg-type]
        assert (answer.status_code, answer.json()["errcode"]) == (200, 41005)


async def test_media_are_gone_after_three_days(wechat: WeChat) -> None:
    media_id = (await wechat.upload("image", PNG))["media_id"]
    await wechat.wait(KEPT_SECONDS - 1)
    found = await wechat.get("/cgi-bin/media/get", media_id=media_id)
    assert (found.content, found.headers["content-type"]) == (PNG, "image/png")
    assert found.headers["content-disposition"] == f'attachment; filename="{media_id}.png"'
    await wechat.wait(1)
    gone = await wechat.get("/cgi-bin/media/get", media_id=media_id)
    assert (gone.status_code, gone.json()["errcode"]) == (200, 40007)
    assert (await wechat.get("/cgi-bin/media/get")).json()["errcode"] == 41006


async def test_a_video_is_an_address_that_needs_no_token(wechat: WeChat) -> None:
    answer = await wechat.http.post(
        "/_citizen/media", params={"openid": OPENID, "kind": "video"}, content=MP4
    )
    told = (await wechat.get("/cgi-bin/media/get", media_id=answer.json()["media_id"])).json()
    assert (await wechat.http.get(told["video_url"])).content == MP4


async def test_media_of_one_account_are_nothing_to_another(wechat: WeChat, mini: WeChat) -> None:
    await mini.say()
    media_id = (await wechat.upload("image", PNG))["media_id"]
    assert await mini.send("image", {"media_id": media_id}) == 40007
    assert (await mini.upload("voice", amr(1)))["errcode"] == 40004
    own = (await mini.upload("image", PNG))["media_id"]
    assert await mini.send("image", {"media_id": own}) == 0


async def test_a_message_may_name_only_media_of_its_kind(wechat: WeChat) -> None:
    await wechat.say()
    media_id = (await wechat.upload("image", PNG))["media_id"]
    assert await wechat.send("voice", {"media_id": media_id}) == 40007
    assert await wechat.send("image", {"media_id": "made-up"}) == 40007
    assert await wechat.send("image", {}) == 41006


@pytest.mark.parametrize("length", [0.5, 12.0, 60.0])
def test_the_length_of_a_voice_is_counted_in_frames(length: float) -> None:
    assert seconds("amr", amr(length)) == pytest.approx(length, abs=0.03)
    assert seconds("mp3", mp3(length)) == pytest.approx(length, abs=0.03)
    tagged = b"ID3\x03\x00\x00\x00\x00\x01\x00" + b"\0" * 128 + mp3(length)
    assert seconds("mp3", tagged) == pytest.approx(length, abs=0.03)
