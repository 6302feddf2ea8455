"""Reading files of every form, good and hostile, into rows with reasons."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from knowledge.articles.schemas import ArticleContent
from knowledge.ingest import readers
from knowledge.ingest.export import Exported, write
from knowledge.ingest.readers import read_rows
from knowledge.ingest.rows import FileUnreadable, validate

FULL = ArticleContent.model_validate(
    {
        "question": "租房可以提取公积金吗", "similar": ["租房能取吗", "房租可以用公积金付吗"],
        "answer_md": "可以。\n\n- 连续缴存满三个月\n- 无自有住房",
        "citations": [{"document": "住房公积金管理条例", "number": "国务院令第262号", "clause": "第二十四条"}],
        "business": "公积金", "region": "甲市", "audience": "internal",
        "effective_from": "2025-01-01", "effective_to": "2026-12-31", "next": ["papers"], "tags": ["租房"],
        "variants": {"wechat": "可以。\n见官网。"},
    }
)  # fmt: skip


MARKDOWN = """# 提取

## 租房可以提取吗
相似问：租房能取吗；能取吗
依据：《条例》第一条

可以。

```
# 不是标题
```

## 买房呢

也可以。
"""
BACKWARDS = {
    "question": "问题",
    "answer": "答",
    "effective_from": "2026-02-01",
    "effective_to": "2026-01-01",
}


def lines(path: Path, *rows: object) -> Path:
    path.write_text(
        "\n".join(r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in rows),
        "utf-8",
    )
    return path


def sheet(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def read(path: Path):
    return validate(read_rows(path))


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx", "docx", "md", "html"])
def test_what_is_exported_is_read_again_unchanged(tmp_path, ending: str) -> None:
    plain = ArticleContent(question="公积金怎么查", answer_md="登录网站查询。")
    full, other = Exported("rent", "提取/租房", FULL), Exported("query", "查询", plain)
    write(tmp_path / f"kb.{ending}", [full, other])
    accepted, refused = read(tmp_path / f"kb.{ending}")
    assert refused == []
    assert [Exported(r.key, r.category, r.content) for r in accepted] == [full, other]


def test_only_question_and_answer_are_needed(tmp_path) -> None:
    accepted, refused = read(lines(tmp_path / "a.jsonl", {"question": "问题一", "answer": "答"}))
    assert refused == []
    assert accepted[0].content.region == "全国"


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"answer": "答"}, "question"),
        ({"question": "问题"}, "answer"),
        ({"question": "  ", "answer": "答"}, "question"),
        ({"question": "问题", "answer": "答", "colour": "red"}, "colour"),
        ({"question": "问" * 201, "answer": "答"}, "question"),
        ({"question": "问题", "answer": "答", "effective_from": "明天"}, "effective_from"),
        ({"question": "问题", "answer": "答", "effective_from": "2026-02-30"}, "effective_from"),
        (
            {"question": "问题", "answer": "答", "effective_from": "2026-02", "tags": []},
            "effective_from",
        ),
        (
            {"question": "问", "answer": "答", "effective_from": "2026-02-01"},
            "question",
        ),
        (BACKWARDS, "effective_to"),
        ({"question": "问题", "answer": "答", "citations": [{"clause": "第一条"}]}, "citations"),
        ({"question": "问题", "answer": "答", "citations": [{"document": "条例", "page": 3}]}, "citations"),
        ({"question": "问题", "answer": "答", "audience": "所有人"}, "audience"),
        ({"question": "问题", "answer": "答", "similar": 7}, "similar"),
        ({"question": "问题", "answer": "答", "key": "Not A Key"}, "key"),
        ({"question": "问题\u0007", "answer": "答"}, "question"),
        ({"question": ["问题"], "answer": "答"}, "question"),
        ({"question": "问题", "answer": "答", "variants": [1]}, "variants"),
    ],
)  # fmt: skip
def test_a_wrong_row_is_refused_by_row_and_field(tmp_path, row: dict, field: str) -> None:
    good = {"question": "好的问题", "answer": "答"}
    accepted, refused = read(lines(tmp_path / "a.jsonl", good, row))
    assert [r.content.question for r in accepted] == ["好的问题"]
    assert [(r.number, r.field) for r in refused] == [(2, field)]
    assert not refused[0].reason.isascii(), "said in Chinese"


@pytest.mark.parametrize(
    "line", ["{", "[1]", "null", '"text"', "[" * 5000, '{"question": ' + "9" * 5000 + "}"]
)
def test_a_line_that_is_no_object_is_refused_and_the_rest_read(tmp_path, line: str) -> None:
    accepted, refused = read(
        lines(tmp_path / "a.jsonl", line, {"question": "问题", "answer": "答"})
    )
    assert len(accepted) == 1
    assert refused[0].number == 1


def test_a_question_may_stand_in_a_file_only_once(tmp_path) -> None:
    row = {"question": "问题", "answer": "答"}
    accepted, refused = read(lines(tmp_path / "a.jsonl", row, row))
    assert len(accepted) == 1
    assert "第 1 行" in refused[0].reason


def test_chinese_headings_and_cells_are_understood(tmp_path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "问题,答案,相似问,依据,生效日期,受众\n怎么取,可以,怎么提；如何取,《条例》（262号）第三条,2025年1月5日,内部\n",
        "gb18030",
    )
    (row,), refused = read(path)
    assert refused == []
    assert row.content.similar == ["怎么提", "如何取"]
    assert row.content.citations[0].model_dump() == {
        "document": "条例",
        "number": "262号",
        "clause": "第三条",
        "link": "",
    }
    assert str(row.content.effective_from) == "2025-01-05"
    assert row.content.audience == "internal"


@pytest.mark.parametrize("header", ["问题", "问题,答案,颜色", "问题,答案,问题", ""])
def test_a_table_without_the_right_columns_is_refused(tmp_path, header: str) -> None:
    (tmp_path / "a.csv").write_text(f"{header}\n一,二,三\n", "utf-8")
    with pytest.raises(FileUnreadable, match="列"):
        read(tmp_path / "a.csv")


def test_a_formula_is_refused_and_never_evaluated(tmp_path) -> None:
    path = sheet(tmp_path / "a.xlsx", ["question", "answer"], ["问题一", "=1+1"], ["问题二", "答"])
    accepted, refused = read(path)
    assert [r.content.question for r in accepted] == ["问题二"]
    assert [(r.number, r.field) for r in refused] == [(2, "answer")]


def test_an_exported_cell_is_never_a_formula_for_a_spreadsheet(tmp_path) -> None:
    risky = ArticleContent(question="问题一", answer_md="=HYPERLINK(1)")
    write(tmp_path / "a.csv", [Exported("a", "提取", risky)])
    assert ",=HYPERLINK" not in (tmp_path / "a.csv").read_text("utf-8")
    assert read(tmp_path / "a.csv")[0][0].content == risky
    write(tmp_path / "a.xlsx", [Exported("a", "提取", risky)])
    assert read(tmp_path / "a.xlsx")[0][0].content == risky


def test_headings_of_a_text_are_questions_and_those_above_categories(tmp_path) -> None:
    path = tmp_path / "a.md"
    path.write_text(
        MARKDOWN,
        "utf-8",
    )
    accepted, refused = read(path)
    assert refused == []
    assert [(r.content.question, r.category) for r in accepted] == [
        ("租房可以提取吗", "提取"),
        ("买房呢", "提取"),
    ]
    assert accepted[0].content.similar == ["租房能取吗", "能取吗"]
    assert "# 不是标题" in accepted[0].content.answer_md


def test_lists_and_tables_of_a_word_file_become_markdown(tmp_path) -> None:
    document = docx.Document()
    document.add_heading("要什么材料", level=2)
    document.add_paragraph("身份证", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ["材料", "份数", "合同", "1"], strict=True
    ):
        cell.text = text
    document.save(str(tmp_path / "a.docx"))
    (row,), _ = read(tmp_path / "a.docx")
    assert "- 身份证" in row.content.answer_md
    assert "| 合同 | 1 |" in row.content.answer_md


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
@pytest.mark.parametrize(
    "data", [b"", b"not a zip", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0locked or old"]
)
def test_a_broken_or_locked_office_file_is_refused(tmp_path, ending: str, data: bytes) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(data)
    with pytest.raises(FileUnreadable, match=r"a\."):
        read(path)


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_a_zip_that_is_no_office_file_is_refused(tmp_path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(FileUnreadable, match="已损坏"):
        read(path)


def test_a_file_with_macros_is_refused(tmp_path) -> None:
    path = sheet(tmp_path / "a.xlsx", ["question", "answer"], ["问题一", "答"])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    with pytest.raises(FileUnreadable, match="宏"):
        read(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(readers, "MAX_UNPACKED_BYTES", 1_000_000)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    assert path.stat().st_size < 10_000
    with pytest.raises(FileUnreadable, match="太大"):
        read(path)


def test_files_and_tables_beyond_the_limits_are_refused(tmp_path, monkeypatch) -> None:
    path = lines(
        tmp_path / "a.jsonl", *({"question": f"问题{i}", "answer": "答"} for i in range(20))
    )
    monkeypatch.setattr(readers, "MAX_ROWS", 10)
    with pytest.raises(FileUnreadable, match="10 行"):
        read(path)
    monkeypatch.setattr(readers, "MAX_FILE_BYTES", 10)
    with pytest.raises(FileUnreadable, match="MB"):
        read(path)


@pytest.mark.parametrize(
    ("name", "reason"), [("a.ppt", "不支持"), ("missing.jsonl", "没有这个文件")]
)
def test_other_endings_and_missing_files_are_refused(tmp_path, name: str, reason: str) -> None:
    (tmp_path / "a.ppt").write_bytes(b"slides")
    with pytest.raises(FileUnreadable, match=reason):
        read(tmp_path / name)


def test_bytes_that_are_no_text_are_refused(tmp_path) -> None:
    (tmp_path / "a.jsonl").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(FileUnreadable, match="编码"):
        read(tmp_path / "a.jsonl")


def test_a_failed_export_leaves_the_old_file_alone(tmp_path, monkeypatch) -> None:
    target = tmp_path / "kb.jsonl"
    target.write_text("old", "utf-8")
    monkeypatch.setattr(
        Path, "write_text", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full"))
    )
    with pytest.raises(OSError, match="disk full"):
        write(target, [Exported("rent", "提取", FULL)])
    monkeypatch.undo()
    assert target.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]
