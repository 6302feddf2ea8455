"""How Aliyun and Tencent Cloud want their calls signed. Pure: time and nonce are given.

Aliyun: "V3 request structure and signature", ACS3-HMAC-SHA256, which replaces the discontinued HMAC-SHA1 of V2.
Tencent Cloud: "Signature method v3", TC3-HMAC-SHA256. Both publish an example, which the tests recompute.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

_ACS3, _TC3 = "ACS3-HMAC-SHA256", "TC3-HMAC-SHA256"
TENCENT_TYPE = "application/json; charset=utf-8"


def aliyun_query(params: Mapping[str, str]) -> str:
    """The parameters as they are signed and sent: sorted, encoded by RFC 3986."""
    return "&".join(f"{_encoded(key)}={_encoded(params[key])}" for key in sorted(params))


def aliyun_headers(
    *,
    host: str,
    action: str,
    version: str,
    query: str,
    key_id: str,
    secret: str,
    at: datetime,
    nonce: str,
) -> dict[str, str]:
    """Headers of a POST to / with an empty body, as calls of the RPC style are."""
    payload = _sha256(b"")
    signed = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": payload,
        "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    canonical = "\n".join(("POST", "/", query, lines, names, payload))
    text = f"{_ACS3}\n{_sha256(canonical.encode())}"
    signature = _hmac(secret.encode(), text).hex()
    credential = f"Credential={key_id},SignedHeaders={names},Signature={signature}"
    return {**signed, "authorization": f"{_ACS3} {credential}"}


def tencent_headers(
    *,
    host: str,
    service: str,
    action: str,
    version: str,
    region: str,
    body: bytes,
    secret_id: str,
    secret_key: str,
    at: datetime,
) -> dict[str, str]:
    """Headers of a POST to / with a JSON body."""
    seconds = int(at.timestamp())
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    lines = f"content-type:{TENCENT_TYPE}\nhost:{host}\nx-tc-action:{action.lower()}\n"
    names = "content-type;host;x-tc-action"
    canonical = "\n".join(("POST", "/", "", lines, names, _sha256(body)))
    scope = f"{day}/{service}/tc3_request"
    text = "\n".join((_TC3, str(seconds), scope, _sha256(canonical.encode())))
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = _hmac(key, part)
    signature = _hmac(key, text).hex()
    credential = f"Credential={secret_id}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {
        "authorization": f"{_TC3} {credential}",
        "content-type": TENCENT_TYPE,
        "host": host,
        "x-tc-action": action,
        "x-tc-version": version,
        "x-tc-region": region,
        "x-tc-timestamp": str(seconds),
    }


def gateway_signature(key: str, *, timestamp: str, nonce: str, body: bytes) -> str:
    """Of the HTTP gateway's protocol, both ways; docs/sms.md."""
    return _hmac(key.encode(), f"{timestamp}\n{nonce}\n{_sha256(body)}").hex()


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()
