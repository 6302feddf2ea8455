"""The agents' page in a browser: `python -m benchmarks.desk_page FOLDER [--quick]`.

A desk with 500 own conversations and 500 in the queue; one of the own has 10,000 messages. Measured in headless
Chromium with its own clock and its own tracing: the first view, a received message from socket to paint, frames
while scrolling. And the search among 100,000 messages, on the server. Prints one JSON document; part of `make bench`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import string
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from benchmarks.desk_seed import Seeded, Size, seed
from benchmarks.measures import median, percentile
from benchmarks.people_site import SQLITE, Server, product
from core.ids import new_id
from core.settings import ROOT
from deploy.setup.chromium import find_chromium
from tests.integration.app.clients import AgentClient, VisitorClient

WINDOW = {"width": 1280, "height": 800}
FULL, QUICK = Size(), Size(own=100, waiting=100, long=2_000, spoken=10_000)
VIEWS, ARRIVALS, SEARCHES = 5, 30, 10
# A citizen who writes faster than this is held back.
PAUSE_S = 0.6
WORDS = ("缴存证明 窗口", "异地", "放款", "没有这样的话")
# Steps of a mouse wheel: as far as somebody in a hurry turns it.
WHEEL_PX, TURNS = 600, 240
FRAME_MS = 1000 / 60

# Notes when the socket has brought the message, and when the frame that shows it has been painted: after the next
# animation frame the browser paints, and only then it has time for a message posted there.
WATCH = """
(() => {
  const heard = window.heard = {};
  const Real = window.WebSocket;
  window.WebSocket = class extends Real {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", (event) => {
        const data = typeof event.data === "string" ? event.data : "";
        const found = data.includes("message.created") && data.match(/bench-[a-z]+/);
        if (found && !heard[found[0]]) watch(found[0], performance.now());
      });
    }
  };
  function watch(text, at) {
    heard[text] = { at };
    const look = () => {
      const places = [...document.querySelectorAll(".log .msg-balloon, .row-preview")];
      const shown = places.some((each) => each.textContent.includes(text));
      if (!shown) return requestAnimationFrame(look);
      const after = new MessageChannel();
      after.port1.onmessage = () => (heard[text].painted = performance.now());
      after.port2.postMessage(0);
    };
    requestAnimationFrame(look);
  }
})();
"""


def summary(values: Sequence[float]) -> dict[str, float]:
    return {
        "p50_ms": round(median(values), 1),
        "p95_ms": round(percentile(values, 0.95), 1),
        "most_ms": round(max(values), 1),
    }


async def measure(folder: Path, *, quick: bool) -> dict[str, Any]:
    size = QUICK if quick else FULL
    server, settings = product(
        SQLITE, folder / "desk", f"sqlite+aiosqlite:///{folder / 'desk' / 'bangban.db'}"
    )
    seeded = await seed(settings, size)
    server.start()
    try:
        async with async_playwright() as playwright:
            program = find_chromium()
            assert program is not None, "no Chromium found: `make test` says how to get one"
            browser = await playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox"]
            )
            try:
                return {
                    "own": size.own + 1,
                    "waiting": size.waiting,
                    "long": size.long,
                    "spoken": size.spoken,
                    "first_view": await first_view(browser, server, seeded),
                    "arrival": await arrivals(browser, server, seeded),
                    "scrolling": await scrolling(browser, server, seeded),
                    "search": await searches(server, seeded),
                }
            finally:
                await browser.close()
    finally:
        server.stop()


async def _context(browser: Browser, server: Server, seeded: Seeded) -> BrowserContext:
    context = await browser.new_context(viewport=WINDOW, locale="zh-CN")  # type: ignore[arg-type]
    cookie = {"name": "bangban_session", "value": seeded.token, "url": server.url}
    await context.add_cookies([cookie])  # type: ignore[list-item]
    return context


async def _desk(context: BrowserContext, server: Server, conversation: str = "") -> Page:
    page = await context.new_page()
    await page.add_init_script(WATCH)
    await page.goto(f"{server.url}/console/desk/{conversation}", wait_until="commit")
    await page.locator(".row").first.wait_for()
    if conversation:
        await page.locator(".log .msg").first.wait_for()
    return page


async def first_view(browser: Browser, server: Server, seeded: Seeded) -> dict[str, Any]:
    """From asking for the page until rows of the list are painted; an empty cache each time."""
    painted, bytes_sent = [], 0.0
    for _ in range(VIEWS):
        context = await _context(browser, server, seeded)
        page = await _desk(context, server)
        painted.append(
            await page.evaluate(
                "() => new Promise((tell) => requestAnimationFrame(() => setTimeout(() => tell(performance.now()))))"
            )
        )
        rows = await page.locator(".row").count()
        bytes_sent = await page.evaluate(
            "() => performance.getEntriesByType('resource').reduce((sum, each) => sum + each.transferSize, 0)"
        )
        await context.close()
    return summary(painted) | {"rows_on_page": rows, "kilobytes": round(bytes_sent / 1024)}


async def arrivals(browser: Browser, server: Server, seeded: Seeded) -> dict[str, Any]:
    """A citizen writes: from the socket's message in the page until it is painted, opened and in the list."""
    context = await _context(browser, server, seeded)
    async with (
        VisitorClient(server.url) as citizen,
        AgentClient(server.url, seeded.token) as agent,
    ):
        # From the bot: whether people are on duty just now does not matter then.
        first = {"type": "text", "text": "您好"}
        said = await citizen.call("send_message", client_msg_id=new_id(), content=first)
        conversation = said["conversation_id"]
        await agent.call("claim_conversation", conversation_id=conversation)
        taken: dict[str, list[float]] = {}
        for place, opened in (("opened", conversation), ("in the list", seeded.long)):
            page = await _desk(context, server, opened)
            await page.wait_for_timeout(1_000)  # what the page still fetches is not measured here
            for _ in range(ARRIVALS):
                # Letters: what looks like the number of a card is covered on its way to the desk.
                text = "bench-" + "".join(random.choices(string.ascii_lowercase, k=12))
                content = {"type": "text", "text": text}
                await citizen.call("send_message", client_msg_id=new_id(), content=content)
                found = await page.wait_for_function(
                    "(text) => window.heard[text]?.painted && window.heard[text]", arg=text
                )
                times = await found.json_value()
                taken.setdefault(place, []).append(times["painted"] - times["at"])
                await asyncio.sleep(PAUSE_S)
            await page.close()
    await context.close()
    return {place: summary(values) for place, values in taken.items()}


