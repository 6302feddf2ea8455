"""WeChat as an administrator sets it up: a check step by step, a name changed without secrets, a menu pushed."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.e2e.axe import violations
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows

ACCOUNT = "wechat-wechat-demo"
STILL = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
  .map((each) => each.finished.catch(() => 0)))"""


async def faults(page: Page) -> list[str]:
    """What axe finds once nothing fades any more: half a colour has half the contrast."""
    await expect(page.locator(".el-message")).to_have_count(0)
    await page.evaluate(STILL)
    return await violations(page)


async def test_an_account_is_checked_changed_and_given_a_menu(
    product: Product, windows: Windows, album: Album
) -> None:
    window = AgentWindow(await windows.open())
    page = window.page
    await page.goto(product.console_url)
    await window.log_in(product.admin_login, product.admin_password)
    await page.goto(f"{product.console_url}settings/wechat")
    card = page.get_by_test_id(ACCOUNT)
    await expect(card.get_by_test_id("wechat-callback")).to_contain_text(
        "/channels/wechat/wechat-demo"
    )

    await card.get_by_test_id("wechat-check").click()
    for step in ("token", "allow_list", "clock", "permission"):
        await expect(card.get_by_test_id(f"step-{step}")).to_contain_text("正常")
    await album.take(page, "wechat-accounts", phone=False)
    assert await faults(page) == []

    await card.get_by_test_id("wechat-edit").click()
    await expect(page.get_by_test_id("wx-app_secret")).to_have_value("")
    await expect(page.get_by_test_id("wx-app_secret")).to_have_attribute(
        "placeholder", "已设置，留空不改"
    )
    await page.get_by_test_id("wx-name").fill("公积金服务号")
    await page.get_by_test_id("wx-save").click()
    await expect(card).to_contain_text("公积金服务号")
    await card.get_by_test_id("wechat-check").click()
    await expect(card.get_by_test_id("step-token")).to_contain_text("正常")

    await card.get_by_test_id("wechat-menu").click()
    third = page.get_by_test_id("menu-button-2")
    name = third.get_by_test_id("menu-name")
    await name.fill("找一位人工客服")
    await expect(third.get_by_test_id("menu-bytes")).to_contain_text("21/16")
    await expect(page.get_by_test_id("menu-save")).to_be_disabled()
    await name.fill("找人工")
    await page.get_by_test_id("menu-save").click()
    await expect(page.get_by_test_id("menu-state")).to_contain_text("已推送到微信")
    await expect(page.get_by_test_id("menu-save")).to_be_disabled()
    await album.take(page, "wechat-menu", phone=False)
    assert await faults(page) == []
    await page.get_by_test_id("menu-back").click()

    # Back, for whoever comes after.
    await card.get_by_test_id("wechat-edit").click()
    await page.get_by_test_id("wx-name").fill("公众号（模拟）")
    await page.get_by_test_id("wx-save").click()
    await expect(card).to_contain_text("公众号（模拟）")
