"""Several agents and a supervisor on one conversation: looking in, whispering, handing over, giving back."""

from __future__ import annotations

import re

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.conftest import PASSWORD, People
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Album, Windows

LINE = "我想问公积金转移的事，请转人工"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def colleague_login(product: Product) -> tuple[str, str]:
    """Account and password of the agent 赵敏."""
    await product.command(
        "agents", "add", "zhaomin", "--name", "赵敏", "--role", "agent", "--password-stdin",
        line=PASSWORD,
    )  # fmt: skip
    return "zhaomin", PASSWORD


async def _console(product: Product, windows: Windows, login: tuple[str, str]) -> AgentWindow:
    window = AgentWindow(await windows.open())
    await window.page.goto(product.console_url)
    await window.log_in(*login)
    return window


async def _look_in(page: Page, agent: str) -> None:
    """From the wall into the one conversation the agent serves."""
    await page.get_by_test_id("nav-wall").click()
    row = page.get_by_test_id("wall-agent").filter(has_text=agent)
    await expect(row).to_contain_text(re.compile(r"1/\d"))
    await row.get_by_role("button", name=agent).click()
    await page.get_by_test_id("wall-conversation").click()
    await expect(page.get_by_test_id("wall-thread")).to_contain_text("公积金转移")


async def test_a_supervisor_looks_in_and_whispers_and_the_citizen_is_none_the_wiser(
    people: People, product: Product, windows: Windows, album: Album,
    supervisor_login: tuple[str, str],
) -> None:  # fmt: skip
    citizen, agent = await people.citizen(), await people.agent()
    await citizen.say(LINE)
    await agent.take("公积金转移")
    lead = await _console(product, windows, supervisor_login)
    await _look_in(lead.page, "王芳")
    await lead.page.get_by_test_id("wall-whisper").fill("先安抚一下情绪")
    await lead.page.get_by_test_id("wall-whisper-send").click()
    note = agent.log.get_by_role("article").filter(has_text="先安抚一下情绪")
    await expect(note).to_contain_text("李霞")
    await agent.say("您好，请说")
    drawer = lead.page.get_by_test_id("wall-thread")
    await expect(drawer.get_by_role("article").filter(has_text="您好，请说")).to_be_visible()
    await album.take(lead.page, "looked-in", phone=False)
    await expect(citizen.log).to_contain_text("您好，请说")
    await expect(citizen.log).not_to_contain_text("先安抚")
    await lead.page.keyboard.press("Escape")
    await album.take(lead.page, "wall")
    await lead.page.set_viewport_size({"width": 1024, "height": 768})
    await album.take(agent.page, "whispered-to", phone=False)


async def test_a_colleague_accepts_what_is_handed_over_and_gives_it_back(
    people: People, product: Product, windows: Windows, album: Album,
    colleague_login: tuple[str, str],
) -> None:  # fmt: skip
    citizen, agent = await people.citizen(), await people.agent()
    colleague = await _console(product, windows, colleague_login)
    await colleague.go_online()
    await citizen.say(LINE)
    await agent.take("公积金转移")

    await agent.page.get_by_test_id("transfer").click()
    await agent.page.get_by_test_id("transfer-agent").click()
    await agent.page.get_by_role("option", name="赵敏").click()
    await agent.page.get_by_test_id("transfer-note").fill("问的是异地转移")
    await album.take(agent.page, "handing-over", phone=False)
    await agent.page.get_by_test_id("transfer-send").click()
    await expect(agent.page.get_by_test_id("team-strip")).to_contain_text("正在等 赵敏 接受转接")
    await agent.say("正在为您转接，请稍候")

    offer = colleague.page.get_by_test_id("team-offer")
    await expect(offer).to_contain_text("问的是异地转移")
    await album.take(agent.page, "offered", phone=False)
    await album.take(colleague.page, "asked")
    await offer.get_by_test_id("team-accept").click()
    await expect(colleague.status).to_have_text("接待中")
    await expect(colleague.log).to_contain_text("转接说明：问的是异地转移")
    await expect(citizen.log).to_contain_text("已为您转接给赵敏")
    await expect(agent.status).to_have_text("赵敏 接待中")

    await colleague.page.get_by_test_id("team-return").click()
    await album.take(colleague.page, "giving-back", phone=False)
    await colleague.page.get_by_role("button", name="确定").click()
    await expect(agent.status).to_have_text("接待中")
    await agent.say("您好，我继续为您服务")
    await expect(citizen.log).to_contain_text("我继续为您服务")
