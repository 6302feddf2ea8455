"""Drives the WeChat stand-in in tests: the citizen's phone, the API as a product calls it, and the controls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from simulators.wechat.app import build_app
from simulators.wechat.settings import MiniProgramSettings, WeChatSettings
from simulators.wechat.state import State

OPENID = "oCitizen-1"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 64
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 64


def amr(seconds: float) -> bytes:
    """Silence: frames of 20 ms at 12.2 kbit/s."""
    return b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * round(seconds * 50)


def mp3(seconds: float) -> bytes:
    """Frames of 26 ms: MPEG 1 Layer III, 64 kbit/s, 44.1 kHz."""
    frame = b"\xff\xfb\x50\x00"
    return (frame + b"\0" * (208 - len(frame))) * round(seconds * 44100 / 1152)


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


@dataclass
class WeChat:
    """`now` moves only when the test moves it. `account`: which account citizen and product use."""

    http: httpx.AsyncClient
    product: Product
    state: State
    official: WeChatSettings
    mini: MiniProgramSettings
    account: str = "wechat"
    _tokens: dict[str, str] = field(default_factory=dict)

    def as_mini_program(self) -> WeChat:
        return WeChat(self.http, self.product, self.state, self.official, self.mini, "miniprogram")

    @property
    def settings(self) -> WeChatSettings | MiniProgramSettings:
        return self.official if self.account == "wechat" else self.mini

    async def token(self, **more: Any) -> str:
        answer = await self.ask_token(**more)
        return str(answer["access_token"])

    async def ask_token(self, **more: Any) -> dict[str, Any]:
        asked = {"appid": self.settings.app_id, "secret": self.settings.app_secret}
        body = {"grant_type": "client_credential", **asked, **more}
        return _object(await self.http.post("/cgi-bin/stable_token", json=body))

    async def call(
        self, path: str, body: dict[str, Any], *, token: str | None = None
    ) -> dict[str, Any]:
        query = {"access_token": await self.token() if token is None else token}
        return _object(await self.http.post(path, params=query, json=body))

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.http.get(path, params={"access_token": await self.token(), **query})

    async def send(self, kind: str, part: Any, *, openid: str = OPENID) -> int:
        """A customer-service message; the error code."""
        body = {"touser": openid, "msgtype": kind, kind: part}
        answer = await self.call("/cgi-bin/message/custom/send", body)
        return int(answer["errcode"])

    async def text(self, content: str = "您好") -> int:
        return await self.send("text", {"content": content})

    async def upload(self, kind: str, data: bytes, *, name: str = "file") -> dict[str, Any]:
        query = {"access_token": await self.token(), "type": kind}
        return _object(
            await self.http.post(
                "/cgi-bin/media/upload", params=query, files={"media": (name, data)}
            )
        )

    async def say(self, text: str = "你好", **more: Any) -> dict[str, Any]:
        body = {"openid": OPENID, "text": text, "account": self.account, **more}
        return await self.control("/_citizen/send", body)

    async def do(self, event: str, key: str = "", **more: Any) -> dict[str, Any]:
        body = {"openid": OPENID, "event": event, "event_key": key, "account": self.account, **more}
        return await self.control("/_citizen/event", body)

    async def chat(self, openid: str = OPENID) -> dict[str, Any]:
        query = {"account": self.account}
        return _object(await self.http.get(f"/_citizen/{openid}/messages", params=query))

    async def shown(self) -> list[tuple[str, str]]:
        return [(line["sender"], line["text"]) for line in (await self.chat())["messages"]]

    async def control(
        self, path: str, body: dict[str, Any] | None = None, method: str = "POST"
    ) -> dict[str, Any]:
        response = await self.http.request(method, path, json=body or {})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def wait(self, seconds: float) -> None:
        await self.control("/_control/clock", {"seconds": seconds})


def _object(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def simulated(**settings: Any) -> WeChat:
    """The stand-in without sockets, in front of a product that takes everything."""
    product = Product()
    common = {"retry_pause_seconds": 0, "mode": "plain"}
    official = WeChatSettings(**common | {"callback_url": "http://product.test/wx"} | settings)
    mini = MiniProgramSettings(**common | {"callback_url": "http://product.test/mini"} | settings)
    to_product = httpx.AsyncClient(transport=httpx.MockTransport(product))
    app = build_app(official, mini, http=to_product, now=lambda: 1_795_000_000.0)
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wechat.test")
    return WeChat(http, product, app.state.simulator, official, mini)
