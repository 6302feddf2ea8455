"""Scrolling a citizen's window: `python -m benchmarks.widget_scroll FOLDER [--quick]`.

One citizen has 5,000 messages, the last 4,000 in one conversation, the others in fifty earlier ones. In headless
Chromium the wheel is turned up through all of them, once while they are fetched and once when they are there: how
long frames take by the page's own clock, frames dropped by the browser's own tracing, tasks that block for longer
than 50 ms, and how many messages stand on the page. Prints one JSON document; part of `make bench`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.desk_page import summary
from benchmarks.people_site import SQLITE, Server, product
from benchmarks.widget_talk import INBOX, Citizen, seed_citizen
from deploy.setup.chromium import find_chromium

PHONE = {"width": 390, "height": 844}
FULL, QUICK = 5_000, 600
# Steps of a wheel or a finger in a hurry, one a frame; more than this many are never needed.
WHEEL_PX, MOST_TURNS = 400, 4_000
FRAME_MS = 1000 / 60
LOOK_EVERY = 20
# So often without getting further the top is reached.
STUCK = 12

WATCH = """() => {
  window.watched?.();
  const [frames, long] = [window.frames_ms = [], window.long_ms = []];
  const slow = new PerformanceObserver((list) => list.getEntries().forEach((each) => long.push(each.duration)));
  slow.observe({ type: "longtask" });
  let last = performance.now();
  let next = requestAnimationFrame(function tick(now) {
    frames.push(now - last);
    last = now;
    next = requestAnimationFrame(tick);
  });
  window.watched = () => { cancelAnimationFrame(next); slow.disconnect(); };
}"""
AT_THE_END = """() => {
  const log = document.querySelector("#bangban-widget").shadowRoot.querySelector(".log");
  return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
}"""
# How many messages are on the page, and which is the first.
LOOK = """() => {
  const log = document.querySelector("#bangban-widget").shadowRoot.querySelector(".log");
  const rows = log.querySelectorAll("[data-seq]");
  return { rows: rows.length, first: rows[0]?.dataset.id ?? "", top: log.scrollTop,
           oldest: !!log.querySelector('[data-test="oldest"]') };
}"""


async def measure(folder: Path, *, quick: bool) -> dict[str, Any]:
    messages = QUICK if quick else FULL
    address = f"sqlite+aiosqlite:///{folder / 'widget' / 'bangban.db'}"
    server, settings = product(SQLITE, folder / "widget", address)
    citizen = await seed_citizen(settings, messages)
    server.start()
    try:
        async with async_playwright() as playwright:
            program = find_chromium()
            assert program is not None, "no Chromium found: `make test` says how to get one"
            browser = await playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox"]
            )
            try:
                page = await _window(browser, server, citizen)
                fetched = await _turn_up(browser, page)
                await page.locator(".newer").click()
                await page.wait_for_function(AT_THE_END)
                again = await _turn_up(browser, page)
            finally:
                await browser.close()
    finally:
        server.stop()
    return {"messages": messages, "while_fetching": fetched, "all_here": again}


async def _window(browser: Browser, server: Server, citizen: Citizen) -> Page:
    context = await browser.new_context(viewport=PHONE, locale="zh-CN")  # type: ignore[arg-type]
    stored = json.dumps(citizen.stored)
    await context.add_init_script(
        f"localStorage.setItem('bangban.token.{INBOX}', {json.dumps(stored)})"
    )
    page = await context.new_page()
    await page.goto(server.url)
    await page.get_by_role("button", name="打开在线咨询").last.click()
    await page.locator(".log [data-seq]").first.wait_for()
    return page


async def _turn_up(browser: Browser, page: Page) -> dict[str, Any]:
    """Turn the wheel up from the newest to the oldest message."""
    await page.locator(".log").hover()
    await browser.start_tracing(
        page=page, categories=["disabled-by-default-devtools.timeline.frame", "devtools.timeline"]
    )
    await page.evaluate(WATCH)
    begun, most, turns, stuck = time.perf_counter(), 0, 0, 0
    oldest = False
    seen: set[str] = set()
    while turns < MOST_TURNS and not oldest:
        await page.mouse.wheel(0, -WHEEL_PX)
        await page.wait_for_timeout(FRAME_MS)
        turns += 1
        if turns % LOOK_EVERY == 0:
            look = await page.evaluate(LOOK)
            most, oldest = max(most, look["rows"]), look["oldest"]
            stuck = stuck + 1 if look["first"] in seen else 0
            seen.add(look["first"])
            assert stuck < STUCK * 10, "the log does not move any more"
    seconds = time.perf_counter() - begun
    frames, long = await page.evaluate("() => [window.frames_ms, window.long_ms]")
    names = [each["name"] for each in json.loads(await browser.stop_tracing())["traceEvents"]]
    return {
        "turns": turns,
        "seconds": round(seconds, 1),
        "reached_the_oldest": oldest,
        "most_messages_on_page": most,
        "frames": summary(frames),
        "frames_per_second": round(len(frames) / seconds, 1),
        "frames_late": sum(frame > 1.5 * FRAME_MS for frame in frames),
        "frames_counted": len(frames),
        "drawn": names.count("DrawFrame"),
        "dropped": names.count("DroppedFrame"),
        "long_tasks": len(long),
        "longest_task_ms": round(max(long, default=0)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.widget_scroll")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(json.dumps(asyncio.run(measure(arguments.folder, quick=arguments.quick))))


if __name__ == "__main__":
    main()
