"""Settings edited in the console while running: the next citizen is served by the new ones."""

from __future__ import annotations

from datetime import datetime

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from core.clock import LOCAL_ZONE
from tests.e2e.conftest import People
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows


@pytest_asyncio.fixture(loop_scope="session")
async def settings_page(
    product: Product, windows: Windows, supervisor_login: tuple[str, str]
) -> Page:
    """The settings as a supervisor has them open; what is saved here holds for the tests that follow."""
    window = AgentWindow(await windows.open())
    await window.page.goto(product.console_url)
    await window.log_in(*supervisor_login)
    await window.page.get_by_role("link", name="设置").click()
    return window.page


async def _save(page: Page) -> None:
    await page.get_by_test_id("save-settings").click()
    await expect(page.get_by_text("已保存，立即生效").last).to_be_visible()
    await expect(page.get_by_test_id("save-settings")).to_be_disabled()


async def _choose(page: Page, box: Locator, name: str) -> None:
    # The chosen word lies over the field.
    await box.click(force=True)
    await page.get_by_role("option", name=name, exact=True).locator("visible=true").click()


async def test_a_row_of_the_decision_table_holds_for_the_next_citizen(
    settings_page: Page, people: People, windows: Windows, album: Album
) -> None:
    windows.allow("422 (Unprocessable Entity)")
    page, citizen = settings_page, await people.citizen()
    await page.get_by_test_id("tab-settings-admission").click()
    await page.get_by_test_id("add-decision").click()
    for place in (4, 3, 2):
        await page.get_by_test_id(f"decision-{place}").get_by_role("button", name="上移").click()
    row = page.get_by_test_id("decision-1")
    await _choose(page, row.get_by_role("combobox", name="时间"), "不论")
    await _choose(page, row.get_by_role("combobox", name="处理"), "机器人答")
    await row.get_by_role("textbox", name="告诉市民").fill("今天系统升级，人工服务暂停。")
    await album.take(page, "admission")
    await page.get_by_test_id("save-settings").click()
    # It would hide all the others.
    await expect(page.get_by_text("永远用不到").first).to_be_visible()
    await row.get_by_role("spinbutton", name="已排队人数达到").fill("0")
    await _choose(page, row.get_by_role("combobox", name="时间"), "服务时间内")
    for place in (4, 3):
        await page.get_by_test_id(f"decision-{place}").get_by_role("button", name="删除").click()
    await _save(page)
    await citizen.ask("转人工", "今天系统升级，人工服务暂停。")

    await page.get_by_test_id("decision-1").get_by_role("button", name="删除").click()
    await _save(page)
    await citizen.say("转人工")
    await expect(citizen.panel.get_by_role("button", name="取消排队")).to_be_visible()
    await citizen.cancel_waiting()


async def test_hours_are_read_as_people_type_them_and_special_days_close(
    settings_page: Page, people: People, album: Album
) -> None:
    page, citizen = settings_page, await people.citizen()
    await page.get_by_test_id("tab-settings-hours").click()
    schedule = page.get_by_test_id("schedule-always")
    monday = schedule.get_by_role("textbox", name="周一")
    await monday.fill("9:00-8:00")
    await monday.press("Tab")
    await expect(schedule.get_by_text("按先后、不重叠")).to_be_visible()
    await monday.fill("0：00—24:00")
    await monday.press("Tab")
    await expect(monday).to_have_value("00:00-24:00")
    today = datetime.now(LOCAL_ZONE).date().isoformat()
    await schedule.get_by_role("combobox", name="选择日期").fill(today)
    await page.keyboard.press("Enter")
    await schedule.get_by_role("button", name="增加").click()
    await album.take(page, "hours")
    await _save(page)
    await citizen.ask("转人工", "现在不在人工服务时间，明天00:00起")
    await album.take(citizen.page, "off-duty")
    await schedule.get_by_role("button", name=f"删除 {today}").click()
    await _save(page)
