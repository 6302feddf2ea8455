"""How fast an office system that was away gets its events: `python -m benchmarks.tickets_feed [--events N]`.

A receiver on a real port fails until N events wait for it, then takes everything. Measured is from its first success
until nothing waits, on SQLite and on PostgreSQL. Order and repeats are checked on the way.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.migrate import upgrade
from app.office import build_office
from core.clock import SystemClock
from core.database import Database
from core.ids import new_id
from core.outbox.worker import OutboxWorker
from core.settings import Settings
from core.unit_of_work import UnitOfWorkFactory
from core.webhooks.calling import Outside
from handoff.tickets import history
from handoff.tickets.models import Ticket
from handoff.tickets.office.queue import counts
from handoff.tickets.office.schemas import TicketEndpointWrite
from handoff.tickets.status import TicketStatus
from handoff.tickets.types.models import TicketType
from handoff.tickets.types.shipped import add_shipped
from tests import services

STEPS = 10


def receive(port: int) -> None:
    """The other system, in a process of its own: remembers ids in order; /open lets events in."""
    heard: list[tuple[str, str, int]] = []
    opened = False

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        nonlocal opened
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, answer = 204, b""
        if scope["path"] == "/open":
            opened = True
        elif scope["path"] == "/heard":
            status, answer = 200, json.dumps(heard).encode()
        elif not opened:
            status = 503
        else:
            event = json.loads(body)
            ticket = event["data"]["ticket"]
            heard.append((event["id"], ticket["id"], ticket["version"]))
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": answer})

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", lifespan="off")


@contextmanager
def receiver() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.tickets_feed", "--receive", str(port)]
    process = subprocess.Popen(command)
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 20
        while True:
            try:
                httpx.get(f"{url}/heard", trust_env=False)
                break
            except httpx.HTTPError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(20)


async def fill(uows: UnitOfWorkFactory, events: int) -> float:
    """Tickets with ten steps each, a transaction a step, as people take them; seconds that took."""
    begun = time.monotonic()
    for _ in range(events // STEPS):
        async with uows.write() as uow:
            now = uow.clock.now()
            ticket = Ticket(
                id=new_id(), number=new_id()[-32:], type="complaint", stage="handle",
                title="提取款没有到账", description="等了一个月", status="new", version=0,
                source="api", created_at=now, updated_at=now,
            )  # fmt: skip
            uow.session.add(ticket)
            await uow.session.flush()
            await _record(uow, ticket, "file", None)
        for _step in range(STEPS - 1):
            async with uows.write() as uow:
                row = await uow.session.get_one(Ticket, ticket.id)
                await _record(uow, row, "comment", TicketStatus.NEW)
    return time.monotonic() - begun


async def _record(uow: Any, ticket: Ticket, step: str, before: TicketStatus | None) -> None:
    await history.record(
        uow, ticket, step, before, actor="system", actor_name="系统", reason="已核对", data={}
    )


async def measure(address: str, events: int, home: Path, url: str) -> dict[str, Any]:
    database = Database(address)
    uows = UnitOfWorkFactory(database, SystemClock())
    settings = Settings(_env_file=None, home=home, secret_key="benchmark", outbound_proxy="")  # type: ignore[call-arg]
    outside = Outside()
    office = build_office(settings, uows, outside)
    outbox = OutboxWorker(uows, office.handlers())
    uows.wake_outbox = outbox.wake
    async with uows.write() as uow:
        if await uow.session.get(TicketType, "complaint") is None:
            await add_shipped(uow)
    nobody = await fill(uows, events // 10)
    async with uows.write() as uow:
        endpoint, _secret = await office.systems.create(
            uow, TicketEndpointWrite(name="办公系统", url=url), "benchmark"
        )
    worker = asyncio.create_task(outbox.run())
    filled = await fill(uows, events)
    async with uows.read() as session:
        waiting = (await counts(session))[endpoint.id]
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.post(f"{url}/open")
        begun = time.monotonic()
        async with uows.write() as uow:
            row = await uow.session.get_one(type(endpoint), endpoint.id)
            await office.systems.go(uow, row)
        while True:
            await asyncio.sleep(0.2)
            async with uows.read() as session:
                if not await counts(session):
                    break
        seconds = time.monotonic() - begun
        heard = (await http.get(f"{url}/heard")).json()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    await outside.close()
    await database.close()
    versions: dict[str, list[int]] = {}
    for _id, ticket, version in heard:
        versions.setdefault(ticket, []).append(version)
    return {
        "waiting": waiting,
        "delivered": len(heard),
        "repeats": len(heard) - len({id for id, _, _ in heard}),
        "in_order": all(found == list(range(1, STEPS + 1)) for found in versions.values()),
        "seconds": round(seconds, 1),
        "per_second": round(len(heard) / seconds),
        "ms_a_step_with_nobody_listening": round(nobody / (events // 10) * 1000, 2),
        "ms_a_step_with_one_that_fails": round(filled / events * 1000, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--receive", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.receive:
        receive(arguments.receive)
        return
    folder = Path(tempfile.mkdtemp(prefix="bangban-feed-"))
    try:
        with ExitStack() as stack:
            server = stack.enter_context(services.postgres(durable=True))
            addresses = {
                "sqlite": f"sqlite+aiosqlite:///{folder}/feed.sqlite3",
                "postgresql": f"{server}/postgres",
            }
            for name, address in addresses.items():
                upgrade(address)
                with receiver() as url:
                    found = asyncio.run(measure(address, arguments.events, folder / name, url))
                sys.stdout.write(json.dumps({"database": name, **found}) + "\n")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
