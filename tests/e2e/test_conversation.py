"""The conversation on the citizen's side: reading back, verdicts, several tabs, unsent words, the end, new messages."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.e2e.conftest import People
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import Album, Windows

RENT = "租房可以提取公积金吗"
NEWS = re.compile("^【新消息】")


async def _other_tab(citizen: CitizenWindow) -> CitizenWindow:
    other = CitizenWindow(await citizen.page.context.new_page())
    await other.page.goto(citizen.page.url)
    return other


async def _hide(page: Page) -> None:
    """As when another tab is in front; headless pages are always visible to themselves."""
    await page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


async def _show(page: Page) -> None:
    await page.evaluate(
        """() => {
          delete document.visibilityState;
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )


async def test_a_verdict_is_the_same_in_all_tabs_and_can_be_taken_back(
    people: People, album: Album
) -> None:
    citizen = await people.citizen()
    await citizen.ask(RENT, "依据（")
    other = await _other_tab(citizen)
    await other.open()
    theirs = other.panel.get_by_test_id("helpful")
    await citizen.panel.get_by_test_id("helpful").click()
    await expect(citizen.panel.get_by_text("感谢反馈")).to_be_visible()
    await album.take(citizen.page, "helpful")
    await expect(theirs).to_have_attribute("aria-pressed", "true")
    await citizen.panel.get_by_test_id("helpful").click()
    await expect(citizen.panel.get_by_text("已撤回评价")).to_be_visible()
    await expect(theirs).to_have_attribute("aria-pressed", "false")


async def test_after_the_end_a_new_conversation_is_one_press_away_and_the_old_ones_stay_above(
    people: People, album: Album
) -> None:
    agent, citizen = await people.agent(), await people.citizen()
    await citizen.say("我要转人工")
    await agent.take("我要转人工")
    await expect(citizen.panel.get_by_text("人工客服 王芳 正在为您服务")).to_be_visible()
    await agent.say("您好，请讲。")
    await expect(citizen.last.get_by_text("人工客服")).to_be_visible()
    await citizen.say("没事了，谢谢")
    await expect(citizen.own.last).to_contain_text("已读")
    await album.take(citizen.page, "served")
    await agent.finish()
    await expect(citizen.panel.get_by_test_id("ended")).to_be_visible()
    # What the agent has read stays read.
    await expect(citizen.own.last).to_contain_text("已读")
    await album.take(citizen.page, "ended")
    await citizen.panel.get_by_test_id("begin").click()
    await expect(citizen.field).to_be_focused()
    await expect(citizen.panel.get_by_text("新的咨询", exact=True)).to_be_visible()
    await album.take(citizen.page, "begun")
    await citizen.ask(RENT, "依据（")

    # Days later: only the latest conversation is there at first, the others come on request.
    await citizen.page.reload()
    await citizen.open()
    await expect(citizen.own).to_have_count(1)
    await citizen.panel.get_by_test_id("earlier").click()
    await expect(citizen.log.get_by_text("没事了，谢谢")).to_be_visible()
    await expect(citizen.own).to_have_count(3)
    await citizen.log.press("Home")
    await expect(citizen.panel.get_by_test_id("oldest")).to_be_visible()
    await album.take(citizen.page, "oldest")


async def test_what_was_written_without_network_survives_a_reload_and_arrives_once(
    people: People, windows: Windows
) -> None:
    windows.allow("ERR_INTERNET_DISCONNECTED")
    citizen = await people.citizen()
    await citizen.ask(RENT, "依据（")
    await citizen.page.context.set_offline(True)
    await citizen.say("社保卡丢了怎么办")
    await expect(citizen.panel.get_by_text("网络连接已断开")).to_be_visible()
    await expect(citizen.panel.get_by_text("1 条等待发送")).to_be_visible()
    kept = "Object.keys(localStorage).filter((key) => key.includes('unsent')).length"
    assert await citizen.page.evaluate(kept) == 1
    # The network is back with the page that is loaded anew; the one before has not sent it.
    await citizen.page.goto("about:blank")
    await citizen.page.context.set_offline(False)
    await citizen.page.go_back()
    other = await _other_tab(citizen)
    for tab in (citizen, other):
        await tab.open()
        await expect(tab.own.filter(has_text="社保卡丢了怎么办")).to_have_count(1)
        await expect(tab.own.last).to_contain_text("已送达")
    assert await citizen.page.evaluate(kept) == 0


async def test_tabs_agree_on_what_is_unread_and_on_the_closed_window(people: People) -> None:
    agent, citizen = await people.agent(), await people.citizen()
    await citizen.say("我要转人工")
    await agent.take("我要转人工")
    other = await _other_tab(citizen)
    await other.open()
    await other.page.keyboard.press("Escape")
    for tab in (citizen, other):
        await expect(tab.panel).to_be_hidden()
    await agent.say("您好")
    unread = "打开在线咨询，1 条未读消息"
    for tab in (citizen, other):
        await expect(tab.page.get_by_role("button", name=unread)).to_be_visible()
    await citizen.page.get_by_role("button", name=unread).click()
    await expect(citizen.last).to_contain_text("您好")
    await expect(other.page.get_by_label("打开在线咨询", exact=True)).to_be_visible()
    await agent.finish()


async def test_who_looks_elsewhere_hears_a_tone_and_sees_it_in_the_title_once(
    people: People, album: Album
) -> None:
    agent, citizen = await people.agent(), await people.citizen()
    await citizen.say("我要转人工")
    await agent.take("我要转人工")
    await citizen.page.evaluate(
        """() => {
          const heard = document.documentElement.dataset;
          heard.notes = 0;
          const start = OscillatorNode.prototype.start;
          OscillatorNode.prototype.start = function (at) { heard.notes++; return start.call(this, at); };
        }"""
    )
    title = await citizen.page.title()
    await _hide(citizen.page)
    await agent.say("您好，还在吗？")
    await expect(citizen.page).to_have_title(NEWS)
    notes = citizen.page.locator("html")
    await expect(notes).to_have_attribute("data-notes", "2")
    await _show(citizen.page)
    await expect(citizen.page).to_have_title(title)

    await citizen.panel.get_by_test_id("menu-open").click()
    sound = citizen.panel.get_by_test_id("sound")
    await sound.click()
    await expect(sound).to_have_attribute("aria-pressed", "false")
    await album.take(citizen.page, "muted")
    await _hide(citizen.page)
    await agent.say("我稍后再联系您")
    await expect(citizen.page).to_have_title(NEWS)
    await expect(notes).to_have_attribute("data-notes", "2")
    await agent.finish()
