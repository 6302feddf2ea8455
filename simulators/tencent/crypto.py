"""WeChat's signature and message encryption, written from its documentation alone.

The product uses a library for the same; two independent writings of one rule check each other.
"""

from __future__ import annotations

import base64
import hashlib
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# PKCS#7 with blocks of 32 bytes, not AES's 16: "Message Encryption", technical scheme.
BLOCK = 32


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def encrypt(text: str, *, aes_key: str, app_id: str) -> str:
    """base64(AES-256-CBC(16 random bytes + length as 4 bytes, big-endian + text + app id))."""
    key = _key(aes_key)
    body = text.encode()
    plain = os.urandom(16) + struct.pack(">I", len(body)) + body + app_id.encode()
    padding = BLOCK - len(plain) % BLOCK
    plain += bytes([padding]) * padding
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def decrypt(cipher: str, *, aes_key: str, app_id: str) -> str:
    """The text; raises ValueError when it was not made with this key for this account."""
    key = _key(aes_key)
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(cipher, validate=True)) + decryptor.finalize()
    padding = plain[-1]
    if not 1 <= padding <= BLOCK:
        raise ValueError("padding")
    plain = plain[16:-padding]
    length = struct.unpack(">I", plain[:4])[0]
    if plain[4 + length :].decode() != app_id:
        raise ValueError("app id")
    return plain[4 : 4 + length].decode()


def _key(aes_key: str) -> bytes:
    return base64.b64decode(aes_key + "=")
