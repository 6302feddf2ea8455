"""Nobody is kept out: every state of the window without a fault that axe knows, as it looks by itself, to elderly
people, and in English on the narrowest screen; reading aloud, focus, and what a reader changes about texts."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.e2e.axe import clipped, too_small, violations
from tests.e2e.conftest import People
from tests.e2e.phones import code_of
from tests.e2e.product import Product
from tests.e2e.states import QUESTION, STATES, Visit
from tests.e2e.windows import DESKTOP, PHONE, Album, Windows

NARROW: ViewportSize = {"width": 320, "height": 640}
# A microphone that hears nothing, and a voice that only notes what it is to say.
DEVICES = """
navigator.mediaDevices.getUserMedia = async () => new AudioContext().createMediaStreamDestination().stream;
window.said = [];
Object.defineProperty(window, "speechSynthesis", { value: {
  speak: (utterance) => window.said.push(utterance), cancel: () => { window.said = []; }, getVoices: () => [],
} });
"""


@dataclass(frozen=True)
class Look:
    """`path` as after the product's address; `small`: what is shown is large enough for unsteady fingers."""

    name: str
    path: str
    size: ViewportSize
    large: bool = False


LOOKS = [
    Look("widget", "", DESKTOP),
    Look("elderly", "chat/web?large=1", PHONE, large=True),
    Look("english", "chat/web?lang=en", NARROW),
]


async def _visited(windows: Windows, product: Product, people: People, look: Look) -> Visit:
    page = await windows.open(look.size)
    await page.add_init_script(DEVICES)
    await page.goto(product.url + look.path)
    visit = Visit(page, await people.agent())
    if not look.path:
        assert await violations(page) == [], "closed"
        await visit.part(".bubble").click()
    await expect(visit.part("textarea.field")).to_be_visible()
    return visit


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_every_state_of_the_window_is_for_everybody(
    windows: Windows, product: Product, people: People, album: Album, look: Look
) -> None:
    windows.allow("ERR_INTERNET_DISCONNECTED")
    windows.allow("415 (Unsupported Media Type)")
    visit = await _visited(windows, product, people, look)
    wrong: dict[str, list[str]] = {"open": await violations(visit.page)}
    for name, step in STATES.items():
        await step(visit)
        wrong[name] = await violations(visit.page) + await clipped(visit.page)
        if look.large:
            wrong[name] += await too_small(visit.page)
            await album.keep(visit.page, name.replace(" ", "-"))
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_the_form_of_a_left_message_is_for_everybody(
    windows: Windows, product: Product, album: Album, look: Look
) -> None:
    page = await windows.open(look.size)
    await page.goto(product.url + (look.path or "chat/web") + "#leave")
    sheet = page.get_by_test_id("left-sheet")
    await expect(sheet.get_by_test_id("form-submit")).to_be_visible()
    wrong = {"form": await violations(page) + await clipped(page)}
    await sheet.get_by_test_id("form-submit").click()
    await expect(sheet.get_by_role("alert").first).to_be_visible()
    wrong["faults"] = await violations(page) + await clipped(page)
    if look.large:
        wrong["targets"] = await too_small(page)
    await album.keep(page, "left-message")
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
async def test_the_pages_of_tickets_are_for_everybody(
    windows: Windows, product: Product, album: Album, look: Look
) -> None:
    page = await windows.open(look.size)
    await page.goto(product.url + (look.path or "chat/web") + "#tickets")
    wrong: dict[str, list[str]] = {}

    async def check(name: str) -> None:
        wrong[name] = await violations(page) + await clipped(page)
        if look.large:
            wrong[name] += await too_small(page)
        await album.keep(page, f"tickets-{name}")

    sheet = page.get_by_test_id("ticket-sheet")
    await expect(sheet.get_by_test_id("ticket-file")).to_be_visible()
    await check("none")
    await sheet.get_by_test_id("ticket-by-number").click()
    await sheet.get_by_test_id("form-submit").click()
    await expect(sheet.get_by_role("alert").first).to_be_visible()
    await check("by-number")
    await page.keyboard.press("Escape")
    await sheet.get_by_test_id("ticket-file").click()
    await sheet.locator("label", has=page.get_by_test_id("ticket-type-complaint")).click()
    await sheet.get_by_test_id("form-submit").click()
    await expect(sheet.get_by_role("alert").first).to_be_visible()
    await check("form")
    phone = f"137{secrets.randbelow(10**8):08d}"
    for field, value in {"text": "单位三个月没有缴公积金", "name": "王芳", "phone": phone}.items():
        await sheet.locator(f"[data-field={field}]").fill(value)
    await sheet.get_by_test_id("left-get-code").click()
    await expect(sheet.get_by_test_id("left-get-code")).to_be_disabled()
    await sheet.get_by_test_id("left-code").fill(await code_of(product, phone))
    await sheet.get_by_test_id("form-submit").click()
    await sheet.get_by_test_id("ticket-done-look").click()
    await expect(sheet.get_by_test_id("ticket-timeline")).to_be_visible()
    await sheet.get_by_test_id("ticket-urge").click()
    await expect(sheet.get_by_test_id("ticket-told")).to_be_focused()
    await check("one")
    await sheet.get_by_test_id("ticket-withdraw").click()
    await expect(sheet.get_by_test_id("ticket-words")).to_be_focused()
    await check("withdrawing")
    await page.keyboard.press("Escape")
    await expect(sheet.get_by_test_id("ticket-row")).to_be_visible()
    await check("list")
    assert {name: found for name, found in wrong.items() if found} == {}


