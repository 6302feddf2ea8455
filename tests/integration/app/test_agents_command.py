"""`bangban agents`: accounts from the server's command line, beside a server that may be running."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from core.auth.accounts import LastAdmin
from core.errors import NotFound


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANGBAN_HOME", str(tmp_path))
    monkeypatch.setenv("BANGBAN_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/bangban.sqlite3")
    (tmp_path / "bangban.sqlite3").write_bytes(sqlite_template.read_bytes())
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["agents", *words])


def test_accounts_are_listed_given_new_passwords_and_deactivated(home: Path) -> None:
    assert run("add", "root", "--name", "管理员", "--role", "admin").exit_code == 0
    assert run("add", "li", "--name", "李四").exit_code == 0
    shown = run("password", "li")
    assert "li 的新密码（只显示这一次）：" in shown.output
    assert run("deactivate", "li").output.strip() == "已停用：li"
    rows = json.loads(run("list", "--json").output)
    assert [(row["login"], row["role"], row["active"]) for row in rows] == [
        ("li", "agent", False),
        ("root", "admin", True),
    ]
    assert "li\t李四\tagent\tgroup\t停用" in run("list").output


def test_what_cannot_be_done_is_an_error_and_not_a_trace(home: Path) -> None:
    run("add", "root", "--name", "管理员", "--role", "admin")
    # app.cli.main turns these into one line and a status.
    assert isinstance(run("deactivate", "root").exception, LastAdmin)
    assert isinstance(run("password", "nobody").exception, NotFound)
