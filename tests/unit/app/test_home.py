"""One home, one server: the lock, and what is kept in the home."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from app.home import HomeInUse, locked
from core.settings import Settings


def test_a_home_in_use_is_refused_and_free_again_afterwards(tmp_path: Path) -> None:
    home = tmp_path / "a" / "home"
    with locked(home):
        with pytest.raises(HomeInUse) as refused, locked(home):
            pass
        assert refused.value.details == {"home": str(home)}
        with locked(tmp_path / "another"):
            pass
    with locked(home):
        pass


def test_an_error_inside_lets_the_home_go(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), locked(tmp_path):
        raise RuntimeError
    with locked(tmp_path):
        pass


def test_the_signing_key_is_made_once_and_nobody_elses_to_read(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, home=tmp_path / "home", secret_key="")  # type: ignore[call-arg]
    key = settings.load_secret_key()
    assert len(key) >= 43
    assert settings.load_secret_key() == key
    assert (tmp_path / "home" / "secret_key").stat().st_mode & 0o777 == 0o600
    given = settings.model_copy(update={"secret_key": "given"})
    assert given.load_secret_key() == "given"


def test_addresses_follow_from_home_host_and_port(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "8123")
    settings = Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]
    assert settings.resolved_public_url == "http://127.0.0.1:8123"
    assert settings.resolved_database_url == f"sqlite+aiosqlite:///{tmp_path}/bangban.sqlite3"
    monkeypatch.setenv("BANGBAN_PORT", "8200")
    monkeypatch.setenv("BANGBAN_PUBLIC_URL", "https://fund.example/")
    settings = Settings(_env_file=None, home=tmp_path)  # type: ignore[call-arg]
    assert (settings.port, settings.resolved_public_url) == (8200, "https://fund.example")
    monkeypatch.setenv("BANGBAN_PORT", "70000")
    with pytest.raises(ValueError, match="PORT"):
        Settings(_env_file=None)  # type: ignore[call-arg]


def test_two_processes_that_start_at_once_end_up_with_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(_env_file=None, home=tmp_path / "home", secret_key="")
    make = secrets.token_urlsafe
    others: list[str] = []

    def make_while_another_starts(length: int) -> str:
        monkeypatch.setattr(secrets, "token_urlsafe", make)
        others.append(settings.load_secret_key())
        return make(length)

    monkeypatch.setattr(secrets, "token_urlsafe", make_while_another_starts)
    key = settings.load_secret_key()
    assert len(key) >= 48
    assert others == [key]
    assert [path.name for path in settings.home.iterdir()] == ["secret_key"]
