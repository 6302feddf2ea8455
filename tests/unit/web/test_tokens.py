"""Visitor tokens: what we signed is known again, in its own inbox, for half a year; nothing else is."""

from __future__ import annotations

import base64
import time

import pytest
from itsdangerous import URLSafeTimedSerializer

from channels.web import tokens as module
from channels.web.tokens import TokenInvalid, VisitorIdentity, VisitorTokens

IDENTITY = VisitorIdentity("web", "01990000-0000-7000-8000-000000000001")


def test_a_token_brings_back_whom_it_was_issued_to() -> None:
    tokens = VisitorTokens("key")
    assert tokens.read(tokens.issue(IDENTITY), "web") == IDENTITY
    assert VisitorTokens("key").read(tokens.issue(IDENTITY), "web") == IDENTITY, "after a restart"


def test_a_token_of_another_key_or_inbox_is_refused() -> None:
    token = VisitorTokens("key").issue(IDENTITY)
    with pytest.raises(TokenInvalid):
        VisitorTokens("another key").read(token, "web")
    with pytest.raises(TokenInvalid):
        VisitorTokens("key").read(token, "kiosk")


def test_no_character_of_a_token_can_be_changed() -> None:
    tokens = VisitorTokens("key")
    token = tokens.issue(IDENTITY)
    for position, character in enumerate(token):
        forged = token[:position] + ("A" if character != "A" else "B") + token[position + 1 :]
        try:
            assert tokens.read(forged, "web") == IDENTITY
        except TokenInvalid:
            continue
        # Only the last character of base64 may hold bits that carry nothing.
        assert position == len(token) - 1


@pytest.mark.parametrize("token", ["", ".", "..", "x", "é", "\x00", "a" * 10_000, "null.null.null"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(TokenInvalid):
        VisitorTokens("key").read(token, "web")


@pytest.mark.parametrize("payload", [None, "web", ["web"], ["web", "a", "b"], {"inbox": "web"}, 7])
def test_a_signed_payload_of_another_form_is_refused(payload: object) -> None:
    signed = URLSafeTimedSerializer("key", salt="visitor-token").dumps(payload)
    with pytest.raises(TokenInvalid):
        VisitorTokens("key").read(str(signed), "web")


def test_something_we_signed_for_another_purpose_is_no_token() -> None:
    signed = URLSafeTimedSerializer("key", salt="another purpose").dumps(
        ["web", IDENTITY.external_id]
    )
    with pytest.raises(TokenInvalid):
        VisitorTokens("key").read(str(signed), "web")


def test_a_token_ends_after_half_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = VisitorTokens("key")
    token = tokens.issue(IDENTITY)
    lifetime = int(module.LIFETIME.total_seconds())
    assert lifetime == 180 * 24 * 3600

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + lifetime - 60)
    assert tokens.read(token, "web") == IDENTITY
    monkeypatch.setattr(time, "time", lambda: now + lifetime + 60)
    with pytest.raises(TokenInvalid):
        tokens.read(token, "web")


def test_a_token_is_renewed_whenever_its_window_connects_but_not_that_of_a_login(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens = VisitorTokens("key")
    now = time.time()
    visitor, login = tokens.issue(IDENTITY), tokens.issue(VisitorIdentity("web", "login:u-1"))
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    assert tokens.renewed(tokens.read(visitor, "web"), visitor) != visitor
    proved = tokens.read(login, "web")
    assert tokens.renewed(proved, login) == login
    assert tokens.renewed(VisitorIdentity("web", "login:u-1"), None) != login, "proved anew"
    assert tokens.renewed(VisitorIdentity("web", "login:u-1"), login) != login, "proved anew"


def test_a_token_does_not_hold_the_key() -> None:
    token = VisitorTokens("the secret key").issue(IDENTITY)
    payload = token.split(".")[0]
    decoded = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert b"secret" not in decoded
