"""WeChat's API as a mini-program uses it."""

from __future__ import annotations

from channels.miniprogram.accounts import CHANNEL, Account
from channels.tencent.api.client import ApiClient, Tools

# "发送客服消息" and "下发客服当前输入状态" of mini-programs: the same messages, a path of its own for typing.
SEND = "/cgi-bin/message/custom/send"
TYPING = "/cgi-bin/message/custom/business/typing"
SUBSCRIBE = "/cgi-bin/message/subscribe/send"


class MiniProgramApis:
    """Makes the API of an account; its token is shared by all who ask for it."""

    def __init__(self, *, tools: Tools, base_url: str) -> None:
        self._tools = tools
        self._base_url = base_url

    def of(self, account: Account) -> ApiClient:
        return ApiClient(
            self._tools,
            account=f"{CHANNEL}/{account.inbox_id}",
            base_url=self._base_url,
            app_id=account.config.app_id,
            secret=account.credentials.app_secret,
        )
