"""Everybody can use it: with the keyboard alone, with large text, on a phone."""

from __future__ import annotations

from playwright.async_api import Locator, ViewportSize, expect

from tests.e2e.conftest import People
from tests.e2e.product import Product
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import PHONE, Album, Windows

LANDSCAPE: ViewportSize = {"width": PHONE["height"], "height": PHONE["width"]}
QUESTION = "租房可以提取公积金吗"


async def _tab_to(window: CitizenWindow, target: Locator, *, backwards: bool = False) -> None:
    """Press Tab until `target` has the focus, as somebody without a mouse would."""
    for _ in range(40):
        if await target.evaluate("element => element.matches(':focus')"):
            return
        await window.page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"the keyboard does not reach {target}")


async def test_a_question_can_be_asked_and_its_basis_read_with_the_keyboard_alone(
    people: People, windows: Windows, product: Product, album: Album
) -> None:
    citizen = CitizenWindow(await windows.open())
    await citizen.page.goto(product.url)
    bubble = citizen.page.get_by_role("button", name="打开在线咨询").last
    await _tab_to(citizen, bubble)
    await citizen.page.keyboard.press("Enter")
    await expect(citizen.field).to_be_focused()
    await citizen.page.keyboard.type(QUESTION)
    await citizen.page.keyboard.press("Enter")
    await expect(citizen.last.get_by_text("依据（")).to_be_visible()
    await _tab_to(citizen, citizen.last.locator("summary"), backwards=True)
    await album.take(citizen.page, "focus", phone=False)
    await citizen.page.keyboard.press("Enter")
    await expect(citizen.last.get_by_text("《住房公积金管理条例》")).to_be_visible()
    following = citizen.last.locator(".next").get_by_role("button").first
    await _tab_to(citizen, following)
    await citizen.page.keyboard.press("Enter")
    await expect(citizen.own).to_have_count(2)
    await citizen.page.keyboard.press("Escape")
    await expect(citizen.panel).to_be_hidden()
    await expect(bubble).to_be_focused()


async def test_large_text_enlarges_everything_and_is_remembered(
    people: People, album: Album
) -> None:
    citizen = await people.citizen()
    await citizen.ask(QUESTION, "依据（")

    async def size() -> float:
        script = "element => parseFloat(getComputedStyle(element).fontSize)"
        return float(await citizen.last.locator(".balloon").evaluate(script))

    before = await size()
    await citizen.panel.get_by_role("button", name="切换为大字").click()
    assert await size() >= before * 1.2
    await expect(citizen.panel.get_by_role("button", name="切换为标准字号")).to_be_visible()
    await _nothing_sticks_out(citizen)
    assert await citizen.field.evaluate("field => field.scrollHeight - field.clientHeight") <= 0
    await album.take(citizen.page, "large")
    await citizen.page.reload()
    await citizen.open()
    await expect(citizen.last.get_by_text("依据（")).to_be_visible()
    assert await size() >= before * 1.2


async def test_on_a_phone_the_panel_fills_the_screen_and_nothing_sticks_out(
    windows: Windows, product: Product, album: Album
) -> None:
    citizen = CitizenWindow(await windows.open(PHONE))
    await citizen.page.goto(product.url)
    await album.take(citizen.page, "page")
    await _fits(citizen)
    await citizen.open()
    await citizen.ask(QUESTION, "依据（")
    box = await citizen.panel.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (PHONE["width"], PHONE["height"])
    await _nothing_sticks_out(citizen)
    await expect(citizen.field).to_be_in_viewport()


async def test_a_turned_phone_still_shows_the_start_of_the_answer_being_read(
    windows: Windows, product: Product
) -> None:
    citizen = CitizenWindow(await windows.open(PHONE))
    await citizen.page.goto(product.url)
    await citizen.open()
    await citizen.ask(QUESTION, "依据（")
    start = citizen.last.get_by_text("智能助手", exact=True)
    await expect(start).to_be_in_viewport()
    await citizen.page.set_viewport_size(LANDSCAPE)
    await expect(start).to_be_in_viewport()
    await citizen.page.set_viewport_size(PHONE)
    await expect(start).to_be_in_viewport()


async def _fits(citizen: CitizenWindow) -> None:
    overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await citizen.page.evaluate(overhang) <= 0


async def _nothing_sticks_out(citizen: CitizenWindow) -> None:
    """No sideways scrolling, neither of the page nor of the messages."""
    await _fits(citizen)
    assert await citizen.log.evaluate("log => log.scrollWidth - log.clientWidth") <= 0


async def test_our_own_pages_run_no_inline_scripts(windows: Windows, product: Product) -> None:
    page = await windows.open()
    for address in (product.url, product.console_url):
        answer = await page.goto(address)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
        assert scripts == "script-src 'self'"
        assert "default-src 'self'" in policy
