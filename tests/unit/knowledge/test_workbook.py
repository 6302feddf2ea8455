"""Sheets that people leave gaps in, and sheets that are damaged on purpose."""

from __future__ import annotations

import zipfile

from tests.unit.knowledge.test_ingest import read, sheet


def test_empty_rows_of_a_sheet_are_passed_over_and_numbers_stay_right(tmp_path) -> None:
    path = sheet(tmp_path / "a.xlsx", ["question", "answer"], [], ["问题一", None])
    _, refused = read(path)
    assert [(r.number, r.field) for r in refused] == [(3, "answer")]


def test_a_row_beyond_what_a_sheet_can_have_is_not_waited_for(tmp_path) -> None:
    path = sheet(tmp_path / "a.xlsx", ["question", "answer"], ["问题一", "答"], ["问题二", "答"])
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    page = "xl/worksheets/sheet1.xml"
    members[page] = members[page].replace(b'<row r="3"', b'<row r="999999999999"')
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, data)
    accepted, _ = read(path)
    assert [row.content.question for row in accepted] == ["问题一"]
