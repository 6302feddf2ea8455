"""A file on its way into the knowledge base, as an editor sees it: preview, choice, import, and what was refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows

ROWS = [
    {"question": "大厅三楼的母婴室怎么走", "answer": "上三楼右转，第二间。"},
    {"question": "大厅三楼母婴室怎么走", "answer": "三楼右转。"},
    {"question": "租房可以提取公积金吗", "answer": "可以。"},
    {"question": "这一行没有答案"},
]


def _text(path: Path) -> str:
    return path.read_text("utf-8-sig")


@pytest_asyncio.fixture(loop_scope="session")
async def editor(product: Product, windows: Windows) -> AgentWindow:
    """The administrator on the import page."""
    window = AgentWindow(await windows.open())
    await window.page.goto(product.console_url)
    await window.log_in(product.admin_login, product.admin_password)
    await window.page.goto(f"{product.console_url}knowledge/import")
    return window


async def test_a_file_is_previewed_chosen_from_and_imported(
    editor: AgentWindow, tmp_path: Path, album: Album
) -> None:
    page = editor.page
    file = tmp_path / "本市条目.jsonl"
    file.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in ROWS), "utf-8")
    await page.get_by_test_id("import-file").set_input_files(file)
    rows = page.get_by_test_id("import-row")
    await expect(rows).to_have_count(4)
    found = [await row.get_attribute("data-outcome") for row in await rows.all()]
    assert found == ["new", "duplicate", "changed", "refused"]
    await album.take(page, "preview")
    await rows.nth(2).get_by_test_id("details").click()
    await expect(page.get_by_test_id("diff-answer_md")).to_be_visible()
    await page.get_by_test_id("rows-duplicate").click()
    await expect(rows).to_have_count(1)
    await expect(rows.get_by_test_id("why")).to_contain_text("第 1 行")
    await expect(page.get_by_test_id("import-apply")).to_have_text("导入 2 条")
    await rows.get_by_test_id("take").click()
    await expect(page.get_by_test_id("import-apply")).to_have_text("导入 3 条")
    await page.get_by_test_id("rows-changed").click()
    await rows.get_by_test_id("take").click()
    await expect(page.get_by_test_id("import-apply")).to_have_text("导入 2 条")
    await page.get_by_test_id("import-apply").click()
    await expect(page.get_by_test_id("result-created")).to_have_text("2")
    await expect(page.get_by_test_id("result-skipped")).to_have_text("1")
    await album.take(page, "done")
    async with page.expect_download() as download:
        await page.get_by_test_id("refused-csv").click()
    assert "不能为空" in _text(await (await download.value).path())


async def test_who_brought_a_file_must_declare_it_reviewed_to_publish_it(
    editor: AgentWindow, tmp_path: Path
) -> None:
    page = editor.page
    file = tmp_path / "a.csv"
    file.write_text("问题,答案\n停车场在哪里,大楼北侧。\n", "gb18030")
    await page.get_by_test_id("import-file").set_input_files(file)
    await page.get_by_test_id("as-published").click()
    await expect(page.get_by_test_id("import-apply")).to_be_disabled()
    await page.get_by_test_id("reviewed").click()
    await page.get_by_test_id("import-apply").click()
    await expect(page.get_by_test_id("result-created")).to_have_text("1")


async def test_a_file_that_cannot_be_read_says_why_and_imports_nothing(
    editor: AgentWindow, tmp_path: Path, album: Album
) -> None:
    page = editor.page
    file = tmp_path / "年报.docx"
    file.write_bytes(b"%PDF-1.4 not a Word file")
    await page.get_by_test_id("import-file").set_input_files(file)
    await expect(page.get_by_test_id("import-error")).to_contain_text("与扩展名 .docx 不符")
    await album.take(page, "failed")
    await page.get_by_test_id("import-another").click()
    await expect(page.get_by_test_id("import-past").first).to_have_text("年报.docx")