async def scrolling(browser: Browser, server: Server, seeded: Seeded) -> dict[str, Any]:
    """The wheel is turned up a long thread: how long frames take, and how much stands on the page."""
    context = await _context(browser, server, seeded)
    page = await _desk(context, server, seeded.long)
    await page.locator(".log").hover()
    await browser.start_tracing(
        page=page, categories=["disabled-by-default-devtools.timeline.frame", "devtools.timeline"]
    )
    await page.evaluate(
        """() => {
          const frames = (window.frames_ms = []);
          let last = performance.now();
          const tick = (now) => { frames.push(now - last); last = now; window.ticking = requestAnimationFrame(tick); };
          window.ticking = requestAnimationFrame(tick);
        }"""
    )
    most = 0
    begun = time.perf_counter()
    for turn in range(TURNS):
        await page.mouse.wheel(0, -WHEEL_PX)
        await page.wait_for_timeout(FRAME_MS)
        if turn % 20 == 0:
            most = max(most, await page.locator(".log [data-seq]").count())
    seconds = time.perf_counter() - begun
    frames = await page.evaluate(
        "() => { cancelAnimationFrame(window.ticking); return window.frames_ms; }"
    )
    trace = json.loads(await browser.stop_tracing())
    names = [event["name"] for event in trace["traceEvents"]]
    first = int(await page.locator(".log [data-seq]").first.get_attribute("data-seq") or 0)
    await context.close()
    return {
        "frames": summary(frames),
        "frames_per_second": round(len(frames) / seconds),
        "frames_over_50_ms": sum(frame > 50 for frame in frames),
        "dropped": names.count("DroppedFrame"),
        "drawn": names.count("DrawFrame"),
        "read_back_to": first,
        "most_messages_on_page": most,
    }


async def searches(server: Server, seeded: Seeded) -> dict[str, Any]:
    """The desk's search over everything that was said, one request after the other."""
    taken: dict[str, list[float]] = {}
    headers = {"Authorization": f"Bearer {seeded.token}"}
    async with httpx.AsyncClient(base_url=server.url, headers=headers, trust_env=False) as http:
        for _ in range(SEARCHES):
            for words in WORDS:
                begun = time.perf_counter()
                answer = await http.get("/api/v1/conversations/search", params={"q": words})
                answer.raise_for_status()
                taken.setdefault(words, []).append((time.perf_counter() - begun) * 1000)
    return {words: summary(values) for words, values in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk_page")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    assert ROOT.exists()
    print(
        json.dumps(
            asyncio.run(measure(arguments.folder, quick=arguments.quick)), ensure_ascii=False
        )
    )


if __name__ == "__main__":
    main()
