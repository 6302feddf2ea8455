"""One product and one browser for all tests of this folder; windows and accounts for each."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from core.settings import ROOT
from deploy.setup.chromium import find_chromium
from tests.e2e.desk import AgentWindow
from tests.e2e.product import Product, started
from tests.e2e.widget import CitizenWindow
from tests.e2e.windows import Album, Windows
from tests.integration.app.clients import VisitorClient

ARTIFACTS = ROOT / "test-artifacts"
PASSWORD = "correct horse 1"
# On a busy machine; nothing waits this long when it works.
PATIENCE_MS = 15_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here share the browser, so they share its event loop; the first one waits for the product."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def artifacts() -> Path:
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    ARTIFACTS.mkdir()
    return ARTIFACTS


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Product]:
    async with started(tmp_path_factory.mktemp("product")) as product:
        yield product


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def agent_login(product: Product) -> tuple[str, str]:
    """Account and password of the agent 王芳, added beside the running server."""
    await product.command(
        "agents", "add", "wangfang", "--name", "王芳", "--role", "agent", "--password-stdin",
        line=PASSWORD,
    )  # fmt: skip
    return "wangfang", PASSWORD


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def supervisor_login(product: Product) -> tuple[str, str]:
    """Account and password of the supervisor 李霞."""
    await product.command(
        "agents", "add", "lixia", "--name", "李霞", "--role", "supervisor", "--password-stdin",
        line=PASSWORD,
    )  # fmt: skip
    return "lixia", PASSWORD


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    program = find_chromium()
    assert program is not None, "no Chromium found: `make test` says how to get one"
    async with async_playwright() as playwright:
        playwright.selectors.set_test_id_attribute("data-test")
        expect.set_options(timeout=PATIENCE_MS)
        browser = await playwright.chromium.launch(
            executable_path=program,
            args=[
                "--no-sandbox", "--disable-background-networking",
                # A microphone that beeps; leave to use it is not given.
                "--use-fake-device-for-media-stream",
            ],
        )  # fmt: skip
        yield browser
        await browser.close()


@pytest.fixture
def album(request: pytest.FixtureRequest, artifacts: Path) -> Album:
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")
    return Album(artifacts / name)


@pytest_asyncio.fixture(loop_scope="session")
async def windows(
    browser: Browser, product: Product, album: Album, request: pytest.FixtureRequest
) -> AsyncIterator[Windows]:
    windows = Windows(browser)
    failed_before = request.session.testsfailed
    yield windows
    if request.session.testsfailed > failed_before:
        for page in windows.pages:
            await album.take(page, "at-the-end", phone=False)
    problems = windows.problems
    tokens = await windows.visitor_tokens()
    await windows.close()
    # All tests share one queue: nobody may be left waiting in it.
    for inbox, token in tokens:
        async with VisitorClient(product.url, token, inbox) as visitor:
            await visitor.ack("close_conversation")
    assert problems == []


class People:
    """Opens the windows of citizens and agents."""

    def __init__(self, product: Product, windows: Windows, agent: tuple[str, str]) -> None:
        self._product = product
        self._windows = windows
        self._agent = agent

    async def citizen(self) -> CitizenWindow:
        """A new citizen on the demo page, with the panel open."""
        citizen = CitizenWindow(await self._windows.open())
        await citizen.page.goto(self._product.url)
        await citizen.open()
        return citizen

    async def agent(self) -> AgentWindow:
        """The agent 王芳 at the desk, logged in and online."""
        agent = AgentWindow(await self._windows.open())
        await agent.page.goto(self._product.console_url)
        await agent.log_in(*self._agent)
        await agent.go_online()
        return agent


@pytest.fixture
def people(product: Product, windows: Windows, agent_login: tuple[str, str]) -> People:
    return People(product, windows, agent_login)
