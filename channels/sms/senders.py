"""Makes the provider that the settings name, with its secret opened. Built by `app`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from channels.sms.aliyun import AliyunSender
from channels.sms.console import ConsoleSender
from channels.sms.gateway import GatewaySender
from channels.sms.tencent import TencentSender
from core.clock import Clock
from core.configs import get_config
from core.secrets.store import SecretMissing, SecretStore, SecretUnreadable
from core.sms.ports import SmsCredentials, SmsNotSetUp, SmsSender
from core.sms.settings import CONFIG_NAME, SmsSettings

ALIYUN_SECRET = "sms/aliyun/access_key_secret"
TENCENT_SECRET = "sms/tencent/secret_key"
InUse = Literal["console", "http", "aliyun", "tencent"]


@dataclass(frozen=True)
class Addresses:
    """Where the providers are: settings of the environment. `gateway` empty: there is none."""

    gateway: str
    gateway_key: str
    aliyun: str
    tencent: str


class Senders:
    """core.sms.ports.SmsSenders. `inside` asks the gateway, `outside` the clouds, perhaps through a proxy."""

    def __init__(
        self,
        *,
        inside: httpx.AsyncClient,
        outside: httpx.AsyncClient,
        addresses: Addresses,
        store: SecretStore,
        clock: Clock,
    ) -> None:
        self._inside = inside
        self._outside = outside
        self.addresses = addresses
        self.store = store
        self._clock = clock

    def in_use(self, settings: SmsSettings) -> InUse:
        """What `automatic` means here."""
        if settings.provider == "automatic":
            return "http" if self.addresses.gateway else "console"
        return settings.provider

    def reaches_people(self, settings: SmsSettings) -> bool:
        return self.in_use(settings) != "console"

    async def current(self, session: AsyncSession) -> SmsSender:
        """Raises SmsNotSetUp, or SmsCredentials when a stored secret does not open."""
        settings = await get_config(session, CONFIG_NAME, SmsSettings)
        match self.in_use(settings):
            case "console":
                return ConsoleSender()
            case "http":
                return self._gateway(settings)
            case "aliyun":
                if not settings.aliyun.access_key_id:
                    raise SmsNotSetUp(
                        "还没有填写阿里云的 AccessKey ID。", provider_code="access_key_id"
                    )
                secret = await self._secret(session, ALIYUN_SECRET)
                return AliyunSender(
                    http=self._outside, base_url=self.addresses.aliyun, settings=settings, secret=secret,
                    clock=self._clock,
                )  # fmt: skip
            case "tencent":
                if not settings.tencent.secret_id:
                    raise SmsNotSetUp("还没有填写腾讯云的 SecretId。", provider_code="secret_id")
                secret = await self._secret(session, TENCENT_SECRET)
                return TencentSender(
                    http=self._outside, base_url=self.addresses.tencent, settings=settings, secret=secret,
                    clock=self._clock,
                )  # fmt: skip

    def _gateway(self, settings: SmsSettings) -> GatewaySender:
        if not self.addresses.gateway:
            raise SmsNotSetUp(
                "没有短信网关的地址，请设置环境变量 BANGBAN_SMS_API_BASE。", provider_code="base"
            )
        if not self.addresses.gateway_key:
            raise SmsNotSetUp(
                "没有短信网关的密钥，请设置环境变量 BANGBAN_SMS_API_KEY。", provider_code="key"
            )
        return GatewaySender(
            http=self._inside, base_url=self.addresses.gateway, key=self.addresses.gateway_key,
            settings=settings, clock=self._clock,
        )  # fmt: skip

    async def _secret(self, session: AsyncSession, name: str) -> str:
        try:
            return (await self.store.get(session, [name]))[name]
        except SecretMissing:
            raise SmsNotSetUp("还没有填写密钥。", provider_code=name) from None
        except SecretUnreadable as unreadable:
            raise SmsCredentials(unreadable.message, provider_code=unreadable.code) from None
