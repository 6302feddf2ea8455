"""What the citizen said is kept over reloads, tabs and lost connections, and stands there once."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.conftest import People
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import Album, Windows

QUESTION = "租房可以提取公积金吗"


async def test_a_reload_keeps_the_conversation(people: People) -> None:
    citizen = await people.citizen()
    await citizen.ask(QUESTION, "依据（")
    before = await citizen.articles.count()
    await citizen.page.reload()
    await citizen.open()
    await expect(citizen.articles).to_have_count(before)
    await expect(citizen.own).to_have_text([f"我{QUESTION}已送达"])
    await citizen.ask("社保卡丢了怎么办", "社保卡")


async def test_two_tabs_show_the_same_conversation(people: People) -> None:
    citizen = await people.citizen()
    await citizen.ask(QUESTION, "依据（")
    other = CitizenWindow(await citizen.page.context.new_page())
    await other.page.goto(citizen.page.url)
    await other.open()
    await expect(other.last.get_by_text("依据（")).to_be_visible()
    await other.say("我要转人工")
    for tab in (citizen, other):
        await expect(tab.panel.get_by_text("您排在最前面")).to_be_visible()
    await citizen.cancel_waiting()
    await expect(other.panel.get_by_text("智能助手为您服务")).to_be_visible()
    await citizen.ask("社保卡丢了怎么办", "社保卡")
    texts = await citizen.articles.all_inner_texts()
    await expect(other.articles).to_have_count(len(texts))
    assert await other.articles.all_inner_texts() == texts


async def test_two_tabs_opened_by_a_new_citizen_at_once_are_one_citizen(people: People) -> None:
    citizen = await people.citizen()
    other = CitizenWindow(await citizen.page.context.new_page())
    await other.page.goto(citizen.page.url)
    await other.open()
    await citizen.ask(QUESTION, "依据（")
    await expect(other.own).to_have_count(1)
    await expect(other.last.get_by_text("依据（")).to_be_visible()


async def test_what_is_written_while_offline_arrives_once_when_the_network_is_back(
    people: People, windows: Windows, album: Album
) -> None:
    windows.allow("ERR_INTERNET_DISCONNECTED")
    agent, citizen = await people.agent(), await people.citizen()
    await citizen.say("我要转人工")
    await agent.take("我要转人工")
    await agent.say("您好，请讲。")
    await expect(citizen.last).to_contain_text("您好，请讲。")

    await citizen.page.context.set_offline(True)
    await citizen.say("我在电梯里说的第一句")
    await citizen.say("我在电梯里说的第二句")
    await expect(citizen.panel.get_by_text("网络连接已断开")).to_be_visible()
    await expect(citizen.own.last).to_contain_text("等待网络")
    await album.take(citizen.page, "offline")
    await agent.say("信号不好吗？")
    await expect(citizen.log.get_by_text("信号不好吗")).to_have_count(0)

    await citizen.page.context.set_offline(False)
    await expect(citizen.panel.get_by_text("网络连接已断开")).to_be_hidden()
    await expect(citizen.log.get_by_text("信号不好吗？")).to_have_count(1)
    for text in ("我在电梯里说的第一句", "我在电梯里说的第二句"):
        await expect(citizen.own.filter(has_text=text)).to_have_count(1)
        await expect(agent.log.get_by_role("article").filter(has_text=text)).to_have_count(1)
    await expect(citizen.own.last).to_contain_text("我在电梯里说的第二句")
    await agent.finish()


async def test_the_desk_catches_up_after_a_lost_connection(
    people: People, windows: Windows, album: Album
) -> None:
    windows.allow("ERR_INTERNET_DISCONNECTED")
    agent, citizen = await people.agent(), await people.citizen()
    await citizen.say("我要转人工")
    await agent.take("我要转人工")
    await agent.page.context.set_offline(True)
    await expect(agent.page.get_by_text("连接已断开，正在重新连接")).to_be_visible()
    await album.take(agent.page, "offline", phone=False)
    await citizen.say("你们还在吗")
    await agent.say("我在写，还没有网络")
    await agent.page.context.set_offline(False)
    await expect(agent.log.get_by_text("你们还在吗")).to_have_count(1)
    await expect(citizen.log.get_by_text("我在写，还没有网络")).to_have_count(1)
    await expect(agent.page.get_by_text("连接已断开，正在重新连接")).to_be_hidden()
    await agent.finish()
