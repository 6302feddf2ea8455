"""Signatures after the Standard Webhooks specification (standardwebhooks.com), symmetric scheme `v1`. Pure.

Signed is `id.timestamp.payload` with HMAC-SHA256; the key is the base64 behind `whsec_`. The payload is the raw body
of an event; of requests without one (GET, uploads) it is path and query.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.webhooks.errors import HeadersInvalid, SignatureInvalid, TimestampStale

PREFIX = "whsec_"
KEY_BYTES = 32
TOLERANCE = timedelta(minutes=5)
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
# No full stop: it parts the signed text.
_ID = re.compile(r"[A-Za-z0-9_:-]{1,64}")
_SECONDS = re.compile(r"[0-9]{1,11}")
# While secrets change a request has two; more only cost time.
MOST_SIGNATURES = 8


@dataclass(frozen=True)
class Signed:
    """The three headers, checked for form only. `signatures`: those of version 1, without it."""

    id: str
    timestamp: int
    signatures: tuple[str, ...]


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The key itself. Raises ValueError for what is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a webhook secret is whsec_ and base64") from None
    # 24 to 64 bytes: the specification.
    if not 24 <= len(key) <= 64:
        raise ValueError("a webhook secret has 24 to 64 bytes")
    return key


def signature(secret: str, *, id: str, timestamp: int, payload: bytes) -> str:
    """The base64 of the signature, without its version."""
    text = f"{id}.{timestamp}.".encode() + payload
    return base64.b64encode(hmac.digest(key_of(secret), text, hashlib.sha256)).decode()


def headers(secrets: Sequence[str], *, id: str, at: datetime, payload: bytes) -> dict[str, str]:
    """What we send: signed with every secret that is valid, so that the other side may change when it likes."""
    timestamp = int(at.timestamp())
    made = (signature(secret, id=id, timestamp=timestamp, payload=payload) for secret in secrets)
    return {ID: id, TIMESTAMP: str(timestamp), SIGNATURE: " ".join(f"v1,{each}" for each in made)}


def read_headers(given: Mapping[str, Sequence[str]]) -> Signed:
    """`given`: every value of each header by its name in small letters. Raises HeadersInvalid."""
    id, timestamp, written = (_only(given, name) for name in (ID, TIMESTAMP, SIGNATURE))
    if not _ID.fullmatch(id):
        raise HeadersInvalid("webhook-id 应为 1-64 个字母、数字或 _ : - 。", header=ID)
    if not _SECONDS.fullmatch(timestamp):
        raise HeadersInvalid("webhook-timestamp 应为秒级时间戳。", header=TIMESTAMP)
    versions = [part.partition(",") for part in written.split(" ")]
    found = tuple(value for version, _, value in versions if version == "v1" and value)
    if not 0 < len(found) <= MOST_SIGNATURES:
        raise HeadersInvalid("webhook-signature 中没有 v1 签名，或者太多。", header=SIGNATURE)
    return Signed(id, int(timestamp), found)


def check_age(signed: Signed, now: datetime) -> None:
    """Raises TimestampStale."""
    age = now - datetime.fromtimestamp(signed.timestamp, UTC)
    if abs(age) > TOLERANCE:
        raise TimestampStale(age_seconds=int(age.total_seconds()))


def check(signed: Signed, payload: bytes, secrets: Iterable[str]) -> None:
    """Raises SignatureInvalid unless one of the signatures is that of one of the secrets.

    Every pair is compared, each in constant time: how long it takes tells nothing.
    """
    matches = False
    for secret in secrets:
        expected = signature(secret, id=signed.id, timestamp=signed.timestamp, payload=payload)
        for given in signed.signatures:
            matches |= hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
    if not matches:
        raise SignatureInvalid()


def _only(given: Mapping[str, Sequence[str]], name: str) -> str:
    values = given.get(name, ())
    if len(values) != 1:
        text = f"请求头 {name} 出现了多次。" if values else f"缺少请求头 {name}。"
        raise HeadersInvalid(text, header=name)
    return values[0]
