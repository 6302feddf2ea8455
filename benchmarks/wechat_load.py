"""WeChat for the benchmark, in a process of its own: pushes, and takes what the product sends. Reads its orders as JSON
from standard input and prints its figures as JSON.

Pushes go out by the clock, whether the ones before were answered or not, and are timed from when they were due: a
server that stands still for a second is seen by a hundred of them. Bodies are sealed beforehand.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sys
import time
from collections import defaultdict
from typing import Any

import aiohttp
from aiohttp import web

from simulators.tencent.envelope import Seal

# WeChat hangs up after five seconds; waiting longer shows how bad it was.
PATIENCE = aiohttp.ClientTimeout(total=30)
# Quiet for so long: nothing more is coming.
QUIET_SECONDS = 15.0
_POOL = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]

Sealed = tuple[dict[str, str], str]


class Account:
    """The API as far as the product calls it; `bubbles`: what each citizen was sent, in order."""

    def __init__(self) -> None:
        self.bubbles: defaultdict[str, list[str]] = defaultdict(list)
        self.tokens = 0
        self._sent = asyncio.Event()

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._token)
        app.router.add_post("/cgi-bin/message/custom/send", self._send)
        app.router.add_route("*", "/{rest:.*}", self._other)
        return app

    async def quiet(self) -> None:
        """Return when nothing has come for a while."""
        with contextlib.suppress(TimeoutError):
            while True:
                await asyncio.wait_for(self._sent.wait(), QUIET_SECONDS)
                self._sent.clear()

    async def _token(self, _request: web.Request) -> web.Response:
        self.tokens += 1
        return web.json_response({"access_token": "benchmark-token", "expires_in": 7200})

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bubbles[body["touser"]].append(json.dumps(body, ensure_ascii=False))
        self._sent.set()
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _other(self, _request: web.Request) -> web.Response:
        return web.json_response({"errcode": 0, "errmsg": "ok"})


def words(citizen: int, number: int, rng: random.Random) -> str:
    """A question unlike the others, so that no rule takes it for a repeated one; 〔1-2〕 says whose and which."""
    return f"{''.join(rng.choices(_POOL, k=12))}〔{citizen}-{number}〕"


def push(seal: Seal, citizen: int, number: int, rng: random.Random) -> Sealed:
    now = time.time()
    fields = {
        "ToUserName": "gh_benchmark", "FromUserName": f"oCitizen{citizen:05}", "CreateTime": int(now),
        "MsgType": "text", "Content": words(citizen, number, rng),
        "MsgId": 10**15 + citizen * 100_000 + number,
    }  # fmt: skip
    return seal.pushed(fields, mode="encrypted", form="xml", now=now)


async def post(session: aiohttp.ClientSession, url: str, sealed: Sealed) -> tuple[int, str]:
    query, body = sealed
    headers = {"content-type": "text/xml"}
    try:
        async with session.post(url, params=query, data=body.encode(), headers=headers) as response:
            return response.status, await response.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        return 0, type(error).__name__


async def steadily(orders: dict[str, Any], seal: Seal) -> dict[str, Any]:
    """So many pushes a second for so many seconds; seconds from when each was due to its answer."""
    rng = random.Random(7)
    total, citizens = int(orders["rate"] * orders["seconds"]), orders["citizens"]
    bodies = [push(seal, n % citizens, n // citizens, rng) for n in range(total)]
    times: list[float] = []
    wrong: list[str] = []
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0), timeout=PATIENCE
    ) as session:
        begun = time.perf_counter() + 0.5

        async def one(number: int) -> None:
            due = begun + number / orders["rate"]
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            status, text = await post(session, orders["url"], bodies[number])
            times.append(time.perf_counter() - due)
            if (status, text) != (200, "success"):
                wrong.append(f"{status} {text[:100]}")

        await asyncio.gather(*(one(number) for number in range(total)))
    return {"seconds": times, "wrong": wrong[:5], "refused": len(wrong)}


async def shuffled(orders: dict[str, Any], seal: Seal, account: Account) -> dict[str, Any]:
    """Every push once and a share of them again, in any order; then whatever was answered."""
    rng = random.Random(11)
    pushes = [
        push(seal, citizen, number, rng)
        for citizen in range(orders["citizens"])
        for number in range(orders["each"])
    ]
    pushes += rng.sample(pushes, int(len(pushes) * orders["retries"]))
    rng.shuffle(pushes)
    wrong: list[str] = []
    begun = time.perf_counter()
    async with aiohttp.ClientSession(timeout=PATIENCE) as session:
        waiting = iter(pushes)

        async def worker() -> None:
            for sealed in waiting:
                status, text = await post(session, orders["url"], sealed)
                if (status, text) != (200, "success"):
                    wrong.append(f"{status} {text[:100]}")

        await asyncio.gather(*(worker() for _ in range(orders["at_once"])))
    pushed = time.perf_counter() - begun
    await account.quiet()
    answered = time.perf_counter() - begun - QUIET_SECONDS
    return {
        "pushes": len(pushes), "pushed_seconds": pushed, "answered_seconds": answered,
        "wrong": wrong[:5], "refused": len(wrong), "bubbles": account.bubbles,
    }  # fmt: skip


async def main() -> None:
    orders = json.loads(sys.stdin.read())
    seal = Seal(token=orders["token"], aes_key=orders["aes_key"], receiver=orders["app_id"])
    account = Account()
    runner = web.AppRunner(account.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", orders["api_port"]).start()
    found = (
        await shuffled(orders, seal, account) if "each" in orders else await steadily(orders, seal)
    )
    await runner.cleanup()
    print(json.dumps({**found, "tokens": account.tokens}, ensure_ascii=False))


if __name__ == "__main__":
    asyncio.run(main())
