"""Logins of websites: a JWT signed with the inbox's secret, short-lived, HS256 and nothing else."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from channels.web.identity import (
    IdentityExpired,
    IdentityInvalid,
    IdentityTooLong,
    SignedIn,
    read_jwt,
)

SECRET = "a secret of the website, as long as the strongest algorithm would want it"
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


def signed(secret: str = SECRET, algorithm: str = "HS256", **claims: Any) -> str:
    usual: dict[str, Any] = {"sub": "u-1001", "exp": int(NOW.timestamp()) + 300}
    given = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(given, secret, algorithm=algorithm)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_it_says_who_is_logged_in_and_what_the_website_calls_them() -> None:
    assert read_jwt(signed(name=" 王小明 "), SECRET, NOW) == SignedIn("login:u-1001", "王小明")
    assert read_jwt(signed(), SECRET, NOW) == SignedIn("login:u-1001", "")


def test_a_login_is_never_the_id_of_somebody_without_login() -> None:
    stranger = "01990000-0000-7000-8000-000000000001"
    assert read_jwt(signed(sub=stranger), SECRET, NOW).external_id != stranger


def test_it_may_be_used_again_while_it_lasts() -> None:
    token = signed()
    assert read_jwt(token, SECRET, NOW) == read_jwt(token, SECRET, NOW + timedelta(minutes=4))


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (signed("another secret of thirty-two chars"), "signature"),
        (signed(algorithm="HS512"), "algorithm"),
        (f"{part({'alg': 'none', 'typ': 'JWT'})}.{part({'sub': 'u', 'exp': 2000000000})}.", "algorithm"),
        (signed(sub=None), "sub"),
        (signed(sub=""), "sub"),
        (signed(sub="x" * 101), "sub"),
        (signed(sub="a\x00b"), "sub"),
        (signed(exp=None), "exp"),
        (signed(name=7), "name"),
        ("", "form"),
        ("a.b.c", "form"),
        ("é.é.é", "form"),
        ("x" * 4096, "form"),
    ],
)  # fmt: skip
def test_what_is_not_whole_or_not_signed_by_the_website_is_refused(token: str, reason: str) -> None:
    with pytest.raises(IdentityInvalid) as refused:
        read_jwt(token, SECRET, NOW)
    assert refused.value.details == {"reason": reason}
    assert refused.value.code == "identity_invalid"


@pytest.mark.parametrize("exp", [True, "soon", 1.5, float("inf"), [], 10**40, 10**400])
def test_an_end_that_is_no_time_is_refused(exp: object) -> None:
    body = part({"sub": "u", "exp": exp})
    head = part({"alg": "HS256", "typ": "JWT"})
    mac = jwt.get_algorithm_by_name("HS256").sign(f"{head}.{body}".encode(), SECRET.encode())
    token = f"{head}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    with pytest.raises((IdentityInvalid, IdentityTooLong)):
        read_jwt(token, SECRET, NOW)


def test_it_ends_and_may_not_last_longer_than_ten_minutes() -> None:
    at = int(NOW.timestamp())
    assert read_jwt(signed(exp=at + 600), SECRET, NOW)
    assert read_jwt(signed(exp=at - 29), SECRET, NOW), "two servers' clocks differ a little"
    with pytest.raises(IdentityExpired):
        read_jwt(signed(exp=at - 31), SECRET, NOW)
    with pytest.raises(IdentityTooLong):
        read_jwt(signed(exp=at + 631), SECRET, NOW)


def test_other_claims_do_not_matter() -> None:
    token = signed(iat="whenever", nbf=2**40, aud="somebody", iss="portal", role="admin")
    assert read_jwt(token, SECRET, NOW).external_id == "login:u-1001"
