"""The API of one account: calls with its token, uploads, downloads. The three services' own modules are built on it.

Every answer is noted in the account's health. A refused token is fetched anew once, never in a circle.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address
from typing import Any

import httpx

from channels.tencent.api.advice import advice, concerns_account
from channels.tencent.api.download import Download, opened
from channels.tencent.api.exchange import Request, exchange
from channels.tencent.api.health import TOKEN_AREA, Health
from channels.tencent.api.token import AccessTokens, Grant
from channels.tencent.api.token_rows import Held
from channels.tencent.errors import ApiFailed

# What WeChat means by them: documentation, "Return Code". 微信客服 uses the same.
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
# Our address is not on the list: official accounts and mini-programs; 微信客服. Both say in `errmsg` which it is.
NOT_ALLOWED = frozenset({40164, 60020})
_IP = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
# Real ones last two hours; what says otherwise is a mistake of theirs or of a proxy.
MAX_LIFETIME = 24 * 3600

Answer = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file for the multipart field `media`."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Tools:
    """What the clients of all accounts share in a process."""

    http: httpx.AsyncClient
    tokens: AccessTokens
    health: Health


class ApiClient:
    """`account` is `<channel>/<inbox>`, as in api_tokens and api_health."""

    def __init__(
        self, tools: Tools, *, account: str, base_url: str, app_id: str, secret: str
    ) -> None:
        self._http = tools.http
        self._health = tools.health
        self.account = account
        self._base = base_url.rstrip("/")
        self._token = tools.tokens.of(account, self._fetch, secrets=(app_id, secret))
        self._app_id, self._secret = app_id, secret
        # When the last answer came, by their clock.
        self.their_time: datetime | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.account})"

    async def call(
        self,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, str] | None = None,
        expect: str = "errcode",
    ) -> Answer:
        """POST `body`, or GET without one, to `path` with the token; the answer, whatever its `errcode`.

        `expect`: a field of the right answer, for calls that leave out `errcode` when all is well.
        Raises ApiFailed (nothing was done, or asking again does no harm: a GET, a token) or ApiUnsure (it may have
        been done).
        """
        return await self._asked(path, _request(body, query), expect)

    async def upload(
        self, path: str, file: Upload, *, query: Mapping[str, str] | None = None, expect: str = "media_id"
    ) -> Answer:  # fmt: skip
        """POST a file as `media`. Raises ApiFailed; a second upload does no harm."""
        media = {"media": (file.name, file.content, file.media_type)}
        return await self._asked(path, Request("POST", "", query or {}, files=media), expect)

    @asynccontextmanager
    async def download(self, path: str, query: Mapping[str, str]) -> AsyncIterator[Download]:
        """GET a file, read while it is open. Raises ApiFailed; its errcode is WeChat's when it has no such file."""
        held = await self._held()
        async with opened(self._http, self._request(path, Request("GET", "", query), held)) as file:
            if not isinstance(file, int):
                self._health.ok(self.account, _area(path))
                yield file
                return
            code = file
        if code in TOKEN_REFUSED:
            held = await self._held(held)
            request = self._request(path, Request("GET", "", query), held)
            async with opened(self._http, request) as file:
                if not isinstance(file, int):
                    self._health.ok(self.account, _area(path))
                    yield file
                    return
                code = file
        self._note(_area(path), {"errcode": code})
        raise self.failure({"errcode": code})

    async def check(self) -> None:
        """Ask for a token now, to see whether address, app id, secret and allow-list are right; raises ApiFailed."""
        await self._token.check()

    def failure(self, answer: Mapping[str, Any]) -> ApiFailed:
        """The error for an answer that says no, in words for an administrator where there are any."""
        code = answer["errcode"]
        # WeChat's errmsg can quote the request, so only the number is kept, and our own address where it says that.
        message = advice(self.account, code)
        if message and code in NOT_ALLOWED and (ip := _address_in(answer.get("errmsg"))):
            message = f"{message}微信看到的 IP 是 {ip}。"
        return ApiFailed("refused", errcode=code, message=message)

    def expect_success(self, answer: Mapping[str, Any]) -> None:
        """Raises ApiFailed unless `errcode` is 0."""
        if answer["errcode"]:
            raise self.failure(answer)

    async def _asked(self, path: str, request: Request, expect: str) -> Answer:
        held = await self._held()
        area = _area(path)
        answer = await self._exchange(area, self._request(path, request, held), expect)
        if answer["errcode"] in TOKEN_REFUSED:
            # Once more, with whatever is the token now; the answer to that stands.
            held = await self._held(held)
            answer = await self._exchange(area, self._request(path, request, held), expect)
        return answer

    async def _held(self, refused: Held | None = None) -> Held:
        return await self._token.get(refused)

    async def _exchange(self, area: str, request: Request, expect: str) -> Answer:
        failure = None
        try:
            reply = await exchange(self._http, request, expect=expect)
        except ApiFailed as failed:
            failure = failed
        if failure is not None:
            self._health.failed(self.account, area, failure)
            may_be_repeated = request.method == "GET" or request.files or area == TOKEN_AREA
            raise ApiFailed(failure.reason) if may_be_repeated else failure
        self.their_time = _time(reply.date)
        self._note(area, reply.answer)
        return reply.answer

    def _note(self, area: str, answer: Mapping[str, Any]) -> None:
        """A no to one citizen (window closed, quota spent) says nothing about the account."""
        if concerns_account(self.account, area, answer["errcode"]):
            self._health.failed(self.account, area, self.failure(answer))
        else:
            self._health.ok(self.account, area)

    def _request(self, path: str, request: Request, held: Held) -> Request:
        query = {"access_token": held.token, **request.query}
        return Request(request.method, self._base + path, query, request.body, request.files)

    async def _fetch(self) -> Grant:
        """A token from WeChat; raises ApiFailed."""
        request = self._token_request()
        answer = await self._exchange(TOKEN_AREA, request, "access_token")
        token, lifetime = answer.get("access_token"), answer.get("expires_in")
        self.expect_success(answer)
        has_token = isinstance(token, str) and token != ""
        if has_token and type(lifetime) is int and 0 < lifetime <= MAX_LIFETIME:
            return Grant(str(token), lifetime)
        failed = ApiFailed("asked for a token, none came")
        self._health.failed(self.account, TOKEN_AREA, failed)
        raise failed

    def _token_request(self) -> Request:
        """Official accounts and mini-programs. stable_token leaves a token alone that others have fetched."""
        body = {"grant_type": "client_credential", "appid": self._app_id, "secret": self._secret}
        return Request("POST", f"{self._base}/cgi-bin/stable_token", {}, body)


class WecomClient(ApiClient):
    """微信客服, through 企业微信's API: `app_id` is the corp id. Its token is had by GET."""

    def _token_request(self) -> Request:
        query = {"corpid": self._app_id, "corpsecret": self._secret}
        return Request("GET", f"{self._base}/cgi-bin/gettoken", query)


def _request(body: Mapping[str, Any] | None, query: Mapping[str, str] | None) -> Request:
    return Request("GET" if body is None else "POST", "", query or {}, body)


def _address_in(errmsg: object) -> str | None:
    """The first IPv4 address of a text."""
    for found in _IP.findall(errmsg) if isinstance(errmsg, str) else ():
        try:
            return str(IPv4Address(found))
        except ValueError:
            continue
    return None


def _time(date: str) -> datetime | None:
    """From an HTTP date."""
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return None


def _area(path: str) -> str:
    return path.removeprefix("/cgi-bin").strip("/")[:64]
