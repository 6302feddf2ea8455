"""Web pages, PDF files and lists of questions: what becomes a question, what an answer, and what is refused."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest

from knowledge.articles.schemas import ArticleContent
from knowledge.ingest import sandbox
from knowledge.ingest.export import Exported, write
from knowledge.ingest.readers import read_rows
from knowledge.ingest.rows import ArticleRow, FileUnreadable, validate
from tests.unit.knowledge.paper import pdf


def read(path: Path) -> list[ArticleRow]:
    accepted, refused = validate(read_rows(path))
    assert refused == []
    return accepted


def asked(path: Path) -> list[tuple[str, str]]:
    return [(r.content.question, r.content.answer_md) for r in read(path)]


def page(folder: Path, body: str, name: str = "a.html") -> Path:
    path = folder / name
    path.write_text(f"<html><head><title>标题</title></head><body>{body}</body></html>", "utf-8")
    return path


# ---- web pages ---------------------------------------------------------------------------------------------------


def test_headings_of_a_page_are_questions_and_those_above_categories(tmp_path) -> None:
    path = page(
        tmp_path, "<h1>提取</h1><h2>租房可以提取吗</h2><p>可以。</p><h2>买房呢</h2><p>也可以。</p>"
    )
    assert [(r.content.question, r.category) for r in read(path)] == [
        ("租房可以提取吗", "提取"), ("买房呢", "提取"),
    ]  # fmt: skip


def test_lists_links_tables_and_emphasis_are_kept(tmp_path) -> None:
    body = (
        "<h2>要什么材料</h2><p>请带<b>原件</b>，见<a href='https://gjj.gov.cn/a'>网站</a>：</p>"
        "<ul><li>身份证<ul><li>正面</li></ul></li><li>合同</li></ul><ol><li>先取号</li></ol>"
        "<table><tr><th>材料</th><th>份数</th></tr><tr><td>合同</td><td>1</td></tr></table>"
    )
    ((_, answer),) = asked(page(tmp_path, body))
    for line in ("请带**原件**，见[网站](https://gjj.gov.cn/a)：", "- 身份证", "  - 正面", "1. 先取号",
                 "| 材料 | 份数 |", "| 合同 | 1 |"):  # fmt: skip
        assert line in answer.split("\n")


def test_nothing_that_could_run_gets_through(tmp_path) -> None:
    body = (
        "<h2 onclick='x()'>怎么查<script>alert(1)</script></h2><p onmouseover='alert(1)'>登录<style>p{}</style>"
        "<a href='javascript:alert(2)'>网站</a><iframe src='//evil'></iframe><img src=x onerror='alert(3)' alt='图'>"
        "<svg onload='alert(4)'><text>字</text></svg><span style='display:none'>藏</span>。</p>"
    )
    assert asked(page(tmp_path, body)) == [("怎么查", "登录网站（图片：图）。")]


def test_details_and_definition_lists_are_questions_too(tmp_path) -> None:
    body = "<details><summary>怎么查</summary><p>上网查。</p></details><dl><dt>怎么取</dt><dd>去窗口。</dd></dl>"
    assert asked(page(tmp_path, body)) == [("怎么查", "上网查。"), ("怎么取", "去窗口。")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_the_encoding_of_a_page_is_found(tmp_path, encoding: str) -> None:
    path = tmp_path / "a.htm"
    path.write_bytes("<meta charset=gb2312><h2>怎么查公积金</h2><p>上网查。</p>".encode(encoding))
    assert asked(path) == [("怎么查公积金", "上网查。")]


def test_a_page_edited_after_its_export_is_read_as_it_is_shown(tmp_path) -> None:
    article = Exported(
        "rent", "提取", ArticleContent(question="租房可以提取吗", answer_md="可以。")
    )
    path = tmp_path / "kb.html"
    write(path, [article])
    path.write_text(path.read_text("utf-8").replace("<p>可以。</p>", "<p>不可以。</p>"), "utf-8")
    (row,) = read(path)
    assert (row.key, row.content.answer_md) == ("rent", "不可以。")


def test_an_absurdly_deep_page_is_refused_and_not_cut_off(tmp_path) -> None:
    deep = page(tmp_path, "<div>" * 100_000 + "<h2>怎么查</h2><p>上网查。</p>")
    with pytest.raises(FileUnreadable, match="嵌套"):
        read(deep)


# ---- lists of questions ------------------------------------------------------------------------------------------

LISTS = {
    "问答": "问：怎么查公积金？\n答：上网查。\n要登录。\n\n问：怎么取？\n答：去窗口。",
    "编号": "1. 怎么查公积金？\n上网查。\n要登录。\n\n2、怎么取？ 去窗口。",
    "汉字": "一、怎么查公积金？\n上网查。\n要登录。\n（二）怎么取？\n去窗口。",
    "粗体": "**问题1：怎么查公积金？**\n答：上网查。\n要登录。\n**问题2：怎么取？**\n答：去窗口。",
}


@pytest.mark.parametrize("text", LISTS.values(), ids=LISTS.keys())
def test_questions_without_headings_are_found(tmp_path, text: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, "utf-8")
    assert asked(path) == [("怎么查公积金？", "上网查。\n要登录。"), ("怎么取？", "去窗口。")]


def test_numbers_of_headings_are_no_part_of_the_question(tmp_path) -> None:
    path = tmp_path / "a.md"
    path.write_text("## 3. 怎么查？\n上网。\n## 1.5倍怎么算？\n乘。\n", "utf-8")
    assert [q for q, _ in asked(path)] == ["怎么查？", "1.5倍怎么算？"]


def test_steps_of_an_answer_are_no_questions(tmp_path) -> None:
    path = tmp_path / "a.md"
    path.write_text("## 怎么查\n1. 忘了密码？先找回\n2. 登录\n## 怎么取\n去窗口\n", "utf-8")
    assert [q for q, _ in asked(path)] == ["怎么查", "怎么取"]


# ---- PDF ---------------------------------------------------------------------------------------------------------


def test_larger_lines_of_a_pdf_are_headings(tmp_path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        [(20, "办事指南"), (16, "租房可以提取公积金吗"), (11, "可以，每年提取一次。"), (11, "请带身份证原件。")],
        [(16, "窗口几点上班"), (11, "周一至周五九点。")],
    )  # fmt: skip
    found = read(path)
    assert [(r.number, r.content.question, r.category) for r in found] == [
        (1, "租房可以提取公积金吗", "办事指南"), (2, "窗口几点上班", "办事指南"),
    ]  # fmt: skip
    assert found[0].content.answer_md == "可以，每年提取一次。\n\n请带身份证原件。"


def test_a_list_of_questions_in_a_pdf_is_found_and_its_broken_lines_joined(tmp_path) -> None:
    path = pdf(
        tmp_path / "a.pdf",
        [(11, "1. 账户被冻结了怎么办？"), (11, "请联系法院或者管理中心核实冻结的原因以后再去办理业务，冻结期"),
         (11, "间不能提取。"), (11, "2. 缴存证明怎么打？"), (11, "网上自助打印。")],
    )  # fmt: skip
    assert asked(path) == [
        ("账户被冻结了怎么办？", "请联系法院或者管理中心核实冻结的原因以后再去办理业务，冻结期间不能提取。"),
        ("缴存证明怎么打？", "网上自助打印。"),
    ]  # fmt: skip


def test_page_numbers_and_running_heads_are_dropped(tmp_path) -> None:
    pages = [
        [(11, "某某中心内部资料"), (16, f"第{i}个问题怎么办"), (11, "请带身份证到窗口办理。")]
        for i in (1, 2, 3)
    ]
    answers = [a for _, a in asked(pdf(tmp_path / "a.pdf", *pages))]
    assert answers == ["请带身份证到窗口办理。"] * 3


@pytest.mark.parametrize(
    ("lines", "locked", "reason"),
    [([], False, "扫描件"), ([(11, "1")], False, "扫描件"), ([(11, "公积金可以提取吗")], True, "密码")],
)  # fmt: skip
def test_scanned_and_locked_pdf_files_are_refused(tmp_path, lines, locked, reason) -> None:
    with pytest.raises(FileUnreadable, match=reason):
        read(pdf(tmp_path / "a.pdf", lines, locked=locked))


# ---- what is not what it says ------------------------------------------------------------------------------------

FALSE = {
    "a.docx": b"%PDF-1.4 ...", "a.csv": b"PK\x03\x04....", "a.pdf": b"PK\x03\x04....",
    "a.html": b"\x89PNG\r\n....", "a.xlsx": b"{\\rtf1 ...}", "a.md": b"\xd0\xcf\x11\xe0....",
}  # fmt: skip


@pytest.mark.parametrize(("name", "data"), FALSE.items(), ids=FALSE)
def test_a_file_with_another_ending_than_its_contents_is_told_so(tmp_path, name, data) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileUnreadable, match="不符"):
        read(tmp_path / name)


@pytest.mark.parametrize("ending", ["jsonl", "csv", "xlsx", "docx", "md", "html", "pdf"])
def test_an_empty_file_is_refused(tmp_path, ending: str) -> None:
    (tmp_path / f"a.{ending}").touch()
    with pytest.raises(FileUnreadable, match="空的"):
        read(tmp_path / f"a.{ending}")


def test_a_torn_utf8_file_names_the_line_and_is_not_taken_for_another_encoding(tmp_path) -> None:
    text = (
        "question,answer\n公积金怎么查,上网查\n租房怎么取,".encode()
        + "去窗口".encode()[:-1]
        + b"\n"
    )
    (tmp_path / "a.csv").write_bytes(text * 1)
    with pytest.raises(FileUnreadable, match="第 3 行"):
        read(tmp_path / "a.csv")


def test_spreadsheet_text_with_tabs_in_utf16_is_read(tmp_path) -> None:
    (tmp_path / "a.csv").write_bytes("问题\t答案\n怎么查\t上网查\n".encode("utf-16"))
    assert asked(tmp_path / "a.csv") == [("怎么查", "上网查")]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY x SYSTEM "file:///etc/hostname">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
    '2006/main"><sheetData><row><c t="inlineStr"><is><t>&b;&x;</t></is></c></row></sheetData></worksheet>'
)


def test_entities_of_an_office_file_are_not_expanded(tmp_path) -> None:
    from openpyxl import Workbook

    plain, evil = tmp_path / "plain.xlsx", tmp_path / "a.xlsx"
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(evil, "w") as new:
        for name in old.namelist():
            new.writestr(name, BOMB if name.endswith("sheet1.xml") else old.read(name))
    with pytest.raises(FileUnreadable):
        read(evil)


# ---- the process of its own --------------------------------------------------------------------------------------


async def test_a_file_is_read_in_a_process_and_says_what_is_wrong(tmp_path) -> None:
    rows = await sandbox.read_file(page(tmp_path, "<h2>怎么查</h2><p>上网。</p>"), tmp_path)
    assert [(r.question, r.refused) for r in rows] == [("怎么查", False)]
    with pytest.raises(FileUnreadable, match="扫描件"):
        await sandbox.read_file(pdf(tmp_path / "a.pdf", []), tmp_path)


async def test_a_file_that_takes_forever_is_given_up(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.01)
    began = time.monotonic()
    with pytest.raises(FileUnreadable, match="时间太长"):
        await sandbox.read_file(page(tmp_path, "<h2>怎么查</h2><p>上网。</p>"), tmp_path)
    assert time.monotonic() - began < 5


async def test_whoever_stops_the_reading_ends_the_process(tmp_path) -> None:
    class Enough(Exception):
        pass

    async def stop() -> None:
        raise Enough

    with pytest.raises(Enough):
        await sandbox.read_file(page(tmp_path, "<p>x</p>"), tmp_path, stop)


async def test_a_process_that_is_killed_is_no_success(tmp_path, monkeypatch) -> None:
    # What the system does when memory or processor time run out.
    monkeypatch.setattr(sandbox.sys, "executable", "/bin/false")
    with pytest.raises(FileUnreadable, match="无法读取"):
        await sandbox.read_file(page(tmp_path, "<p>x</p>"), tmp_path)
