"""The protocol's signature, written from docs/sms.md and not from the product."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping

# Older calls are refused, as somebody may have recorded them.
SECONDS_APART = 300


def signed(key: str, body: bytes, now: float) -> dict[str, str]:
    """Headers for a push of ours."""
    timestamp, nonce = str(int(now)), secrets.token_hex(12)
    return {
        "content-type": "application/json",
        "x-sms-timestamp": timestamp,
        "x-sms-nonce": nonce,
        "x-sms-signature": _signature(key, timestamp, nonce, body),
    }


def is_right(key: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    timestamp, nonce = headers.get("x-sms-timestamp", ""), headers.get("x-sms-nonce", "")
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > SECONDS_APART:
        return False
    right = _signature(key, timestamp, nonce, body)
    return hmac.compare_digest(right.encode(), headers.get("x-sms-signature", "").encode())


def _signature(key: str, timestamp: str, nonce: str, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    text = "\n".join([timestamp, nonce, digest])
    return hmac.new(key.encode(), text.encode(), "sha256").hexdigest()
