"""What a provider of text messages has to do, and how it says what went wrong. Implemented in channels/sms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import BangbanError


@dataclass(frozen=True)
class Receipt:
    """That the provider has taken a text. `provider_id`: its own name for it, by which it reports the delivery."""

    provider: str
    provider_id: str


class SmsSender(Protocol):
    """One provider with its account."""

    name: str

    async def send(
        self, phone: str, template: str, params: Mapping[str, str], *, key: str
    ) -> Receipt:
        """Hand over a text. `template` and `params` are ours (templates.py), `phone` has 11 digits.

        A repeat with the same `key` is the same text; not every provider knows that, see ADR 42. Raises SmsFailed.
        """
        ...

    async def check(self) -> None:
        """Try the connection and the account without sending anything. Raises SmsFailed."""
        ...


class SmsSenders(Protocol):
    async def current(self, session: AsyncSession) -> SmsSender:
        """The provider that the settings name. Raises SmsFailed when it cannot be used."""
        ...


class SmsFailed(BangbanError):
    """A text was not taken. `temporary`: the same call may succeed later.

    Details: `provider_code`, what the provider calls the error. Never a number or a text.
    """

    code, status, default_message = "sms_failed", 502, "短信没有发出。"
    temporary: ClassVar[bool] = False


class SmsUnreachable(SmsFailed):
    code, temporary = "sms_unreachable", True
    default_message = "连不上短信平台，请检查网络和平台地址。"


class SmsNonsense(SmsFailed):
    """Not what the protocol says: an error page, half an answer."""

    code, temporary = "sms_nonsense", True
    default_message = "短信平台的回答看不懂，请确认地址是否正确、平台是否在维护。"


class SmsProviderFault(SmsFailed):
    code, temporary = "sms_provider_fault", True
    default_message = "短信平台内部出错，稍后会重试。"


class SmsBusy(SmsFailed):
    """Too many calls, or too many texts to one phone or on one day, by the provider's own limits."""

    code, temporary = "sms_busy", True
    default_message = "超过了短信平台的发送频率或数量上限，稍后会重试。"


class SmsBalance(SmsFailed):
    """Tried again: the texts of today go out once somebody has paid."""

    code, temporary = "sms_balance", True
    default_message = "短信平台账户余额或套餐不足，请充值。"


class SmsCredentials(SmsFailed):
    """Tried again: a wrong key is put right by a person, and what waits then goes out."""

    code, temporary = "sms_credentials", True
    default_message = "短信平台不认可密钥或签名，请核对 AccessKey 或密钥，以及服务器时间。"


class SmsNotSetUp(SmsFailed):
    code, temporary = "sms_not_set_up", True
    default_message = "短信平台还没有设置完整，请在“设置—短信”里补充。"


class SmsOff(SmsFailed):
    """No provider sends: nobody shall take a text for sent, or wait for a code."""

    code, status, default_message = (
        "sms_off",
        503,
        "没有接入短信平台，只在日志里记了一行，市民收不到。",
    )


class SmsNumberInvalid(SmsFailed):
    code, default_message = "sms_number_invalid", "短信平台认为号码无效。"


class SmsNumberBlocked(SmsFailed):
    code, default_message = "sms_number_blocked", "号码在短信平台的黑名单里，或已退订。"


class SmsTemplateInvalid(SmsFailed):
    code, default_message = "sms_template_invalid", "短信模板不存在、没有通过审核，或变量不符。"


class SmsSignInvalid(SmsFailed):
    code, default_message = "sms_sign_invalid", "短信签名不存在或没有通过审核。"


class SmsContentRefused(SmsFailed):
    code, default_message = "sms_content_refused", "短信内容被平台拦截，可能含有不允许的词或过长。"
