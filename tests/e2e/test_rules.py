"""The handoff rules in the console: tried on what citizens have said, saved, and in force for the next of them."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows


async def test_a_supervisor_tries_a_rule_before_it_is_saved(
    product: Product,
    windows: Windows,
    people: People,
    supervisor_login: tuple[str, str],
    album: Album,
) -> None:
    windows.allow("422 (Unprocessable Entity)")
    citizen = await people.citizen()
    await citizen.say("我要转人工客服")
    await expect(citizen.panel.get_by_role("button", name="取消排队")).to_be_visible()
    await citizen.cancel_waiting()

    window = AgentWindow(await windows.open())
    page = window.page
    await page.goto(product.console_url)
    await window.log_in(*supervisor_login)
    await page.get_by_role("link", name="设置").click()
    await page.get_by_test_id("tab-settings-rules").click()
    keyword = page.get_by_test_id("rule-keyword")
    # The input of the switch itself has no size.
    await keyword.get_by_test_id("rule-enabled").click()
    await page.get_by_test_id("try-rules").click()
    trial = page.get_by_test_id("trial-result")
    await expect(trial.get_by_test_id("count-keyword")).to_contain_text("−")
    changed = trial.get_by_test_id("trial-changed").filter(has_text="我要转人工客服")
    await expect(changed.first).to_contain_text("不转人工")
    await album.take(page, "trial")
    await page.get_by_role("button", name="撤销修改").click()

    await keyword.locator("summary").first.click()
    words = keyword.get_by_test_id("rule-text")
    await words.fill("请{部门}的同事来。")
    await page.get_by_test_id("save-settings").click()
    await expect(keyword.get_by_role("alert")).to_contain_text("{部门}")
    await words.fill("请{业务}的同事来。")
    await album.take(page, "keyword")
    await page.get_by_test_id("save-settings").click()
    await expect(page.get_by_text("已保存，立即生效").last).to_be_visible()
    await citizen.say("转人工")
    await expect(citizen.panel.get_by_text("请相关业务的同事来。")).to_be_visible()

    await words.fill("")
    await page.get_by_test_id("save-settings").click()
    await expect(page.get_by_test_id("save-settings")).to_be_disabled()
