"""Password hashing with Argon2id (argon2-cffi's defaults follow RFC 9106)."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import InvalidInput

MIN_LENGTH = 10
# What people choose who were asked for ten characters; guessed first.
_COMMON = frozenset(
    [
        "1234567890",
        "0123456789",
        "0987654321",
        "1234567891",
        "12345678910",
        "123456789a",
        "a123456789",
        "a1234567890",
        "1q2w3e4r5t",
        "qwertyuiop",
        "asdfghjkl;",
        "q1w2e3r4t5",
        "1qaz2wsx3edc",
        "123qweasdzxc",
        "qwerty123456",
        "password12",
        "password123",
        "password1234",
        "passw0rd123",
        "p@ssw0rd123",
        "woaini1314",
        "woaini1314520",
        "5201314520",
        "iloveyou123",
        "admin12345",
        "admin123456",
        "administrator",
        "abc1234567",
        "abcd123456",
        "abcdefghij",
        "123abc456d",
        "aa12345678",
        "gongjijin123",
        "bangban123",
        "bangban12345",
    ]
)
# A rule of thumb: aaaaaaaaaa, 1212121212.
_FEWEST_DIFFERENT = 4
_hasher = PasswordHasher()
# Verified when the login is unknown, so that the answer takes as long as for a known one.
_DUMMY = _hasher.hash(secrets.token_hex(16))


def check_password(password: str, login: str) -> None:
    """Raise InvalidInput for a password that is guessed at once; length is hash_password's matter."""
    plain = password.casefold()
    if plain in _COMMON or len(set(plain)) < _FEWEST_DIFFERENT:
        raise InvalidInput("这个密码太常见，很容易被猜到，请换一个。", field="password")
    if login.casefold() in plain and len(plain) - len(login) < MIN_LENGTH - 2:
        raise InvalidInput("密码不能是登录名加几个字符，请换一个。", field="password")


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
