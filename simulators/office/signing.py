"""Checks signatures of events, written from docs/tickets-api.md and not from the product."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

# Older events are refused, as somebody may have recorded them.
SECONDS_APART = 300


def is_right(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether one of the signatures is that of the secret, and not an old one."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > SECONDS_APART:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = hmac.digest(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256)
    given = headers.get("webhook-signature", "").split(" ")
    expected = f"v1,{base64.b64encode(right).decode()}"
    return any(hmac.compare_digest(expected, each) for each in given if each.isascii())
