"""Signatures and encryption of pushes: wechatpy's cipher behind checks of our own.

Source of the rules: WeChat official account documentation, "Access Overview" (signature: SHA-1 over the
sorted and joined token, timestamp, nonce) and "Message Encryption" (AES-256-CBC, the app id at the end).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct
from datetime import datetime

from wechatpy.crypto import PrpCrypto
from wechatpy.exceptions import InvalidAppIdException

from channels.tencent.errors import CipherInvalid, SignatureInvalid, SignatureStale

# WeChat signs each attempt anew and stops retrying after about 20 s. The rest is for clocks that differ.
MAX_AGE_SECONDS = 600


def signature_of(*parts: str) -> str:
    """WeChat's signature of token, timestamp, nonce (and cipher text): hexadecimal SHA-1."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def check_signature(
    given: str, *, token: str, timestamp: str, nonce: str, cipher: str | None = None
) -> None:
    """Raise SignatureInvalid unless `given` is right; takes the same time wherever it differs."""
    parts = [token, timestamp, nonce] if cipher is None else [token, timestamp, nonce, cipher]
    expected = signature_of(*parts)
    if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
        raise SignatureInvalid()


def check_age(timestamp: str, now: datetime) -> None:
    """Raise SignatureStale when the signed `timestamp` (Unix seconds) is too far from `now`.

    A plain signature covers neither body nor address, so whoever saw one push could forge others
    with it for ever if it did not expire.
    """
    if not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise SignatureStale()
    age = int(now.timestamp()) - int(timestamp)
    if abs(age) > MAX_AGE_SECONDS:
        raise SignatureStale(age_seconds=age)


def decrypt(cipher: str, *, aes_key: str, app_id: str) -> str:
    """The text inside `cipher`; raises CipherInvalid when it is damaged or meant for another account."""
    try:
        # wechatpy takes whatever base64 gives; with validation, damaged text is refused here.
        raw = base64.b64decode(cipher, validate=True)
        if not raw or len(raw) % 16:
            raise CipherInvalid()
        key = base64.b64decode(aes_key + "=")
        text = PrpCrypto(key).decrypt(cipher, app_id)
    except (
        InvalidAppIdException,
        binascii.Error,
        struct.error,
        UnicodeError,
        ValueError,
        IndexError,
    ):
        raise CipherInvalid() from None
    return str(text)
