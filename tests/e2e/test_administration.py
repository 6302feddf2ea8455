"""An administrator sets people and words up; what they set holds at the desk at once."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.e2e.conftest import PASSWORD, People
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows

BLOCKED = "包过包办"


async def administrator(product: Product, windows: Windows) -> Page:
    """A window of an administrator, on the page of the accounts."""
    await product.command(
        "agents", "add", "chen.admin", "--name", "陈管理", "--role", "admin", "--password-stdin",
        line=PASSWORD,
    )  # fmt: skip
    page = await windows.open()
    await page.goto(f"{product.console_url}settings/accounts")
    await AgentWindow(page).fill_login("chen.admin", PASSWORD)
    await expect(page.get_by_test_id("account-new")).to_be_visible()
    return page


async def test_an_administrator_makes_an_agent_who_is_told_which_word_cannot_be_sent(
    product: Product, windows: Windows, people: People, album: Album
) -> None:
    admin = await administrator(product, windows)
    await admin.get_by_test_id("account-new").click()
    await admin.get_by_test_id("account-login").fill("sun.li")
    await admin.get_by_test_id("account-name").fill("孙丽")
    await album.take(admin, "new-account", phone=False)
    await admin.get_by_test_id("account-save").click()
    password = await admin.get_by_test_id("password-shown").inner_text()
    await admin.get_by_test_id("password-noted").click()
    await expect(admin.get_by_test_id("account-sun.li")).to_contain_text("孙丽")

    await admin.get_by_test_id("tab-settings-words").click()
    await admin.get_by_test_id("words-add").click()
    words = admin.get_by_test_id("word-list").last
    await words.get_by_test_id("words-name").fill("不实承诺")
    await words.get_by_test_id("words-text").fill(BLOCKED)
    await admin.get_by_test_id("words-try").fill("我 包-过-包-办")
    await admin.get_by_test_id("words-check").click()
    await expect(admin.get_by_test_id("words-tried")).to_contain_text(f"发不出去：{BLOCKED}")
    await album.take(admin, "words", phone=False)
    await admin.get_by_test_id("save-settings").click()
    await expect(admin.get_by_text("已保存，立即生效")).to_be_visible()

    citizen = await people.citizen()
    await citizen.say("转人工")
    agent = AgentWindow(await windows.open())
    await agent.page.goto(product.console_url)
    await agent.log_in("sun.li", password)
    await agent.go_online()
    await agent.page.get_by_test_id("tab-queued").click()
    await agent.page.get_by_test_id("conversation").first.click()
    await agent.page.get_by_test_id("claim").click()
    await expect(agent.status).to_have_text("接待中")
    await agent.page.get_by_test_id("composer").fill(f"我们{BLOCKED}")
    await agent.page.get_by_test_id("composer").press("Enter")
    await expect(agent.page.get_by_text(f"“{BLOCKED}”").first).to_be_visible()
    await album.take(agent.page, "told", phone=False)
    await expect(citizen.log.get_by_text(BLOCKED)).to_have_count(0)

    await citizen.say("我的身份证110101199001011234")
    covered = agent.log.get_by_role("article").filter(has_text="1101**********1234")
    await expect(covered).to_be_visible()
    await covered.get_by_test_id("reveal").click()
    whole = agent.log.get_by_role("article").filter(has_text="110101199001011234")
    await expect(whole).to_be_visible()
    await album.take(agent.page, "revealed", phone=False)
    await whole.get_by_test_id("reveal").click()
    await expect(covered).to_be_visible()

    await admin.get_by_test_id("tab-settings-audit").click()
    row = admin.get_by_test_id("audit").get_by_role("row").filter(has_text="查看完整号码")
    await expect(row).to_contain_text("孙丽")
    await expect(admin.get_by_text(re.compile("1101"))).to_have_count(0)
    await album.take(admin, "audit", phone=False)
