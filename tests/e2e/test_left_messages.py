"""A message left when nobody is there: proved by a phone, answered at the desk, seen on coming back, asked on."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from io import BytesIO

import httpx
import pytest_asyncio
from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from core.ids import new_id
from tests.e2e.conftest import PASSWORD
from tests.e2e.desk import AgentWindow
from tests.e2e.phones import code_of
from tests.e2e.product import Product
from tests.e2e.windows import PHONE as ON_A_PHONE
from tests.e2e.windows import Album, Windows

NUMBER = f"138{secrets.randbelow(10**8):08d}"
ADMISSION = "/api/v1/desk/settings/admission"


def picture() -> FilePayload:
    data = BytesIO()
    Image.new("RGB", (64, 48), "#14579e").save(data, "PNG")
    return {"name": "租赁合同.png", "mimeType": "image/png", "buffer": data.getvalue()}


@pytest_asyncio.fixture(loop_scope="session")
async def unattended(product: Product) -> AsyncIterator[str]:
    """A website inbox that nobody serves; its id. The other inboxes are served as before."""
    inbox = f"leave-{new_id()[-6:]}"
    login = {"login": product.admin_login, "password": product.admin_password}
    async with httpx.AsyncClient(base_url=product.url, trust_env=False) as http:
        token = (await http.post("/api/v1/auth/login", json=login)).json()["token"]
        http.headers["authorization"] = f"Bearer {token}"
        made = {"id": inbox, "name": "留言测试"}
        assert (await http.post("/api/v1/inboxes", json=made)).is_success
        before = (await http.get(ADMISSION)).json()
        row = {"outcome": "left_message", "inboxes": [inbox]}
        saved = await http.put(ADMISSION, json={"rows": [row, *before["rows"]]})
        assert saved.is_success, saved.text
        yield inbox
        assert (await http.put(ADMISSION, json=before)).is_success


async def fill_in(page: Page, product: Product, album: Album) -> str:
    """The form from the offer to its number."""
    sheet = page.get_by_test_id("left-sheet")
    await page.get_by_test_id("leave-message").click()
    await expect(sheet.get_by_role("heading", name="给我们留言")).to_be_focused()
    await sheet.get_by_test_id("form-submit").click()
    await expect(sheet.get_by_text("请填写姓名")).to_be_visible()
    await sheet.get_by_label("姓名").fill("王芳")
    await sheet.get_by_label("业务").select_option("提取")
    await sheet.get_by_label("留言内容").fill("<b>租房</b>提取要带什么材料？")
    await sheet.get_by_test_id("left-get-code").click()
    await expect(sheet.get_by_text("请先填写 11 位手机号")).to_be_visible()
    await sheet.get_by_label("手机号").fill(f"{NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}")
    await sheet.get_by_test_id("left-get-code").click()
    await expect(sheet.get_by_text("验证码已发出")).to_be_visible()
    await expect(sheet.get_by_test_id("left-get-code")).to_be_disabled()
    await sheet.get_by_test_id("left-add-file").set_input_files(picture())
    await expect(sheet.get_by_test_id("left-file")).to_have_count(1)
    await expect(sheet.locator("progress")).to_have_count(0)
    await album.take(page, "form")
    code = await code_of(product, NUMBER)
    await sheet.get_by_test_id("left-code").fill("000000" if code != "000000" else "111111")
    await sheet.get_by_test_id("form-submit").click()
    await expect(sheet.get_by_text("验证码不对")).to_be_visible()
    await sheet.get_by_test_id("left-code").fill(code)
    await sheet.get_by_test_id("form-submit").click()
    done = sheet.get_by_test_id("left-done")
    await expect(done.get_by_text("留言已提交")).to_be_focused()
    await album.take(page, "done")
    return (await done.get_by_text("留言编号").inner_text()).removeprefix("留言编号：")


async def test_a_left_message_is_answered_and_the_citizen_sees_it_on_coming_back(
    product: Product,
    windows: Windows,
    album: Album,
    unattended: str,
    agent_login: tuple[str, str],
) -> None:
    page = await windows.open(ON_A_PHONE)
    await page.goto(f"{product.url}chat/{unattended}")
    # What is asked often comes with the connection: before it nobody can be asked for.
    await expect(page.get_by_text("大家都在问")).to_be_visible()
    await page.get_by_role("button", name="转人工").first.click()
    await expect(page.get_by_test_id("leave-message")).to_be_visible()
    await album.take(page, "offer")
    number = await fill_in(page, product, album)
    await page.goto("about:blank")

    desk = AgentWindow(await windows.open())
    await desk.page.goto(product.console_url)
    await desk.log_in(agent_login[0], PASSWORD)
    await expect(desk.page.get_by_test_id("nav-left").locator(".count")).to_have_text("1")
    await desk.page.get_by_test_id("nav-left").click()
    await desk.page.get_by_test_id("left-row").first.click()
    detail = desk.page.get_by_test_id("left-detail")
    await expect(detail.get_by_role("heading", name=number)).to_be_visible()
    await expect(detail.get_by_test_id("left-text")).to_have_text("<b>租房</b>提取要带什么材料？")
    await expect(detail.get_by_test_id("left-phone")).to_contain_text(f"138****{NUMBER[-4:]}")
    await detail.get_by_test_id("left-reveal").click()
    await expect(detail.get_by_test_id("left-phone")).to_contain_text(NUMBER)
    await detail.get_by_test_id("left-step-claim").click()
    await detail.get_by_test_id("left-step-answer").click()
    await detail.get_by_test_id("left-words").fill("请带租赁合同和身份证。")
    await album.take(desk.page, "answering", phone=False)
    await detail.get_by_test_id("left-submit").click()
    await expect(detail.get_by_test_id("left-detail-status")).to_have_text("已答复")
    await album.take(desk.page, "answered", phone=False)

    await page.goto(f"{product.url}chat/{unattended}")
    await expect(page.get_by_role("log")).to_contain_text("请带租赁合同和身份证。")
    bar = page.get_by_test_id("left-bar")
    await expect(bar).to_contain_text("您的留言有新的答复")
    await bar.get_by_role("button").click()
    item = page.get_by_test_id("left-item")
    await expect(item).to_contain_text(number)
    await expect(item.get_by_test_id("left-status")).to_have_text("已答复")
    await item.get_by_test_id("left-follow-up").click()
    await item.get_by_test_id("left-words").fill("周六可以去吗？")
    await album.take(page, "list")
    await item.get_by_test_id("left-send").click()
    await expect(item.get_by_test_id("left-status")).to_have_text("正在处理")

    await expect(detail.get_by_text("周六可以去吗？")).to_be_visible()
    await detail.get_by_test_id("left-step-answer").click()
    await detail.get_by_test_id("left-way-sms").click()
    await detail.get_by_test_id("left-words").fill("周六上午可以。")
    await detail.get_by_test_id("left-submit").click()
    await expect(detail.get_by_test_id("left-delivery").first).to_be_visible()
    await detail.get_by_test_id("left-step-handle").click()
    await detail.get_by_test_id("left-submit").click()
    await expect(detail.get_by_test_id("left-detail-status")).to_have_text("已办结")
    await album.take(desk.page, "handled", phone=False)
    await expect(item.get_by_test_id("left-status")).to_have_text("已办结")
    await expect(item).to_contain_text("周六上午可以。")
