"""What the 微信客服 stand-in must know: where to push, and the corp it plays. Environment variables."""

from __future__ import annotations

import secrets
import string

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _random(length: int) -> str:
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


class WeComSettings(BaseSettings):
    """Variables `SIMULATOR_WECOM_*`. Secrets that are not given are random: there are no known ones."""

    model_config = SettingsConfigDict(env_prefix="SIMULATOR_WECOM_", extra="ignore")

    callback_url: str = Field(
        "http://127.0.0.1:8000/channels/wecom/wecom", description="Where callbacks go"
    )
    name: str = Field("示例市公积金客服", description="Name of the 客服账号")
    corp_id: str = Field("ww0000000000demo01", description="CorpID")
    secret: str = Field(default_factory=lambda: _random(43), description="Secret of the app")
    token: str = Field(
        default_factory=lambda: _random(24), description="Token that signs callbacks"
    )
    # The 43rd letter carries two spare bits that must be nought.
    aes_key: str = Field(default_factory=lambda: _random(42) + "A", description="EncodingAESKey")
    open_kfids: str = Field(
        "wk0000000000demo01", description="客服账号 of the corp, apart by commas"
    )
    push_timeout_seconds: float = Field(
        5.0, description="How long an answer to a callback may take"
    )
    push_retries: int = Field(3, description="How often an unanswered callback is repeated")
    retry_pause_seconds: float = Field(
        1.0, description="Pause before a repeat when the answer came at once"
    )
    # The documentation says "strict" and gives no number.
    untokened_per_minute: int = Field(6, description="sync_msg calls without a callback's token")

    @property
    def accounts(self) -> list[str]:
        return [each.strip() for each in self.open_kfids.split(",") if each.strip()]
