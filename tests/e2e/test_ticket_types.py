"""A type of ticket is set in the console, mistakes of its flow told at the stage; a spreadsheet becomes tickets."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Page, expect

from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows


async def _open(product: Product, windows: Windows, login: tuple[str, str]) -> Page:
    window = AgentWindow(await windows.open())
    await window.page.goto(product.console_url)
    await window.log_in(*login)
    return window.page


async def test_a_type_is_changed_and_its_mistakes_are_told_at_the_stage(
    product: Product, windows: Windows, supervisor_login: tuple[str, str], album: Album
) -> None:
    windows.allow("422 (Unprocessable Entity)")
    page = await _open(product, windows, supervisor_login)
    await page.get_by_role("link", name="设置").click()
    await page.get_by_test_id("tab-settings-ticket-types").click()
    # With the keyboard alone: what was moved keeps the focus, and can be moved on.
    row = page.get_by_test_id("type-suggestion")
    await row.get_by_test_id("up").focus()
    await page.keyboard.press("Enter")
    third = page.get_by_test_id("types").locator("li").nth(2)
    await expect(third).to_contain_text("建议")
    await expect(row.get_by_test_id("up")).to_be_focused()
    await album.take(page, "types")

    await row.get_by_test_id("edit").click()
    await page.get_by_test_id("tab-flow").click()
    stage = page.get_by_test_id("stage-handle")
    await stage.get_by_test_id("stage-next").click()
    await page.get_by_role("option", name="分派").locator("visible=true").click()
    await page.keyboard.press("Escape")
    await expect(stage).to_contain_text("流程不能绕圈")
    await expect(page.get_by_test_id("wrong-count")).to_have_text("2 处有误")
    await album.take(page, "circle")
    await page.get_by_test_id("save-settings").click()
    await expect(page.get_by_text("流程不能绕圈").last).to_be_visible()

    await stage.locator(".el-tag__close").last.click()
    await expect(page.get_by_test_id("wrong-count")).to_have_count(0)
    await page.get_by_test_id("tab-fields").click()
    await page.get_by_test_id("field-add").click()
    await page.get_by_test_id("fields").get_by_test_id("field-name").last.fill("建议来源")
    await page.get_by_test_id("tab-preview").click()
    await expect(page.get_by_test_id("preview")).to_contain_text("建议来源")
    await page.get_by_test_id("save-settings").click()
    await expect(page.get_by_text("已保存，立即生效").last).to_be_visible()
    await page.get_by_test_id("tab-versions").click()
    await expect(page.get_by_test_id("versions").locator("li")).to_have_count(2)


async def test_a_spreadsheet_is_looked_at_and_then_becomes_tickets(
    product: Product,
    windows: Windows,
    supervisor_login: tuple[str, str],
    album: Album,
    tmp_path: Path,
) -> None:
    page = await _open(product, windows, supervisor_login)
    await page.goto(f"{product.console_url}tickets")
    await page.get_by_test_id("import-tickets").click()
    sheet = tmp_path / "转办.csv"
    sheet.write_text(
        "类型,标题,转办单号\n12345转办,公积金断缴,2026-1\n12345转办,,2026-2\n", "utf-8"
    )
    await page.get_by_test_id("import-file").set_input_files(sheet)
    await expect(page.get_by_test_id("import-looked")).to_contain_text("共 2 行，可以导入 1 行")
    await expect(page.get_by_test_id("refused")).to_contain_text("不能为空")
    await album.take(page, "import")
    sheet.write_text(
        "类型,标题,转办单号\n12345转办,公积金断缴,2026-1\n12345转办,贷款进度,2026-2\n", "utf-8"
    )
    await page.get_by_test_id("import-file").set_input_files(sheet)
    await page.get_by_test_id("import-all").click()
    await expect(page.get_by_test_id("import-done")).to_contain_text("已导入 2 张工单：RX")
