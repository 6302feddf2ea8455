"""An organisation's own SMS gateway that speaks our small HTTP protocol (docs/sms.md); the simulator speaks it too."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

import httpx

from channels.sms.calls import Request, ask
from channels.sms.signing import gateway_signature
from core.clock import Clock
from core.sms.ports import (
    Receipt,
    SmsBalance,
    SmsBusy,
    SmsContentRefused,
    SmsCredentials,
    SmsFailed,
    SmsNonsense,
    SmsNumberBlocked,
    SmsNumberInvalid,
    SmsProviderFault,
    SmsSignInvalid,
    SmsTemplateInvalid,
)
from core.sms.settings import SmsSettings
from core.sms.templates import TEMPLATES

# The codes of the protocol.
ERRORS: Mapping[str, type[SmsFailed]] = {
    "bad_signature": SmsCredentials,
    "busy": SmsBusy,
    "balance": SmsBalance,
    "number_invalid": SmsNumberInvalid,
    "number_blocked": SmsNumberBlocked,
    "template_invalid": SmsTemplateInvalid,
    "sign_invalid": SmsSignInvalid,
    "content_refused": SmsContentRefused,
}


class GatewaySender:
    name = "http"

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        base_url: str,
        key: str,
        settings: SmsSettings,
        clock: Clock,
    ) -> None:
        self._http = http
        self._base = base_url.rstrip("/")
        self._key = key
        self._settings = settings
        self._clock = clock

    async def send(
        self, phone: str, template: str, params: Mapping[str, str], *, key: str
    ) -> Receipt:
        message = {
            "phone": phone,
            "sign": self._settings.sign_name,
            "template": self._settings.templates.get(template, template),
            "params": dict(params),
            "text": TEMPLATES[template].fill(params),
        }
        answer = await self._call("POST", "/v1/messages", message, {"idempotency-key": key})
        number = answer.get("id")
        if not isinstance(number, str) or not number:
            raise SmsNonsense(provider_code="id")
        return Receipt(self.name, number[:96])

    async def check(self) -> None:
        """Address, key and clock are right."""
        await self._call("GET", "/v1/account", None, {})

    async def _call(
        self, method: str, path: str, message: Any, more: Mapping[str, str]
    ) -> dict[str, Any]:
        body = b"" if message is None else json.dumps(message, ensure_ascii=False).encode()
        timestamp, nonce = str(int(self._clock.now().timestamp())), secrets.token_hex(16)
        signature = gateway_signature(self._key, timestamp=timestamp, nonce=nonce, body=body)
        headers = {
            **more,
            "content-type": "application/json",
            "x-sms-timestamp": timestamp,
            "x-sms-nonce": nonce,
            "x-sms-signature": signature,
        }
        request = Request(method, f"{self._base}{path}", headers, body)
        status, answer = await ask(self._http, request)
        match answer:
            case {"error": {"code": str(code)}}:
                raise ERRORS.get(code, SmsProviderFault)(provider_code=code[:96])
        if not 200 <= status < 300:
            raise SmsNonsense(provider_code=f"HTTP {status}")
        return answer
