"""Password hashing with Argon2id (argon2-cffi's defaults follow RFC 9106)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import InvalidInput

MIN_LENGTH = 10
_hasher = PasswordHasher()
# Verified when the login is unknown, so that the answer takes as long as for a known one.
_DUMMY = _hasher.hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    """Hash; raises InvalidInput for one that is too short (10 characters) or absurdly long."""
    if not MIN_LENGTH <= len(password) <= 256:
        raise InvalidInput(f"密码至少要 {MIN_LENGTH} 位。", field="password")
    return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` fits; None stands for an account that does not exist."""
    try:
        return _hasher.verify(stored or _DUMMY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def generate_password() -> str:
    """16 characters without look-alikes (0O1lI), about 92 bits."""
    alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(alphabet) for _ in range(16))
