"""`python -m tests.e2e.overview`: draws docs/images/overview.png, the readme's picture, from the running product."""

from __future__ import annotations

import asyncio
import base64
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

from core.settings import ROOT
from deploy.setup.chromium import find_chromium
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product, started
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import Windows

PICTURE = ROOT / "docs" / "images" / "overview.png"
PASSWORD = "only for the picture"
# Drawn at twice the size, shown smaller: letters stay sharp.
PAGE = """
<body style="margin:0;width:1400px;height:800px;overflow:hidden;position:relative;
  background:linear-gradient(150deg,#dbe8f5,#f3f6fa 60%)">
<style>img{{position:absolute;border-radius:10px;box-shadow:0 14px 44px rgb(16 40 70/.28)}}</style>
<img style="left:36px;top:80px;width:1024px" src="{desk}">
<img style="left:1054px;top:18px;width:300px;border-radius:26px;border:7px solid #17212d" src="{phone}">
"""


async def _citizen(windows: Windows, product: Product, *texts: str) -> CitizenWindow:
    citizen = CitizenWindow(await windows.open({"width": 390, "height": 975}))
    await citizen.page.goto(product.url)
    await citizen.open()
    for text in texts:
        await citizen.ask(text)
    return citizen


async def _wait_for_a_person(citizen: CitizenWindow, text: str) -> None:
    await citizen.say(text)
    await expect(citizen.panel.get_by_role("button", name="取消排队")).to_be_visible()


async def _phone(windows: Windows, product: Product) -> bytes:
    """The cited answer, its basis unfolded, and what to ask next."""
    citizen = await _citizen(windows, product, "公积金贷款利率是多少")
    await citizen.last.get_by_text("依据（").click()
    await citizen.last.locator(".next").get_by_role("button").last.scroll_into_view_if_needed()
    return await citizen.page.screenshot(animations="disabled")


async def _desk(windows: Windows, product: Product) -> bytes:
    """A conversation in hand with a suggestion, and two people waiting."""
    await product.command(
        "agents", "add", "wangfang", "--name", "王芳", "--password-stdin", line=PASSWORD
    )
    citizen = await _citizen(windows, product, "社保卡丢了怎么办")
    await _wait_for_a_person(citizen, "还是转人工吧")
    for question in ("我要投诉，请转人工", "找人工客服"):
        await _wait_for_a_person(await _citizen(windows, product), question)
    agent = AgentWindow(await windows.open({"width": 1280, "height": 800}))
    await agent.page.goto(product.console_url)
    await agent.log_in("wangfang", PASSWORD)
    await agent.go_online()
    await agent.take("还是转人工吧")
    await agent.say("您好，我是王芳，请讲。")
    await citizen.say("我上个月退休了，公积金怎么取出来？")
    await expect(agent.page.get_by_test_id("suggestion").first).to_contain_text("退休")
    await agent.note("已核实身份")
    await agent.page.get_by_test_id("suggestion").first.get_by_test_id("send-answer").click()
    await expect(citizen.last).to_contain_text("王芳")
    await citizen.say("明白了，谢谢！")
    await expect(agent.log.get_by_text("明白了，谢谢！")).to_be_visible()
    return await agent.page.screenshot(animations="disabled")


def _inline(picture: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"


async def _draw(browser: Browser, product: Product) -> None:
    windows = Windows(browser, scale=2)
    phone, desk = await _phone(windows, product), await _desk(windows, product)
    page = await browser.new_page(viewport={"width": 1400, "height": 800})
    await page.set_content(PAGE.format(desk=_inline(desk), phone=_inline(phone)), wait_until="load")
    await page.screenshot(path=PICTURE)


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with started(Path(folder)) as product, async_playwright() as playwright:
            playwright.selectors.set_test_id_attribute("data-test")
            browser = await playwright.chromium.launch(
                executable_path=find_chromium(), args=["--no-sandbox"]
            )
            await _draw(browser, product)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
