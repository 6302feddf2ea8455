"""Passwords: only hashes are kept, short ones refused, and an unknown login costs as much as a known one."""

from __future__ import annotations

import pytest

from core.auth.passwords import MIN_LENGTH, generate_password, hash_password, verify_password
from core.errors import InvalidInput


def test_a_password_fits_its_hash_and_no_other() -> None:
    stored = hash_password("正确而足够长的密码 123")
    assert stored.startswith("$argon2id$")
    assert verify_password(stored, "正确而足够长的密码 123")
    assert not verify_password(stored, "正确而足够长的密码 124")
    assert hash_password("正确而足够长的密码 123") != stored, "salted"


@pytest.mark.parametrize("password", ["", "a" * (MIN_LENGTH - 1), "a" * 257])
def test_passwords_too_short_or_absurdly_long_are_refused(password: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        hash_password(password)
    assert refused.value.details == {"field": "password"}
    if password:
        assert password not in refused.value.message


def test_nobodys_password_never_fits() -> None:
    for password in ("", "anything", "a" * 256):
        assert not verify_password(None, password)


@pytest.mark.parametrize(
    "stored", ["", "plain text", "$argon2id$broken", "$2b$12$abcdefghijklmnopqrstuv"]
)
def test_a_damaged_hash_lets_nobody_in(stored: str) -> None:
    assert not verify_password(stored, "anything at all")
    assert not verify_password(stored, stored)


def test_generated_passwords_are_long_different_and_easy_to_read() -> None:
    passwords = {generate_password() for _ in range(200)}
    assert len(passwords) == 200
    assert {len(p) for p in passwords} == {16}
    assert not set("0O1lI") & set("".join(passwords))
