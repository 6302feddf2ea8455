"""The console's pages without a fault that axe-core knows, for colleagues who work by keyboard and screen reader."""

from __future__ import annotations

from playwright.async_api import expect

from tests.e2e.axe import violations
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product
from tests.e2e.windows import Windows

# Of each section, and of the settings those with forms of every kind.
PAGES = [
    "desk", "wall", "tickets", "ratings", "left-messages", "knowledge/articles", "bot/intents",
    "settings/hours", "settings/rules", "settings/ratings", "settings/clocks", "settings/widget",
]  # fmt: skip


async def test_the_consoles_pages_are_for_everybody(
    windows: Windows, product: Product, supervisor_login: tuple[str, str]
) -> None:
    lead = AgentWindow(await windows.open())
    await lead.page.goto(product.console_url)
    await expect(lead.page.get_by_role("textbox", name="账号")).to_be_visible()
    wrong = {"login": await violations(lead.page)}
    await lead.log_in(*supervisor_login)
    for path in PAGES:
        await lead.page.goto(product.console_url + path)
        await expect(lead.page.locator("main, .desk").first).to_be_visible()
        await lead.page.wait_for_load_state("networkidle")
        assert lead.page.url.startswith(product.console_url + path), "somebody else's page"
        wrong[path] = await violations(lead.page)
    assert {path: found for path, found in wrong.items() if found} == {}
