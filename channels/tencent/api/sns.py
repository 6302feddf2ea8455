"""Who somebody is: a code that WeChat gave a citizen's device, exchanged for the openid. Mini-programs and web pages.

Both addresses take app id, secret and code in the query and no access token, so what is asked for never enters a log.
A code works once and for five minutes; whoever brings it is the citizen it was made for, as with any such login.
Sources: documentation of `code2Session` and of web authorisation ("网页授权", `/sns/oauth2/access_token`).
"""

from __future__ import annotations

import asyncio
import logging
import re
from dataclasses import dataclass
from typing import Any

import httpx

from channels.tencent.api.exchange import keep_queries_out_of_logs
from channels.tencent.api.health import Health
from channels.tencent.errors import ApiFailed
from core.errors import (
    BangbanError,
    NotAuthenticated,
    PermissionDenied,
    TooManyRequests,
    Unavailable,
)

log = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(6.0, connect=3.0)
# At the same time, of one server: made-up codes must not take every connection to WeChat.
MOST_AT_ONCE = 32
# WeChat names no form; both kinds are about 32 letters. Nothing longer is carried to it.
CODE = r"^[A-Za-z0-9_-]{1,128}$"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# 40029: invalid, or another app's. 40163: used before. 41008: empty. 42003: too old (web pages).
_SPENT = frozenset({40029, 40163, 41008, 42003})
_BLOCKED, _TOO_OFTEN = 40226, frozenset({45009, 45011})


class CodeRefused(NotAuthenticated):
    """Invalid, spent, too old, or another account's: the client gets a new code. Details: `errcode`."""

    code, default_message = "wechat_code_refused", "微信登录已过期，请重新进入。"


class LoginBlocked(PermissionDenied):
    """WeChat itself calls the citizen's account risky (40226)."""

    code = "wechat_login_blocked"
    default_message = "微信暂时限制了您的账号登录，请稍后再试，或拨打服务热线。"


class LoginUnavailable(Unavailable):
    """No answer, or one that somebody else has to see to. Details: `errcode`, None without a proper answer."""

    code, default_message = "wechat_login_unavailable", "微信登录暂时不可用，请稍后再试。"


@dataclass(frozen=True)
class Person:
    """`union_id`: the same citizen in all apps of one open-platform account; "" where WeChat tells none."""

    openid: str
    union_id: str = ""


class Sns:
    """`base_url`: WeChat's API, or the simulator."""

    def __init__(self, *, http: httpx.AsyncClient, base_url: str, health: Health) -> None:
        self._http = http
        self._health = health
        self._base = base_url.rstrip("/")
        self._free = asyncio.Semaphore(MOST_AT_ONCE)
        keep_queries_out_of_logs()

    async def of_mini_program(self, account: str, *, app_id: str, secret: str, code: str) -> Person:
        """`code` from wx.login; `account` as in api_health. The session key of the answer is not kept.

        Raises what stands above.
        """
        params = {"appid": app_id, "secret": secret, "js_code": code}
        return await self._noted(account, "/sns/jscode2session", params)

    async def of_page(self, account: str, *, app_id: str, secret: str, code: str) -> Person:
        """`code` from the authorize address of an official account. The token of the answer is not kept."""
        params = {"appid": app_id, "secret": secret, "code": code}
        return await self._noted(account, "/sns/oauth2/access_token", params)

    async def _noted(self, account: str, path: str, params: dict[str, str]) -> Person:
        """What is wrong with the account or the way to WeChat is shown to administrators; a bad code is not."""
        area = path.strip("/")
        try:
            person = await self._exchange(path, params)
        except LoginUnavailable as failed:
            self._health.failed(
                account, area, ApiFailed("login", errcode=failed.details["errcode"])
            )
            raise
        except BangbanError:
            self._health.ok(account, area)
            raise
        self._health.ok(account, area)
        return person

    async def _exchange(self, path: str, params: dict[str, str]) -> Person:
        query = {**params, "grant_type": "authorization_code"}
        async with self._free:
            try:
                response = await self._http.get(self._base + path, params=query, timeout=TIMEOUT)
                answer = response.json()
            except (httpx.HTTPError, ValueError) as error:
                # Never the error's text: it may hold the address.
                log.warning("%s gave no proper answer: %s", path, type(error).__name__)
                raise LoginUnavailable(errcode=None) from None
        return _person(path, answer)


def _person(path: str, answer: Any) -> Person:
    fields = answer if isinstance(answer, dict) else {}
    # WeChat leaves errcode out where all is well.
    code = fields.get("errcode", 0)
    if code in _SPENT:
        raise CodeRefused(errcode=code)
    if code == _BLOCKED:
        raise LoginBlocked(errcode=code)
    if code in _TOO_OFTEN:
        raise TooManyRequests(retry_after=60)
    openid = fields.get("openid")
    if code != 0 or not isinstance(openid, str) or not is_id_of_wechat(openid):
        # -1 passes by itself; 40013 and 40125 (app id, secret) are for the administrator.
        log.warning("%s failed with errcode %s", path, code)
        raise LoginUnavailable(errcode=code if isinstance(code, int) else None)
    return Person(openid, union_id_in(fields))


def union_id_in(fields: dict[str, Any]) -> str:
    """The unionid in an answer of WeChat's; "" when there is none that could be one."""
    value = fields.get("unionid")
    return value if isinstance(value, str) and is_id_of_wechat(value) else ""


def is_id_of_wechat(text: str) -> bool:
    """Whether it could be an openid or a unionid."""
    return _ID.fullmatch(text) is not None
