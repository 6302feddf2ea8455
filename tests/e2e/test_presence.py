"""An agent away from the desk and after a service: status with a reason, the wrap-up form, leaving with open talks."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.windows import Album


async def test_an_agent_rests_with_a_reason_and_wraps_a_service_up_by_keyboard(
    people: People, album: Album
) -> None:
    agent, citizen = await people.agent(), await people.citizen()
    page = agent.page
    await page.get_by_test_id("presence").click()
    await page.get_by_role("option", name="午休").click()
    await expect(page.get_by_test_id("presence")).to_contain_text("休息 · 午休")
    await album.take(page, "resting")
    await agent.go_online()

    await citizen.ask("租房可以提取公积金吗", "依据（")
    await citizen.say("转人工")
    await agent.take("转人工")
    await agent.say("请准备租房合同和身份证")

    # Whoever leaves with somebody in hand is asked.
    await page.get_by_test_id("presence").click()
    await page.get_by_role("option", name="离线").click()
    await page.get_by_role("button", name="留下继续接待").click()
    await expect(page.get_by_test_id("presence")).to_contain_text("在线")

    await agent.finish()
    form = page.get_by_test_id("wrap-up")
    await expect(form).to_be_focused()
    await expect(page.get_by_test_id("presence")).to_contain_text("话后处理")
    summary = page.get_by_test_id("wrap-up-summary")
    await album.take(page, "wrap-up")
    await page.keyboard.press("Escape")
    await expect(form).to_be_hidden()

    # Not forgotten: it is listed, and opens again with what was said.
    await page.get_by_test_id("wrap-up-owed").click()
    await page.get_by_test_id("wrap-up-item").last.click()
    assert "咨询：租房可以提取公积金吗" in await summary.input_value()
    await form.focus()
    await page.keyboard.press("1")
    await expect(page.get_by_test_id("solved-yes")).to_have_attribute("aria-checked", "true")
    await page.keyboard.press("Control+Enter")
    await expect(form).to_be_hidden()
    await expect(page.get_by_test_id("presence")).to_contain_text("在线")
