"""Codes exchanged for openids: what WeChat's answers become, and what never reaches a log."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from channels.tencent.api.sns import CodeRefused, LoginBlocked, LoginUnavailable, Person, Sns
from channels.tencent.errors import ApiFailed
from core.errors import BangbanError, TooManyRequests


class Noted:
    """What administrators get to see: by area, "" or the reason."""

    def __init__(self) -> None:
        self.areas: dict[str, str] = {}

    def ok(self, account: str, area: str) -> None:
        self.areas[area] = ""

    def failed(self, account: str, area: str, failure: ApiFailed) -> None:
        self.areas[area] = f"{account}: {failure}"


SECRET, CODE = "the-app-secret-of-the-account", "code-from-wx-login"


def sns(answer: Any, *, status: int = 200) -> Sns:
    def respond(request: httpx.Request) -> httpx.Response:
        assert request.url.params["grant_type"] == "authorization_code"
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, str):
            return httpx.Response(status, text=answer)
        return httpx.Response(status, json=answer)

    client = httpx.AsyncClient(transport=httpx.MockTransport(respond))
    return Sns(http=client, base_url="https://wechat.test/", health=Noted())  # type: ignore[arg-type]


async def ask(one: Sns) -> Person:
    return await one.of_mini_program("miniprogram/mini", app_id="wx1", secret=SECRET, code=CODE)


async def test_a_good_code_gives_openid_and_unionid_and_no_session_key() -> None:
    person = await ask(sns({"openid": "oAbc", "session_key": "k==", "unionid": "uXyz"}))
    assert person == Person("oAbc", "uXyz")
    assert "k==" not in repr(person)


async def test_without_an_open_platform_there_is_no_unionid() -> None:
    assert await ask(sns({"openid": "oAbc", "session_key": "k", "errcode": 0})) == Person("oAbc")


@pytest.mark.parametrize("errcode", [40029, 40163, 41008, 42003])
async def test_a_code_that_is_no_good_asks_for_a_new_one(errcode: int) -> None:
    with pytest.raises(CodeRefused) as caught:
        await ask(sns({"errcode": errcode, "errmsg": "code been used"}))
    assert caught.value.details == {"errcode": errcode}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"errcode": 40226}, LoginBlocked),
        ({"errcode": 45011}, TooManyRequests),
        ({"errcode": -1}, LoginUnavailable),
        ({"errcode": 40125}, LoginUnavailable),
        ({"errcode": "40029"}, LoginUnavailable),
        ({"openid": ["o"]}, LoginUnavailable),
        ({"openid": "o\x00"}, LoginUnavailable),
        ({}, LoginUnavailable),
        ([], LoginUnavailable),
        (None, LoginUnavailable),
        ("<html>busy</html>", LoginUnavailable),
        (httpx.ReadTimeout("slow"), LoginUnavailable),
    ],
)
async def test_every_other_answer_is_a_named_error(answer: Any, error: type[BangbanError]) -> None:
    with pytest.raises(error):
        await ask(sns(answer))


async def test_neither_code_nor_secret_reach_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        await ask(sns({"openid": "oAbc"}))
        await sns({"openid": "oAbc"}).of_page("wechat/wx", app_id="wx1", secret=SECRET, code=CODE)
        with pytest.raises(LoginUnavailable) as caught:
            await ask(sns(httpx.ReadTimeout(f"?js_code={CODE}")))
    assert CODE not in str(caught.value.as_dict())
    assert "/sns/jscode2session" in caplog.text
    assert CODE not in caplog.text
    assert SECRET not in caplog.text


async def test_a_wrong_secret_is_the_administrators_matter_and_a_bad_code_is_not() -> None:
    for answer, error, shown in (
        ({"errcode": 40125}, LoginUnavailable, "miniprogram/mini: login (errcode 40125)"),
        ({"errcode": 40029}, CodeRefused, ""),
    ):
        one = sns(answer)
        with pytest.raises(error):
            await ask(one)
        assert one._health.areas == {"sns/jscode2session": shown}  # type: ignore[attr-defined]
