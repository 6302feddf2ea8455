"""WeChat's API as an official account uses it: customer-service messages and the menu."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.tencent.api.client import ApiClient, Tools
from channels.tencent.carrier import NotThisWay, Unfollowed, refusal
from channels.tencent.sending.refusals import AS_TEXT, LEFT, REASONS
from channels.wechat.accounts import CHANNEL, Account
from channels.wechat.errors import MenuRefused

SEND = "/cgi-bin/message/custom/send"
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


class WeChatApi:
    """The API for one account. `client` makes the calls that have no method here."""

    def __init__(self, client: ApiClient) -> None:
        self.client = client

    async def send(self, message: Mapping[str, Any]) -> None:
        """Send a customer-service message.

        Raises DeliveryRefused or one of channels.tencent.carrier (code: WeChat's), ApiFailed (try again) or ApiUnsure
        (it may have arrived).
        """
        answer = await self.client.call(SEND, message)
        code = answer["errcode"]
        if code in AS_TEXT:
            raise NotThisWay(str(code), REASONS[code])
        if code in LEFT:
            raise Unfollowed(str(code), REASONS[code])
        if code in REASONS:
            raise refusal(code, REASONS[code])
        self.client.expect_success(answer)

    async def create_menu(self, menu: dict[str, Any]) -> None:
        """Replace the account's menu. Raises MenuRefused, or ApiFailed (try again)."""
        answer = await self.client.call("/cgi-bin/menu/create", menu)
        code = answer["errcode"]
        if code in MENU_REFUSED:
            raise MenuRefused("menu refused", errcode=code, message=MENU_REFUSED[code])
        self.client.expect_success(answer)


class WeChatApis:
    """Makes the API of an account; its token is shared by all who ask for it."""

    def __init__(self, *, tools: Tools, base_url: str) -> None:
        self._tools = tools
        self._base_url = base_url

    def of(self, account: Account) -> WeChatApi:
        client = ApiClient(
            self._tools,
            account=f"{CHANNEL}/{account.inbox_id}",
            base_url=self._base_url,
            app_id=account.config.app_id,
            secret=account.credentials.app_secret,
        )
        return WeChatApi(client)
