"""Guessing passwords is slowed, without handing strangers a way to lock people out."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from core.auth import passwords
from core.auth.permissions import Role
from core.auth.service import AuthService, create_account
from core.errors import LoginFailed, TooManyRequests
from core.unit_of_work import UnitOfWorkFactory

PASSWORD = "correct horse 1"


@pytest.fixture
async def auth(uow_factory: UnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch) -> AuthService:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", quick)
    async with uow_factory.write() as uow:
        await create_account(
            uow, login="li", name="李", role=Role.AGENT, password=PASSWORD, actor="test"
        )
    return AuthService(uow_factory, session_hours=1)


async def _guess(auth: AuthService, address: str) -> None:
    with pytest.raises(LoginFailed):
        await auth.login("li", "a wrong guess", address)


async def test_somebody_elses_guesses_do_not_lock_the_owner_out(auth: AuthService) -> None:
    for _ in range(10):
        await _guess(auth, "203.0.113.9")
    with pytest.raises(TooManyRequests):
        await auth.login("li", PASSWORD, "203.0.113.9")
    actor, _token = await auth.login("li", PASSWORD, "192.0.2.1")
    assert actor.login == "li"


async def test_guesses_from_many_addresses_are_slowed_as_well(auth: AuthService) -> None:
    for number in range(100):
        await _guess(auth, f"203.0.113.{number % 25}")
    with pytest.raises(TooManyRequests):
        await auth.login("li", "a wrong guess", "192.0.2.1")
