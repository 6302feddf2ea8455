"""`bangban tickets`: a spreadsheet from the server's command line, before the server has ever been started."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import app
from core.errors import InvalidInput
from handoff.tickets.types.reading import TicketTypeUnknown

SHEET = "类型,标题,转办单号,紧急程度\n12345转办,公积金断缴,2026-1,紧急\n投诉,窗口态度,,\n"


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BANGBAN_HOME", str(tmp_path))
    monkeypatch.setenv("BANGBAN_DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/bangban.sqlite3")
    (tmp_path / "bangban.sqlite3").write_bytes(sqlite_template.read_bytes())
    return tmp_path


def run(*words: object) -> Result:
    return CliRunner().invoke(app, ["tickets", *map(str, words)])


def test_a_sheet_is_looked_at_imported_and_known_again(home: Path) -> None:
    sheet = home / "tickets.csv"
    sheet.write_text(SHEET, "utf-8")
    looked = run("import", sheet, "--preview")
    assert looked.output.strip() == "共 2 行：可以导入 2 行，以前导入过 0 行，有误 0 行"
    done = run("import", sheet, "--json")
    assert done.exit_code == 0
    assert [each["number"][:2] for each in json.loads(done.output)["filed"]] == ["RX", "GD"]
    assert "已导入 0 行，以前导入过 2 行" in run("import", sheet).output


def test_one_wrong_row_stops_all_and_is_named_on_the_error_stream(home: Path) -> None:
    sheet = home / "tickets.csv"
    sheet.write_text(f"{SHEET}无此,什么,,\n", "utf-8")
    refused = run("import", sheet)
    assert refused.exit_code == 1
    assert "第 4 行“类型”：没有这种工单类型。" in refused.stderr
    assert "已导入 0 行" in refused.stdout
    good = run("import", sheet, "--good")
    assert (good.exit_code, "已导入 2 行" in good.stdout) == (1, True)


def test_a_template_is_written_for_a_type_that_there_is(home: Path) -> None:
    sheet = home / "template.xlsx"
    assert run("template", "信访转办", sheet).exit_code == 0
    assert sheet.read_bytes().startswith(b"PK")
    # app.cli.main turns these into one line and a status.
    assert isinstance(run("template", "无此", sheet).exception, TicketTypeUnknown)
    assert isinstance(run("import", home / "nothing.csv").exception, InvalidInput)
