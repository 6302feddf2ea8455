"""Locks up what must not be read where it is kept: the token and the challenge, which stand in Rasa's slots.

A slot goes to Rasa, into its memory or its database, and may end in a dump. What stands in ours can only be opened
here, in the conversation it was made for, and until its time. AES-256-GCM; the conversation is authenticated data.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Seal:
    """`secret`: the installation's key, so that each server opens what another closed. None: this process's own."""

    def __init__(self, secret: str | None = None) -> None:
        material = secret.encode() if secret else os.urandom(32)
        self._cipher = AESGCM(hmac.new(material, b"identity", hashlib.sha256).digest())

    def close(self, kind: str, sender: str, values: dict[str, str], until: datetime) -> str:
        """`values` as text that only `open` with the same `kind` and `sender` reads."""
        nonce = os.urandom(_NONCE_BYTES)
        plain = json.dumps({"until": until.timestamp(), "values": values}).encode()
        sealed = nonce + self._cipher.encrypt(nonce, plain, _context(kind, sender))
        return base64.urlsafe_b64encode(sealed).decode("ascii")

    def open(
        self, kind: str, sender: str, sealed: Any, now: datetime
    ) -> tuple[dict[str, str], datetime] | None:
        """The values and until when they hold; None for what is too old, of another conversation, or not ours."""
        if not isinstance(sealed, str):
            return None
        try:
            raw = base64.urlsafe_b64decode(sealed.encode("ascii"))
            plain = self._cipher.decrypt(
                raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _context(kind, sender)
            )
        except (ValueError, InvalidTag):
            return None
        content = json.loads(plain)
        until = datetime.fromtimestamp(content["until"], UTC)
        return (content["values"], until) if now < until else None


def _context(kind: str, sender: str) -> bytes:
    return f"{kind}\n{sender}".encode()
