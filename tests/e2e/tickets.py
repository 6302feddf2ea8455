"""The page of a ticket as people of the office handle it, and an office with two departments."""

from __future__ import annotations

import httpx
from playwright.async_api import Locator, Page, expect

from core.ids import new_id
from tests.e2e.conftest import PASSWORD
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

    async def log_in(self, product: Product, login: str) -> None:
        """As somebody who works on tickets, who need not have a desk."""
        await self.page.goto(product.console_url)
        await AgentWindow(self.page).fill_login(login, PASSWORD)
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


class Office:
    """Two departments with a handler each, the second one with a head who reviews. Names end with the run's mark."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._mark = new_id()[-5:]
        self.first, self.second = f"归集科{self._mark}", f"执法科{self._mark}"

    def login(self, who: str) -> str:
        return f"{who}-{self._mark}"

    async def set_up(self) -> None:
        names = {"zhao": "赵敏", "sun": "孙立", "zhou": "周文"}
        for who, name in names.items():
            await self._product.command(
                "agents", "add", self.login(who), "--name", name, "--role", "handler",
                "--password-stdin", line=PASSWORD,
            )  # fmt: skip
        product = self._product
        login = {"login": product.admin_login, "password": product.admin_password}
        async with httpx.AsyncClient(base_url=f"{product.url}api/v1/", trust_env=False) as http:
            token = (await http.post("auth/login", json=login)).json()["token"]
            http.cookies.clear()
            http.headers["authorization"] = f"Bearer {token}"
            listed = (await http.get("accounts", params={"q": self._mark, "limit": 100})).json()
            ids = {each["login"]: each["id"] for each in listed["items"]}
            await self._add(http, self.first, [ids[self.login("zhao")]], None)
            members = [ids[self.login(who)] for who in ("sun", "zhou")]
            await self._add(http, self.second, members, members[1])

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
