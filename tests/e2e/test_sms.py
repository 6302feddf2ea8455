"""Text messages as an administrator sets them up: what is wrong is said, a test text arrives, secrets stay inside."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows

PHONE = "13812341234"


async def test_a_provider_is_connected_checked_and_tried(
    product: Product, windows: Windows, album: Album
) -> None:
    phones = await windows.open()
    await phones.goto(product.sms_url)
    window = AgentWindow(await windows.open())
    page = window.page
    await page.goto(product.console_url)
    await window.log_in(product.admin_login, product.admin_password)
    await page.goto(f"{product.console_url}settings/sms")

    # What `make run` has set up works.
    await page.get_by_test_id("sms-check").click()
    outcome = page.get_by_test_id("sms-outcome")
    await expect(outcome).to_contain_text("连接正常")
    await page.get_by_test_id("sms-test-phone").fill(PHONE)
    await page.get_by_test_id("sms-test").click()
    await expect(outcome).to_contain_text("已交给平台")
    inbox = phones.locator(f"[data-phone='{PHONE}']")
    await expect(inbox).to_contain_text("您的验证码是123456")
    await inbox.get_by_role("textbox").fill("收到了")
    await inbox.get_by_role("button", name="回复短信").click()
    await expect(inbox).to_contain_text("手机发出")
    await page.get_by_test_id("sms-refresh").click()
    await expect(page.get_by_test_id("sms-log")).to_contain_text("已送达")
    await expect(page.get_by_test_id("sms-log")).not_to_contain_text(PHONE)
    await expect(page.get_by_text("收到了")).to_be_visible()
    await album.take(page, "sms")

    # Another one, step by step.
    await page.get_by_text("阿里云", exact=True).click()
    await page.get_by_test_id("aliyun-key-id").fill("LTAI5tExample")
    await expect(page.get_by_test_id("sms-check")).to_be_disabled()
    await page.get_by_test_id("save-settings").click()
    await page.get_by_test_id("sms-check").click()
    await expect(outcome).to_contain_text("还没有填写密钥")
    await page.get_by_test_id("sms-secret").fill("a-secret-of-the-test")
    await page.get_by_test_id("store-secret").click()
    await expect(page.get_by_text("已保存，不再显示")).to_be_visible()
    await expect(page.get_by_test_id("sms-secret")).to_have_value("")
    await page.get_by_test_id("sms-check").click()
    await expect(outcome).to_contain_text("还没有填写短信签名")

    # Back, for whoever comes after.
    await page.get_by_text("随部署配置", exact=True).click()
    await page.get_by_test_id("save-settings").click()
    await expect(page.get_by_test_id("sms-check")).to_be_enabled()
