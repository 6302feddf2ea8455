"""WeChat's API as this channel uses it: the access token and customer-service messages.

Every answer is an object with `errcode`; everything else (HTML, a broken connection) is ApiFailed. The
token travels in the query, as WeChat wants it, so the log lines of the HTTP client are cleaned here.
"""

from __future__ import annotations

import hashlib
import logging
import re
from typing import Any

import httpx

from channels.tencent.credentials import Credentials
from channels.tencent.errors import ApiFailed
from channels.tencent.token import AccessToken, Grant
from channels.wechat.accounts import Account
from channels.wechat.errors import MenuRefused
from core.clock import Clock
from core.conversation.ports import DeliveryRefused

TIMEOUT = httpx.Timeout(8.0, connect=4.0)

# What WeChat means by them: documentation, "Return Code".
TOKEN_REFUSED = frozenset({40001, 40014, 42001})
MENU_NOT_ALLOWED = 40200
REFUSED = {
    40003: "微信不认识这位市民的标识（openid）",
    40200: "该公众号类型不能发送菜单消息",
    43004: "市民已取消关注公众号",
    45002: "消息超过微信的长度限制",
    45015: "市民超过 48 小时没有发消息，微信不允许再回复",
    45047: "微信允许的回复条数已用完，请等市民再次发来消息",
    48001: "公众号没有客服消息接口的权限",
}
# What is wrong with a menu: documentation of menu/create.
MENU_REFUSED = {
    40015: "菜单类型不正确。",
    40016: "一级菜单最多 3 个。",
    40017: "菜单按钮的类型不正确。",
    40018: "一级菜单名称超过 16 字节。",
    40019: "菜单 KEY 超过 128 字节。",
    40020: "菜单链接超过 1024 字节。",
    40022: "菜单最多两级。",
    40023: "每个一级菜单下最多 5 个子菜单。",
    40024: "子菜单的类型不正确。",
    40025: "子菜单名称超过 60 字节。",
    40026: "子菜单 KEY 超过 128 字节。",
    40027: "子菜单链接超过 1024 字节。",
    40054: "子菜单链接的域名不合法。",
    40055: "菜单链接的域名不合法。",
    48001: "公众号没有自定义菜单的权限，请管理员核对账号类型和认证。",
    65301: "公众号的自定义菜单被停用，请在微信公众平台启用。",
}
# Somebody has to change something; said in words that tell what. Sending is retried meanwhile.
CONFIGURATION = {
    40013: "AppID 不正确，请管理员核对。",
    40125: "AppSecret 不正确，请管理员核对。",
    40164: "服务器 IP 不在公众号后台的白名单里，请管理员添加。",
    50002: "公众号已被冻结，请管理员处理。",
}


class WeChatApi:
    """The API for one account."""

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        base_url: str,
        app_id: str,
        credentials: Credentials,
        clock: Clock,
    ) -> None:
        self._http = http
        self._base = base_url.rstrip("/")
        self._app_id = app_id
        self._credentials = credentials
        self._token = AccessToken(fetch=self._fetch_token, clock=clock)
        keep_tokens_out_of_logs()

    async def send(self, message: dict[str, Any]) -> None:
        """Send a customer-service message. Raises DeliveryRefused (code: WeChat's) or ApiFailed (try again)."""
        answer = await self._call("/cgi-bin/message/custom/send", message)
        code = answer["errcode"]
        if code in REFUSED:
            raise DeliveryRefused(str(code), REFUSED[code])
        _expect_success(answer)

    async def create_menu(self, menu: dict[str, Any]) -> None:
        """Replace the account's menu. Raises MenuRefused, or ApiFailed (try again)."""
        answer = await self._call("/cgi-bin/menu/create", menu)
        code = answer["errcode"]
        if code in MENU_REFUSED:
            raise MenuRefused("menu refused", errcode=code, message=MENU_REFUSED[code])
        _expect_success(answer)

    async def check(self) -> None:
        """Ask for a token, to see whether address, app id and secret are right; raises ApiFailed."""
        await self._fetch_token()

    async def _call(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """POST with the token; a refused token is fetched anew once, never in a circle."""
        token = await self._token.get()
        answer = await self._post(path, body, token)
        if answer["errcode"] in TOKEN_REFUSED:
            self._token.drop(token)
            token = await self._token.get()
            answer = await self._post(path, body, token)
            if answer["errcode"] in TOKEN_REFUSED:
                self._token.drop(token)
        return answer

    async def _fetch_token(self) -> Grant:
        body = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._credentials.app_secret,
        }
        answer = await self._post("/cgi-bin/stable_token", body)
        token, lifetime = answer.get("access_token"), answer.get("expires_in")
        if isinstance(token, str) and token and isinstance(lifetime, int):
            return Grant(token, lifetime)
        _expect_success(answer)
        raise ApiFailed("stable_token answered without a token")

    async def _post(
        self, path: str, body: dict[str, Any], token: str | None = None
    ) -> dict[str, Any]:
        try:
            # httpx writes JSON as UTF-8; WeChat would show \u escapes to the citizen as they are.
            response = await self._http.post(
                self._base + path,
                params={"access_token": token} if token else None,
                json=body,
                timeout=TIMEOUT,
            )
        except httpx.HTTPError as error:
            raise ApiFailed(f"no answer: {type(error).__name__}") from None
        try:
            answer = response.json()
        except ValueError:
            raise ApiFailed(f"not JSON, HTTP {response.status_code}") from None
        if not isinstance(answer, dict):
            raise ApiFailed(f"not an object, HTTP {response.status_code}")
        code = answer.setdefault("errcode", 0 if response.is_success else None)
        if not isinstance(code, int):
            raise ApiFailed(f"no errcode, HTTP {response.status_code}")
        return answer


class WeChatApis:
    """One WeChatApi per account, so that its token is shared; changed secrets make a new one."""

    def __init__(self, *, http: httpx.AsyncClient, base_url: str, clock: Clock) -> None:
        self._http = http
        self._base_url = base_url
        self._clock = clock
        self._apis: dict[str, tuple[str, WeChatApi]] = {}

    def of(self, account: Account) -> WeChatApi:
        secret = account.credentials.app_secret
        version = hashlib.sha256(f"{account.config.app_id} {secret}".encode()).hexdigest()
        known = self._apis.get(account.inbox_id)
        if known is not None and known[0] == version:
            return known[1]
        api = WeChatApi(
            http=self._http,
            base_url=self._base_url,
            app_id=account.config.app_id,
            credentials=account.credentials,
            clock=self._clock,
        )
        self._apis[account.inbox_id] = (version, api)
        return api


def _expect_success(answer: dict[str, Any]) -> None:
    code = answer["errcode"]
    if code:
        # WeChat's errmsg can quote the request, so only the number is kept.
        raise ApiFailed("refused", errcode=code, message=CONFIGURATION.get(code))


class _WithoutTokens(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        cleaned = re.sub(r"(access_token=)[^&\s\"']+", r"\1***", text)
        if cleaned != text:
            record.msg, record.args = cleaned, ()
        return True


_FILTER = _WithoutTokens()


def keep_tokens_out_of_logs() -> None:
    """httpx logs whole addresses; take the token out of them. Adding the filter twice changes nothing."""
    logging.getLogger("httpx").addFilter(_FILTER)
