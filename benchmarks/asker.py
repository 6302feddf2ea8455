"""Asks a server without pause, as a process of its own: `python -m benchmarks.asker URL FILE`, the token and texts on
standard input as JSON. Writes a line for each answer: kind, when it was asked, seconds, whether it came.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import httpx

# Between two requests of a kind: some 20 a second in all, far more than a busy service has.
PAUSE_SECONDS = 0.1


async def ask_forever(
    http: httpx.AsyncClient, kind: str, request: Callable[[int], dict[str, Any]], out: TextIO
) -> None:
    number = 0
    while True:
        asked, begun = time.time(), time.perf_counter()
        try:
            came = (await http.get(**request(number))).status_code == 200
        except httpx.HTTPError:
            came = False
        out.write(json.dumps([kind, asked, time.perf_counter() - begun, came]) + "\n")
        out.flush()
        number += 1
        await asyncio.sleep(PAUSE_SECONDS)


async def main(url: str, file: str) -> None:
    given = json.loads(sys.stdin.read())
    texts = given["texts"]

    def search(number: int) -> dict[str, Any]:
        return {"url": "/api/v1/knowledge/search", "params": {"q": texts[number % len(texts)]}}

    headers = {"authorization": f"Bearer {given['token']}"}
    with Path(file).open("w", encoding="utf-8") as out:  # noqa: ASYNC230 - before anything is asked
        async with httpx.AsyncClient(
            base_url=url, headers=headers, trust_env=False, timeout=60
        ) as http:
            await asyncio.gather(
                ask_forever(http, "search", search, out),
                ask_forever(http, "healthz", lambda _: {"url": "/healthz"}, out),
            )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
