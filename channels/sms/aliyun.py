"""Aliyun's short message service: Dysmsapi 2017-05-25, SendSms.

It does not know repeats: OutId comes back with the report and is not compared (its documentation says so).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from channels.sms.calls import Request, ask, named
from channels.sms.signing import aliyun_headers, aliyun_query
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

VERSION = "2017-05-25"
# By the beginnings of the codes in "API error codes" of the service and "common error codes".
ERRORS: Mapping[str, type[SmsFailed]] = {
    "isv.BUSINESS_LIMIT_CONTROL": SmsBusy,
    "isv.DAY_LIMIT_CONTROL": SmsBusy,
    "isv.MONTH_LIMIT_CONTROL": SmsBusy,
    "Throttling": SmsBusy,
    "isv.MOBILE_NUMBER_ILLEGAL": SmsNumberInvalid,
    "isv.MOBILE_COUNT_OVER_LIMIT": SmsNumberInvalid,
    "isv.CUSTOMER_REFUSED": SmsNumberBlocked,
    "isv.AMOUNT_NOT_ENOUGH": SmsBalance,
    "isv.OUT_OF_SERVICE": SmsBalance,
    "isv.SMS_TEMPLATE": SmsTemplateInvalid,
    "isv.TEMPLATE": SmsTemplateInvalid,
    "isv.INVALID_JSON_PARAM": SmsTemplateInvalid,
    "isv.INVALID_PARAMETERS": SmsTemplateInvalid,
    "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE": SmsTemplateInvalid,
    "isv.SMS_SIGN": SmsSignInvalid,
    "isv.SIGN": SmsSignInvalid,
    "isv.SMS_CONTENT": SmsContentRefused,
    "isv.BLACK_KEY_CONTROL_LIMIT": SmsContentRefused,
    "isv.PARAM": SmsContentRefused,
    "isv.ACCOUNT": SmsCredentials,
    "isv.PRODUCT_UN": SmsCredentials,
    "isv.DENY_IP_RANGE": SmsCredentials,
    "isp.RAM_PERMISSION_DENY": SmsCredentials,
    "InvalidAccessKeyId": SmsCredentials,
    "InvalidTimeStamp": SmsCredentials,
    "SignatureDoesNotMatch": SmsCredentials,
    "IncompleteSignature": SmsCredentials,
    "Forbidden": SmsCredentials,
    "NoPermission": SmsCredentials,
    "isp.": SmsProviderFault,
}
_APPROVED = 1


class AliyunSender:
    name = "aliyun"

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
        answer = await self._call(
            "SendSms",
            {
                "PhoneNumbers": phone,
                "SignName": self._sign_name(),
                "TemplateCode": self._template(template),
                "TemplateParam": json.dumps(dict(params), ensure_ascii=False),
                "OutId": key,
            },
        )
        business_id = answer.get("BizId")
        if not isinstance(business_id, str) or not business_id:
            raise SmsNonsense(provider_code="BizId")
        return Receipt(self.name, business_id[:96])

    async def check(self) -> None:
        """Signature and templates are there and approved."""
        sign = await self._call("QuerySmsSign", {"SignName": self._sign_name()})
        if sign.get("SignStatus") != _APPROVED:
            raise SmsSignInvalid(provider_code=f"SignStatus {sign.get('SignStatus')}")
        for name in TEMPLATES:
            code = self._template(name)
            found = await self._call("QuerySmsTemplate", {"TemplateCode": code})
            if found.get("TemplateStatus") != _APPROVED:
                status = found.get("TemplateStatus")
                raise SmsTemplateInvalid(provider_code=f"{code}: TemplateStatus {status}")

    async def _call(self, action: str, params: Mapping[str, str]) -> dict[str, Any]:
        query = aliyun_query(params)
        headers = aliyun_headers(
            host=urlsplit(self._base).netloc, action=action, version=VERSION, query=query,
            key_id=self._settings.aliyun.access_key_id, secret=self._secret,
            at=self._clock.now(), nonce=secrets.token_hex(16),
        )  # fmt: skip
        _, answer = await ask(self._http, Request("POST", f"{self._base}/?{query}", headers))
        code = answer.get("Code")
        if not isinstance(code, str):
            raise SmsNonsense(provider_code="Code")
        if code != "OK":
            raise named(ERRORS, code)
        return answer

    def _sign_name(self) -> str:
        if not self._settings.sign_name:
            raise SmsNotSetUp("还没有填写短信签名。", provider_code="sign_name")
        return self._settings.sign_name

    def _template(self, name: str) -> str:
        code = self._settings.templates.get(name)
        if not code:
            raise SmsNotSetUp(
                f"“{TEMPLATES[name].title}”还没有填写模板编号。", provider_code=f"template:{name}"
            )
        return code
