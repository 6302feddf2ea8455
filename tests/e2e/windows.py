"""Browser windows that watch themselves: what a page logs as an error or asks of strangers fails the test."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
)

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 390, "height": 844}


class Windows:
    """The browser windows of one test; each is a person of its own, with storage and cookies of its own."""

    def __init__(self, browser: Browser, *, scale: float = 1) -> None:
        self._browser = browser
        self._scale = scale
        self._contexts: list[BrowserContext] = []
        self._problems: list[str] = []
        # Whether somebody is logged in is found out by asking; the browser reports the answer "no" itself.
        self._allowed = ["401 (Unauthorized) at http://127.0.0.1"]

    async def open(self, size: ViewportSize = DESKTOP, *, touch: bool = False) -> Page:
        """A new person's window, empty; with `touch` as a phone's."""
        context = await self._browser.new_context(
            viewport=size,
            has_touch=touch,
            is_mobile=touch,
            device_scale_factor=self._scale,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self._contexts.append(context)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._problems.append(f"uncaught: {error.error}"))
        context.on("request", self._on_request)
        return await context.new_page()

    def allow(self, text: str) -> None:
        """An error that holds `text` is what this test provokes."""
        self._allowed.append(text)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._problems.append(f"{message.type}: {message.text} at {message.location['url']}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            self._problems.append(f"request to {request.url}")

    @property
    def pages(self) -> list[Page]:
        return [page for context in self._contexts for page in context.pages]

    @property
    def problems(self) -> list[str]:
        return [each for each in self._problems if not any(text in each for text in self._allowed)]

    async def visitor_tokens(self) -> list[tuple[str, str]]:
        """The tokens of the citizens who wrote something in these windows, each with its inbox."""
        stored = [
            (entry["name"].rpartition(".token.")[2], entry["value"])
            for context in self._contexts
            for origin in (await context.storage_state())["origins"]
            for entry in origin["localStorage"]
            if ".token." in entry["name"]
        ]
        return [(inbox, json.loads(value)["token"]) for inbox, value in stored]

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()


class Album:
    """Screenshots of one test, numbered in the order they were taken."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = 0

    async def take(self, page: Page, name: str, *, phone: bool = True) -> None:
        """The page as it is, and with `phone` also as it is on a phone's screen."""
        self._taken += 1
        sizes = {"desktop": DESKTOP, "phone": PHONE} if phone else {"desktop": DESKTOP}
        before = page.viewport_size or DESKTOP
        for label, size in sizes.items():
            await page.set_viewport_size(size)
            path = self._folder / f"{self._taken:02}-{name}-{label}.png"
            await page.screenshot(path=path, animations="disabled", caret="initial")
        await page.set_viewport_size(before)

    async def keep(self, page: Page, name: str) -> None:
        """The page as it is, whatever its size."""
        self._taken += 1
        path = self._folder / f"{self._taken:02}-{name}.png"
        await page.screenshot(path=path, animations="disabled", caret="initial")
