"""The desk worked by key alone, and its search."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.windows import Album


async def test_an_agent_takes_writes_searches_and_ends_without_a_mouse(
    people: People, album: Album
) -> None:
    agent, citizen = await people.agent(), await people.citizen()
    await citizen.say("我要转人工，请问缴存证明在哪里打印")
    await expect(citizen.panel.get_by_text("您排在最前面")).to_be_visible()
    page, keys = agent.page, agent.page.keyboard
    # The arrows of Alt+↓ are the desk's again, not the menu's of the status that was just chosen.
    presence = page.get_by_test_id("presence").get_by_role("combobox")
    await expect(presence).not_to_be_focused()
    await keys.press("Alt+n")
    await expect(agent.status).to_have_text("接待中")
    await keys.press("Alt+i")
    await keys.type("您好，网上可以打印")
    await keys.press("Enter")
    await expect(agent.log.get_by_role("article").filter(has_text="网上可以打印")).to_be_visible()
    await expect(page.get_by_test_id("delivery").last).to_have_text("已读")
    await keys.press("Alt+k")
    await expect(
        page.get_by_test_id("panel").get_by_placeholder("输入关键词查知识")
    ).to_be_focused()

    await keys.press("Alt+s")
    await keys.type("缴存证明")
    row = page.get_by_test_id("rows").get_by_test_id("conversation").first
    await expect(row).to_contain_text("缴存证明")
    await album.take(page, "found")
    await keys.press("Escape")
    await row.focus()
    await keys.press("End")
    await keys.press("Home")
    await expect(row).to_be_focused()
    await keys.press("?")
    await expect(page.get_by_test_id("keys")).to_be_visible()
    await keys.press("Escape")
    await expect(page.get_by_test_id("keys")).to_be_hidden()

    await keys.press("Alt+e")
    await page.get_by_role("button", name="确定").focus()
    await keys.press("Enter")
    await expect(agent.status).to_have_text("已结束")
    await page.get_by_test_id("tab-closed").click()
    await expect(row).to_contain_text("已结束")


async def test_what_an_agent_corrects_is_seen_in_the_list(people: People, album: Album) -> None:
    agent, citizen = await people.agent(), await people.citizen()
    await citizen.say("转人工")
    await agent.take("转人工")
    page = agent.page
    await page.get_by_test_id("edit-citizen").click()
    await page.get_by_label("称呼", exact=True).fill("欧阳女士")
    tags = (
        page.get_by_test_id("card-citizen")
        .get_by_role("combobox", name="标签")
        .or_(page.get_by_test_id("card-citizen").locator("#citizen-tags"))
    )
    await tags.first.fill("老年人")
    await tags.first.press("Enter")
    await page.get_by_test_id("save-citizen").click()
    row = page.get_by_test_id("conversation").filter(has_text="欧阳女士")
    await expect(row).to_contain_text("老年人")
    await page.get_by_test_id("filters").click()
    await page.get_by_test_id("filter-unread").click()
    await expect(page.get_by_test_id("conversation")).to_have_count(0)
    await page.get_by_test_id("filters-clear").click()
    await expect(row).to_be_visible()
    await page.keyboard.press("Escape")
    await page.set_viewport_size({"width": 820, "height": 1180})
    await page.get_by_role("button", name="资料").click()
    await expect(page.get_by_test_id("card-source")).to_be_visible()
    await album.take(page, "tablet", phone=False)
    drawer = page.get_by_role("dialog", name="资料")
    # A drawer that is still opening has no focus yet, and hears no key.
    await expect(drawer.locator(":focus").or_(drawer.and_(page.locator(":focus")))).to_be_attached()
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await agent.finish()
