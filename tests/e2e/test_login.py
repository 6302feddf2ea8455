"""The door of the console."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import DESKTOP, PHONE, Album, Windows


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(product: Product, windows: Windows) -> AgentWindow:
    window = AgentWindow(await windows.open())
    await window.page.goto(product.console_url)
    return window


async def test_a_wrong_password_is_refused_with_a_sentence(
    visitor: AgentWindow, product: Product, album: Album
) -> None:
    await album.take(visitor.page, "door")
    await visitor.fill_login(product.admin_login, "wrong password")
    await expect(visitor.page.get_by_role("alert")).to_have_text("账号或密码不对。")
    await expect(visitor.page.get_by_role("textbox", name="密码")).to_have_value("")
    await album.take(visitor.page, "refused")
    unknown = "nobody-of-this-name"
    await visitor.fill_login(unknown, "wrong password")
    # Whether the account exists is nobody's business.
    await expect(visitor.page.get_by_role("alert")).to_have_text("账号或密码不对。")


async def test_the_first_administrator_gets_in_with_the_printed_password_and_out_again(
    visitor: AgentWindow, product: Product, album: Album
) -> None:
    await visitor.log_in(product.admin_login, product.admin_password)
    # Only who supervises has this part of the list.
    await expect(visitor.page.get_by_test_id("tab-bot")).to_be_visible()
    await visitor.page.set_viewport_size(PHONE)
    overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await visitor.page.evaluate(overhang) <= 0
    await visitor.page.set_viewport_size(DESKTOP)
    await album.take(visitor.page, "desk")
    await visitor.page.get_by_test_id("account").click()
    await visitor.page.get_by_role("menuitem", name="退出登录").click()
    await expect(visitor.page.get_by_role("button", name="登录")).to_be_visible()
    await visitor.page.goto(product.console_url)
    await expect(visitor.page.get_by_role("button", name="登录")).to_be_visible()
