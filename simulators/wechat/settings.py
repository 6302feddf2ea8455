"""What the WeChat stand-in must know: where to push, and the account it plays. Environment variables."""

from __future__ import annotations

import secrets
import string
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Mode = Literal["plain", "compatible", "encrypted"]


def _random(length: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


class WeChatSettings(BaseSettings):
    """Variables `SIMULATOR_WECHAT_*`. Secrets that are not given are random: there are no known ones."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_WECHAT_", extra="ignore")

    callback_url: str = Field(
        "http://127.0.0.1:8000/channels/wechat/wechat", description="Where messages are pushed to"
    )
    name: str = Field("示例市公积金与社保", description="Name of the official account")
    original_id: str = Field("gh_0000simulator", description="ToUserName in pushes")
    app_id: str = Field("wx0000000000demo01", description="AppID")
    app_secret: str = Field(default_factory=lambda: _random(32), description="AppSecret")
    token: str = Field(default_factory=lambda: _random(24), description="Token that signs pushes")
    # The 43rd letter carries two spare bits that must be nought.
    aes_key: str = Field(default_factory=lambda: _random(42) + "A", description="EncodingAESKey")
    mode: Mode = Field("encrypted", description="How pushes are sent")
    menus: bool = Field(True, description="Whether msgmenu may be sent (test accounts may not)")
    push_timeout_seconds: float = Field(5.0, description="How long an answer to a push may take")
    push_retries: int = Field(3, description="How often an unanswered push is repeated")
    retry_pause_seconds: float = Field(
        1.0, description="Pause before a repeat when the answer came at once"
    )
