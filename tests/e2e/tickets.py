"""The page of a ticket as people of the office handle it, and an office with two departments."""

from __future__ import annotations

import httpx
from playwright.async_api import Locator, Page, expect

from core.ids import new_id
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product


class TicketWindow:
    """A page of the console with one ticket open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.detail = page.get_by_test_id("ticket-detail")
        self.status = self.detail.get_by_test_id("ticket-status")
        self.turn = self.detail.get_by_test_id("ticket-turn")
        self.news = self.detail.get_by_test_id("ticket-news")
        self.words = self.detail.get_by_test_id("step-reason")

    async def log_in(self, product: Product, login: str, password: str) -> None:
        """As somebody who works on tickets, who need not have a desk."""
        await self.page.goto(product.console_url)
        await AgentWindow(self.page).fill_login(login, password)
        await expect(self.page.get_by_role("link", name="工单", exact=False).first).to_be_visible()

    async def open(self, address: str) -> None:
        await self.page.goto(address)
        await expect(self.detail.get_by_test_id("ticket-number")).to_be_visible()

    async def begin(self, step: str, words: str = "") -> None:
        """Open the form of a step and write."""
        await self.detail.get_by_test_id(f"step-{step}").click()
        if words:
            await self.words.fill(words)

    async def send(self) -> None:
        """Take the step whose form is open; returns when it is done."""
        await self.detail.get_by_test_id("step-send").click()
        await expect(self.detail.get_by_test_id("step-send")).to_have_count(0)

    async def take(self, step: str, words: str = "") -> None:
        await self.begin(step, words)
        await self.send()

    async def give_to(self, department: str) -> None:
        await self.begin("assign")
        await self.detail.get_by_test_id("pick-department").click()
        await self.page.get_by_role("option", name=department).click()

    def entry(self, step: str) -> Locator:
        """The newest entry of that step in the history."""
        return self.detail.get_by_test_id(f"entry-{step}").first


NAMES = {"zhao": "赵敏", "sun": "孙立", "zhou": "周文"}


class Office:
    """Two departments with a handler each, the second one with a head who reviews. Names end with the run's mark."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._mark = new_id()[-5:]
        self.passwords: dict[str, str] = {}
        self.first, self.second = f"归集科{self._mark}", f"执法科{self._mark}"

    def login(self, who: str) -> str:
        return f"{who}-{self._mark}"

    async def enter(self, window: TicketWindow, who: str) -> None:
        await window.log_in(self._product, self.login(who), self.passwords[self.login(who)])

    async def set_up(self) -> None:
        product = self._product
        login = {"login": product.admin_login, "password": product.admin_password}
        async with httpx.AsyncClient(base_url=f"{product.url}api/v1/", trust_env=False) as http:
            token = (await http.post("auth/login", json=login)).json()["token"]
            http.cookies.clear()
            http.headers["authorization"] = f"Bearer {token}"
            ids = {who: await self._add_account(http, who, name) for who, name in NAMES.items()}
            await self._add(http, self.first, [ids["zhao"]], None)
            await self._add(http, self.second, [ids["sun"], ids["zhou"]], ids["zhou"])

    async def _add_account(self, http: httpx.AsyncClient, who: str, name: str) -> str:
        body = {"login": self.login(who), "name": name, "role": "handler"}
        made = await http.post("accounts", json=body)
        assert made.is_success, made.text
        self.passwords[self.login(who)] = made.json()["password"]
        found: str = made.json()["account"]["id"]
        return found

    @staticmethod
    async def _add(
        http: httpx.AsyncClient, name: str, members: list[str], leader: str | None
    ) -> None:
        made = await http.post("departments", json={"name": name})
        assert made.is_success, made.text
        place = made.json()["id"]
        for account in members:
            moved = await http.patch(f"accounts/{account}", json={"department_id": place})
            assert moved.is_success, moved.text
        led = await http.put(f"departments/{place}", json={"name": name, "leader_id": leader})
        assert led.is_success, led.text
