"""The document `core.sms`: which provider sends, under which names, when, and how many codes."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from core.sms.templates import TEMPLATES

CONFIG_NAME = "core.sms"
Provider = Literal["automatic", "console", "http", "aliyun", "tencent"]
# What providers call our templates: SMS_123456789 at Aliyun, 1234567 at Tencent.
TemplateId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SmsCodeLimits(_Part):
    """Of phone codes. The limits are those that providers themselves keep to per phone, or stricter."""

    valid_minutes: int = Field(5, ge=1, le=30)
    tries: int = Field(5, ge=1, le=10)
    seconds_between: int = Field(60, ge=10, le=600)
    per_hour: int = Field(5, ge=1, le=100)
    per_day: int = Field(10, ge=1, le=100)
    # A hall's visitors share one address.
    address_per_hour: int = Field(20, ge=1, le=10_000)
    address_per_day: int = Field(60, ge=1, le=100_000)
    # What a day may cost at most, whoever asks.
    all_per_day: int = Field(2000, ge=1, le=1_000_000)


class SmsHours(_Part):
    """When texts nobody is waiting for may go out, in China's time; codes go out at any time."""

    begin: time = time(8, 0)
    end: time = time(21, 0)

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        if self.begin >= self.end:
            raise ValueError("结束时间要晚于开始时间")
        return self


class AliyunSettings(_Part):
    access_key_id: str = Field("", pattern=r"^[A-Za-z0-9.]{0,64}$")


class TencentSettings(_Part):
    secret_id: str = Field("", pattern=r"^[A-Za-z0-9_-]{0,64}$")
    sdk_app_id: str = Field("", pattern=r"^[0-9]{0,20}$")
    region: str = Field("ap-guangzhou", pattern=r"^[a-z]{2}-[a-z0-9-]{2,30}$")


class SmsSettings(_Part):
    """`automatic`: the HTTP gateway of the installation's environment, else the console, which sends nothing.

    `sign_name`: the approved signature without its brackets. `templates`: the provider's name of each of ours.
    """

    provider: Provider = "automatic"
    sign_name: str = Field("", max_length=20, pattern=r"^[^【】\[\]\s]*$")
    templates: dict[str, TemplateId | Literal[""]] = Field(default_factory=dict)
    hours: SmsHours = Field(default_factory=SmsHours)
    codes: SmsCodeLimits = Field(default_factory=SmsCodeLimits)
    aliyun: AliyunSettings = Field(default_factory=AliyunSettings)
    tencent: TencentSettings = Field(default_factory=TencentSettings)

    @model_validator(mode="after")
    def _known_templates(self) -> Self:
        if not set(self.templates) <= set(TEMPLATES):
            raise ValueError("没有这样的短信")
        return self
