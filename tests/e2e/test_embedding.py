"""The widget on other people's websites: strict policies, hostile styles, their own logins, their own scripts."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.e2e.portal import HOSTILE, page, portal, proxied
from tests.e2e.product import Product
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import PHONE, Album, Windows

QUESTION = "租房可以提取公积金吗"
SETTINGS = "api/v1/desk/settings/widget"
HOST = "document.getElementById('bangban-widget')"


@pytest_asyncio.fixture(loop_scope="session")
async def admin(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    """The administrator's HTTP; the widget's settings are as shipped again afterwards."""
    async with httpx.AsyncClient(base_url=product.url, trust_env=False) as http:
        login = {"login": product.admin_login, "password": product.admin_password}
        token = (await http.post("api/v1/auth/login", json=login)).json()["token"]
        http.cookies.clear()
        http.headers["authorization"] = f"Bearer {token}"
        yield http
        await http.put(SETTINGS, json={})


def policies(server: str) -> dict[str, tuple[str, str]]:
    """By name: a policy as strict as can be, and how a page under it brings the script in."""
    strict = (
        f"default-src 'none'; connect-src {server} {server.replace('http', 'ws')}; img-src {server} data:; "
        "style-src 'nonce-page'; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types vue"
    )
    source = f"{server}/widget.js"
    loader = (
        f"const s = document.createElement('script'); s.src = trustedTypes.createPolicy('page', "
        f"{{createScriptURL: x => x}}).createScriptURL('{source}'); document.head.append(s);"
    )
    return {
        "its-host": (f"{strict}; script-src {server}", f'<script src="{source}" async></script>'),
        "a-nonce-twice": (
            f"{strict}; script-src 'nonce-page'",
            f'<script nonce="page" src="{source}" defer></script>' * 2,
        ),
        "strict-dynamic": (
            f"{strict} page; script-src 'nonce-page' 'strict-dynamic'",
            f'<script nonce="page">{loader}</script>',
        ),
    }


@pytest.mark.parametrize("name", ["its-host", "a-nonce-twice", "strict-dynamic"])
async def test_it_stands_and_answers_under_a_strict_policy_and_hostile_styles(
    windows: Windows, product: Product, album: Album, name: str
) -> None:
    policy, script = policies(product.url.rstrip("/"))[name]
    html = page(f'<style nonce="page">{HOSTILE}</style>{script}', '<p class="lid">盖住一切的层</p>')
    async with portal(html, policy) as address:
        citizen = CitizenWindow(await windows.open())
        await citizen.page.goto(address)
        bubble = citizen.page.get_by_role("button", name="打开在线咨询")
        await expect(bubble).to_have_count(1)
        assert await bubble.evaluate("button => getComputedStyle(button).fontSize") == "15px"
        # A real click: whatever lies on top of the button would get it.
        await citizen.open()
        await citizen.ask(QUESTION, "依据（")
        box = await citizen.panel.bounding_box()
        assert box is not None
        assert box["width"] > 300
        assert 1280 - 60 < box["x"] + box["width"] < 1280
        style = "field => { const s = getComputedStyle(field); return [s.direction, s.letterSpacing, s.fontSize]; }"
        assert await citizen.field.evaluate(style) == ["ltr", "normal", "15px"]
        assert await citizen.page.context.cookies() == []
        await album.take(citizen.page, name, phone=False)


async def test_in_a_folder_of_another_host_and_before_there_is_a_body(
    windows: Windows, product: Product
) -> None:
    async with proxied(product.url, "bangban") as folder:
        html = page(
            f'<script src="{folder}widget.js" data-title="帮办" data-position="left"></script>'
        )
        async with portal(html) as address:
            citizen = CitizenWindow(await windows.open(PHONE))
            citizen.panel = citizen.page.get_by_role("dialog", name="帮办")
            citizen.field = citizen.panel.get_by_role("textbox", name="请输入您的问题")
            await citizen.page.goto(address)
            bubble = citizen.page.get_by_role("button", name="打开在线咨询")
            box = await bubble.bounding_box()
            assert box is not None
            assert box["x"] == 16
            await bubble.click()
            await citizen.field.fill(QUESTION)
            await citizen.field.press("Enter")
            await expect(citizen.panel.get_by_role("log")).to_contain_text("依据（")
            assert await citizen.page.evaluate(
                f"{HOST} === document.documentElement.lastElementChild"
            )


async def test_the_settings_of_the_console_hold_and_attributes_go_before_them(
    windows: Windows, product: Product, admin: httpx.AsyncClient, album: Album
) -> None:
    own = {"colour": "#7a1f1f", "texts": {"title": "市民热线", "greeting": "有问题可以问我"},
           "opening": {"when": "after", "seconds": 1, "pages": ["/gjj/*"]}}  # fmt: skip
    answer = await admin.put(SETTINGS, json={"inboxes": {"web": own}})
    assert answer.status_code == 200, answer.text
    script = f'<script src="{product.url}widget.js" async></script>'
    async with portal(page(script)) as address:
        window = await windows.open()
        await window.goto(f"{address}other")
        bubble = window.get_by_role("button", name="打开在线咨询")
        await expect(bubble).to_have_text("市民热线")
        assert (
            await bubble.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(122, 31, 31)"
        )
        await expect(window.get_by_role("button", name="有问题可以问我")).to_be_visible()
        await album.take(window, "greeting", phone=False)
        await window.goto(f"{address}gjj/rent?from=home")
        panel = window.get_by_role("dialog", name="市民热线")
        await expect(panel).to_be_visible()
        await panel.get_by_role("button", name="收起").click()
        # Who has closed it is left alone, on every page.
        await window.clock.install()
        await window.reload()
        await expect(bubble).to_be_visible()
        await window.clock.run_for(5_000)
        await expect(panel).to_be_hidden()
        await expect(window.get_by_role("button", name="有问题可以问我")).to_be_hidden()
    yellow = script.replace("async", 'data-color="#ffcc00" data-title="自己的" async')
    async with portal(page(yellow)) as address:
        window = await windows.open()
        await window.goto(address)
        bubble = window.get_by_role("button", name="打开在线咨询")
        await expect(bubble).to_have_text("自己的")
        # White letters cannot be read on yellow: it is darkened.
        assert (
            await bubble.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(142, 114, 0)"
        )


async def test_a_websites_own_script_opens_asks_and_hears(
    windows: Windows, product: Product
) -> None:
    early = (
        "<script>window.heard = []; window.Bangban = window.Bangban || [];"
        "for (const event of ['ready', 'open', 'close', 'message'])"
        "  Bangban.push(['on', event, (payload) => heard.push(event + (payload.author ?? ''))]);"
        f"Bangban.push(['ask', '{QUESTION}']);</script>"
    )
    script = f'<script src="{product.url}widget.js" data-button="none" defer></script>'
    async with portal(
        page(early + script, '<a href="#x" data-bangban-ask="社保卡丢了">问</a>')
    ) as address:
        citizen = CitizenWindow(await windows.open())
        await citizen.page.goto(address)
        await expect(citizen.last).to_contain_text("依据（")
        await expect(citizen.own.first).to_contain_text(QUESTION)
        await citizen.page.evaluate("Bangban.close()")
        await expect(citizen.panel).to_be_hidden()
        await expect(citizen.page.get_by_role("button", name="打开在线咨询")).to_have_count(0)
        heard: list[str] = await citizen.page.evaluate("heard")
        assert heard[:2] == ["open", "ready"]
        assert {"messagevisitor", "messagebot", "close"} <= set(heard)
        await citizen.page.get_by_text("问", exact=True).click()
        await expect(citizen.own).to_have_count(2)


async def _log_in(window: Page, secret: str, sub: str, **more: Any) -> None:
    claims = {"sub": sub, "exp": int(time.time()) + 300} | more
    await window.evaluate("jwt => Bangban.setIdentity(jwt)", jwt.encode(claims, secret, "HS256"))


async def test_who_logs_in_on_the_website_finds_their_own_conversation_and_leaves_nothing_behind(
    windows: Windows, product: Product, admin: httpx.AsyncClient
) -> None:
    secret = (await admin.post("api/v1/inboxes/web/identity-secret")).json()["secret"]
    script = f'<script src="{product.url}widget.js"></script>'
    async with portal(page("", script)) as address:
        citizen = CitizenWindow(await windows.open())
        await citizen.page.goto(address)
        await citizen.open()
        await citizen.ask("社保卡丢了怎么挂失", "依据（")
        await _log_in(citizen.page, secret, "u-77", name="王小明")
        await expect(citizen.own).to_have_count(0)
        await citizen.ask(QUESTION, "依据（")
        # On another device, where nothing is stored.
        phone = CitizenWindow(await windows.open(PHONE))
        await phone.page.goto(address)
        await _log_in(phone.page, secret, "u-77")
        await phone.open()
        await expect(phone.own).to_contain_text([QUESTION])
        windows.allow("identity_invalid")
        await citizen.page.evaluate(
            "window.errors = []; void Bangban.on('error', e => errors.push(e.code))"
        )
        await _log_in(citizen.page, "somebody else's secret, as long as one should be", "u-77")
        await citizen.page.wait_for_function("errors.includes('identity_invalid')")
        # Served all the same, as who was there before the login.
        await expect(citizen.own).to_contain_text(["社保卡丢了怎么挂失"])
        await citizen.page.evaluate("Bangban.logout()")
        await expect(citizen.own).to_have_count(0)
        # Nor does it come back: whoever sits here next is a stranger.
        await citizen.page.reload()
        await citizen.open()
        await expect(citizen.panel.get_by_role("button", name="转人工").first).to_be_visible()
        await expect(citizen.own).to_have_count(0)


async def test_the_full_page_opens_at_once_in_its_language_and_size(
    windows: Windows, product: Product, album: Album
) -> None:
    citizen = CitizenWindow(await windows.open(PHONE))
    await citizen.page.goto(f"{product.url}chat/web?from=微信菜单&large=1")
    await expect(citizen.panel.get_by_role("button", name="收起")).to_have_count(0)
    await citizen.ask(QUESTION, "依据（")
    box = await citizen.panel.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
    size = await citizen.field.evaluate("field => getComputedStyle(field).fontSize")
    assert float(size.removesuffix("px")) >= 18
    assert await citizen.page.title() == "在线咨询"
    await album.take(citizen.page, "page", phone=False)
    english = await windows.open()
    await english.goto(f"{product.url}chat/web?lang=en")
    await expect(english.get_by_role("textbox", name="Your question")).to_be_visible()
    windows.allow("404 (Not Found)")
    await english.goto(f"{product.url}chat/nowhere")
    await expect(english.get_by_role("heading", name="没有找到这个咨询入口")).to_be_visible()


async def test_the_console_shows_what_is_not_saved_yet_and_makes_the_line_to_copy(
    windows: Windows, product: Product, admin: httpx.AsyncClient, album: Album
) -> None:
    window = await windows.open()
    await window.goto(f"{product.console_url}settings/widget")
    await window.get_by_label("账号").fill(product.admin_login)
    await window.get_by_label("密码").fill(product.admin_password)
    await window.keyboard.press("Enter")
    preview = window.frame_locator("[data-test=widget-preview]")
    bubble = preview.get_by_role("button", name="打开在线咨询")
    await expect(bubble).to_be_visible()
    await window.get_by_label("颜色", exact=True).fill("#ffcc00")
    await expect(window.get_by_test_id("widget-pale")).to_be_visible()
    await window.get_by_test_id("widget-better").click()
    await window.get_by_test_id("widget-title-texts").fill("预览标题")
    await expect(bubble).to_have_text("预览标题")
    await expect(bubble).to_have_css("background-color", "rgb(142, 114, 0)")
    await bubble.click()
    await expect(preview.get_by_role("dialog", name="预览标题")).to_be_visible()
    await album.take(window, "console", phone=False)
    line = await window.get_by_test_id("widget-snippet").locator("code").inner_text()
    assert line == f'<script src="{product.url}widget.js" data-inbox="web" async></script>'
    before = (await admin.get("api/v1/widget/web")).json()
    assert before["texts"]["title"] == ""
    await window.get_by_test_id("save-settings").click()
    await expect(window.get_by_text("已保存，立即生效")).to_be_visible()
    assert (await admin.get("api/v1/widget/web")).json()["texts"]["title"] == "预览标题"
