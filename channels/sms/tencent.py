"""Tencent Cloud's short message service: sms 2021-01-11, SendSms.

It does not know repeats: SessionContext comes back in the answer and is not compared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from channels.sms.calls import Request, ask, named
from channels.sms.signing import tencent_headers
from core.clock import Clock
from core.sms.ports import (
    Receipt,
    SmsBalance,
    SmsBusy,
    SmsContentRefused,
    SmsCredentials,
    SmsFailed,
    SmsNonsense,
    SmsNotSetUp,
    SmsNumberBlocked,
    SmsNumberInvalid,
    SmsProviderFault,
    SmsSignInvalid,
    SmsTemplateInvalid,
)
from core.sms.settings import SmsSettings
from core.sms.templates import TEMPLATES

VERSION = "2021-01-11"
# By the beginnings of the codes in "Error codes" of the service and the common ones.
ERRORS: Mapping[str, type[SmsFailed]] = {
    "LimitExceeded": SmsBusy,
    "RequestLimitExceeded": SmsBusy,
    "FailedOperation.MarketingSendTimeConstraint": SmsBusy,
    "FailedOperation.InsufficientBalanceInSmsPackage": SmsBalance,
    "UnauthorizedOperation.ServiceSuspendDueToArrears": SmsBalance,
    "InvalidParameterValue.IncorrectPhoneNumber": SmsNumberInvalid,
    "UnsupportedOperation": SmsNumberInvalid,
    "FailedOperation.PhoneNumberInBlacklist": SmsNumberBlocked,
    "FailedOperation.PhoneNumberOnBlacklist": SmsNumberBlocked,
    "FailedOperation.Template": SmsTemplateInvalid,
    "FailedOperation.MissingTemplate": SmsTemplateInvalid,
    "InvalidParameterValue.TemplateParameterFormatError": SmsTemplateInvalid,
    "InvalidParameterValue.TemplateParameterLengthLimit": SmsContentRefused,
    "InvalidParameterValue.ContentLengthLimit": SmsContentRefused,
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": SmsContentRefused,
    "FailedOperation.ProhibitedUseUrlInTemplateParameter": SmsContentRefused,
    "FailedOperation.ContainSensitiveWord": SmsContentRefused,
    "FailedOperation.SignatureIncorrectOrUnapproved": SmsSignInvalid,
    "FailedOperation.MissingSignature": SmsSignInvalid,
    "InvalidParameterValue.SdkAppIdNotExist": SmsCredentials,
    "AuthFailure": SmsCredentials,
    "UnauthorizedOperation": SmsCredentials,
    "InternalError": SmsProviderFault,
}
_APPROVED = 0


class TencentSender:
    name = "tencent"

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        base_url: str,
        settings: SmsSettings,
        secret: str,
        clock: Clock,
    ) -> None:
        self._http = http
        self._base = base_url.rstrip("/")
        self._settings = settings
        self._secret = secret
        self._clock = clock

    async def send(
        self, phone: str, template: str, params: Mapping[str, str], *, key: str
    ) -> Receipt:
        if not self._settings.sign_name:
            raise SmsNotSetUp("还没有填写短信签名。", provider_code="sign_name")
        answer = await self._call(
            "SendSms",
            {
                "PhoneNumberSet": [f"+86{phone}"],
                "SmsSdkAppId": self._settings.tencent.sdk_app_id,
                "SignName": self._settings.sign_name,
                "TemplateId": self._template(template),
                # Tencent's variables have numbers, not names: {1}, {2}, in the order of our text.
                "TemplateParamSet": [params[name] for name in TEMPLATES[template].params],
                "SessionContext": key,
            },
        )
        match answer.get("SendStatusSet"):
            case [{"Code": "Ok", "SerialNo": str(number)}] if number:
                return Receipt(self.name, number[:96])
            case [{"Code": str(code)}]:
                raise named(ERRORS, code)
        raise SmsNonsense(provider_code="SendStatusSet")

    async def check(self) -> None:
        """The templates are there and approved; of the signature only sending tells."""
        wanted = {self._template(name) for name in TEMPLATES}
        answer = await self._call(
            "DescribeSmsTemplateList",
            {"International": 0, "TemplateIdSet": sorted(int(each) for each in wanted)},
        )
        found = answer.get("DescribeTemplateStatusSet")
        if not isinstance(found, list):
            raise SmsNonsense(provider_code="DescribeTemplateStatusSet")
        approved = {
            str(each.get("TemplateId"))
            for each in found
            if isinstance(each, dict) and each.get("StatusCode") == _APPROVED
        }
        if missing := wanted - approved:
            raise SmsTemplateInvalid(provider_code=f"TemplateId {sorted(missing)[0]}")

    async def _call(self, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
        if not self._settings.tencent.sdk_app_id:
            raise SmsNotSetUp("还没有填写腾讯云短信的 SdkAppId。", provider_code="sdk_app_id")
        body = json.dumps(params, ensure_ascii=False).encode()
        tencent = self._settings.tencent
        headers = tencent_headers(
            host=urlsplit(self._base).netloc, service="sms", action=action, version=VERSION,
            region=tencent.region, body=body, secret_id=tencent.secret_id,
            secret_key=self._secret, at=self._clock.now(),
        )  # fmt: skip
        _, answer = await ask(self._http, Request("POST", f"{self._base}/", headers, body))
        match answer:
            case {"Response": {"Error": {"Code": str(code)}}}:
                raise named(ERRORS, code)
            case {"Response": dict(response)}:
                return response
        raise SmsNonsense(provider_code="Response")

    def _template(self, name: str) -> str:
        number = self._settings.templates.get(name)
        if not number:
            raise SmsNotSetUp(
                f"“{TEMPLATES[name].title}”还没有填写模板编号。", provider_code=f"template:{name}"
            )
        if not number.isdigit():
            raise SmsTemplateInvalid("腾讯云的模板编号只有数字。", provider_code=f"template:{name}")
        return number
