"""What the WeChat stand-in must know: where to push, and the accounts it plays. Environment variables."""

from __future__ import annotations

import secrets
import string
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from simulators.tencent.envelope import Format, Mode
from simulators.tencent.pushing import Rules
from simulators.wechat.templates import Template

Kind = Literal["official", "miniprogram"]


def _random(length: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


class AccountSettings(BaseSettings):
    """One account. Secrets that are not given are random: there are no known ones."""

    model_config = SettingsConfigDict(extra="ignore")

    kind: Kind = Field("official", description="Official account or mini-program")
    callback_url: str = Field("", description="Where messages are pushed to")
    name: str = Field("", description="Name of the account")
    original_id: str = Field("gh_0000simulator", description="ToUserName in pushes")
    app_id: str = Field("wx0000000000demo01", description="AppID")
    app_secret: str = Field(default_factory=lambda: _random(32), description="AppSecret")
    token: str = Field(default_factory=lambda: _random(24), description="Token that signs pushes")
    # The 43rd letter carries two spare bits that must be nought.
    aes_key: str = Field(default_factory=lambda: _random(42) + "A", description="EncodingAESKey")
    mode: Mode = Field("encrypted", description="How pushes are sent")
    format: Format = Field(
        "xml", description="How pushes are written; only mini-programs have JSON"
    )
    bound: bool = Field(
        True, description="Bound to the open platform, so that people have a unionid"
    )
    menus: bool = Field(True, description="Whether msgmenu may be sent (test accounts may not)")
    mini_programs: list[str] = Field([], description="AppIDs of the mini-programs linked to it")
    oauth_host: str = Field(
        "",
        description="The one host whose web pages may be authorised; empty: that of the callback",
    )
    ip_allow_list: list[str] = Field([], description="Who may ask for tokens; empty: everybody")
    templates: list[Template] | None = Field(
        None, description="What it picked from WeChat's library; not given: those of the demo"
    )
    push_timeout_seconds: float = Field(5.0, description="How long an answer to a push may take")
    push_retries: int = Field(3, description="How often an unanswered push is repeated")
    retry_pause_seconds: float = Field(1.0, description="Pause before a repeat")

    @property
    def rules(self) -> Rules:
        return Rules(self.push_timeout_seconds, self.push_retries, self.retry_pause_seconds)


class WeChatSettings(AccountSettings):
    """The official account: variables `SIMULATOR_WECHAT_*`."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_WECHAT_", extra="ignore")

    callback_url: str = "http://127.0.0.1:8000/channels/wechat/wechat"
    name: str = "示例市公积金与社保"


class MiniProgramSettings(AccountSettings):
    """The mini-program: variables `SIMULATOR_MINIPROGRAM_*`."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_MINIPROGRAM_", extra="ignore")

    kind: Kind = "miniprogram"
    callback_url: str = "http://127.0.0.1:8000/channels/miniprogram/miniprogram"
    name: str = "示例市公积金小程序"
    original_id: str = "gh_0000miniprogram"
    app_id: str = "wx0000000000demo02"
    format: Format = "json"
