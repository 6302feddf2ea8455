"""The widget's first view on a slow phone: `python -m benchmarks.widget FOLDER [--quick]`.

Headless Chromium as a phone, slowed down through its own protocol: a processor four times slower, and the line that
Lighthouse simulates for phones (its "slow 4G", fast 3G before): 1.6 Mbit/s down, 0.75 up, 150 ms for each request.
The page is another origin's, nothing is cached. Times are the browser's own, from the start of the request for
widget.js to the button that answers a press, and to the window painted after it was called for at once.
Prints one JSON document; part of `make bench`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, async_playwright

from benchmarks.measures import median
from benchmarks.people_site import SQLITE, Server, make_agents, product
from core.settings import ROOT
from deploy.setup.chromium import find_chromium
from tests.e2e.portal import page, portal

PHONE = {"width": 390, "height": 844}
CPU_SLOWER = 4
KILOBIT = 1000 / 8
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1600 * KILOBIT,
    "uploadThroughput": 750 * KILOBIT,
}
ROUNDS, QUICK_ROUNDS = 9, 3
# A frame has been painted when the task behind its animation frame runs.
WATCH = """
(() => {
  const inside = (find) => document.getElementById("bangban-widget")?.shadowRoot.querySelector(find);
  const painted = {};
  window.painted = painted;
  const look = () => {
    for (const [name, find] of [["button", ".bubble"], ["window", ".panel textarea"], ["welcome", ".panel .item"]])
      if (!painted[name] && inside(find)) {
        painted[name] = -1;
        const after = new MessageChannel();
        after.port1.onmessage = () => (painted[name] = performance.now());
        after.port2.postMessage(0);
      }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
TIMES = """
() => {
  const begun = performance.getEntriesByType("resource").find((each) => each.name.endsWith("/widget.js")).startTime;
  const mark = (name) => performance.getEntriesByName(name)[0].startTime - begun;
  const of = (name) => painted[name] - begun;
  return {
    answers_ms: mark("bangban-button"), button_ms: of("button"), window_ms: of("window"), welcome_ms: of("welcome"),
  };
}
"""


async def first_view(browser: Browser, server: Server, *, called_for: bool) -> dict[str, float]:
    """One visit. `called_for`: the website opens the window at once, so that its time is not that of a finger."""
    early = "<script>window.Bangban = [['open']];</script>" if called_for else ""
    html = page(f'{early}<script src="{server.url}/widget.js" async></script>')
    async with portal(html) as address:
        context = await browser.new_context(
            viewport=PHONE, is_mobile=True, has_touch=True, locale="zh-CN"
        )  # type: ignore[arg-type]
        await context.add_init_script(WATCH)
        window = await context.new_page()
        slow = await context.new_cdp_session(window)
        await slow.send("Network.enable")
        await slow.send("Network.emulateNetworkConditions", LINE)
        await slow.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWER})
        await window.goto(address)
        wanted = "painted.welcome > 0" if called_for else "painted.button > 0"
        await window.wait_for_function(wanted)
        times: dict[str, float] = await window.evaluate(TIMES)
        await context.close()
    return times


async def measure(folder: Path, *, quick: bool) -> dict[str, Any]:
    server, settings = product(
        SQLITE, folder / "widget", f"sqlite+aiosqlite:///{folder / 'widget' / 'bangban.db'}"
    )
    await make_agents(settings, 1, 5)
    server.start()
    try:
        async with async_playwright() as playwright:
            program = find_chromium()
            assert program is not None, "no Chromium found: `make test` says how to get one"
            browser = await playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox"]
            )
            try:
                await first_view(browser, server, called_for=True)
                rounds = range(QUICK_ROUNDS if quick else ROUNDS)
                closed = [await first_view(browser, server, called_for=False) for _ in rounds]
                opened = [await first_view(browser, server, called_for=True) for _ in rounds]
            finally:
                await browser.close()
    finally:
        server.stop()
    return {
        "sizes_kb": sizes(),
        "answers": _spread(closed, "answers_ms"),
        "button": _spread(closed, "button_ms"),
        "window": _spread(opened, "window_ms"),
        "welcome": _spread(opened, "welcome_ms"),
    }


def sizes() -> dict[str, float]:
    """Compressed, as they are sent: the script, and the first view behind it."""
    dist = ROOT / "web" / "dist"
    [first] = (dist / "widget").glob("first-*.js.gz")
    script = (dist / "widget.js.gz").stat().st_size
    beside = sum(each.stat().st_size for each in (dist / "widget").glob("rolldown-runtime-*.js"))
    whole = script + first.stat().st_size + beside
    return {"script": round(script / 1024, 1), "whole": round(whole / 1024, 1)}


def _spread(visits: list[dict[str, float]], name: str) -> dict[str, float]:
    values = [visit[name] for visit in visits]
    return {"p50_ms": round(median(values)), "most_ms": round(max(values))}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.widget")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    print(
        json.dumps(
            asyncio.run(measure(arguments.folder, quick=arguments.quick)), ensure_ascii=False
        )
    )


if __name__ == "__main__":
    main()
