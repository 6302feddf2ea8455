"""A command line can be read by every user of a machine: no password stands in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.backup import backup
from core.settings import Settings

FAKE = """#!/bin/sh
printf '%s\\n' "$@" > "$SEEN"
printf '%s' "$PGPASSWORD" > "$SEEN.password"
for word; do case "$word" in --file=*) : > "${word#--file=}";; esac; done
"""


def test_the_databases_password_is_not_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool, seen = tmp_path / "pg_dump", tmp_path / "seen"
    tool.write_text(FAKE)
    tool.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("SEEN", str(seen))
    url = "postgresql+asyncpg://bangban:s3cret%2F@db.example:5433/bangban"
    settings = Settings(_env_file=None, home=tmp_path / "home", database_url=url)  # type: ignore[call-arg]
    backup(settings, tmp_path / "backup.tar.gz")
    assert "s3cret" not in seen.read_text()
    assert "postgresql://bangban@db.example:5433/bangban" in seen.read_text().split()
    assert Path(f"{seen}.password").read_text() == "s3cret/"
    assert (tmp_path / "backup.tar.gz").stat().st_mode & 0o077 == 0
