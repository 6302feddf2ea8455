"""Keeps what a text says unreadable in the database, and phones comparable without being readable."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import BangbanError


class TextUnreadable(BangbanError):
    """A stored text was sealed with another key."""

    code, status = "sms_unreadable", 503
    default_message = "待发短信无法读取：本机的密钥文件可能已更换。"


class Sealer:
    """`secret_key` is the installation's (`Settings.load_secret_key()`); each use has a key of its own."""

    def __init__(self, secret_key: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(secret_key, b"texts")))
        self._phones = _derived(secret_key, b"phones")
        self._codes = _derived(secret_key, b"codes")
        self._callbacks = _derived(secret_key, b"callbacks")

    def seal(self, subject: str, content: dict[str, Any]) -> str:
        """`subject` is sealed in, so that a row copied over another one does not open."""
        return self._fernet.encrypt(json.dumps([subject, content]).encode()).decode("ascii")

    def open(self, subject: str, sealed: str) -> dict[str, Any]:
        """Raises TextUnreadable."""
        try:
            whose, content = json.loads(self._fernet.decrypt(sealed.encode("ascii")))
        except InvalidToken:
            raise TextUnreadable() from None
        if whose != subject:
            raise TextUnreadable()
        return dict(content)

    def callback(self, provider: str) -> str:
        """What stands in the address a provider reports to, where it has no signature of its own."""
        return _digest(self._callbacks, provider)[:40]

    def mark(self, value: str) -> str:
        """The same for the same phone or address; tells neither without the key."""
        return _digest(self._phones, value)

    def code(self, code_id: str, code: str) -> str:
        """A code's digest. Keyed: a million codes are tried in a second by whoever has only the database."""
        return _digest(self._codes, f"{code_id}/{code}")


def _derived(secret_key: str, use: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"bangban/sms/1/" + use).derive(secret_key.encode())


def _digest(key: bytes, value: str) -> str:
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()
