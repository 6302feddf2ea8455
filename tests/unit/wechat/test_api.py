"""Our client against a scripted WeChat: what is refused, what is tried again, what stays out of the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable

import httpx
import pytest

from channels.tencent.credentials import Credentials
from channels.tencent.errors import ApiFailed
from channels.wechat.accounts import Account, WeChatConfig
from channels.wechat.api import REFUSED, WeChatApi, WeChatApis
from core.clock import FixedClock
from core.conversation.ports import DeliveryRefused

CREDENTIALS = Credentials(token="token", app_secret="the-app-secret", encoding_aes_key=None)
MESSAGE = {"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}


class WeChat:
    """Hands out tokens t1, t2, ...; answers calls with what was scripted, then with success."""

    def __init__(self) -> None:
        self.script: list[httpx.Response | Exception] = []
        self.requests: list[httpx.Request] = []
        self.tokens = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path.endswith("stable_token"):
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 7200})
        answer = self.script.pop(0) if self.script else httpx.Response(200, json={"errcode": 0})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sent(self) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path.endswith("/send")]


@pytest.fixture
def wechat() -> WeChat:
    return WeChat()


@pytest.fixture
def api(wechat: WeChat, clock: FixedClock) -> WeChatApi:
    http = httpx.AsyncClient(transport=httpx.MockTransport(wechat))
    base = "http://wechat.test/wechat/"
    return WeChatApi(
        http=http, base_url=base, app_id="wx0001", credentials=CREDENTIALS, clock=clock
    )


def code(number: int) -> httpx.Response:
    return httpx.Response(200, json={"errcode": number, "errmsg": "x"})


async def test_a_message_goes_out_as_utf8_with_the_token(api: WeChatApi, wechat: WeChat) -> None:
    await api.send(MESSAGE)
    token, send = wechat.requests
    assert json.loads(token.content) == {
        "grant_type": "client_credential",
        "appid": "wx0001",
        "secret": "the-app-secret",
    }
    assert str(send.url) == "http://wechat.test/wechat/cgi-bin/message/custom/send?access_token=t1"
    assert "您好".encode() in send.content


@pytest.mark.parametrize("number", [40001, 40014, 42001])
async def test_a_refused_token_is_fetched_again_once(
    api: WeChatApi, wechat: WeChat, number: int
) -> None:
    wechat.script = [code(number)]
    await api.send(MESSAGE)
    assert [dict(request.url.params)["access_token"] for request in wechat.sent()] == ["t1", "t2"]


async def test_tokens_refused_for_ever_end_in_an_error_not_in_a_circle(
    api: WeChatApi, wechat: WeChat
) -> None:
    wechat.script = [code(40001)] * 10
    with pytest.raises(ApiFailed) as failed:
        await api.send(MESSAGE)
    assert failed.value.errcode == 40001
    assert wechat.tokens == 2
    assert len(wechat.sent()) == 2


@pytest.mark.parametrize("number", sorted(REFUSED))
async def test_what_can_never_succeed_is_refused(
    api: WeChatApi, wechat: WeChat, number: int
) -> None:
    wechat.script = [code(number)]
    with pytest.raises(DeliveryRefused) as refused:
        await api.send(MESSAGE)
    assert refused.value.code == str(number)


@pytest.mark.parametrize(
    "answer",
    [
        code(-1),
        code(45009),
        code(40164),
        httpx.Response(200, html="<html>502</html>"),
        httpx.Response(502, html="<html>502</html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"errcode": "0"}),
        httpx.Response(500, json={}),
        httpx.ConnectError("no"),
        httpx.ReadTimeout("late"),
    ],
)
async def test_the_rest_may_be_tried_again(
    api: WeChatApi, wechat: WeChat, answer: httpx.Response | Exception
) -> None:
    wechat.script = [answer]
    with pytest.raises(ApiFailed):
        await api.send(MESSAGE)
    await api.send(MESSAGE)


async def test_a_wrong_address_list_says_what_to_do(api: WeChatApi, wechat: WeChat) -> None:
    wechat.script = [code(40164)]
    with pytest.raises(ApiFailed, match="refused") as failed:
        await api.send(MESSAGE)
    assert "白名单" in failed.value.message


async def test_neither_token_nor_secret_reaches_the_log(
    api: WeChatApi, wechat: WeChat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wechat.script = [code(40001), code(-1)]
    with pytest.raises(ApiFailed) as failed:
        await api.send(MESSAGE)
    assert "HTTP Request" in caplog.text
    for secret in ("t1", "t2", CREDENTIALS.app_secret):
        assert f"={secret}" not in caplog.text
        assert secret not in str(failed.value.as_dict())
    assert CREDENTIALS.app_secret not in caplog.text


def account(secret: str) -> Account:
    config = WeChatConfig(app_id="wx0001", mode="plain", secrets={})
    return Account(
        inbox_id="wx", config=config, credentials=Credentials(token="token", app_secret=secret)
    )


async def test_an_account_keeps_its_api_until_its_secret_changes(
    wechat: WeChat, clock: FixedClock, make_http: Callable[[WeChat], httpx.AsyncClient]
) -> None:
    apis = WeChatApis(http=make_http(wechat), base_url="http://wechat.test", clock=clock)
    first = apis.of(account("secret-one"))
    assert apis.of(account("secret-one")) is first
    assert apis.of(account("secret-two")) is not first


@pytest.fixture
def make_http() -> Callable[[WeChat], httpx.AsyncClient]:
    return lambda wechat: httpx.AsyncClient(transport=httpx.MockTransport(wechat))
