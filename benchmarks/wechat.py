"""Pushes of WeChat under load: `python -m benchmarks.wechat FOLDER [--quick] [--json FILE]`.

Acknowledged: 100 pushes a second for a minute, sealed, of 500 citizens, while the bot needs five seconds for an answer
or is down; WeChat gives up after five seconds. Once and in order: 10,000 pushes of 200 citizens, a tenth of them again,
all shuffled; each must be stored and answered once, and each citizen's answers must come in the order in which his
messages were stored. On SQLite and on PostgreSQL, both of which wait for the disk at every commit.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.container import build
from app.install import prepare
from app.migrate import upgrade
from benchmarks.measures import percentile
from benchmarks.people_site import POSTGRES, SQLITE, postgres
from benchmarks.processes import Started, answers
from channels.tencent.accounts.credentials import Credentials
from core.conversation.models import Conversation, Message
from core.processes import free_port
from core.settings import ROOT, Settings

INBOX, APP_ID = "bench", "wx0000000000bench0"
RATE, SECONDS, CITIZENS = 100, 60, 500
MANY, EACH, RETRIES, AT_ONCE = 200, 50, 0.1, 40
_MARK = re.compile(r"〔(\d+-\d+)〕")


def say(text: str) -> None:
    print(f"· {text}", file=sys.stderr, flush=True)


class Site:
    """The product on one database, with one account whose API is the load generator's."""

    def __init__(self, folder: Path, database_url: str) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.api_port, self.port = free_port(), free_port()
        self.credentials = Credentials.random()
        self.env = {
            "BANGBAN_HOME": str(folder),
            "PORT": str(self.port),
            "BANGBAN_SIMULATORS": "false",
            "BANGBAN_DATABASE_URL": database_url,
            "BANGBAN_LOG_LEVEL": "WARNING",
            "BANGBAN_WECHAT_API_BASE": f"http://127.0.0.1:{self.api_port}",
        }
        self.settings = Settings(
            home=folder, port=self.port, database_url=database_url,
            wechat_api_base=f"http://127.0.0.1:{self.api_port}",
        )  # fmt: skip

    async def connect(self) -> None:
        await asyncio.to_thread(upgrade, self.settings.resolved_database_url)
        container = build(self.settings)
        try:
            await prepare(container)
            async with container.uows.write() as uow:
                await container.weixin.wechat.accounts.connect(
                    uow, inbox_id=INBOX, name="压力测试", app_id=APP_ID, mode="encrypted",
                    credentials=self.credentials, actor="bench",
                )  # fmt: skip
        finally:
            await container.close()

    @contextlib.contextmanager
    def served(self, bot: str) -> Iterator[None]:
        command = [sys.executable, "-m", "benchmarks.wechat_server", str(self.port), bot]
        log = self.folder / f"{bot}.log"
        server = Started("the product", command, env=self.env, cwd=ROOT, log=log)
        try:
            server.wait_until(lambda: answers(f"http://127.0.0.1:{self.port}/healthz"))
            yield
        finally:
            server.stop()

    def load(self, **orders: Any) -> dict[str, Any]:
        orders |= {
            "url": f"http://127.0.0.1:{self.port}/channels/wechat/{INBOX}",
            "api_port": self.api_port,
            "token": self.credentials.token,
            "aes_key": self.credentials.encoding_aes_key,
            "app_id": APP_ID,
        }
        command = [sys.executable, "-m", "benchmarks.wechat_load"]
        done = subprocess.run(
            command, input=json.dumps(orders), capture_output=True, text=True, check=True, cwd=ROOT
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    async def stored(self) -> dict[str, list[str]]:
        """The marks of each citizen's messages, in the order in which they were stored."""
        container = build(self.settings)
        try:
            async with container.uows.read() as session:
                rows = await session.execute(
                    select(Conversation.contact_id, Message.content)
                    .join(Conversation, Conversation.id == Message.conversation_id)
                    .where(Message.author_kind == "visitor", Message.inbox_id == INBOX)
                    .order_by(Message.conversation_id, Message.seq)
                )
                found: dict[str, list[str]] = {}
                for _, content in rows:
                    for mark in _MARK.findall(content["text"]):
                        found.setdefault(mark.partition("-")[0], []).append(mark)
        finally:
            await container.close()
        return found


def acknowledged(site: Site, bot: str, *, quick: bool) -> dict[str, Any]:
    with site.served(bot):
        found = site.load(rate=RATE, seconds=10 if quick else SECONDS, citizens=CITIZENS)
    times = found["seconds"]
    return {
        "pushes": len(times),
        **{
            f"p{share}_ms": round(1e3 * percentile(times, share / 100), 1) for share in (50, 95, 99)
        },
        "most_ms": round(1e3 * max(times), 1),
        "refused": found["refused"],
        "wrong": found["wrong"],
        "load": round(os.getloadavg()[0], 1),
    }


async def once_in_order(site: Site, *, quick: bool) -> dict[str, Any]:
    each = 5 if quick else EACH
    with site.served("echo"):
        found = await asyncio.to_thread(
            site.load, citizens=MANY, each=each, retries=RETRIES, at_once=AT_ONCE
        )
    stored = await site.stored()
    told: dict[str, list[str]] = {}
    for bubbles in found["bubbles"].values():
        for mark in _MARK.findall(" ".join(bubbles)):
            told.setdefault(mark.partition("-")[0], []).append(mark)
    wanted = MANY * each
    marks = [mark for row in stored.values() for mark in row]
    return {
        "pushes": found["pushes"],
        "stored": len(marks),
        "stored_once": len(set(marks)) == len(marks) == wanted,
        "answered": sum(len(row) for row in told.values()),
        "answered_once": all(len(set(row)) == len(row) for row in told.values()),
        "citizens_out_of_order": sum(told.get(who) != row for who, row in stored.items()),
        "bubbles": sum(len(bubbles) for bubbles in found["bubbles"].values()),
        "pushes_a_second": round(found["pushes"] / found["pushed_seconds"], 1),
        "answered_seconds": round(found["answered_seconds"], 1),
        "tokens": found["tokens"],
        "refused": found["refused"],
        "wrong": found["wrong"],
        "load": round(os.getloadavg()[0], 1),
    }


def both(name: str, folder: Path, *, quick: bool) -> dict[str, Any]:
    """Acknowledging and order, each on a fresh database."""
    figures: dict[str, Any] = {}
    for part in ("acknowledged", "in order"):
        home = folder / f"{name} {part}".replace(" ", "-")
        with _database(name, home) as url:
            site = Site(home, url)
            asyncio.run(site.connect())
            if part == "in order":
                figures[part] = asyncio.run(once_in_order(site, quick=quick))
                say(f"{name}, {part}: {figures[part]}")
                continue
            for bot in ("slow", "down"):
                key = f"{part}, bot {bot}"
                figures[key] = acknowledged(site, bot, quick=quick)
                say(f"{name}, {key}: {figures[key]}")
    return figures


@contextlib.contextmanager
def _database(name: str, home: Path) -> Iterator[str]:
    if name == SQLITE:
        yield f"sqlite+aiosqlite:///{home / 'bangban.db'}"
        return
    with postgres() as (url, _):
        yield url


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wechat")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=(SQLITE, POSTGRES))
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {}
    for name in (SQLITE, POSTGRES):
        if arguments.only in (None, name):
            figures[name] = both(name, arguments.folder, quick=arguments.quick)
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    print(text)
    if arguments.json is not None:
        arguments.json.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