async def _said(page: Page) -> list[str]:
    texts: list[str] = await page.evaluate("said.map((utterance) => utterance.text)")
    return texts


async def test_answers_are_read_aloud_to_who_wants_it_and_never_after_closing(
    windows: Windows, product: Product
) -> None:
    page = await windows.open()
    await page.add_init_script(DEVICES)
    await page.goto(product.url)
    await page.locator("#bangban-widget .bubble").click()
    field = page.locator("#bangban-widget textarea.field")
    await field.fill(QUESTION)
    await field.press("Enter")
    await expect(page.locator("#bangban-widget .basis")).to_be_visible()
    await expect(page.get_by_test_id("speak")).to_have_count(0)
    await page.get_by_test_id("large-text").click()
    speak = page.get_by_test_id("speak").last
    await speak.click()
    await expect(speak).to_have_text("停止")
    heard = await _said(page)
    assert any("住房" in text for text in heard)
    assert max(len(text) for text in heard) <= 90
    await speak.click()
    assert await _said(page) == []

    await page.get_by_test_id("menu-open").click()
    await page.get_by_test_id("aloud").click()
    await field.fill("社保卡丢了怎么办")
    await field.press("Enter")
    await expect(page.get_by_test_id("speak").filter(has_text="停止")).to_have_count(1)
    assert await _said(page) != []
    await page.locator("#bangban-widget .head-close").click()
    assert await _said(page) == []


async def test_the_language_is_changed_in_the_window_and_kept(
    windows: Windows, product: Product
) -> None:
    page = await windows.open()
    await page.goto(product.url)
    await page.locator("#bangban-widget .bubble").click()
    await page.get_by_test_id("menu-open").click()
    await page.get_by_test_id("language").click()
    panel = page.get_by_role("dialog", name="Ask us")
    await expect(panel.get_by_role("textbox", name="Your question")).to_be_visible()
    assert await panel.evaluate("panel => panel.closest('[lang]').lang") == "en"
    await page.reload()
    await page.get_by_role("button", name="Open the chat").click()
    await expect(panel).to_be_visible()


async def test_texts_spaced_out_by_the_reader_and_twice_the_size_lose_nothing(
    windows: Windows, product: Product, album: Album
) -> None:
    """WCAG 2.1, 1.4.12 (text spacing) and 1.4.4 (200 %, which halves the window)."""
    page = await windows.open({"width": 640, "height": 400})
    await page.goto(product.url)
    await page.locator("#bangban-widget .bubble").click()
    field = page.locator("#bangban-widget textarea.field")
    await field.fill(QUESTION)
    await field.press("Enter")
    await expect(page.locator("#bangban-widget .basis")).to_be_visible()
    await page.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }" +
        "p { margin-bottom: 2em !important }");
      const root = document.querySelector("#bangban-widget").shadowRoot;
      root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    }""")
    await album.keep(page, "spaced")
    assert await clipped(page) == []
    await expect(field).to_be_in_viewport()
    await expect(page.locator("#bangban-widget .send")).to_be_in_viewport()


async def test_strong_colours_of_the_system_and_no_movement_are_respected(
    windows: Windows, product: Product, album: Album
) -> None:
    page = await windows.open()
    await page.emulate_media(forced_colors="active", reduced_motion="reduce")
    await page.goto(product.url)
    await page.locator("#bangban-widget .bubble").click()
    await expect(page.locator("#bangban-widget textarea.field")).to_be_visible()
    await album.keep(page, "forced-colours")
    moving = await page.evaluate("""() => {
      const root = document.querySelector("#bangban-widget").shadowRoot;
      return root.getAnimations().filter((each) => each.playState === "running").length;
    }""")
    assert moving == 0
    borders = await page.locator("#bangban-widget .send").evaluate(
        "button => getComputedStyle(button).borderTopWidth"
    )
    assert borders != "0px", "without its colour a button is known by its border"
