"""Our client against a scripted WeChat, with tokens and health in a real database."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from channels.tencent.api.client import ApiClient, Tools
from channels.tencent.api.health import Health
from channels.tencent.api.token import AccessTokens
from core.secrets.store import SecretStore
from core.unit_of_work import UnitOfWorkFactory

SECRET = "the-app-secret"
# For what does not touch the database in a way of its own.
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class WeChat:
    """Hands out tokens t1, t2, ...; answers calls with what was scripted, then with success."""

    def __init__(self) -> None:
        self.script: list[httpx.Response | Exception] = []
        self.token_script: list[httpx.Response | Exception] = []
        self.requests: list[httpx.Request] = []
        self.tokens = 0

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        await asyncio.sleep(0)
        asked_for_token = request.url.path.rpartition("/")[2] in {"stable_token", "gettoken"}
        script = self.token_script if asked_for_token else self.script
        answer = script.pop(0) if script else self._good(asked_for_token)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _good(self, asked_for_token: bool) -> httpx.Response:
        if not asked_for_token:
            return httpx.Response(200, json={"errcode": 0})
        self.tokens += 1
        return httpx.Response(200, json={"access_token": f"t{self.tokens}", "expires_in": 7200})

    def tokens_used(self) -> list[str]:
        used = [request.url.params.get("access_token") for request in self.requests]
        return [token for token in used if token is not None]


def code(number: int) -> httpx.Response:
    return httpx.Response(200, json={"errcode": number, "errmsg": "x"})


@pytest.fixture
def wechat() -> WeChat:
    return WeChat()


@pytest.fixture
def wechat_api(wechat: WeChat) -> WeChat:
    """The same, where `wechat` is something else."""
    return wechat


def tools_of(wechat: WeChat, uows: UnitOfWorkFactory) -> Tools:
    """As a server of its own would have them."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(wechat))
    store = SecretStore("installation-key")
    return Tools(http, AccessTokens(uows=uows, store=store), Health(uows))


def client_of(tools: Tools, *, secret: str = SECRET) -> ApiClient:
    base = "http://wechat.test/wechat/"
    return ApiClient(tools, account="wechat/wx", base_url=base, app_id="wx0001", secret=secret)


@pytest.fixture
def tools(wechat: WeChat, uow_factory: UnitOfWorkFactory) -> Tools:
    return tools_of(wechat, uow_factory)


@pytest.fixture
def client(tools: Tools) -> ApiClient:
    return client_of(tools)
